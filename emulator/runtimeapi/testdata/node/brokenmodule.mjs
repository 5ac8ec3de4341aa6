export const ready = true;
export const handler = async (event => event;
