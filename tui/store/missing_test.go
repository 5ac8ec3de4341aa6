package store_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// TestViewWithGaps leaves ranges of entries out, as a slow reader does: nothing panics, no
// number is impossible, and all screens know of the same environments.
func TestViewWithGaps(t *testing.T) {
	of, entries := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		v := store.New(of)
		missed := uint64(0)
		for i := 0; i < len(entries); {
			n := min(rapid.IntRange(1, len(entries)).Draw(t, "given"), len(entries)-i)
			for range n {
				v.Add(&entries[i])
				i++
			}
			possible(t, v)
			gap := min(rapid.IntRange(0, 3000).Draw(t, "gap"), len(entries)-i-1)
			if gap > 0 {
				v.Miss(uint64(gap))
				i += gap
				missed += uint64(gap)
				possible(t, v)
			}
		}
		if v.Missed != missed || v.Entries+missed != uint64(len(entries)) || !v.Ended {
			t.Fatalf("%d entries and %d missed, of %d; ended: %v", v.Entries, v.Missed, len(entries), v.Ended)
		}
		v.Attentions(v.Order.Report(order.ByKey))
		compareAlive(t, v)
	})
}

// possible checks what holds at all times.
func possible(t *rapid.T, v *store.View) {
	for _, m := range v.Flow.Mappings {
		if lag := v.Flow.Lag(m); lag < 0 {
			t.Fatalf("%s has a lag of %d", m.Name, lag)
		}
		if at, p := m.Oldest(); p >= 0 && at > v.Now {
			t.Fatalf("%s waits for what is produced at %d, it is %d", m.Name, at, v.Now)
		}
	}
	for _, d := range v.Flow.Functions {
		if d.Starting < 0 || d.Idle < 0 || d.Busy < 0 || d.Queue < 0 || d.Held < 0 || d.Draining < 0 || d.Draining > d.Environments() {
			t.Fatalf("%s: %d starting, %d idle, %d busy, %d in the queue, %d held, %d draining", d.Name, d.Starting, d.Idle, d.Busy, d.Queue, d.Held, d.Draining)
		}
	}
	for _, f := range v.Lanes.Functions {
		if f.Alive < 0 || f.Starting < 0 || f.Running < 0 || f.InFlight < 0 || f.Starting > f.Alive || f.Running > f.Alive {
			t.Fatalf("%s: %d alive, %d starting, %d running, %d in flight", f.Name, f.Alive, f.Starting, f.Running, f.InFlight)
		}
		numbers := map[uint32]bool{}
		for _, l := range f.Lanes {
			if numbers[l.Number] {
				t.Fatalf("%s has two lanes of environment %d", f.Name, l.Number)
			}
			numbers[l.Number] = true
		}
	}
	for n := max(v.Events.First(), v.Events.Total-min(v.Events.Total, 500)+1); n <= v.Events.Total; n++ {
		if e := v.Events.At(n); e.Late < 0 || e.Took < 0 || e.Records < 1 || e.Outputs < -1 {
			t.Fatalf("event %d: %+v", n, *e)
		}
	}
}

// compareAlive checks that both screens that count environments know of the same.
func compareAlive(t *rapid.T, v *store.View) {
	for _, f := range v.Lanes.Functions {
		d := v.Flow.Function(f.Name)
		if d == nil || d.Environments() != f.Alive || d.Starting != f.Starting {
			t.Fatalf("%s: %d environments, %d of them starting, by its lanes; %d and %d in Flow", f.Name, f.Alive, f.Starting, d.Environments(), d.Starting)
		}
	}
}

// TestWhatNamesNothingIsPassedOver has entries of a damaged journal: numbers of partitions
// that would take all memory, and no names.
func TestWhatNamesNothingIsPassedOver(t *testing.T) {
	v := store.New(nil)
	for kind := range journal.Kind(64) {
		for _, partition := range []int32{-1, 1 << 30} {
			v.Add(&journal.Entry{Kind: kind, Mapping: "m", Function: "f", Topic: "t", Partition: partition, Records: 1, Batch: 1, Invocation: 1})
		}
	}
	v.Add(&journal.Entry{Kind: journal.InvocationStarted, Environment: 1, Invocation: 1})
	if len(v.Lanes.Functions) != 0 || v.Events.Total != 0 {
		t.Errorf("got %d lanes, %d events", len(v.Lanes.Functions), v.Events.Total)
	}
}
