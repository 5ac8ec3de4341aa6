package profile

import "math/bits"

// Quantiles is a distribution as a table: P[i] of all values are at most
// Value[i]. Values between two points are interpolated.
type Quantiles struct {
	// P are probabilities in millionths, rising from 0 to 1,000,000.
	P []int32 `json:"p"`
	// Value are nanoseconds, not negative and never falling, one for each P.
	Value []int64 `json:"value"`
}

// At returns the value at u, a uniform draw over all 64-bit numbers: the first
// value at 0, the last at the largest u. Integers only, so that it is the same
// on every processor. A nil table is 0.
func (q *Quantiles) At(u uint64) int64 {
	if q == nil || len(q.P) == 0 {
		return 0
	}
	// whole is u in millionths, rounded down, and rest what is left of it, in
	// 64 binary places.
	whole, rest := bits.Mul64(u, 1_000_000)
	i := 1
	for i < len(q.P)-1 && whole >= uint64(q.P[i]) {
		i++
	}
	if i >= len(q.P) || whole < uint64(q.P[i-1]) {
		return q.Value[i-1]
	}
	// A segment is at most 2^20 millionths wide: 43 places more fit 64 bits.
	const places = 43
	span := uint64(q.P[i]-q.P[i-1]) << places
	part := (whole-uint64(q.P[i-1]))<<places | rest>>(64-places)
	if part >= span {
		return q.Value[i]
	}
	hi, lo := bits.Mul64(uint64(q.Value[i]-q.Value[i-1]), part)
	lo, carry := bits.Add64(lo, span/2, 0) // to the nearest
	step, _ := bits.Div64(hi+carry, lo, span)
	return q.Value[i-1] + int64(step)
}

// Constant is the table of one value.
func Constant(ns int64) *Quantiles {
	return &Quantiles{P: []int32{0, 1_000_000}, Value: []int64{ns, ns}}
}
