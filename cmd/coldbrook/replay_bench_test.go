package main

import (
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// BenchmarkReplayMax is replay at speed max, with decoding, beside a bare producer of
// franz-go that has the same records in memory: ratio is how much of its rate remains.
func BenchmarkReplayMax(b *testing.B) {
	const n, partitions = 100_000, 4
	records := auctionRecords(b, n, partitions)
	path := writeFixture(b, []fixtures.Topic{{Name: fixtures.BidsTopic, Partitions: partitions}, {Name: fixtures.ItemsTopic, Partitions: partitions}}, records)
	var replay, bare time.Duration
	rounds := 0
	for b.Loop() {
		begun := time.Now()
		done, err := replayFile(b, replayCluster(b, kfake.SeedTopics(partitions, fixtures.BidsTopic, fixtures.ItemsTopic)), path, fixtures.Player{Speed: math.Inf(1)})
		if err != nil || done.Records != n {
			b.Fatalf("got %+v, %v", done, err)
		}
		replay += time.Since(begun)
		bare += produceBare(b, replayCluster(b, kfake.SeedTopics(partitions, fixtures.BidsTopic, fixtures.ItemsTopic)), records)
		rounds++
	}
	b.ReportMetric(float64(n*rounds)/replay.Seconds(), "replayed/s")
	b.ReportMetric(float64(n*rounds)/bare.Seconds(), "bare/s")
	b.ReportMetric(bare.Seconds()/replay.Seconds(), "ratio")
}

func auctionRecords(b *testing.B, n, partitions int) []fixtures.Record {
	b.Helper()
	a := fixtures.NewAuction(fixtures.AuctionConfig{Seed: 1})
	var records []fixtures.Record
	offsets := map[string]int64{}
	for i := range n {
		e := a.Next()
		records = append(records, fixtures.Record{At: time.Duration(i) * time.Microsecond, Message: journal.Message{
			Topic: e.Topic, Partition: int32(i % partitions), Offset: offsets[e.Topic], Key: e.Key, Value: e.Value}})
		offsets[e.Topic]++
	}
	return records
}

// produceBare produces records with a client that has nothing but its defaults, and their
// partitions; in the time, it makes what it sends of each, as replay does.
func produceBare(b *testing.B, brokers []string, records []fixtures.Record) time.Duration {
	b.Helper()
	begun := time.Now()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	for i := range records {
		r := &records[i]
		wg.Add(1)
		client.Produce(b.Context(), &kgo.Record{Topic: r.Topic, Partition: r.Partition, Key: r.Key, Value: r.Value}, func(_ *kgo.Record, err error) {
			if err != nil {
				failed.CompareAndSwap(nil, &err)
			}
			wg.Done()
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		b.Fatal(*err)
	}
	return time.Since(begun)
}
