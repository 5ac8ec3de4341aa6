// Counts the vowels of each word. The response is an array of texts, one for
// each record in their order, so each output has the key of its word.
exports.handler = async (event) =>
  Object.values(event.records).flat().map((record) => {
    const word = Buffer.from(record.value ?? '', 'base64').toString();
    const vowels = word.match(/[aeiou]/gi) ?? [];
    return `${word}: ${vowels.length} vowels`;
  });
