import path from 'path'; export const handler = async () => path.basename('esm/x');
