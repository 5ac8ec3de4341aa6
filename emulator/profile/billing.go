package profile

import (
	"math"
	"math/bits"
	"time"
)

// Billing is what a platform charges. Prices are those of us-east-1, in units of
// PriceUnit, before taxes and without the free tier.
type Billing struct {
	// Step is what the time of an invocation is rounded up to, a whole number of
	// milliseconds.
	Step time.Duration
	// Init says that the init of an environment is billed with its first
	// invocation.
	Init bool
	// ComputeX86 and ComputeArm are for a GB-second of an invocation.
	ComputeX86, ComputeArm Tiers
	// Request is for an invocation.
	Request int64
	// PollerUnitHour is for an event poller unit and an hour, and PollersPerUnit how
	// many pollers are one. 0 where pollers are not billed.
	PollerUnitHour, PollersPerUnit int64
	// Date is when the prices were published.
	Date string
}

// PriceUnit is how many units of prices a dollar has: all that is published is a
// whole number of them.
const PriceUnit = 10_000_000_000

// Tiers are prices that fall with the amount of a month.
type Tiers []Tier

// Tier is a price up to an amount.
type Tier struct {
	// UpTo is in GB-seconds; the last tier has 0, for no end.
	UpTo  int64 `json:"upTo,omitempty"`
	Price int64 `json:"price"`
}

// gigabyteSecond is one in MB-milliseconds, the unit of what is billed: nothing is
// lost in it, since memory is in MB and billed time in milliseconds.
const gigabyteSecond = 1024 * 1000

// Cost is the price of an amount of MB-milliseconds, after others in the same
// month: rounded to the next unit, as nothing before it is.
func (t Tiers) Cost(before, amount int64) int64 {
	var hi, lo uint64 // of the price times gigabyteSecond
	for _, tier := range t {
		end := int64(math.MaxInt64)
		if tier.UpTo > 0 {
			end = tier.UpTo * gigabyteSecond
		}
		part := min(amount, max(0, end-before))
		h, l := bits.Mul64(uint64(part), uint64(tier.Price))
		var carry uint64
		lo, carry = bits.Add64(lo, l, 0)
		hi += h + carry
		before, amount = before+part, amount-part
	}
	lo, carry := bits.Add64(lo, gigabyteSecond/2, 0)
	if hi += carry; hi >= gigabyteSecond {
		return math.MaxInt64 // of a price that nobody pays
	}
	cost, _ := bits.Div64(hi, lo, gigabyteSecond)
	return int64(min(cost, math.MaxInt64))
}

// Compute returns the prices of an architecture.
func (b *Billing) Compute(architecture string) Tiers {
	if architecture == "arm64" {
		return b.ComputeArm
	}
	return b.ComputeX86
}

// Pollers is the price of so many pollers of one mapping for a time: of whole event
// poller units, which is how a mapping of its own is counted here.
func (b *Billing) Pollers(pollers int, ran time.Duration) int64 {
	if b.PollersPerUnit == 0 {
		return 0
	}
	units := (int64(pollers) + b.PollersPerUnit - 1) / b.PollersPerUnit
	hi, lo := bits.Mul64(uint64(max(0, ran)), uint64(units*b.PollerUnitHour))
	if hi >= uint64(time.Hour) {
		return math.MaxInt64
	}
	cost, _ := bits.Div64(hi, lo, uint64(time.Hour))
	return int64(cost)
}

// awsBilling is the price list of Lambda.
func awsBilling() Billing {
	const billion = 1_000_000_000
	return Billing{
		Step: time.Millisecond,
		Init: true, // since 2025-08-01 for all package types: AWS blog of 2025-04-29
		// $0.0000166667, $0.000015, $0.0000133334; $0.0000133334, $0.0000120001,
		// $0.0000106667: AWS Price List API.
		ComputeX86: Tiers{{6 * billion, 166_667}, {15 * billion, 150_000}, {0, 133_334}},
		ComputeArm: Tiers{{7_500_000_000, 133_334}, {18_750_000_000, 120_001}, {0, 106_667}},
		Request:    2000, // $0.20 for a million
		Date:       "2026-09-19",
	}
}
