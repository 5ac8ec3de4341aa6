package store

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestLatencyIsNotFarOff compares with the durations themselves: a quantile is never too
// low, and at most a quarter too high.
func TestLatencyIsNotFarOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l Latency
		type took struct{ at, ns int64 }
		var all []took
		at := int64(0)
		for range rapid.IntRange(1, 60).Draw(t, "invocations") {
			at += rapid.Int64Range(0, 3e9).Draw(t, "pause")
			ns := rapid.Int64Range(1000, 900e9).Draw(t, "took")
			l.Add(at, ns)
			all = append(all, took{at, ns})
		}
		now := at + rapid.Int64Range(0, 15e9).Draw(t, "later")
		var within []int64
		for _, a := range all {
			if a.at/1e9 > now/1e9-latencySeconds {
				within = append(within, a.ns)
			}
		}
		for _, q := range []int64{500, 990, 1000} {
			got := l.Quantile(now, q)
			if len(within) == 0 {
				if got != 0 {
					t.Fatalf("got %d of nothing", got)
				}
				continue
			}
			slices.Sort(within)
			want := within[(int64(len(within))*q+999)/1000-1]
			if longest := within[len(within)-1]; got > longest {
				t.Fatalf("q %d: got %d, and the longest took %d", q, got, longest)
			}
			if got < want || got > want+want/4 {
				t.Fatalf("q %d: got %d, want %d to %d", q, got, want, want+want/4)
			}
		}
	})
}
