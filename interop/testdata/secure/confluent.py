"""A client of librdkafka: SASL_SSL, PLAIN. It produces a record to the topic in, and reads
it back."""
import os
import time

from confluent_kafka import Consumer, Producer

secure = {
    "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
    "client.id": "librdkafka",
    "security.protocol": "SASL_SSL",
    "ssl.ca.location": os.environ["KAFKA_SSL_CA_LOCATION"],
    "sasl.mechanism": "PLAIN",
    "sasl.username": "whoever",
    "sasl.password": "whatever",
}


def delivered(err, _):
    if err:
        print("failed:", err, flush=True)


producer = Producer(secure)
producer.produce("in", value="from librdkafka", on_delivery=delivered)
producer.flush(20)
consumer = Consumer({**secure, "group.id": "py", "auto.offset.reset": "earliest"})
consumer.subscribe(["in"])
while True:
    message = consumer.poll(1)
    if message is None:
        continue
    print("failed: %s" % message.error() if message.error() else "read " + message.value().decode(), flush=True)
    time.sleep(600)
