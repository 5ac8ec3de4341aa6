package emulatortest_test

import (
	"context"
	"fmt"
	"slices"
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
