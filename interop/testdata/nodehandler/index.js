exports.handler = async (event) =>
  event.records ? event.records["orders-0"].map((r) => JSON.parse(Buffer.from(r.value, "base64"))) : event;
