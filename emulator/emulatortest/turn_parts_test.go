package emulatortest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// handledBy counts how often each record was handled.
type handledBy struct {
	mu    sync.Mutex // guards times
	times map[string]int
}

func newHandledBy() *handledBy { return &handledBy{times: map[string]int{}} }

func (h *handledBy) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.times)
}

func (h *handledBy) handler() func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
	return func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, r := range records {
			h.times[fmt.Sprintf("%s/%d@%d", r.Topic, r.Partition, r.Offset)]++
		}
		return nil, nil
	}
}

// once checks that so many records were handled, each once.
func (h *handledBy) once(t *testing.T, what string, records int) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, at := range slices.Sorted(maps.Keys(h.times)) {
		if h.times[at] != 1 {
			t.Errorf("%s: %s was handled %d times", what, at, h.times[at])
		}
	}
	if len(h.times) != records {
		t.Errorf("%s: %d records were handled, want %d", what, len(h.times), records)
	}
}

func turn(t *testing.T, w *emulatortest.World, change func(*emulator.Config)) []emulator.Turned {
	t.Helper()
	turned, err := w.Emulator().Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
		c.Functions, c.Topics = slices.Clone(c.Functions), slices.Clone(c.Topics)
		for i := range c.Functions {
			c.Functions[i].Events = slices.Clone(c.Functions[i].Events)
		}
		change(&c)
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return turned
}

func produceSome(w *emulatortest.World, topic string, n int) {
	for i := range n {
		w.Produce(topic, emulatortest.Record(fmt.Sprint("k", i%7), "v"))
	}
}

// sameTwice runs a scenario twice and compares the hashes.
func sameTwice(t *testing.T, cfg emulator.Config, scenario func(t *testing.T, w *emulatortest.World)) {
	t.Helper()
	var hashes []string
	for range 2 {
		emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
			scenario(t, w)
			hashes = append(hashes, w.Hash())
		})
	}
	if hashes[0] != hashes[1] {
		t.Errorf("two runs differ: %v", hashes)
	}
}

// TestFunctionsAndEventsComeWhileRunning: a function with an old and a new topic, and
// an event more for a function that runs.
func TestFunctionsAndEventsComeWhileRunning(t *testing.T) {
	sameTwice(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		first, second := newHandledBy(), newHandledBy()
		w.Topic("in", 3)
		w.Function("first", first.handler(), emulatortest.On("in", emulatortest.BatchSize(10)))
		produceSome(w, "in", 40)
		turned := turn(t, w, func(c *emulator.Config) {
			c.Topics = append(c.Topics, emulator.Topic{Name: "more", Partitions: 2})
			c.Functions = append(c.Functions, emulator.Function{Name: "second", InProcess: second.handler(), ReservedConcurrency: new(2),
				Events: []emulator.Event{{Topic: "in", BatchSize: 7}, {Topic: "more"}}})
		})
		if len(turned) != 2 || turned[0].String() != "topics.more: added" || turned[1].String() != "functions.second: added" {
			t.Errorf("turned %v", turned)
		}
		produceSome(w, "in", 40)
		produceSome(w, "more", 20)
		w.Advance(time.Millisecond)
		turn(t, w, func(c *emulator.Config) {
			c.Functions[0].Events = append(c.Functions[0].Events, emulator.Event{Topic: "more"})
		})
		produceSome(w, "more", 20)
		w.Idle()
		first.once(t, "first", 120)
		second.once(t, "second", 120)
		s := w.Emulator().Status()
		if len(s.Functions) != 2 || len(s.Mappings) != 4 || s.Mappings[0].Group != "first" || s.Mappings[3].Group != "first-more" {
			t.Errorf("status: %+v, %+v", s.Functions, s.Mappings)
		}
		// It can be turned as if it had always been there.
		turn(t, w, func(c *emulator.Config) {
			c.Functions[1].Events[0].BatchSize, c.Functions[1].ReservedConcurrency = 1, new(1)
		})
		before := second.len()
		produceSome(w, "in", 4)
		w.Idle()
		first.once(t, "first", 124)
		second.once(t, "second", before+4)
		w.Expect(t).NoLoss()
	})
}

// TestFunctionsAndEventsGoWhileRunning: what runs ends and is committed, nothing is
// handled twice, and what comes back goes on where it was.
func TestFunctionsAndEventsGoWhileRunning(t *testing.T) {
	sameTwice(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		kept, going := newHandledBy(), newHandledBy()
		w.Topic("in", 3)
		w.Function("kept", kept.handler(), emulatortest.On("in", emulatortest.BatchSize(10)))
		w.Function("going", going.handler(), emulatortest.On("in", emulatortest.BatchSize(5)))
		var was emulator.Function
		turn(t, w, func(c *emulator.Config) {
			c.Functions[1].Duration = &emulator.Duration{P50: 300 * time.Millisecond}
			was = c.Functions[1]
		})
		produceSome(w, "in", 200)
		w.Advance(900 * time.Millisecond) // in the middle of invocations
		turn(t, w, func(c *emulator.Config) { c.Functions = c.Functions[:1] })
		w.Advance(time.Minute)
		if n := going.len(); n == 0 || n == 200 {
			t.Fatalf("%d records were handled before it was removed", n)
		}
		for _, f := range w.Emulator().Status().Functions {
			if f.Name == "going" {
				t.Errorf("status has %+v", f)
			}
		}
		gone := 0
		for _, e := range journalled(w, journal.EnvironmentGone) {
			if e.Function == "going" && e.Reason == "the function was removed" {
				gone++
			}
		}
		if gone == 0 {
			t.Error("its environments were not stopped")
		}
		produceSome(w, "in", 20)
		w.Idle()
		kept.once(t, "kept", 220)
		turn(t, w, func(c *emulator.Config) { c.Functions = append(c.Functions, was) })
		w.Idle()
		kept.once(t, "kept", 220)
		going.once(t, "going", 220)
	})
}

// TestMappingBeginsAnew: what a mapping cannot take as it runs has it begin anew at
// its committed offsets, also where it began at the end of the topic.
func TestMappingBeginsAnew(t *testing.T) {
	sameTwice(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		handled := newHandledBy()
		w.Topic("in", 2)
		w.Function("work", handled.handler(), emulatortest.On("in", emulatortest.BatchSize(5), emulatortest.Latest()))
		w.Advance(time.Second)
		turned := turn(t, w, func(c *emulator.Config) { c.Functions[0].Events[0].Bisect = true })
		produceSome(w, "in", 10)
		w.Idle()
		handled.once(t, "work", 10)
		if len(turned) != 1 || !strings.HasSuffix(turned[0].Path, ".bisect") {
			t.Errorf("turned %v", turned)
		}
		for i := range 6 {
			produceSome(w, "in", 30)
			w.Advance(time.Duration(i) * 50 * time.Millisecond)
			turn(t, w, func(c *emulator.Config) {
				c.Functions[0].Events[0].Provisioned = &emulator.Provisioned{MinimumPollers: 1 + i%2, MaximumPollers: 2}
			})
		}
		w.Idle()
		handled.once(t, "work", 190)
	})
}

// TestPartitionsAreAdded to a topic that is consumed.
func TestPartitionsAreAdded(t *testing.T) {
	sameTwice(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		handled := newHandledBy()
		w.Topic("in", 1)
		w.Function("work", handled.handler(), emulatortest.On("in"))
		produceSome(w, "in", 10)
		w.Idle()
		turn(t, w, func(c *emulator.Config) { c.Topics[0].Partitions = 4 })
		for p := range int32(4) {
			w.ProduceTo("in", p, emulatortest.Record("k", "v"))
		}
		w.Idle()
		handled.once(t, "work", 14)
		_, err := w.Emulator().Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
			c.Topics = []emulator.Topic{{Name: "in", Partitions: 2}}
			return c, nil
		})
		if err == nil || !strings.Contains(err.Error(), "topics.in.partitions: cannot be changed while running: a topic keeps its partitions") {
			t.Errorf("got %v", err)
		}
	})
}

// TestNoMomentLosesARecord: a function that is taken out at any moment and comes back at
// once or later, and a mapping that begins anew, handle each record once.
func TestNoMomentLosesARecord(t *testing.T) {
	for moment := range 40 {
		emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned", Seed: new(uint64(moment))}, func(t *testing.T, w *emulatortest.World) {
			handled := newHandledBy()
			w.Topic("in", 3)
			w.Function("work", handled.handler(), emulatortest.On("in", emulatortest.BatchSize(4), emulatortest.Window(0)),
				emulatortest.Takes(80*time.Millisecond, 200*time.Millisecond), emulatortest.ColdStart(300*time.Millisecond, 400*time.Millisecond))
			produceSome(w, "in", 60)
			w.Advance(time.Duration(moment) * 37 * time.Millisecond)
			var was []emulator.Function
			turn(t, w, func(c *emulator.Config) { was, c.Functions = c.Functions, nil })
			if moment%3 > 0 {
				w.Advance(time.Duration(moment%3) * 110 * time.Millisecond)
			}
			produceSome(w, "in", 30)
			turn(t, w, func(c *emulator.Config) { c.Functions = was })
			w.Advance(time.Duration(moment%7) * 90 * time.Millisecond)
			turn(t, w, func(c *emulator.Config) { c.Functions[0].Events[0].Filters = []string{`{"value": ["v"]}`} })
			produceSome(w, "in", 30)
			w.Idle()
			handled.once(t, fmt.Sprint("moment ", moment), 120)
		})
	}
}
