package profile

// Quantiles is a distribution as a table: P[i] of all values are at most
// Value[i]. Values between two points are interpolated.
type Quantiles struct {
	// P are probabilities in millionths, rising from 0 to 1,000,000.
	P []int32
	// Value are nanoseconds, rising, one for each P.
	Value []int64
}

// At returns the value at u, a uniform draw over all 64-bit numbers. Integers
// only, so that it is the same on every processor. A nil table is 0.
func (q *Quantiles) At(u uint64) int64 {
	if q == nil || len(q.P) == 0 {
		return 0
	}
	const bits = 32
	scaled := (u >> bits) * 1_000_000 // millionths, as a 32.32 fixed point number
	i := 1
	for i < len(q.P)-1 && scaled >= uint64(q.P[i])<<bits {
		i++
	}
	lo, hi := uint64(q.P[i-1])<<bits, uint64(q.P[i])<<bits
	span := (hi - lo) >> 16
	if span == 0 {
		return q.Value[i]
	}
	part := min((scaled-min(lo, scaled))>>16, span)
	width := uint64(q.Value[i] - q.Value[i-1])
	// width is at most some minutes in ns (< 2^40) and part/span < 1: multiply
	// in two halves so that nothing overflows.
	f := (part << 20) / span
	return q.Value[i-1] + int64((width*f)>>20)
}

// Constant is the table of one value.
func Constant(ns int64) *Quantiles {
	return &Quantiles{P: []int32{0, 1_000_000}, Value: []int64{ns, ns}}
}
