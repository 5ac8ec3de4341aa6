package platform

// purpose names what a random number is for, so that draws for one thing do not
// shift those for another.
type purpose uint64

const (
	drawPlacement purpose = iota + 1
	drawInit
	drawIdle
	drawDuration
	drawFault
	drawProvision
	drawLife
	drawReinit
	drawProactive
)

// draw returns the n-th number of an entity for a purpose, uniform over all
// 64-bit numbers. It depends on nothing else.
func draw(seed uint64, p purpose, entity, n uint64) uint64 {
	x := mix(seed ^ 0x9e3779b97f4a7c15*uint64(p))
	x = mix(x ^ 0xbf58476d1ce4e5b9*(entity+1))
	return mix(x ^ 0x94d049bb133111eb*(n+1))
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// between returns a number from lo to hi, both inclusive.
func between(u uint64, lo, hi int64) int64 {
	if hi <= lo {
		return lo
	}
	return lo + int64(u%uint64(hi-lo+1))
}
