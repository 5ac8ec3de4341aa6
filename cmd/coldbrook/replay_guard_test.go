package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

func TestIsLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"localhost:9092": true, "LOCALHOST": true, "kafka.localhost:9092": true, "127.0.0.1:9092": true, "127.8.9.1": true, "[::1]:9092": true, "::1": true,
		"kafka:9092": false, "10.0.0.1:9092": false, "localhost.example.com:9092": false, "notlocalhost": false, "[fe80::1]:9092": false, "": false,
	} {
		if got := isLocal(hostOf(address)); got != want {
			t.Errorf("%q: got %v", address, got)
		}
	}
}

// TestReplaySecurely: replay says who it is as record does, and sends into such a Kafka only
// after a yes.
func TestReplaySecurely(t *testing.T) {
	t.Setenv("TEST_PASSWORD", "secret")
	t.Setenv("TEST_WRONG", "wrong")
	own, cert, _ := authority(t)
	address := secureKafka(t, own)
	fixture := writeFixture(t, []fixtures.Topic{{Name: "t", Partitions: 1}}, []fixtures.Record{{Message: journal.Message{Topic: "t", Value: []byte("again")}}})
	ann := "--ca " + cert + " --sasl plain --user ann --password-env TEST_PASSWORD"
	for _, test := range []struct {
		flags  string
		status int
		says   string
	}{
		{ann, 1, "nothing was sent: the Kafka at " + address + " has TLS or users, and there is no terminal to ask at\ncoldbrook: hint: --yes sends into it"},
		{ann + " --create --topic t=made", 1, "nothing was sent: "},
		{ann + " --dry-run", 0, "would replay 1 record"},
		{ann + " --yes --topic t=nowhere", 1, "there is no topic \"nowhere\""},
		{ann + " --yes", 0, "replayed 1 record "},
		{"--ca " + cert + " --sasl plain --user ann --password-env TEST_WRONG --yes", 1, "reach Kafka at"},
		{"--sasl plain --user ann", 2, "--sasl plain needs --password-env or --password-file"},
	} {
		args := append([]string{"replay", fixture, "--speed", "max", "--brokers", address}, strings.Fields(test.flags)...)
		var stdout, stderr bytes.Buffer
		status := run(context.Background(), args, &stdout, &stderr)
		if all := stdout.String() + stderr.String(); status != test.status || !strings.Contains(all, test.says) || strings.Contains(all, "secret") {
			t.Errorf("%s: got %d, %s, want %d, %s", test.flags, status, all, test.status, test.says)
		}
	}
	path := filepath.Join(t.TempDir(), "r.jsonl")
	args := append([]string{"record", "t", "-o", path, "--until", "end", "--brokers", address}, strings.Fields(ann)...)
	var stdout, stderr bytes.Buffer
	if status := run(context.Background(), args, &stdout, &stderr); status != 0 || !strings.Contains(stdout.String(), ": 2 records") {
		t.Errorf("it was written to without a yes, or not at all: got %d, %s%s", status, &stdout, &stderr)
	}
}

// TestReplayGuardLooksBehindATunnel: the address is of this machine, and a broker is not.
func TestReplayGuardLooksBehindATunnel(t *testing.T) {
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "t"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	admin := func() *kadm.Client { // each asks anew
		client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		return kadm.NewClient(client)
	}
	var out bytes.Buffer
	g := &replayGuard{brokers: c.ListenAddrs(), in: strings.NewReader("y\n"), out: &out}
	if err := g.pass(t.Context(), admin(), []string{"t"}); err != nil || out.Len() > 0 {
		t.Errorf("a Kafka of this machine: got %v, asked %q", err, &out)
	}
	g.brokers = append(g.brokers, "kafka.example.com:9092")
	if err := g.pass(t.Context(), admin(), []string{"t"}); err == nil || !strings.Contains(err.Error(), "is on another machine") {
		t.Errorf("one of two brokers is elsewhere: got %v", err)
	}
	c.ControlKey(int16(kmsg.Metadata), func(request kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		return tunnel(request), nil, true
	})
	g.brokers = c.ListenAddrs()
	if err := g.pass(t.Context(), admin(), []string{"t"}); err == nil || !strings.Contains(err.Error(), "has a broker on another machine, kafka.internal") {
		t.Errorf("behind a tunnel: got %v", err)
	}
}

// tunnel answers requests for metadata as the broker behind a tunnel does.
func tunnel(request kmsg.Request) kmsg.Response {
	r := request.ResponseKind().(*kmsg.MetadataResponse)
	b := kmsg.NewMetadataResponseBroker()
	b.Host, b.Port = "kafka.internal", 9092
	r.Brokers = append(r.Brokers, b)
	return r
}
