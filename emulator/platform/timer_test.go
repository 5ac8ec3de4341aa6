package platform

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTimerHeap compares the heap with a sorted list: by time, and for equal
// times in the order of setting.
func TestTimerHeap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	timers := make([]timer, 60)
	var h timerHeap
	var want []*timer // sorted
	for range 50_000 {
		x := &timers[r.IntN(len(timers))]
		switch r.IntN(4) {
		case 0, 1:
			h.set(x, r.Int64N(20), coldTimer)
			want = slices.DeleteFunc(want, func(y *timer) bool { return x == y })
			at, _ := slices.BinarySearchFunc(want, x.at, func(y *timer, at int64) int {
				if y.at <= at {
					return -1
				}
				return 1
			})
			want = slices.Insert(want, at, x)
		case 2:
			h.cancel(x)
			want = slices.DeleteFunc(want, func(y *timer) bool { return x == y })
		case 3:
			now := r.Int64N(20)
			got := h.due(now)
			if len(want) == 0 || want[0].at > now {
				if got != nil {
					t.Fatalf("at %d: got a timer of %d, want none", now, got.at)
				}
				continue
			}
			if got != want[0] {
				t.Fatalf("at %d: got %p, want %p", now, got, want[0])
			}
			want = want[1:]
		}
		if at, ok := h.next(); ok != (len(want) > 0) || ok && at != want[0].at {
			t.Fatalf("next: got %d, %v; %d timers are set", at, ok, len(want))
		}
	}
}
