package faults

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// someSetting draws a setting with an amount within its bounds.
func someSetting(t *rapid.T) (ui.Setting, int64) {
	s := ui.Setting{Kind: rapid.SampledFrom([]string{kindDuration, kindSize, kindNumber}).Draw(t, "kind")}
	s.Min = rapid.Int64Range(-1, 1<<42).Draw(t, "min")
	s.Max = rapid.Int64Range(s.Min+1, 1<<43).Draw(t, "max")
	v := rapid.Int64Range(s.Min, s.Max).Draw(t, "value")
	s.Value = formatAmount(s.Kind, v)
	s.Default = formatAmount(s.Kind, rapid.Int64Range(-5, 1<<43).Draw(t, "default"))
	if rapid.Bool().Draw(t, "open") && s.Min >= 0 {
		s.Max = 0
	}
	return s, v
}

func TestStepsStayWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, first := someSetting(t)
		by, v := stepsOf(&s, first), first
		for range rapid.IntRange(1, 60).Draw(t, "presses") {
			n := rapid.SampledFrom([]int{-1, 1}).Draw(t, "direction")
			before := v
			v = by.move(v, n, rapid.Bool().Draw(t, "large"))
			if v < by.lo || v > by.hi {
				t.Fatalf("from %d to %d, which is not within %d and %d", before, v, by.lo, by.hi)
			}
			if n > 0 && v < before || n < 0 && v > before {
				t.Fatalf("from %d to %d with a step of %d", before, v, n)
			}
			if at := by.place(v); at < 0 || at > 1 || math.IsNaN(at) {
				t.Fatalf("%d is at %v", v, at)
			}
		}
	})
}

// Right and then left returns, unless the right end was met.
func TestTheWayBackLeadsToTheFirstValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, first := someSetting(t)
		by := stepsOf(&s, first)
		large := rapid.Bool().Draw(t, "large")
		if to := by.move(first, 1, large); to < by.hi && to < 1<<42 {
			if back := by.move(to, -1, large); back != first {
				t.Fatalf("from %d to %d and back to %d", first, to, back)
			}
		}
		if to := by.move(first, -1, large); to > by.lo {
			if back := by.move(to, 1, large); back != first {
				t.Fatalf("from %d to %d and back to %d", first, to, back)
			}
		}
	})
}

// A step does something wherever it can: nobody presses a key in vain.
func TestStepsMove(t *testing.T) {
	for _, c := range []struct {
		s     ui.Setting
		n     int
		large bool
		want  string
	}{
		{ui.Setting{Kind: kindDuration, Value: "3s", Default: "3s", Min: 1e9, Max: 900e9}, 1, false, "5s"},
		{ui.Setting{Kind: kindDuration, Value: "5s", Default: "3s", Min: 1e9, Max: 900e9}, -1, false, "3s"},
		{ui.Setting{Kind: kindDuration, Value: "3s", Default: "3s", Min: 1e9, Max: 900e9}, 1, true, "20s"},
		{ui.Setting{Kind: kindDuration, Value: "10m", Default: "3s", Min: 1e9, Max: 900e9}, 1, false, "15m"},
		{ui.Setting{Kind: kindDuration, Value: "-1", Default: "-1", Min: 60e9, Max: 604800e9}, 1, false, "1m"},
		{ui.Setting{Kind: kindDuration, Value: "30s", Default: "30s"}, 1, false, "1m"},
		{ui.Setting{Kind: kindDuration, Value: "1ms", Default: "30s"}, -1, false, "0s"},
		{ui.Setting{Kind: kindSize, Value: "256MB", Default: "128MB", Min: 128 << 20, Max: 10240 << 20}, 1, false, "512MB"},
		{ui.Setting{Kind: kindSize, Value: "8192MB", Default: "128MB", Min: 128 << 20, Max: 10240 << 20}, 1, false, "10240MB"},
		{ui.Setting{Kind: kindNumber, Value: "10", Default: "100", Min: 1, Max: 10000}, 1, false, "11"},
		{ui.Setting{Kind: kindNumber, Value: "10", Default: "100", Min: 1, Max: 10000}, -1, true, "1"},
		{ui.Setting{Kind: kindNumber, Value: "5000000", Default: "5000000", Max: 1e12}, 1, false, "10000000"},
		{ui.Setting{Kind: kindNumber, Value: "5000000", Default: "5000000", Max: 1e12}, -1, true, "500000"},
		{ui.Setting{Kind: kindNumber, Value: "0", Default: "-1", Min: -1, Max: 10000}, -1, false, "-1"},
	} {
		v, ok := parseAmount(c.s.Kind, c.s.Value)
		by := stepsOf(&c.s, v)
		if got := formatAmount(c.s.Kind, by.move(v, c.n, c.large)); !ok || got != c.want {
			t.Errorf("%s of %s by %d (large %v): got %s, want %s", c.s.Kind, c.s.Value, c.n, c.large, got, c.want)
		}
	}
	for n, want := range map[int]string{1: "key", 2: "none", 5: "none", -1: "partition"} {
		if got := nextChoice([]string{"partition", "key", "none"}, "partition", n); got != want {
			t.Errorf("%d choices further: got %s, want %s", n, got, want)
		}
	}
}
