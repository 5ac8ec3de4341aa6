package emulator_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// benchRecords is how many records of 100 B one operation moves.
const benchRecords = 500_000

// nodeRecords is the same through a Node process.
const nodeRecords = 200_000

func throughputConfig(handler func(context.Context, []*kgo.Record) ([]*kgo.Record, error)) emulator.Config {
	return emulator.Config{
		CPU:    "off", // or what a process used is stretched to its share
		Topics: []emulator.Topic{{Name: "in", Partitions: 5}, {Name: "out", Partitions: 5}},
		Functions: []emulator.Function{{
			Name: "f", InProcess: handler, Output: "out", Timeout: time.Minute, ColdStart: &emulator.ColdStart{Off: true},
			Events: []emulator.Event{{Topic: "in", BatchSize: 1000, BatchWindow: new(time.Duration(0))}},
		}},
	}
}

// pass gives every record on.
func pass(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
	out := make([]*kgo.Record, len(records))
	for i, r := range records {
		out[i] = &kgo.Record{Key: r.Key, Value: r.Value, Partition: r.Partition}
	}
	return out, nil
}

// BenchmarkThroughput is Kafka -> in-process function -> Kafka with 1,000
// records of 100 B a batch and the journal on, and beside it the same loop on
// bare franz-go against the same broker.
func BenchmarkThroughput(b *testing.B) {
	// Once uncounted: a heap that still grows is not what is measured.
	throughEmulator(b, throughputConfig(pass), benchRecords)
	throughBareLoop(b, 5, benchRecords)
	var through, bare time.Duration
	n := 0
	for b.Loop() {
		n += benchRecords
		through += throughEmulator(b, throughputConfig(pass), benchRecords)
		bare += throughBareLoop(b, 5, benchRecords)
	}
	b.ReportMetric(float64(n)/through.Seconds(), "records/s")
	b.ReportMetric(float64(n)/bare.Seconds(), "bare-records/s")
	b.ReportMetric(bare.Seconds()/through.Seconds(), "ratio")
}

func throughEmulator(b *testing.B, cfg emulator.Config, n int) time.Duration {
	s := start(b, cfg)
	s.fill("in", cfg.Topics[0].Partitions, n)
	s.run()
	took := s.awaitHandled(n)
	s.end()
	return took
}

func throughBareLoop(b *testing.B, partitions, n int) time.Duration {
	s := start(b, emulator.Config{Topics: []emulator.Topic{{Name: "in", Partitions: partitions}, {Name: "out", Partitions: 5}}})
	s.fill("in", partitions, n)
	c := s.client(kgo.ConsumeTopics("in"), kgo.ConsumerGroup("bare"), kgo.DisableAutoCommit())
	var begun time.Time
	for seen := 0; seen < n; {
		fetches := c.PollRecords(context.Background(), 1000)
		if seen == 0 {
			begun = time.Now()
		}
		records := fetches.Records()
		seen += len(records)
		out, _ := pass(context.Background(), records)
		for _, r := range out {
			r.Topic = "out"
			c.Produce(context.Background(), r, nil)
		}
	}
	if err := c.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	if err := c.CommitUncommittedOffsets(context.Background()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begun)
	s.end()
	return took
}

// awaitHandled waits until n records ended, and returns the time from the first
// invocation on: joining the group is no part of throughput.
func (s *started) awaitHandled(n int) time.Duration {
	s.tb.Helper()
	var first, last int64
	ended := 0
	s.await(func(e *journal.Entry) bool {
		switch {
		case e.Kind == journal.InvocationStarted && first == 0:
			first = e.At
		case e.Kind == journal.RecordsEnded:
			ended += int(e.Records)
			last = e.At
		}
		return ended >= n
	})
	return time.Duration(last - first)
}

// BenchmarkArticle is the article's sum: five parallel invocations of 1,000
// events every 200 ms are 25,000 events/s.
func BenchmarkArticle(b *testing.B) {
	const batches = 50 // two seconds
	handler := func(ctx context.Context, _ []*kgo.Record) ([]*kgo.Record, error) {
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
		}
		return nil, nil
	}
	var took, used time.Duration
	n := 0
	for b.Loop() {
		cfg := throughputConfig(handler)
		cfg.Functions[0].Output = ""
		s := start(b, cfg)
		s.fill("in", 5, batches*1000)
		s.run()
		before := cpuTime()
		took += s.awaitHandled(batches * 1000)
		used += cpuTime() - before
		n += batches * 1000
		s.end()
	}
	b.ReportMetric(float64(n)/took.Seconds(), "events/s")
	b.ReportMetric(float64(n)/took.Seconds()/25_000, "ratio")
	b.ReportMetric(100*used.Seconds()/took.Seconds(), "%core")
}

// BenchmarkNode is Kafka -> one Node process -> Kafka, 1,000 records of 100 B a
// batch, each decoded and given on by the handler; and beside it the bare loop of
// BenchmarkThroughput.
func BenchmarkNode(b *testing.B) {
	if _, err := exec.LookPath("node"); err != nil {
		b.Skip("node is not installed")
	}
	code, err := filepath.Abs("testdata/node")
	if err != nil {
		b.Fatal(err)
	}
	var through, bare time.Duration
	n := 0
	for b.Loop() {
		cfg := throughputConfig(nil)
		f := &cfg.Functions[0]
		f.InProcess, f.Runtime, f.Code, f.Handler = nil, "nodejs24.x", code, "index.handler"
		f.ReservedConcurrency = new(1)                                                       // one environment
		f.Events[0].ThrottleBackoff, f.Events[0].RequestLimit = new(time.Duration(0)), "off" // else 10 invocations/s
		n += nodeRecords
		through += throughEmulator(b, cfg, nodeRecords)
		bare += throughBareLoop(b, 5, nodeRecords)
	}
	b.ReportMetric(float64(n)/through.Seconds(), "records/s")
	b.ReportMetric(float64(n)/bare.Seconds(), "bare-records/s")
	b.ReportMetric(bare.Seconds()/through.Seconds(), "ratio")
}

// BenchmarkStart is from Start to a broker that accepts connections.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s := start(b, emulator.Config{Topics: []emulator.Topic{{Name: "in", Partitions: 5}}})
		b.StopTimer()
		s.end()
		b.StartTimer()
	}
}
