package store

import "github.com/coldbrook-dev/coldbrook/emulator/order"

// StripColumns are the zoom levels of a strip: how long a column is, in ns.
var StripColumns = [...]int64{10e6, 100e6, 1e9, 10e9}

// stripSlices is how many columns of each level are kept.
const stripSlices = 256

// orderStrips counts records out of order in slices of time, by domain, at each level. A
// wider slice is the sum of the narrow ones in it, so that nothing is ever hidden.
type orderStrips [len(StripColumns)]orderStrip

type orderStrip struct {
	last   int64 // the newest slice, counted from 0
	counts [stripSlices][Domains]uint16
}

func (s *orderStrips) add(at int64, d order.Domain) {
	for level := range s {
		l, slice := &s[level], at/StripColumns[level]
		if slice > l.last {
			for i := max(l.last+1, slice-stripSlices+1); i <= slice; i++ {
				l.counts[i%stripSlices] = [Domains]uint16{}
			}
			l.last = slice
		}
		if slice > l.last-stripSlices {
			if n := &l.counts[slice%stripSlices][d]; *n < 1<<16-1 {
				*n++
			}
		}
	}
}

// in returns the counts of a slice of a level.
func (s *orderStrips) in(level int, slice int64) [Domains]uint16 {
	l := &s[level]
	if slice < 0 || slice > l.last || slice <= l.last-stripSlices {
		return [Domains]uint16{}
	}
	return l.counts[slice%stripSlices]
}
