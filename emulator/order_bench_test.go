package emulator_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// BenchmarkOrder is what it costs to check the order of records while a run goes on, the
// knowledge of every record included, against the same run without both, turn by turn:
// at 25,000 records/s, through one Node process, and as fast as it goes.
func BenchmarkOrder(b *testing.B) {
	b.Run("article", func(b *testing.B) {
		const n = 50_000
		compareRecords(b, func(with bool) (time.Duration, time.Duration) { return articleTime(b, with, with, n) }, n)
	})
	b.Run("node", func(b *testing.B) {
		if _, err := exec.LookPath("node"); err != nil {
			b.Skip("node is not installed")
		}
		compareRecords(b, func(with bool) (time.Duration, time.Duration) { return nodeTime(b, with) }, nodeRecords)
	})
	b.Run("full", func(b *testing.B) {
		compareRecords(b, func(with bool) (time.Duration, time.Duration) { return fullTime(b, with) }, benchRecords)
	})
}

// checkOrder checks the order of a run until it ends.
func (s *started) checkOrder(b *testing.B) {
	r, c := s.Journal().Draw(), order.New(order.Options{Of: new(s.Description())})
	go func() {
		entries := make([]journal.Entry, 512)
		for {
			n, missed, err := r.Next(context.Background(), entries)
			if err != nil {
				return
			}
			if missed > 0 {
				c.Missed(missed)
			}
			for i := range entries[:n] {
				c.Add(&entries[i])
			}
			if c.Report().Order > 0 {
				b.Error("order is broken in a run that keeps it")
				return
			}
		}
	}()
}

func nodeTime(b *testing.B, with bool) (took, used time.Duration) {
	code, err := filepath.Abs("testdata/node")
	if err != nil {
		b.Fatal(err)
	}
	cfg := throughputConfig(nil)
	f := &cfg.Functions[0]
	f.InProcess, f.Runtime, f.Code, f.Handler = nil, "nodejs24.x", code, "index.handler"
	f.ReservedConcurrency = new(1)                                                       // one environment
	f.Events[0].ThrottleBackoff, f.Events[0].RequestLimit = new(time.Duration(0)), "off" // else 10 invocations/s
	cfg.Journal.Records = with
	s := start(b, cfg)
	if with {
		s.checkOrder(b)
	}
	s.fill("in", 5, nodeRecords)
	used = cpuTime()
	s.run()
	took = s.awaitHandled(nodeRecords)
	used = cpuTime() - used
	s.end()
	return took, used
}

func fullTime(b *testing.B, with bool) (took, used time.Duration) {
	cfg := throughputConfig(pass)
	cfg.Journal.Records = with
	s := start(b, cfg)
	if with {
		s.checkOrder(b)
	}
	s.fill("in", 5, benchRecords)
	used = cpuTime()
	s.run()
	took = s.awaitHandled(benchRecords)
	used = cpuTime() - used
	s.end()
	return took, used
}
