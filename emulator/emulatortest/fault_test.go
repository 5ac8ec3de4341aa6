package emulatortest_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// faultKinds are all faults, as a test declares them.
var faultKinds = map[string]func(*emulatortest.World, ...emulatortest.When) *emulatortest.Fault{
	"crash": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.Crash("work", when...)
	},
	"crash after the handler": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.Crash("work", append(when, emulatortest.AfterHandler())...)
	},
	"throttle": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.Throttle("work", when...)
	},
	"slow": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.Slow("work", 300*time.Millisecond, when...)
	},
	"rebalance": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.Rebalance("work", when...)
	},
	"rebalance of all": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.Rebalance("", when...)
	},
	"broker down": func(w *emulatortest.World, when ...emulatortest.When) *emulatortest.Fault {
		return w.BrokerDown(1500*time.Millisecond, when...)
	},
}

// timed are the faults that wait for a time, not for invocations, unless their
// trigger speaks of those.
var timed = []string{"rebalance", "rebalance of all", "broker down"}

// pass is a handler that returns what it gets.
func pass(_ context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
	var out []*kgo.Record
	for _, r := range batch {
		out = append(out, &kgo.Record{Key: r.Key, Value: r.Value})
	}
	return out, nil
}

// declareWork declares topics in and out and a function between them.
func declareWork(w *emulatortest.World, handler any, options ...emulatortest.Option) {
	w.Topic("in", 3)
	w.Topic("out", 1)
	options = append([]emulatortest.Option{
		emulatortest.On("in", emulatortest.Window(0)), emulatortest.To("out"), emulatortest.Warm(),
	}, options...)
	w.Function("work", handler, options...)
}

// value is the identity of records whose values differ.
func value(r *kgo.Record) string { return string(r.Value) }

// produceEach produces records one by one, every second.
func produceEach(w *emulatortest.World, n int) {
	for i := range n {
		w.Produce("in", emulatortest.Record(fmt.Sprint("key-", i%5), fmt.Sprint("v", i)))
		w.Advance(time.Second)
	}
}

// faultTimes returns the world times at which faults fired.
func faultTimes(w *emulatortest.World) []time.Duration {
	var at []time.Duration
	for _, e := range journalled(w, journal.FaultInjected) {
		at = append(at, time.Duration(e.At))
	}
	return at
}

// journalled returns the entries of a kind.
func journalled(w *emulatortest.World, kind journal.Kind) []journal.Entry {
	w.Hash() // everything of this moment has happened
	var found []journal.Entry
	r := w.Emulator().Journal().Draw()
	buf := make([]journal.Entry, 1<<10)
	for n, _ := r.Poll(buf); n > 0; n, _ = r.Poll(buf) {
		for i := range n {
			if buf[i].Kind == kind {
				found = append(found, buf[i])
			}
		}
	}
	return found
}

// trigger is when a fault is to fire in TestEveryFaultWithEveryTrigger, and how
// often and when it does.
type trigger struct {
	when         []emulatortest.When
	least, most  int
	begins, ends time.Duration
	perhapsOnce  bool // no trigger speaks of invocations: timed faults fire once
}

var triggers = map[string]trigger{
	"always":        {nil, 0, 0, 0, 0, true},
	"nth":           {[]emulatortest.When{emulatortest.Nth(3)}, 1, 1, 2 * time.Second, 3 * time.Second, false},
	"once":          {[]emulatortest.When{emulatortest.Once()}, 1, 1, 0, time.Second, true},
	"times":         {[]emulatortest.When{emulatortest.Times(4)}, 4, 4, 0, 20 * time.Second, true},
	"chance":        {[]emulatortest.When{emulatortest.Chance(0.3)}, 3, 40, 0, time.Hour, false},
	"chance, times": {[]emulatortest.When{emulatortest.Chance(0.3), emulatortest.Times(2)}, 2, 2, 0, time.Hour, false},
	"after, times": {[]emulatortest.When{emulatortest.After(10 * time.Second), emulatortest.Times(2)},
		2, 2, 10 * time.Second, time.Minute, true},
	"for": {[]emulatortest.When{emulatortest.For(8 * time.Second)}, 2, 20, 0, 8 * time.Second, true},
	"after, for": {[]emulatortest.When{emulatortest.After(4 * time.Second), emulatortest.For(8 * time.Second)},
		2, 20, 4 * time.Second, 12 * time.Second, true},
	"nth, after, for": {[]emulatortest.When{emulatortest.Nth(5), emulatortest.After(2 * time.Second), emulatortest.For(time.Minute)},
		1, 1, 2 * time.Second, time.Minute, false},
	"nth, chance": {[]emulatortest.When{emulatortest.Nth(2), emulatortest.Chance(1)}, 1, 1, time.Second, 2 * time.Second, false},
}

// TestEveryFaultWithEveryTrigger: a record a second for half a minute, while a
// fault fires as its trigger says. Each record comes through, once.
func TestEveryFaultWithEveryTrigger(t *testing.T) {
	const seconds = 30
	for name, fault := range faultKinds {
		for trigger, c := range triggers {
			isTimed := c.perhapsOnce && slices.Contains(timed, name)
			if isTimed {
				c.least, c.most = 1, 1
			} else if c.most == 0 {
				continue // nothing would ever succeed
			}
			t.Run(name+"/"+trigger, func(t *testing.T) {
				emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
					declareWork(w, pass)
					f := fault(w, slices.Clone(c.when)...)
					produceEach(w, seconds)
					w.Idle()
					at := faultTimes(w)
					if n := f.Fired(); n < c.least || n > c.most || n != len(at) {
						t.Errorf("fired %d times, %d of them journalled, want %d to %d", n, len(at), c.least, c.most)
					}
					for _, d := range at {
						if d < c.begins || d > c.ends || isTimed && d != c.begins {
							t.Errorf("fired at %v, want it within %v and %v", d, c.begins, c.ends)
						}
					}
					w.Expect(t).Delivered("out", seconds).NoLoss().OrderedByKey().NoDuplicates("out", value)
				})
			})
		}
	}
}

// TestFaultOfAFunction leaves the others alone; one of none concerns all.
func TestFaultOfAFunction(t *testing.T) {
	for name, fault := range map[string]func(*emulatortest.World, string) *emulatortest.Fault{
		"crash": func(w *emulatortest.World, f string) *emulatortest.Fault { return w.Crash(f, emulatortest.Times(2)) },
		"throttle": func(w *emulatortest.World, f string) *emulatortest.Fault {
			return w.Throttle(f, emulatortest.Times(2))
		},
		"slow": func(w *emulatortest.World, f string) *emulatortest.Fault {
			return w.Slow(f, time.Second, emulatortest.Times(2))
		},
		"rebalance": func(w *emulatortest.World, f string) *emulatortest.Fault { return w.Rebalance(f) },
	} {
		for _, whose := range []string{"a", ""} {
			t.Run(name+" of "+whose, func(t *testing.T) {
				emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
					w.Topic("in", 1)
					for _, function := range []string{"a", "b"} {
						w.Function(function, func(context.Context, []*kgo.Record) error { return nil },
							emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm())
					}
					w.Advance(time.Second)
					fault(w, whose)
					w.Produce("in", emulatortest.Record("k", "v"))
					w.Idle()
					w.Expect(t).NoLoss()
					concerned := map[string]bool{}
					for _, e := range slices.Concat(journalled(w, journal.RetryScheduled), journalled(w, journal.Throttled)) {
						concerned[e.Function] = true
					}
					for _, e := range journalled(w, journal.PartitionRevoked) {
						concerned[e.Mapping] = true
					}
					for _, e := range journalled(w, journal.InvocationEnded) {
						if e.At > int64(time.Second) {
							concerned[e.Function] = true
						}
					}
					if !concerned["a"] || concerned["b"] != (whose == "") {
						t.Errorf("concerned %v, want a, and b too if the fault is nobody's", concerned)
					}
				})
			})
		}
	}
}

// fatal is a testing.TB whose Fatalf ends the goroutine and nothing else.
type fatal struct{ recorder }

func (f *fatal) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// refused returns what a test is told that does something with a World.
func refused(t *testing.T, do func(*emulatortest.World)) string {
	t.Helper()
	tb := &fatal{recorder{TB: t}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w := emulatortest.Start(tb, emulator.Config{})
		declareWork(w, pass)
		do(w)
	}()
	<-done
	tb.cleanUp()
	return strings.Join(tb.errors, "\n")
}

func TestFaultsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		want    string
		declare func(*emulatortest.World)
	}{
		{`fault: crash: there is no function "wrok"; did you mean "work"?`,
			func(w *emulatortest.World) { w.Crash("wrok") }},
		{`fault: crash of function "work": Nth(0): invocations are counted from 1`,
			func(w *emulatortest.World) { w.Crash("work", emulatortest.Nth(0)) }},
		{`fault: throttle: Nth(-1): invocations are counted from 1; Times(0): it would never fire`,
			func(w *emulatortest.World) { w.Throttle("", emulatortest.Nth(-1), emulatortest.Times(0)) }},
		{`fault: crash of function "work": Chance(0): a probability is above 0 and at most 1`,
			func(w *emulatortest.World) { w.Crash("work", emulatortest.Chance(0)) }},
		{`fault: crash of function "work": Chance(1.5): a probability is above 0 and at most 1`,
			func(w *emulatortest.World) { w.Crash("work", emulatortest.Chance(1.5)) }},
		{`fault: crash of function "work": Chance(NaN): a probability is above 0 and at most 1`,
			func(w *emulatortest.World) { w.Crash("work", emulatortest.Chance(math.NaN())) }},
		{`fault: crash: probability 1e-09 is under the least of 0.000001`,
			func(w *emulatortest.World) { w.Crash("work", emulatortest.Chance(1e-9)) }},
		{`fault: broker down: After(-1s): that has passed; For(0s): it would never fire`,
			func(w *emulatortest.World) {
				w.BrokerDown(time.Second, emulatortest.After(-time.Second), emulatortest.For(0))
			}},
		{`fault: crash: there is only one candidate 2, it cannot fire 3 times`,
			func(w *emulatortest.World) { w.Crash("work", emulatortest.Nth(2), emulatortest.Times(3)) }},
		{`fault: throttle: only a crash can be after the handler`,
			func(w *emulatortest.World) { w.Throttle("work", emulatortest.AfterHandler()) }},
		{`fault: slow: it needs a delay`,
			func(w *emulatortest.World) { w.Slow("work", 0) }},
		{`fault: slow: a delay of -1 s is negative`,
			func(w *emulatortest.World) { w.Slow("work", -time.Second) }},
		{`fault: broker down: it needs a delay`,
			func(w *emulatortest.World) { w.BrokerDown(0) }},
	} {
		for when, before := range map[string]func(*emulatortest.World){
			"declared": func(*emulatortest.World) {},
			"running":  func(w *emulatortest.World) { w.Now() },
		} {
			got := refused(t, func(w *emulatortest.World) {
				before(w)
				c.declare(w)
				w.Now() // starts the emulator, if it has not
			})
			if got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", when, got, c.want)
			}
		}
	}
}

// TestFaultsThatNeverFired fail the test, each with its name, but those that
// chance may have left out.
func TestFaultsThatNeverFired(t *testing.T) {
	got := refused(t, func(w *emulatortest.World) {
		w.Crash("work", emulatortest.Nth(2))
		w.Throttle("")
		w.Slow("work", time.Second, emulatortest.Chance(0.000001))
		w.Rebalance("work", emulatortest.After(time.Hour))
		w.BrokerDown(time.Second, emulatortest.Nth(1)).Stop()
		w.Now()
		w.Slow("work", time.Second).Stop()
	})
	const never = " never fired: what it was to show was not shown"
	want := strings.Join([]string{
		`the fault "crash of function \"work\""` + never,
		`the fault "throttle"` + never,
		`the fault "rebalance of function \"work\""` + never,
		`the fault "broker down"` + never,
		`the fault "slow of function \"work\""` + never,
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFaultThatIsStopped(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass)
		crash, slow := w.Crash("work", emulatortest.Times(2)), w.Slow("work", time.Second)
		produceEach(w, 1)
		w.Idle()
		slow.Stop()
		if crash.Fired() != 2 || slow.Fired() != 3 {
			t.Errorf("crashed %d times, slow %d times, want 2 and 3", crash.Fired(), slow.Fired())
		}
		begun := w.Now()
		w.Produce("in", emulatortest.Record("k", "after"))
		w.Idle()
		crash.Stop() // it has fired as often as it may
		if took := w.Now() - begun; took != 0 || slow.Fired() != 3 {
			t.Errorf("took %v with a fault that is stopped, fired %d times, want 0 and 3", took, slow.Fired())
		}
	})
}

// TestLookingTakesNoTime: what is expected of a run must not change it.
func TestLookingTakesNoTime(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass)
		produceEach(w, 5)
		begun, hash := w.Now(), w.Hash()
		for range 3 {
			w.Records("in")
			w.Expect(t).Delivered("out", 5).NoLoss().OrderedByKey().NoDuplicates("out", value)
		}
		if now := w.Now(); now != begun || w.Hash() != hash {
			t.Errorf("it is %v after looking, hash %s; it was %v, %s", now, w.Hash(), begun, hash)
		}
	})
}
