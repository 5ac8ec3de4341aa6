// Answers each word with its length.
exports.handler = async (event) => {
  const words = Object.values(event.records).flat().map((r) => Buffer.from(r.value, 'base64').toString());
  console.log(`node: ${words.length} words`);
  console.error('node: done');
  return words.map((word) => `${word}: ${word.length}`);
};
