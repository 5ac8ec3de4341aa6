package main

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// TestReplayAsksAtATerminal answers the question whether to send into a Kafka of others: only
// a yes sends, and who leaves is not waited for.
func TestReplayAsksAtATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	t.Setenv("TEST_PASSWORD", "secret")
	own, cert, _ := authority(t)
	address := secureKafka(t, own)
	fixture := writeFixture(t, []fixtures.Topic{{Name: "t", Partitions: 1}}, []fixtures.Record{{Message: journal.Message{Topic: "t", Value: []byte("again")}}})
	for _, test := range []struct {
		answer string
		status int
		says   string
	}{
		{"n\r", 1, "nothing was sent: the answer was not yes"},
		{"\r", 1, "nothing was sent: the answer was not yes"},
		{"\x03", 1, "nothing was sent: interrupted"},
		{"\x04", 1, "nothing was sent: "},
		{"y\r", 0, "replayed 1 record "},
	} {
		p := newTerminal(t, 200, 24).start(t.TempDir(), nil, "coldbrook", "replay", fixture, "--speed", "max",
			"--brokers", address, "--ca", cert, "--sasl", "plain", "--user", "ann", "--password-env", "TEST_PASSWORD")
		p.shows("has TLS or users: send into its topics t?")
		p.typed(test.answer)
		if status := p.end(); status != test.status || !strings.Contains(p.written(), test.says) {
			t.Errorf("%q: exit status %d, want %d and %q:\n%s", test.answer, status, test.status, test.says, p.text())
		}
	}
}
