package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// filledKafka starts a Kafka with a topic t of 3 partitions that has n records of 100 bytes
// with JSON, and returns its address.
func filledKafka(b testing.TB, n int) string {
	b.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "t"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range n {
		client.Produce(b.Context(), &kgo.Record{Topic: "t", Timestamp: base.Add(time.Duration(i) * time.Millisecond), Key: fmt.Appendf(nil, "cust-%04d", i%5000),
			Value: fmt.Appendf(nil, `{"n":%08d,"customer":{"id":"cust-%04d","email":"ann%05d@example.com"},"total":12.50}`, i+10_000_000, i%5000, i%5000)},
			func(_ *kgo.Record, err error) {
				if err != nil {
					b.Error(err)
				}
			})
	}
	if err := client.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	return c.ListenAddrs()[0]
}

// BenchmarkRecord is records/s into a file; beside it what a bare client takes.
func BenchmarkRecord(b *testing.B) {
	const n = 500_000
	address := filledKafka(b, n)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			consumeBare(b, address, n)
		}
		b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
	})
	for _, way := range []struct{ name, file string }{{"plain", "r.jsonl"}, {"gzip", "r.jsonl.gz"}, {"redacted", "r.jsonl"}} {
		b.Run(way.name, func(b *testing.B) {
			for b.Loop() {
				t := &take{out: io.Discard, stderr: io.Discard, path: filepath.Join(b.TempDir(), way.file), topics: []string{"t"}, started: time.Now(), force: true}
				if way.name == "redacted" {
					email := "email"
					customer := "customer"
					t.redactor = fixtures.NewRedactor("s", []fixtures.Secret{{Of: fixtures.OfKey}, {Of: fixtures.OfValue, Path: []fixtures.SecretStep{{Name: &customer}, {Name: &email}}}})
				}
				recordAll(b, address, t)
				if t.done.Records != n {
					b.Fatalf("recorded %d, want %d", t.done.Records, n)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func consumeBare(b *testing.B, address string, n int) {
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.ConsumeTopics("t"))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	for got := 0; got < n; {
		got += client.PollFetches(b.Context()).NumRecords()
	}
}

// recordAll records the topics of t up to their end.
func recordAll(b testing.TB, address string, t *take) {
	b.Helper()
	o := recordOptions{}
	opts, err := o.recordClientOptions()
	if err != nil {
		b.Fatal(err)
	}
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(address))...)
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	k := newKafkaTake(t, client, false)
	ctx := context.Background()
	if err := k.seek(ctx, bound{kind: atStart}, bound{kind: atEnd}); err != nil {
		b.Fatal(err)
	}
	if err := k.create(nil, k.partitions()); err != nil {
		b.Fatal(err)
	}
	if err := k.finish(k.read(ctx)); err != nil {
		b.Fatal(err)
	}
}
