// Gives every record on: what a batch function does at least.
exports.handler = async (event) => Object.values(event.records).flat().map((r) => Buffer.from(r.value, "base64").toString());
