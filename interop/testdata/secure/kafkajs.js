// A client as the README of aws-msk-iam-sasl-signer-js has it: TLS, and a token from a
// provider. It produces a record to the topic in, and reads it back.
const { Kafka, logLevel } = require('kafkajs');

async function token() {
  try {
    const signed = await require('aws-msk-iam-sasl-signer-js').generateAuthToken({ region: 'us-east-1' });
    return { value: signed.token };
  } catch (e) {
    if (e.code !== 'MODULE_NOT_FOUND') throw e;
    const url = 'https://kafka.us-east-1.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Credential=any%2F20261121%2Fus-east-1%2Fkafka-cluster%2Faws4_request';
    return { value: Buffer.from(url).toString('base64url') };
  }
}

(async () => {
  const kafka = new Kafka({
    clientId: 'js', brokers: [process.env.KAFKA_BOOTSTRAP_SERVERS], logLevel: logLevel.ERROR,
    ssl: true, sasl: { mechanism: 'oauthbearer', oauthBearerProvider: token },
  });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'in', messages: [{ value: 'from kafkajs' }] });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'js' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'in', fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => { console.log('read ' + message.value) } });
})().catch((e) => { console.log('failed: ' + e.stack); process.exit(1) });
