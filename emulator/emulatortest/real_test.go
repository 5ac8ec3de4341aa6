package emulatortest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// round is how often traffic begins anew. Everything of a round has ended before
// the next begins, so that a batch that closes a record earlier or later here
// does not shift all that follow.
const round = 2 * time.Second

// traffic is a scenario whose outcome follows from its seed, and in real time also
// from how long this machine takes for it: orders at moments of chance, functions
// with cold starts, batch windows and modelled durations, one behind the other.
// Durations are drawn in the order of invocations, which is another one where two
// begin within what this machine takes for one; so the long ones are constant.
func traffic(rounds int) func(t *testing.T, w *emulatortest.World) {
	return func(t *testing.T, w *emulatortest.World) {
		declareTraffic(w)
		w.Advance(500 * time.Millisecond) // groups are joined
		draw := rand.New(rand.NewPCG(17, 0))
		for n := range rounds {
			at := w.Now().Truncate(round)
			if n == 0 || at < w.Now() {
				at += round
			}
			for range 20 + draw.IntN(15) {
				at += time.Duration(draw.ExpFloat64() * float64(20*time.Millisecond))
				w.Advance(at - w.Now())
				w.Produce("orders", order(draw), order(draw), order(draw))
			}
		}
		w.Idle()
		w.Expect(t).NoLoss().Throttles("charge").Exactly(0)
	}
}

func order(draw *rand.Rand) *kgo.Record {
	key := fmt.Sprint(draw.IntN(1000))
	return emulatortest.Record(key, key)
}

func declareTraffic(w *emulatortest.World) {
	w.Topic("orders", 10)
	w.Topic("charged", 3)
	w.Topic("shipped", 2)
	w.Function("charge", pass, emulatortest.On("orders", emulatortest.BatchSize(10), emulatortest.Window(0)), emulatortest.To("charged"),
		emulatortest.Takes(30*time.Millisecond, 0), emulatortest.ColdStart(250*time.Millisecond, 0))
	w.Function("audit", pass, emulatortest.On("orders", emulatortest.Window(time.Second)), emulatortest.To("shipped"),
		emulatortest.Takes(15*time.Millisecond, 0), emulatortest.ColdStart(80*time.Millisecond, 0), emulatortest.KeepAlive(300*time.Millisecond))
	w.Function("ship", pass, emulatortest.On("charged"), emulatortest.To("shipped"), emulatortest.Takes(50*time.Millisecond, 0))
	w.Function("notify", emulatortest.Sink(func(context.Context, string) error { return nil }),
		emulatortest.On("shipped", emulatortest.BatchSize(5), emulatortest.Window(0)),
		emulatortest.Takes(5*time.Millisecond, 20*time.Millisecond), emulatortest.Reserved(3))
}

var trafficFunctions = []string{"charge", "audit", "ship", "notify"}

// outcome is what came of a run, by function.
type outcome map[string]*functionOutcome

type functionOutcome struct {
	invocations, coldStarts int
	latencies               []time.Duration // of records, sorted
}

// outcomeOf reads a journal.
func outcomeOf(w *emulatortest.World) outcome {
	type record struct {
		topic     string
		partition int32
		offset    int64
	}
	o := outcome{}
	produced, ended := map[record]int64{}, map[uint64]int64{}
	all := journalOf(w, func(*journal.Entry) bool { return true })
	for _, e := range all {
		switch e.Kind {
		case journal.RecordsProduced:
			for offset := e.First; offset <= e.Last; offset++ {
				produced[record{e.Topic, e.Partition, offset}] = e.At
			}
		case journal.InvocationEnded:
			ended[e.Invocation] = e.At
		}
	}
	for _, e := range all {
		f := o[e.Function]
		if f == nil {
			f = &functionOutcome{}
			o[e.Function] = f
		}
		switch e.Kind {
		case journal.InvocationStarted:
			f.invocations++
			if e.Reason == journal.Cold {
				f.coldStarts++
			}
		case journal.RecordsEnded:
			for offset := e.First; offset <= e.Last; offset++ {
				f.latencies = append(f.latencies, time.Duration(ended[e.Invocation]-produced[record{e.Topic, e.Partition, offset}]))
			}
		}
	}
	for _, f := range o {
		slices.Sort(f.latencies)
	}
	return o
}

func (f *functionOutcome) percentile(p int) time.Duration {
	return f.latencies[min(len(f.latencies)*p/100, len(f.latencies)-1)]
}

func (o outcome) invocations() int {
	n := 0
	for _, f := range o {
		n += f.invocations
	}
	return n
}

// bothWays runs traffic in virtual and in real time.
func bothWays(t *testing.T, rounds int) (virtual, real outcome) {
	cfg := emulator.Config{Seed: new(uint64(11))}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		traffic(rounds)(t, w)
		virtual = outcomeOf(w)
	})
	w := emulatortest.Start(t, cfg)
	traffic(rounds)(t, w)
	return virtual, outcomeOf(w)
}

// TestVirtualAgainstReal checks what does not depend on how busy this machine is:
// the benchmark says how close the two are.
func TestVirtualAgainstReal(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes as long as it takes")
	}
	t.Parallel()
	virtual, real := bothWays(t, 2)
	for _, name := range trafficFunctions {
		v, r := virtual[name], real[name]
		if len(v.latencies) != len(r.latencies) {
			t.Errorf("%s: got %d records in real time, want %d", name, len(r.latencies), len(v.latencies))
		}
		if r.invocations == 0 || r.invocations > len(r.latencies) || r.coldStarts == 0 {
			t.Errorf("%s: got %d invocations, %d of them cold, for %d records", name, r.invocations, r.coldStarts, len(r.latencies))
		}
	}
}

// BenchmarkVirtualAgainstReal runs one scenario of 22 seconds in virtual and in
// real time, and says how far invocation counts and latencies are apart. Beside
// them it says how late timers of this machine are meanwhile, of which each record
// waits for several.
func BenchmarkVirtualAgainstReal(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes as long as it takes")
	}
	for range b.N {
		var late time.Duration
		var virtual, real outcome
		inTest(b, func(t *testing.T) {
			stop := measureTimers()
			virtual, real = bothWays(t, 10)
			late = stop()
		})
		var furthest time.Duration
		for _, name := range trafficFunctions {
			v, r := virtual[name], real[name]
			apart := r.percentile(50) - v.percentile(50)
			furthest = max(furthest, apart.Abs())
			b.Logf("%-6s  virtual, real: %d, %d invocations; %d, %d cold starts; latency p50 %v, %v (%+.1f ms), p99 %v, %v",
				name, v.invocations, r.invocations, v.coldStarts, r.coldStarts, v.percentile(50).Round(time.Millisecond/10),
				r.percentile(50).Round(time.Millisecond/10), apart.Seconds()*1e3, v.percentile(99).Round(time.Millisecond), r.percentile(99).Round(time.Millisecond))
		}
		b.ReportMetric(float64(virtual.invocations()), "virtual-invocations")
		b.ReportMetric(float64(real.invocations()), "real-invocations")
		b.ReportMetric(furthest.Seconds()*1e3, "p50-ms-apart-at-most")
		b.ReportMetric(late.Seconds()*1e3, "bare-timer-late-p50-ms")
	}
}

// measureTimers measures how late timers of this machine are until it is stopped,
// and returns the median.
func measureTimers() (stop func() time.Duration) {
	end, result := make(chan struct{}), make(chan time.Duration)
	go func() {
		var late []time.Duration
		for {
			begun := time.Now()
			timer := time.NewTimer(20 * time.Millisecond)
			select {
			case <-timer.C:
				late = append(late, time.Since(begun)-20*time.Millisecond)
			case <-end:
				slices.Sort(late)
				result <- late[len(late)/2]
				return
			}
		}
	}()
	return func() time.Duration {
		close(end)
		return <-result
	}
}
