package emulator

import (
	"context"
	"strings"
	"testing"
)

func TestLocalPorts(t *testing.T) {
	for _, c := range []struct {
		value, kafka      string
		isCommon, isUsual bool
	}{
		{"localhost:9092", "127.0.0.1:9092", true, false},
		{"PLAINTEXT://LOCALHOST:9092,kafka:9092", "127.0.0.1:9092", true, false},
		{"[::1]:9092", "127.0.0.1:9092", true, false},
		{"kafka:9092", "127.0.0.1:9092", false, false},
		{"localhost:9092", "127.0.0.1:9093", false, true},
		{"a, 127.0.0.1:9093", "127.0.0.1:9093", true, false},
		{"localhost:5432", "127.0.0.1:9092", false, false},
		{"", "127.0.0.1:9092", false, false},
		{"localhost", "127.0.0.1:9092", false, false},
		{"localhost:9092", "", false, false}, // of virtual time
	} {
		if isCommon, isUsual := localPorts(c.value, c.kafka); isCommon != c.isCommon || isUsual != c.isUsual {
			t.Errorf("%q beside %s: got %v, %v", c.value, c.kafka, isCommon, isUsual)
		}
	}
}

// TestTheCommonAddressInAVariable: one warning, where the system does not tell whose a
// connection is, and everywhere where another Kafka would be reached.
func TestTheCommonAddressInAVariable(t *testing.T) {
	e, err := Start(t.Context(), Config{Kafka: Kafka{Port: new(0)}, Functions: []Function{
		{Name: "ship", Runtime: "provided.al2023", Code: "."}, {Name: "bill", Runtime: "provided.al2023", Code: "."}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := e.Run(ended); err != nil {
			t.Log(err) // there is no code
		}
	}()
	expect := func(told bool, want string) {
		t.Helper()
		if got := e.commonAddress(told); want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("told %v: got %q, want %q", told, got, want)
		}
	}
	expect(false, "")
	e.cfg.Functions[0].Env = map[string]string{"BROKERS": "${kafka.bootstrap}", "BASE": "localhost:9092"}
	expect(false, "functions.ship.env.BASE: a Kafka at port 9092 of this machine is not this one, which is at "+e.KafkaAddr())
	expect(true, "functions.ship.env.BASE: a Kafka at port 9092")
	e.cfg.Functions[0].Env["BASE"] = "x"
	e.cfg.Functions[1].Env = map[string]string{"BROKERS": e.KafkaAddr()}
	e.cfg.Functions[0].Env["BROKERS"] = e.KafkaAddr()
	expect(true, "")
	expect(false, "functions.ship.env.BROKERS, functions.bill.env.BROKERS: what is produced at the address that all clients share is nobody's here")
}
