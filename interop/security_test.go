package interop

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/aws"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// startSecured starts a Coldbrook whose clients must speak TLS and log in.
func startSecured(t *testing.T, cfg emulator.Config) *emulator.Emulator {
	t.Helper()
	cfg.Dir = t.TempDir()
	cfg.Kafka = emulator.Kafka{Port: new(0), TLS: "required", SASL: "required", Users: map[string]string{"alice": "secret"}}
	cfg.Topics = []emulator.Topic{{Name: "in", Partitions: 1}, {Name: "out", Partitions: 1}}
	e, err := emulator.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- e.Run(context.Background()) }()
	t.Cleanup(func() {
		e.Stop("the test is over")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return e
}

// awaitEntry reads the journal until an entry is what is waited for.
func awaitEntry(t *testing.T, e *emulator.Emulator, is func(*journal.Entry) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitMax)
	defer cancel()
	r := e.Journal().Keep("the test")
	defer r.Detach()
	var seen []string
	room := make([]journal.Entry, 100)
	for {
		n, _, err := r.Next(ctx, room)
		if err != nil {
			t.Fatalf("%v; until then:\n%s", err, strings.Join(seen, "\n"))
		}
		entries := room[:n]
		for i := range entries {
			if is(&entries[i]) {
				return
			}
			seen = append(seen, entries[i].Sentence())
			if strings.Contains(entries[i].Text, "failed:") || entries[i].Kind == journal.ProcessExited {
				t.Fatal(strings.Join(seen, "\n"))
			}
		}
	}
}

// secured runs a client as a process, and demands that what it produces is known to be its,
// and that it reads it back.
func secured(t *testing.T, from string, command ...string) {
	t.Helper()
	e := startSecured(t, emulator.Config{Processes: []emulator.Process{{Name: "client", Command: strings.Join(command, " ")}}})
	awaitEntry(t, e, func(entry *journal.Entry) bool {
		return entry.Kind == journal.RecordsProduced && entry.Process == "client" && entry.Topic == "in"
	})
	awaitEntry(t, e, func(entry *journal.Entry) bool {
		return entry.Kind == journal.Output && entry.Text == "read from "+from
	})
}

func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "secure", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func needsKafkajs(t *testing.T) {
	t.Helper()
	if exec.Command("node", "-e", "require.resolve('kafkajs')").Run() != nil {
		t.Skip("no kafkajs found (npm i kafkajs aws-msk-iam-sasl-signer-js, and NODE_PATH)")
	}
}

// kafkajs with ssl: true and a token of MSK's signer, where that is found.
func TestKafkajsWithTLSAndIAMToken(t *testing.T) {
	needsKafkajs(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "any")
	secured(t, "kafkajs", "node", script(t, "kafkajs.js"))
}

// librdkafka with SASL_SSL and PLAIN, through confluent-kafka.
func TestConfluentKafkaWithTLSAndPlain(t *testing.T) {
	for _, name := range []string{os.Getenv("COLDBROOK_TEST_PYTHON"), "python3", "python"} {
		if name != "" && exec.Command(name, "-c", "import confluent_kafka").Run() == nil {
			secured(t, "librdkafka", name, script(t, "confluent.py"))
			return
		}
	}
	t.Skip("no Python with confluent-kafka found: pip install confluent-kafka, or name one in COLDBROOK_TEST_PYTHON")
}

// librdkafka with each mechanism that it has, through kcat.
func TestKcatWithTLSAndSASL(t *testing.T) {
	kcat, err := exec.LookPath("kcat")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no kcat found")
	}
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		t.Run(mechanism, func(t *testing.T) {
			options := "-b $KAFKA_BOOTSTRAP_SERVERS -t in -X security.protocol=SASL_SSL -X ssl.ca.location=$KAFKA_SSL_CA_LOCATION" +
				" -X sasl.mechanism=" + mechanism + " -X sasl.username=alice -X sasl.password=secret"
			secured(t, "kcat", "echo from kcat |", kcat, "-P", options, "&&", kcat, "-C -q -u -f 'read %s\\n'", options)
		})
	}
}

// A handler that speaks TLS and logs in by SCRAM: what it produces is its invocation's.
func TestHandlerWithTLSAndScram(t *testing.T) {
	needsKafkajs(t)
	e := startSecured(t, emulator.Config{Functions: []emulator.Function{{
		Name: "ship", Runtime: "nodejs22.x", Code: script(t, "handler"), Handler: "index.handler",
		Timeout: 20 * time.Second, ColdStart: &emulator.ColdStart{Off: true},
		Events: []emulator.Event{{Topic: "in", BatchSize: 1, BatchWindow: new(time.Duration)}},
	}}})
	client, err := kgo.NewClient(kgo.SeedBrokers(e.CommandKafka()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "in", Value: []byte("{}")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	awaitEntry(t, e, func(entry *journal.Entry) bool {
		return entry.Kind == journal.RecordsProduced && entry.Function == "ship" && entry.Environment != 0 && entry.Invocation != 0 && entry.Topic == "out"
	})
}

func TestFranzGoWithTLSAndSASL(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1")
	e := startSecured(t, emulator.Config{})
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.Authority()) {
		t.Fatal("there is no authority")
	}
	user := scram.Auth{User: "alice", Pass: "secret"}
	for name, mechanism := range map[string]sasl.Mechanism{
		"SCRAM-SHA-256": user.AsSha256Mechanism(), "SCRAM-SHA-512": user.AsSha512Mechanism(),
		"PLAIN":       plain.Auth{User: "whoever", Pass: "whatever"}.AsMechanism(),
		"AWS_MSK_IAM": aws.Auth{AccessKey: "AKIDEXAMPLE", SecretKey: "any", SessionToken: "any"}.AsManagedStreamingIAMMechanism(),
	} {
		t.Run(name, func(t *testing.T) {
			client, err := kgo.NewClient(kgo.SeedBrokers(e.KafkaAddr()), kgo.DialTLSConfig(&tls.Config{RootCAs: roots}), kgo.SASL(mechanism))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			ctx, cancel := context.WithTimeout(t.Context(), waitMax)
			defer cancel()
			if err := client.ProduceSync(ctx, &kgo.Record{Topic: "out", Value: []byte(name)}).FirstErr(); err != nil {
				t.Error(err)
			}
		})
	}
}
