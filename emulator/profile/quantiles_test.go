package profile

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAtHitsEndsAndPoints(t *testing.T) {
	q := &Quantiles{P: []int32{0, 500_000, 990_000, 1_000_000}, Value: []int64{10, 20, 1020, int64(15 * time.Minute)}}
	for _, c := range []struct {
		u    uint64
		want int64
	}{
		{0, 10},
		{math.MaxUint64, int64(15 * time.Minute)},
		{1 << 63, 20},
		{1 << 62, 15},
		{math.MaxUint64 / 4 * 3, 530}, // (0.75-0.5)/0.49 of the way from 20 to 1020
	} {
		if got := q.At(c.u); got != c.want {
			t.Errorf("At(%#x): got %d, want %d", c.u, got, c.want)
		}
	}
}

func TestAtOfOddTables(t *testing.T) {
	var none *Quantiles
	for name, c := range map[string]struct {
		q    *Quantiles
		want int64
	}{
		"nil":              {none, 0},
		"empty":            {&Quantiles{}, 0},
		"one point":        {&Quantiles{P: []int32{1_000_000}, Value: []int64{7}}, 7},
		"constant":         {Constant(7), 7},
		"a point repeated": {&Quantiles{P: []int32{0, 0, 1_000_000, 1_000_000}, Value: []int64{7, 7, 7, 7}}, 7},
		"begins late":      {&Quantiles{P: []int32{900_000, 1_000_000}, Value: []int64{7, 7}}, 7},
		"ends early":       {&Quantiles{P: []int32{0, 1000}, Value: []int64{7, 7}}, 7},
		"the largest": {&Quantiles{P: []int32{0, 1_000_000}, Value: []int64{math.MaxInt64, math.MaxInt64}},
			math.MaxInt64},
	} {
		for _, u := range []uint64{0, 1, 1 << 32, 1 << 63, math.MaxUint64} {
			if got := c.q.At(u); got != c.want {
				t.Errorf("%s: At(%#x): got %d, want %d", name, u, got, c.want)
			}
		}
	}
}

// anyTable draws a table with values up to 15 minutes, the longest init there is.
func anyTable(t *rapid.T) *Quantiles {
	n := rapid.IntRange(0, 30).Draw(t, "inner points")
	p := rapid.SliceOfN(rapid.Int32Range(0, 1_000_000), n, n).Draw(t, "p")
	v := rapid.SliceOfN(rapid.Int64Range(0, int64(15*time.Minute)), n+2, n+2).Draw(t, "v")
	p = append(p, 0, 1_000_000)
	slices.Sort(p)
	slices.Sort(v)
	return &Quantiles{P: p, Value: v}
}

func TestAtNeverFallsAndStaysWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := anyTable(t)
		us := rapid.SliceOfN(rapid.Uint64(), 2, 50).Draw(t, "u")
		slices.Sort(us)
		last := q.Value[0]
		for _, u := range us {
			v := q.At(u)
			if v < last || v > q.Value[len(q.Value)-1] {
				t.Fatalf("At(%#x): got %d, want at least %d and at most %d", u, v, last, q.Value[len(q.Value)-1])
			}
			last = v
		}
	})
}

// The share of draws up to Value[i] is P[i].
func TestAtFollowsItsTable(t *testing.T) {
	q := ColdStart("python3.13", "x86_64")
	const n = 1 << 20 // evenly spread
	below := make([]int, len(q.P))
	for i := range uint64(n) {
		v := q.At(i << 44)
		for j, limit := range q.Value {
			if v <= limit {
				below[j]++
			}
		}
	}
	for i := 1; i < len(q.P); i++ {
		want := float64(q.P[i]) / 1e6
		if got := float64(below[i]) / n; math.Abs(got-want) > 1e-4 {
			t.Errorf("share of values up to point %d: got %.6f, want %.6f", i, got, want)
		}
	}
}

func FuzzAt(f *testing.F) {
	f.Add(uint64(0), uint64(math.MaxUint64), int32(500_000), int64(1), int64(2), int64(3))
	f.Add(uint64(1<<63), uint64(1<<63+1), int32(1), int64(0), int64(math.MaxInt64/2), int64(math.MaxInt64/2))
	f.Add(uint64(12345), uint64(1), int32(999_999), int64(0), int64(0), int64(15*time.Minute))
	f.Fuzz(func(t *testing.T, a, b uint64, p int32, v0, d1, d2 int64) {
		const most = math.MaxInt64 / 4
		if p < 0 || p > 1_000_000 || v0 < 0 || d1 < 0 || d2 < 0 || v0 > most || d1 > most || d2 > most {
			t.Skip()
		}
		q := &Quantiles{P: []int32{0, p, 1_000_000}, Value: []int64{v0, v0 + d1, v0 + d1 + d2}}
		low, high := q.At(min(a, b)), q.At(max(a, b))
		if low < q.Value[0] || high < low || high > q.Value[2] {
			t.Errorf("At(%#x), At(%#x) of %v: got %d, %d", min(a, b), max(a, b), q, low, high)
		}
	})
}

// A table must give the same bits on every processor: this is the sum of what
// one gives.
func TestAtIsBitForBit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var sum uint64
	tables := []*Quantiles{Lognormal(200*time.Millisecond, 500*time.Millisecond), Lognormal(time.Millisecond, 15*time.Minute)}
	for _, row := range coldStarts {
		tables = append(tables, ColdStart(row.runtime, row.architecture))
	}
	for _, q := range tables {
		for range 1000 {
			sum = sum*1099511628211 ^ uint64(q.At(r.Uint64()))
		}
	}
	if want := uint64(0x7907463c498246a); sum != want {
		t.Errorf("sum over all tables: got %#x, want %#x: results of older seeds change", sum, want)
	}
}

func BenchmarkAt(b *testing.B) {
	q, u := ColdStart("nodejs24.x", "x86_64"), uint64(0)
	for b.Loop() {
		u += 0x9E3779B97F4A7C15
		q.At(u)
	}
}
