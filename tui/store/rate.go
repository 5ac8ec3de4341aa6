package store

// rateSlices is how many slices a Rate remembers, and rateSlice how long one is: 32 s.
const (
	rateSlices = 128
	rateSlice  = 250e6
)

// Rate counts things in slices of a quarter of a second of world time. The zero Rate is
// ready. It is plain data: a copy stands for itself.
type Rate struct {
	last   int64 // the newest slice, counted from 0
	counts [rateSlices]uint32
	Total  uint64
}

// Add counts n things at a time.
func (r *Rate) Add(at, n int64) {
	slice := at / rateSlice
	r.Total += uint64(n)
	switch {
	case slice > r.last:
		for s := max(r.last+1, slice-rateSlices+1); s <= slice; s++ {
			r.counts[s%rateSlices] = 0
		}
		r.last = slice
	case slice <= r.last-rateSlices:
		return
	}
	r.counts[slice%rateSlices] += uint32(n)
}

// Per returns how many things there were a second, in the last whole second before now.
func (r *Rate) Per(now int64) int64 {
	newest := now / rateSlice
	var n int64
	for s := newest - 4; s < newest; s++ {
		n += r.in(s)
	}
	return n
}

// Slices returns how many things there were in each of the last n slices before now, the
// oldest first.
func (r *Rate) Slices(now int64, into []int64) {
	newest := now / rateSlice
	for i := range into {
		into[i] = r.in(newest - int64(len(into)-i))
	}
}

func (r *Rate) in(slice int64) int64 {
	if slice < 0 || slice > r.last || slice <= r.last-rateSlices {
		return 0
	}
	return int64(r.counts[slice%rateSlices])
}

// Over returns how many things there were in the last n whole slices before now.
func (r *Rate) Over(now, n int64) int64 {
	newest := now / rateSlice
	var sum int64
	for s := max(newest-n, r.last-rateSlices+1, 0); s < min(newest, r.last+1); s++ {
		sum += int64(r.counts[s%rateSlices])
	}
	return sum
}

// Peaks returns for each of some columns how many things there were at most in one of its
// slices; a column is step slices and the oldest is the first. Columns begin at whole
// multiples of their length, so that a picture moves by columns.
func (r *Rate) Peaks(now, step int64, into []int64) {
	end := now / rateSlice / step * step
	for i := range into {
		into[i] = 0
		first := end - int64(len(into)-i)*step
		for s := first; s < first+step; s++ {
			into[i] = max(into[i], r.in(s))
		}
	}
}

// Filled returns in how many of the last n whole slices before now there was anything.
func (r *Rate) Filled(now, n int64) int64 {
	newest := now / rateSlice
	var filled int64
	for s := newest - n; s < newest; s++ {
		if r.in(s) > 0 {
			filled++
		}
	}
	return filled
}
