package emulatortest

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// A batch over filtered records ends only what is its own; what is filtered
// again after a new assignment changes nothing.
func TestRangesOfBatchesLeaveFilteredRecordsOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var d deliveryTally
		isFiltered := rapid.SliceOfN(rapid.Bool(), 1, 30).Draw(rt, "filtered")
		for range rapid.IntRange(1, 2).Draw(rt, "assignments") {
			from := rapid.IntRange(0, len(isFiltered)-1).Draw(rt, "from")
			for i := range isFiltered {
				if isFiltered[i] && (i >= from || d.filtered == nil) {
					d.end(endedRange{first: int64(i), last: int64(i), outcome: journal.Filtered})
				}
			}
		}
		var known []bool
		for i := range isFiltered {
			known = append(known, slices.ContainsFunc(d.filtered, func(r offsetRange) bool { return r.first <= int64(i) && int64(i) <= r.last }))
		}
		d.ended = nil
		d.end(endedRange{first: 0, last: int64(len(isFiltered) - 1), outcome: journal.Succeeded})
		for i := range isFiltered {
			n := 0
			for _, r := range d.ended {
				if r.first <= int64(i) && int64(i) <= r.last {
					n++
				}
			}
			if want := map[bool]int{true: 0, false: 1}[known[i]]; n != want {
				rt.Fatalf("offset %d, filtered %v: ended %d times in %+v, want %d", i, known[i], n, d.ended, want)
			}
		}
	})
}
