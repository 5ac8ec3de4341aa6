package emulatortest

import (
	"cmp"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// end adds a range of records that ended. Ranges of batches may have records in
// between that were filtered before, and so are no part of them.
func (d *deliveryTally) end(r endedRange) {
	if r.outcome == journal.Filtered {
		d.addFiltered(offsetRange{r.first, r.last})
		d.ended = append(d.ended, r)
		return
	}
	for _, rest := range without(offsetRange{r.first, r.last}, d.filtered) {
		piece := r
		piece.first, piece.last = rest.first, rest.last
		d.ended = append(d.ended, piece)
	}
}

// addFiltered keeps the ranges in order. Most often one comes after all others;
// what was filtered again, in another assignment, is there already.
func (d *deliveryTally) addFiltered(r offsetRange) {
	if n := len(d.filtered); n == 0 || r.first > d.filtered[n-1].last {
		d.filtered = append(d.filtered, r)
		return
	}
	d.filtered = joined(append(d.filtered, r))
}

// without returns what is left of r without the ranges, which are in order.
func without(r offsetRange, ranges []offsetRange) []offsetRange {
	i, _ := slices.BinarySearchFunc(ranges, r.first, func(f offsetRange, offset int64) int { return cmp.Compare(f.last, offset) })
	var rest []offsetRange
	for ; i < len(ranges) && ranges[i].first <= r.last; i++ {
		if ranges[i].first > r.first {
			rest = append(rest, offsetRange{r.first, ranges[i].first - 1})
		}
		r.first = ranges[i].last + 1
	}
	if r.first <= r.last {
		rest = append(rest, r)
	}
	return rest
}
