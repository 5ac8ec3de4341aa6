package store

import (
	"cmp"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// laneSpan is what an environment did, by the plainest account.
type laneSpan struct {
	environment uint32
	from, to    int64
	state       LaneState
}

// randomLanes is the lives of two environments, as entries and as spans.
type randomLanes struct {
	entries []journal.Entry
	spans   []laneSpan
	since   map[uint32]int64
	now     int64
}

func newRandomLanes(t *rapid.T) *randomLanes {
	r := &randomLanes{since: map[uint32]int64{}}
	unit := rapid.SampledFrom([]int64{laneMs, 7 * laneMs, 130 * laneMs, 2500 * laneMs}).Draw(t, "unit")
	step := rapid.Int64Range(1, 40)
	for _, environment := range []uint32{1, 2} {
		at := step.Draw(t, "begin") * unit
		r.since[environment] = at
		r.entries = append(r.entries, laneStarting(at, environment))
		from := at
		at += step.Draw(t, "init") * unit / 3
		r.entries = append(r.entries, laneReady(at, environment))
		r.spans = append(r.spans, laneSpan{environment, from, at, LaneInit})
		for i := range rapid.IntRange(0, 30).Draw(t, "invocations") {
			at += step.Draw(t, "idle") * unit
			invocation := uint64(environment)*1000 + uint64(i)
			outcome := rapid.SampledFrom([]journal.Outcome{journal.Succeeded, journal.FunctionError, journal.TimedOut}).Draw(t, "outcome")
			from := at
			at += step.Draw(t, "took") * unit / 5
			r.entries = append(r.entries, laneStarted(from, environment, invocation), laneEnded(at, environment, invocation, outcome))
			r.entries[len(r.entries)-1].Duration = at - from
			r.spans = append(r.spans, laneSpan{environment, from, at, LaneBusy})
			switch outcome {
			case journal.FunctionError:
				r.spans = append(r.spans, laneSpan{environment, max(from, at-1), at, LaneError})
			case journal.TimedOut:
				r.spans = append(r.spans, laneSpan{environment, from, at, LaneTimeout})
			}
		}
		r.now = max(r.now, at)
	}
	for range rapid.IntRange(0, 20).Draw(t, "throttles") {
		r.entries = append(r.entries, journal.Entry{Kind: journal.Throttled, At: rapid.Int64Range(0, r.now).Draw(t, "throttled")})
	}
	slices.SortStableFunc(r.entries, func(a, b journal.Entry) int { return cmp.Compare(a.At, b.At) })
	return r
}

// compare compares the newest slices of a level with a count.
func (r *randomLanes) compare(t *rapid.T, v *View, level int) {
	f, column := v.Lanes.Of("ship"), ZoomColumn(level)
	first := max(r.now/column-pictureCells/2, 0)
	states, strip := make([]LaneState, r.now/column-first+1), make([]Slice, r.now/column-first+1)
	for environment, since := range r.since {
		share := f.Lane(environment).Cells(level, first, r.now, 0, states)
		if want := r.share(environment, max(since, first*column)); share < want-5 || share > want+5 {
			t.Fatalf("environment %d, level %d: busy for %d thousandths, want %d", environment, level, share, want)
		}
		for i, got := range states {
			if want := r.worst(environment, since, first+int64(i), column); got != want {
				t.Fatalf("environment %d, level %d, slice %d: got %d, want %d", environment, level, first+int64(i), got, want)
			}
		}
	}
	f.Slices(level, first, r.now, strip)
	for i, got := range strip {
		if want := r.slice(first+int64(i), column); got != want {
			t.Fatalf("level %d, slice %d: got %+v, want %+v", level, first+int64(i), got, want)
		}
	}
}

// worst is the worst that an environment did in a slice.
func (r *randomLanes) worst(environment uint32, since, slice, column int64) LaneState {
	from, to := slice*column, (slice+1)*column
	if to <= since {
		return LaneNone
	}
	worst := LaneIdle
	for _, s := range r.spans {
		if s.environment == environment && s.from < to && (s.to > from || s.from == s.to && s.from >= from) {
			worst = max(worst, s.state)
		}
	}
	return worst
}

// share is how much of the time from a moment to now an environment had an invocation, in
// thousandths.
func (r *randomLanes) share(environment uint32, from int64) int {
	var busy int64
	for _, s := range r.spans {
		if s.environment == environment && s.state == LaneBusy {
			busy += max(s.to-max(s.from, from), 0)
		}
	}
	if r.now <= from {
		return -1
	}
	return int(busy * 1000 / (r.now - from))
}

// slice is what the function did in a slice, counted from the first entry on.
func (r *randomLanes) slice(slice, column int64) Slice {
	from, to := slice*column, (slice+1)*column
	want := Slice{Lasting: Lasting{Revision: 1}}
	if to <= r.entries[0].At {
		return Slice{}
	}
	var now Lasting
	for i := range r.entries {
		e := &r.entries[i]
		if e.At >= to {
			break
		}
		if e.At >= from {
			want.and(now) // as it was before
		}
		switch e.Kind {
		case journal.EnvironmentStarting:
			now.Alive++
		case journal.InvocationStarted:
			now.Running++
		case journal.InvocationEnded:
			now.Running--
			if e.At >= from {
				want.Longest = max(want.Longest, e.Duration)
			}
		case journal.Throttled:
			if e.At >= from {
				want.Throttled++
			}
		}
	}
	want.and(now)
	return want
}
