// nothing is the least a handler can do; map decodes each record and returns a
// record for each.
exports.nothing = async () => null;
exports.map = async (event) => Object.values(event.records).flat()
  .map((record) => ({ key: record.key, value: Buffer.from(record.value, 'base64').toString() }));
