package emulatortest_test

import (
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkChildrenInVirtualTime is how many invocations there are in a second of
// real time, each of one record: of a process of Node.js outside virtual time,
// and beside it of a handler within the bubble that does nothing.
func BenchmarkChildrenInVirtualTime(b *testing.B) {
	if _, err := exec.LookPath("node"); err != nil {
		b.Skip("node is not installed")
	}
	for _, partitions := range []int{1, 5} {
		b.Run(fmt.Sprintf("%dPartitions", partitions), func(b *testing.B) {
			bare := invocationsPerSecond(b, partitions, func(t *testing.T) emulator.Function {
				return emulator.Function{InProcess: func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil }}
			})
			children := invocationsPerSecond(b, partitions, func(t *testing.T) emulator.Function {
				return emulator.Function{Runtime: "nodejs24.x", Code: "testdata/nothing", Handler: "index.handler"}
			})
			b.ReportMetric(children, "invocations/s")
			b.ReportMetric(bare, "bare-invocations/s")
			b.ReportMetric(0, "ns/op") // of no meaning here
		})
	}
}

// benchmarkRecords is how many records a run handles, one by one.
const benchmarkRecords = 5000

func invocationsPerSecond(b *testing.B, partitions int, function func(t *testing.T) emulator.Function) float64 {
	b.Helper()
	var took time.Duration
	now := realClock(b)
	for range b.N {
		inTest(b, func(t *testing.T) {
			f := function(t)
			f.Name, f.ColdStart = "work", &emulator.ColdStart{Off: true}
			f.Events = []emulator.Event{{Topic: "in", BatchSize: 1, BatchWindow: new(time.Duration(0))}}
			cfg := emulator.Config{Topics: []emulator.Topic{{Name: "in", Partitions: partitions}}, Functions: []emulator.Function{f}}
			emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
				produceEvenly(w, partitions, partitions) // the start of processes is no part of it
				begun := now()
				produceEvenly(w, partitions, benchmarkRecords)
				took += now().Sub(begun)
				w.Expect(t).Invocations("work").Exactly(partitions + benchmarkRecords)
			})
		})
	}
	return float64(b.N*benchmarkRecords) / took.Seconds()
}

// produceEvenly produces n records, and returns when they are handled.
func produceEvenly(w *emulatortest.World, partitions, n int) {
	for p := range partitions {
		records := make([]*kgo.Record, n/partitions)
		for i := range records {
			records[i] = emulatortest.Record("", "0123456789")
		}
		w.ProduceTo("in", int32(p), records...)
	}
	w.Idle()
}

// realClock tells the real time within a bubble: a goroutine outside looks at it.
func realClock(b *testing.B) func() time.Time {
	ask, answer := make(chan struct{}), make(chan time.Time)
	b.Cleanup(func() { close(ask) })
	go func() {
		for range ask {
			answer <- time.Now()
		}
	}()
	return func() time.Time {
		ask <- struct{}{}
		return <-answer
	}
}

// inTest runs f as a test of its own: a benchmark has no testing.T.
func inTest(b *testing.B, f func(t *testing.T)) {
	b.Helper()
	if !testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: b.Name(), F: f}}) {
		b.Fatal("it failed")
	}
}
