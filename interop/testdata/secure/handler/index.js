// A handler whose client speaks TLS and logs in, to the address of its environment.
const { Kafka, logLevel } = require('kafkajs');

const kafka = new Kafka({
  clientId: 'handler', brokers: [process.env.KAFKA_BOOTSTRAP_SERVERS], logLevel: logLevel.ERROR,
  ssl: true, sasl: { mechanism: 'scram-sha-512', username: 'alice', password: 'secret' },
});
const producer = kafka.producer();
const connected = producer.connect();

exports.handler = async () => {
  await connected;
  await producer.send({ topic: 'out', messages: [{ value: 'from a handler' }] });
};
