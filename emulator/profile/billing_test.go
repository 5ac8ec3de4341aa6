package profile

import (
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCostIsExact compares with fractions, over all tiers; and parts of an amount
// cost what the whole does, but for the rounding of each.
func TestCostIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, _ := Lookup(rapid.SampledFrom(Names()).Draw(t, "profile"))
		tiers := p.Billing.Compute(rapid.SampledFrom(p.Function.Architectures).Draw(t, "architecture"))
		amount := rapid.Int64Range(0, 20e9*gigabyteSecond/100).Draw(t, "amount") * 100
		exact, done := new(big.Rat), int64(0)
		for _, tier := range tiers {
			end := amount
			if tier.UpTo > 0 {
				end = min(amount, tier.UpTo*gigabyteSecond)
			}
			if end > done {
				exact.Add(exact, new(big.Rat).Mul(big.NewRat(end-done, gigabyteSecond), big.NewRat(tier.Price, 1)))
				done = end
			}
		}
		got := tiers.Cost(0, amount)
		if off := exact.Sub(exact, big.NewRat(got, 1)); off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d MB-ms cost %d, which is off by %s", amount, got, off.FloatString(3))
		}
		cut := rapid.Int64Range(0, amount).Draw(t, "cut")
		if parts := tiers.Cost(0, cut) + tiers.Cost(cut, amount-cut); parts-got > 1 || got-parts > 1 {
			t.Fatalf("%d MB-ms cost %d, in two parts %d", amount, got, parts)
		}
	})
}

func TestCostOfMoreThanThereIs(t *testing.T) {
	if got := (Tiers{{0, math.MaxInt64}}).Cost(0, math.MaxInt64); got != math.MaxInt64 {
		t.Errorf("got %d", got)
	}
}

func TestCostOfPollers(t *testing.T) {
	p, _ := Lookup("aws-provisioned")
	for pollers, want := range map[int]int64{1: 925_000_000, 10: 925_000_000, 11: 1_850_000_000} {
		if got := p.Billing.Pollers(pollers, 30*time.Minute); got != want {
			t.Errorf("%d pollers for half an hour: got %d units, want %d", pollers, got, want)
		}
	}
	if p, _ = Lookup("aws"); p.Billing.Pollers(5, time.Hour) != 0 {
		t.Error("pollers on demand are billed")
	}
}
