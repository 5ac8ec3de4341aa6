package broker

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// run runs a client program and returns its standard output.
func run(t *testing.T, stdin string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(testContext(t), name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, stderr.String())
	}
	return string(out)
}

// librdkafka, through kcat.
func TestKcat(t *testing.T) {
	kcat, err := exec.LookPath("kcat")
	if err != nil {
		t.Skip("kcat is not installed")
	}
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	a := openAddress(t, b, Owner{Function: "f", Environment: 2})
	a.Begin(5)
	for _, acks := range []string{"all", "0"} {
		run(t, "one\ntwo\n", kcat, "-P", "-b", a.Addr(), "-t", "in", "-X", "acks="+acks)
	}
	records := 0
	for records < 4 {
		es := rec.wait(t, journal.RecordsProduced, 1)
		records = 0
		for _, e := range es {
			if e.Invocation != 5 {
				t.Errorf("got %+v, want invocation 5", e)
			}
			records += int(e.Records)
		}
	}
	if got := run(t, "", kcat, "-C", "-b", b.Addr(), "-t", "in", "-e", "-q"); got != "one\ntwo\none\ntwo\n" {
		t.Errorf("got %q", got)
	}
	if got := run(t, "", kcat, "-L", "-b", a.Addr()); !strings.Contains(got, a.Addr()) || strings.Contains(got, b.Addr()) {
		t.Errorf("kcat -L shows\n%s\nwant %s and not %s", got, a.Addr(), b.Addr())
	}
}

const kafkajsScript = `
const { Kafka, logLevel } = require('kafkajs');
(async () => {
  const kafka = new Kafka({ clientId: 'js', brokers: [process.argv[process.argv.length - 1]], logLevel: logLevel.ERROR });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'in', messages: [{ key: 'k', value: 'from js' }] });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'js' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'in', fromBeginning: true });
  let n = 0;
  await consumer.run({ eachMessage: async ({ message }) => {
    process.stdout.write(message.value.toString() + '\n');
    if (++n === 2) setImmediate(async () => { await consumer.disconnect(); process.exit(0); });
  }});
})().catch(e => { console.error(e); process.exit(1); });
`

func TestKafkajs(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if exec.Command(node, "-e", "require.resolve('kafkajs')").Run() != nil {
		t.Skip("kafkajs cannot be resolved (npm i kafkajs, and NODE_PATH)")
	}
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	produce(t, newClient(t, b.Addr(), kgo.ProducerBatchCompression(kgo.NoCompression())), "in", "from go")
	a := openAddress(t, b, Owner{Process: "js"})
	if got := run(t, "", node, "-e", kafkajsScript, "--", a.Addr()); got != "from go\nfrom js\n" {
		t.Errorf("got %q", got)
	}
	if e := rec.wait(t, journal.RecordsProduced, 2)[1]; e.Process != "js" || e.Measured.Client != "js" {
		t.Errorf("got %+v, want it of process js", e)
	}
}
