package eventsource

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	benchPartitions = 3
	benchRecords    = 200_000 // of 100 bytes, in each partition
	benchBatch      = 1000
)

// newBenchCluster has small segments, as the broker of a run: kfake copies a
// segment in memory whenever it outgrows its room.
func newBenchCluster(b *testing.B) *cluster {
	b.Helper()
	return newCluster(b, benchPartitions, kfake.BrokerConfigs(map[string]string{"log.segment.bytes": "4194304"}))
}

// fill produces what the benchmarks consume.
func fill(b *testing.B, c *cluster) {
	b.Helper()
	client := c.client(b, kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(1<<20))
	value := bytes.Repeat([]byte{'x'}, 100)
	for i := range benchPartitions * benchRecords {
		r := &kgo.Record{Topic: topic, Partition: int32(i % benchPartitions), Key: []byte("key"), Value: value}
		client.Produce(b.Context(), r, func(_ *kgo.Record, err error) {
			if err != nil {
				b.Error(err)
			}
		})
	}
	if err := client.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// batches consumes everything in batches of benchBatch: it grants credit as the
// machine does, takes the payloads of each batch, and commits it. use is called
// with the payloads and calls done when they are used.
func batches(b *testing.B, c *cluster, name string, use func(records []*kgo.Record, done func())) time.Duration {
	var left atomic.Int64
	left.Store(benchPartitions * benchRecords)
	finished := make(chan struct{})
	cfg := c.config()
	cfg.Name, cfg.Note = name, func(e journal.Entry) { b.Error(e.Text) }
	var s *Source
	cfg.Deliver = func(in platform.Input) {
		switch in.Kind {
		case platform.Assigned:
			s.Want(in.Partition, in.Assignment, 2*benchBatch, much)
		case platform.Revoked:
			s.Release(in.Partition, in.Assignment)
		case platform.Arrived:
			n := len(in.Records)
			span := platform.Span{Partition: in.Partition, First: in.Records[0].Offset, Last: in.Records[n-1].Offset, Records: int32(n)}
			records := s.Records([]platform.Span{span})
			if len(records) != n {
				b.Errorf("got %d payloads, want %d", len(records), n)
			}
			use(records, func() {
				s.Commit(in.Partition, in.Assignment, span.Last+1, span.Last+1)
				s.Want(in.Partition, in.Assignment, int32(n), much)
				if left.Add(-int64(n)) == 0 {
					close(finished)
				}
			})
		case platform.Committed:
			if in.Err != "" {
				b.Error(in.Err)
			}
		}
	}
	var err error
	if s, err = New(cfg); err != nil {
		b.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	start := time.Now()
	go func() { ended <- s.Run(ctx) }()
	<-finished
	took := time.Since(start)
	end()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	return took
}

// bare consumes everything with a plain group client and calls use with each
// fetch.
func bare(b *testing.B, c *cluster, name string, use func([]*kgo.Record)) time.Duration {
	start := time.Now()
	client := c.client(b, kgo.ConsumerGroup(name), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	defer client.Close()
	for n := 0; n < benchPartitions*benchRecords; {
		fetches := client.PollFetches(b.Context())
		if err := fetches.Err(); err != nil {
			b.Fatal(err)
		}
		n += fetches.NumRecords()
		fetches.EachPartition(func(p kgo.FetchTopicPartition) { use(p.Records) })
		client.CommitUncommittedOffsets(b.Context())
	}
	return time.Since(start)
}

func report(b *testing.B, ours, bare time.Duration) {
	n := float64(b.N) * benchPartitions * benchRecords
	b.ReportMetric(n/ours.Seconds(), "records/s")
	b.ReportMetric(n/bare.Seconds(), "bare-records/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-bare")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkSource consumes with credit and a commit for every batch, beside a
// plain poll loop that commits every fetch.
func BenchmarkSource(b *testing.B) {
	c := newBenchCluster(b)
	fill(b, c)
	var ours, plain time.Duration
	for i := 0; b.Loop(); i++ {
		plain += bare(b, c, fmt.Sprintf("bare-%d", i), func([]*kgo.Record) {})
		ours += batches(b, c, fmt.Sprintf("source-%d", i), func(_ []*kgo.Record, done func()) { done() })
	}
	report(b, ours, plain)
}

// copies are records to be produced to another topic.
func copies(records []*kgo.Record) []*kgo.Record {
	slab, out := make([]kgo.Record, len(records)), make([]*kgo.Record, len(records))
	for i, r := range records {
		slab[i] = kgo.Record{Topic: "out", Key: r.Key, Value: r.Value}
		out[i] = &slab[i]
	}
	return out
}

// BenchmarkSourceToProducer consumes batches and produces each before its commit,
// beside a plain client that polls and produces.
func BenchmarkSourceToProducer(b *testing.B) {
	c := newBenchCluster(b)
	if err := c.CreateTopic("out", benchPartitions, nil); err != nil {
		b.Fatal(err)
	}
	fill(b, c)
	p := newTestProducer(b, c)
	var ours, plain time.Duration
	for i := 0; b.Loop(); i++ {
		plain += bareToProducer(b, c, fmt.Sprintf("bare-%d", i))
		ours += batches(b, c, fmt.Sprintf("source-%d", i), func(records []*kgo.Record, done func()) {
			p.Publish(journal.Entry{}, copies(records), nil, func(_ []journal.Entry, err error) {
				if err != nil {
					b.Error(err)
				}
				done()
			})
		})
	}
	report(b, ours, plain)
}

func bareToProducer(b *testing.B, c *cluster, name string) time.Duration {
	producer, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.ProducerLinger(0), kgo.MaxBufferedRecords(1<<20),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		b.Fatal(err)
	}
	defer producer.Close()
	start := time.Now()
	bare(b, c, name, func(records []*kgo.Record) {
		for _, r := range copies(records) {
			producer.Produce(b.Context(), r, func(_ *kgo.Record, err error) {
				if err != nil {
					b.Error(err)
				}
			})
		}
	})
	if err := producer.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}
