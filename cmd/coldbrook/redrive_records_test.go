package main

import (
	"context"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// kafkaOf starts an emulator with some topics that ends with the test, and returns the
// address of its Kafka.
func kafkaOf(t *testing.T, topics ...emulator.Topic) string {
	t.Helper()
	port := 0
	e, err := emulator.Start(t.Context(), emulator.Config{Dir: t.TempDir(), Kafka: emulator.Kafka{Port: &port}, Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- e.Run(context.WithoutCancel(t.Context())) }()
	t.Cleanup(func() {
		e.Stop("the test is over")
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return e.KafkaAddr()
}

// giveTo produces records to a Kafka.
func giveTo(t *testing.T, address string, records ...*kgo.Record) {
	t.Helper()
	client, err := kgo.NewClient(append(redriveOptions(), kgo.SeedBrokers(address))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func noted(notes *[]string) func(string) { return func(s string) { *notes = append(*notes, s) } }

// TestRedriveKeepsOrderAndWhatIsNotThere: null and empty keys and values differ, and
// records of one partition arrive in the order in which they were named.
func TestRedriveKeepsOrderAndWhatIsNotThere(t *testing.T) {
	address := kafkaOf(t, emulator.Topic{Name: "in", Partitions: 2})
	values := [][]byte{nil, {}, []byte("x")}
	for _, v := range values {
		giveTo(t, address, &kgo.Record{Topic: "in", Partition: 1, Key: v, Value: v, Headers: []kgo.RecordHeader{{Key: "h", Value: v}, {Key: "h", Value: v}}})
	}
	names := []lineage.Record{{Topic: "in", Partition: 1, Offset: 2}, {Topic: "in", Partition: 1}, {Topic: "in", Partition: 1, Offset: 1}, {Topic: "in", Partition: 1}}
	var notes []string
	done, err := redriveRecords(t.Context(), address, names, redriveHow{}, noted(&notes))
	if err != nil || len(done) != len(names) || len(notes) > 0 {
		t.Fatalf("got %v, %v, %v", done, err, notes)
	}
	client, err := kgo.NewClient(append(redriveOptions(), kgo.SeedBrokers(address))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	d := newRedriver(client, redriveHow{}, noted(&notes))
	p := &payloads{ctx: t.Context(), client: client}
	for i, r := range done {
		want := values[names[i].Offset]
		got, err := d.read(t.Context(), p, r.To)
		if err != nil || r.From != names[i] || r.To.Offset != int64(3+i) {
			t.Fatalf("%d: got %+v, %v", i, r, err)
		}
		for _, b := range [][]byte{got.Key, got.Value, got.Headers[0].Value, got.Headers[1].Value} {
			if (b == nil) != (want == nil) || string(b) != string(want) {
				t.Errorf("%v: got %q, want %q", r, b, want)
			}
		}
		if len(got.Headers) != 3 || string(got.Headers[2].Value) != names[i].String() {
			t.Errorf("%v: got headers %v", r, got.Headers)
		}
	}
}

func TestRedriveOriginalNotesWhatIsGone(t *testing.T) {
	address := kafkaOf(t, emulator.Topic{Name: "in", Partitions: 1}, emulator.Topic{Name: "dead", Partitions: 1})
	giveTo(t, address, &kgo.Record{Topic: "in", Value: []byte("a")}, &kgo.Record{Topic: "in", Value: []byte("b")},
		&kgo.Record{Topic: "dead", Value: []byte(`{"KafkaBatchInfo":{"recordsInfo":{"in-0":{"firstRecordOffset":"1","lastRecordOffset":"9223372036854775806"}}}}`)})
	var notes []string
	done, err := redriveRecords(t.Context(), address, []lineage.Record{{Topic: "dead"}}, redriveHow{original: true}, noted(&notes))
	if err != nil || len(done) != 1 || done[0].String() != "dead/0@0: in/0@1 -> in/0@2" {
		t.Fatalf("got %v, %v", done, err)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "of the 9223372036854775806 records of in/0@1 to @9223372036854775806 are not there any more") {
		t.Errorf("got %q", notes)
	}
}

func TestRedriveOfManyIsAllOrNothing(t *testing.T) {
	address := kafkaOf(t, emulator.Topic{Name: "in", Partitions: 1})
	giveTo(t, address, &kgo.Record{Topic: "in", Value: []byte("a")})
	done, err := redriveRecords(t.Context(), address, []lineage.Record{{Topic: "in"}, {Topic: "in", Offset: 1}}, redriveHow{}, nil)
	if err == nil || done != nil || !strings.Contains(err.Error(), "redrive in/0@1: it was not produced yet") {
		t.Fatalf("got %v, %v", done, err)
	}
	if s, err := sendSample(t.Context(), address, "in"); err != nil || s.Sent.Offset != 1 || s.Like.Offset != 0 {
		t.Errorf("got %+v, %v: something was sent", s, err)
	}
}

func TestRedriveOfTheLargestRecord(t *testing.T) {
	address := kafkaOf(t, emulator.Topic{Name: "in", Partitions: 1})
	large := strings.Repeat("x", 999_000)
	giveTo(t, address, &kgo.Record{Topic: "in", Value: []byte("small")}, &kgo.Record{Topic: "in", Value: []byte(large)}, &kgo.Record{Topic: "in", Value: []byte("small")})
	done, err := redriveRecords(t.Context(), address, []lineage.Record{{Topic: "in", Offset: 1}}, redriveHow{}, nil)
	if err != nil || len(done) != 1 || done[0].To.Offset != 3 {
		t.Fatalf("got %v, %v", done, err)
	}
	if s, err := sendSample(t.Context(), address, "in"); err != nil || string(s.Sent.Value) != large {
		t.Errorf("got %d bytes, %v", len(s.Sent.Value), err)
	}
}
