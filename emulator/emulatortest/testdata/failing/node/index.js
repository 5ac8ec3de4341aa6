// Handlers that fail in ways of their own.
const { existsSync } = require('fs');
const net = require('net');

const values = (event) => Object.values(event.records).flat().map((r) => Buffer.from(r.value, 'base64').toString());

exports.flaky = async (event) => {
  if (!existsSync(process.env.MARK)) {
    console.log('flaky: not yet');
    throw new Error('the file is not there');
  }
  return values(event);
};

exports.hanging = async (event) => {
  if (values(event).includes('hang')) await new Promise((done) => setTimeout(done, 1e9));
  return values(event);
};

// asking asks Kafka for the versions of its API.
exports.asking = async () => {
  const [host, port] = process.env.KAFKA_BOOTSTRAP_SERVERS.split(':');
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  await new Promise((answered, failed) => {
    const connection = net.connect(port, host, () => connection.write(request));
    connection.on('data', () => answered(connection.destroy()));
    connection.on('error', failed).on('close', () => failed(new Error('no answer from Kafka')));
  });
};
