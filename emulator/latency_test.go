package emulator_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkLatency is from producing one record to the handler's entry: warm,
// window 0, in process and in a process of its own; and beside them the way of
// a record through a bare consumer.
func BenchmarkLatency(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		s := start(b, emulator.Config{Topics: []emulator.Topic{{Name: "in", Partitions: 1}}})
		c := s.client(kgo.ConsumeTopics("in"))
		measureLatency(b, s, func() time.Time {
			for {
				if c.PollFetches(context.Background()).NumRecords() > 0 {
					return time.Now()
				}
			}
		})
	})
	b.Run("in-process", func(b *testing.B) {
		entered := make(chan time.Time, 1)
		cfg := latencyConfig(throughputConfig(func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
			entered <- time.Now()
			return nil, nil
		}))
		s := start(b, cfg)
		s.run()
		measureLatency(b, s, func() time.Time { return <-entered })
	})
	b.Run("process", func(b *testing.B) {
		s := start(b, latencyConfig(handlerConfig(b, "clock")))
		s.run()
		r := s.Journal().Draw()
		measureLatency(b, s, func() time.Time { return printedTime(b, r) })
	})
}

func latencyConfig(cfg emulator.Config) emulator.Config {
	cfg.Functions[0].Output = ""
	cfg.Topics[0].Partitions = 1
	cfg.CPU = "off" // what is measured is our own
	return cfg
}

// idle is how long the last record has to be done with, committed and its
// environment to be frozen, before the next one is sent.
const idle = 2 * time.Millisecond

// measureLatency sends one record at a time; entered returns when it came in.
func measureLatency(b *testing.B, s *started, entered func() time.Time) {
	c := s.client()
	send := func() time.Duration {
		begun := time.Now()
		c.Produce(context.Background(), &kgo.Record{Topic: "in", Value: []byte("x")}, nil)
		return entered().Sub(begun)
	}
	send() // a cold start, or a group to join
	var took []time.Duration
	for b.Loop() {
		time.Sleep(idle) // why: what is measured is the way to an environment at rest
		took = append(took, send())
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

// printedTime waits for a handler to print the time.
func printedTime(b *testing.B, r *journal.Reader) time.Time {
	buf := make([]journal.Entry, 64)
	for {
		n, _, err := r.Next(context.Background(), buf)
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range buf[:n] {
			if ns, err := strconv.ParseInt(e.Text, 10, 64); e.Kind == journal.Output && err == nil {
				return time.Unix(0, ns)
			}
		}
	}
}
