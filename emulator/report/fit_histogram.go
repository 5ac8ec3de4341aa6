package report

import "math/bits"

// histogramBits is how many bits of a value a histogram tells apart: 2^-6 = 1.6 % of it.
const histogramBits = 6

// histogram counts durations in nanoseconds, each in a class that is at most 1.6 % wide,
// so that its size does not depend on how many there are. The zero value is empty.
type histogram struct {
	classes  []uint64
	count    uint64
	min, max int64
}

// add counts a value n times. Negative ones count as 0: times that two clocks told.
func (h *histogram) add(value int64, n uint64) {
	value = max(value, 0)
	if n == 0 {
		return
	}
	if h.count == 0 {
		h.min, h.max = value, value
	}
	h.min, h.max = min(h.min, value), max(h.max, value)
	class := classOf(value)
	for len(h.classes) <= class {
		h.classes = append(h.classes, 0)
	}
	h.classes[class] += n
	h.count += n
}

// classOf numbers classes by value: small values have one each, then every power of two
// is cut into equal parts.
func classOf(value int64) int {
	shift := max(bits.Len64(uint64(value))-histogramBits-1, 0)
	return shift<<histogramBits + int(value>>shift)
}

// middle is the middle of a class.
func middle(class int) int64 {
	shift := max(class>>histogramBits-1, 0)
	low := int64(class-shift<<histogramBits) << shift
	return low + (int64(1)<<shift-1)/2
}

// quantile is the value below or at which so many per cent of all lie, 0 if there is none.
func (h *histogram) quantile(percent uint64) int64 {
	rank := (h.count*percent + 99) / 100
	var below uint64
	for class, n := range h.classes {
		if below += n; below >= rank && n > 0 {
			return min(max(middle(class), h.min), h.max)
		}
	}
	return h.max
}

// Distribution is how long something took, in nanoseconds: p50 and p99 within 1.6 %, the
// longest exactly.
type Distribution struct {
	Count uint64 `json:"count"`
	P50   int64  `json:"p50"`
	P99   int64  `json:"p99"`
	Max   int64  `json:"max"`
}

// distribution returns nil where nothing was counted.
func (h *histogram) distribution() *Distribution {
	if h.count == 0 {
		return nil
	}
	return &Distribution{Count: h.count, P50: h.quantile(50), P99: h.quantile(99), Max: h.max}
}
