package profile

import (
	"math"
	"testing"
	"time"
)

func TestLognormalIsThatOfTheFormula(t *testing.T) {
	for _, c := range []struct{ p50, p99 time.Duration }{
		{200 * time.Millisecond, 500 * time.Millisecond},
		{300 * time.Millisecond, time.Second},
		{time.Millisecond, 15 * time.Minute},
		{time.Second, time.Second + 1},
		{15 * time.Minute, 15*time.Minute + time.Second},
	} {
		q := Lognormal(c.p50, c.p99)
		if got := q.At(1 << 63); got != int64(c.p50) {
			t.Errorf("median of Lognormal(%v, %v): got %v", c.p50, c.p99, time.Duration(got))
		}
		if got := q.Value[indexP99]; got != int64(c.p99) || q.P[indexP99] != 990_000 {
			t.Errorf("p99 of Lognormal(%v, %v): got %v", c.p50, c.p99, time.Duration(got))
		}
		for i, e := range normalExponents {
			exponent := float64(e) / (1 << exponentBits)
			want := float64(c.p50) * math.Pow(float64(c.p99)/float64(c.p50), exponent)
			if got := float64(q.Value[i]); math.Abs(got-want) > 1e-6*want+1 {
				t.Errorf("Lognormal(%v, %v), point %d: got %v, want %v", c.p50, c.p99, i, got, want)
			}
			if i > 0 && q.Value[i] < q.Value[i-1] {
				t.Errorf("Lognormal(%v, %v) falls at point %d", c.p50, c.p99, i)
			}
		}
	}
}

// The exponents are quantiles of the normal distribution: the distribution
// function gives the points back.
func TestNormalExponents(t *testing.T) {
	const z99 = 2.3263478740408408
	for i, p := range probabilities() {
		z := float64(normalExponents[i]) / (1 << exponentBits) * z99
		got, want := 0.5*math.Erfc(-z/math.Sqrt2), min(max(float64(p)/1e6, 0.0001), 0.9999)
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("point %d: got %v, want %v", i, got, want)
		}
	}
}

func TestLognormalWithoutSpread(t *testing.T) {
	for _, c := range []struct {
		p50, p99, want time.Duration
	}{
		{time.Second, 0, time.Second},
		{time.Second, time.Second, time.Second},
		{0, time.Second, 0},
		{-1, 0, 0},
	} {
		q := Lognormal(c.p50, c.p99)
		for _, u := range []uint64{0, 1 << 63, math.MaxUint64} {
			if got := q.At(u); got != int64(c.want) {
				t.Errorf("Lognormal(%v, %v).At(%#x): got %v, want %v", c.p50, c.p99, u, time.Duration(got), c.want)
			}
		}
	}
}

func FuzzLognormal(f *testing.F) {
	f.Add(int64(1), int64(math.MaxInt64))
	f.Add(int64(math.MaxInt64-1), int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, p50, p99 int64) {
		q := Lognormal(time.Duration(p50), time.Duration(p99))
		last := int64(0)
		for i, v := range q.Value {
			if v < last {
				t.Fatalf("Lognormal(%d, %d) falls at point %d: %v", p50, p99, i, q.Value)
			}
			last = v
		}
	})
}
