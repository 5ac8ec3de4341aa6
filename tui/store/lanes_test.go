package store

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// laneMs is a time in the tests.
const laneMs = int64(1e6)

// lanesOf feeds entries to a view, and returns it.
func lanesOf(entries ...journal.Entry) *View {
	v := New(nil)
	for i := range entries {
		entries[i].Seq, entries[i].Function = uint64(i+1), "ship"
		v.Add(&entries[i])
	}
	return v
}

func laneStarting(at int64, environment uint32) journal.Entry {
	return journal.Entry{Kind: journal.EnvironmentStarting, At: at, Environment: environment, Reason: "placement 20 ms, init 30 ms"}
}

func laneReady(at int64, environment uint32) journal.Entry {
	return journal.Entry{Kind: journal.EnvironmentReady, At: at, Environment: environment}
}

func laneStarted(at int64, environment uint32, invocation uint64) journal.Entry {
	return journal.Entry{Kind: journal.InvocationStarted, At: at, Environment: environment, Invocation: invocation, Reason: journal.Warm}
}

func laneEnded(at int64, environment uint32, invocation uint64, outcome journal.Outcome) journal.Entry {
	return journal.Entry{Kind: journal.InvocationEnded, At: at, Environment: environment, Invocation: invocation, Outcome: outcome}
}

func laneGone(at int64, environment uint32, why string) journal.Entry {
	return journal.Entry{Kind: journal.EnvironmentGone, At: at, Environment: environment, Reason: why}
}

// glyphs are cells as text.
func laneGlyphs(cells []LaneState) string {
	text := ""
	for _, c := range cells {
		text += string(" ?.#%xT"[c])
	}
	return text
}

func TestLaneFromStartToEnd(t *testing.T) {
	v := lanesOf(laneStarting(20*laneMs, 1), laneReady(70*laneMs, 1), laneStarted(70*laneMs, 1, 1), laneEnded(100*laneMs, 1, 1, journal.Succeeded),
		laneStarted(120*laneMs, 1, 2), laneEnded(140*laneMs, 1, 2, journal.FunctionError), laneStarted(150*laneMs, 1, 3), laneEnded(180*laneMs, 1, 3, journal.TimedOut),
		laneGone(190*laneMs, 1, "idle"))
	f := v.Lanes.Of("ship")
	lane := f.Lane(1)
	cells := make([]LaneState, 22)
	for _, test := range []struct {
		now  int64
		want string
	}{
		{250 * laneMs, "  %%%%%###..#x.TTT..  "},
		{100 * laneMs, "  %%%%%###.           "},
	} {
		lane.Cells(0, 0, test.now, 0, cells)
		if got := laneGlyphs(cells)[:11]; got != test.want[:11] {
			t.Errorf("at %d ms: got %q, want %q", test.now/laneMs, got, test.want)
		}
	}
	if share := lane.Cells(1, 0, 250*laneMs, 0, cells[:3]); laneGlyphs(cells[:3]) != "%T " || share < 460 || share > 475 {
		t.Errorf("at 100 ms a column: got %q and %d, want an init, a timeout, and 80 of 170 ms", laneGlyphs(cells[:3]), share)
	}
	if lane.Cold != 50*laneMs || lane.Failures != 2 || lane.Timeouts != 1 || !lane.IsGone || lane.Why != "idle" || f.Alive != 0 || f.Running != 0 || f.InFlight != 0 {
		t.Errorf("got %+v of %+v", *lane, *f)
	}
}

func TestLaneWhoseInvocationIsOpen(t *testing.T) {
	v := lanesOf(laneStarting(0, 7), laneReady(10*laneMs, 7), laneStarted(20*laneMs, 7, 1))
	lane := v.Lanes.Of("ship").Lane(7)
	cells := make([]LaneState, 12)
	lane.Cells(0, 0, 60*laneMs, 100*laneMs, cells)
	if got, want := laneGlyphs(cells), "%.#####     "; got != want {
		t.Errorf("while it runs: got %q, want %q", got, want)
	}
	lane.Cells(0, 0, 105*laneMs, 100*laneMs, cells)
	if got, want := laneGlyphs(cells), "%.TTTTTTTTT "; got != want {
		t.Errorf("near its timeout: got %q, want %q", got, want)
	}
	v.Miss(3)
	lane.Cells(0, 0, 60*laneMs, 100*laneMs, cells)
	if got, want := laneGlyphs(cells), "%..         "; got != want || v.Lanes.Of("ship").Running != 0 || v.Lanes.Of("ship").Alive != 0 {
		t.Errorf("after entries were missed: got %q, want %q: it was not heard of since", got, want)
	}
	e := laneStarted(70*laneMs, 7, 9)
	e.Function = "ship"
	v.Add(&e)
	if f := v.Lanes.Of("ship"); f.Lane(7).IsGone || f.Alive != 1 || f.Running != 1 || len(f.Lanes) != 1 {
		t.Errorf("when it was heard of again: %d alive, %d running, %d lanes", f.Alive, f.Running, len(f.Lanes))
	}
}

func TestLanesKeepTheNewest(t *testing.T) {
	v := New(nil)
	for i := range uint32(3*mostLanes - 2) {
		e := laneStarting(int64(i)*laneMs, i+1)
		e.Function = "ship"
		v.Add(&e)
		if i%3 != 0 {
			e := laneGone(int64(i)*laneMs, i+1, "idle")
			e.Function = "ship"
			v.Add(&e)
		}
	}
	f := v.Lanes.Of("ship")
	if len(f.Lanes) != mostLanes || f.Alive != mostLanes || f.Gone != 2*mostLanes-2 {
		t.Fatalf("got %d lanes, %d alive, %d gone, want %d alive and no other", len(f.Lanes), f.Alive, f.Gone, mostLanes)
	}
	for i, l := range f.Lanes {
		if l.Number != uint32(3*i+1) || l.IsGone {
			t.Fatalf("lane %d is environment %d, gone %v", i, l.Number, l.IsGone)
		}
	}
	e := laneStarting(5e9, 9999)
	e.Function = "ship"
	v.Add(&e)
	if f.Lanes[0].picture != nil || f.Lane(9999).picture == nil || len(f.Lanes) != mostLanes+1 {
		t.Error("the oldest did not give its picture to the newest")
	}
}

// TestLanesEqualCount draws random lives of two environments, and compares every cell and
// slice with what a count over all of them says.
func TestLanesEqualCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRandomLanes(t)
		v := lanesOf(r.entries...)
		c := v.Clone()
		for _, environment := range []uint32{1, 2} { // what comes later is not in the clone
			for _, e := range []journal.Entry{laneStarted(r.now, environment, 1e6), laneEnded(r.now+1, environment, 1e6, journal.TimedOut), laneGone(r.now+1, environment, "idle")} {
				e.Function = "ship"
				v.Add(&e)
			}
		}
		for level := range ZoomLevels {
			r.compare(t, c, level)
		}
	})
}
