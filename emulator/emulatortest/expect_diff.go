package emulatortest

import (
	"fmt"
	"slices"
)

const (
	// diffLines is how many lines that differ a diff shows.
	diffLines = 20
	// diffContext is how many equal lines it shows around them.
	diffContext = 3
	// diffReach is how far lines can be apart that are taken to be the same.
	diffReach = 200
)

// lineDiff returns the first differences between two texts: lines of want that
// are gone with "-" in front, those of got that are new with "+", and some that
// are equal around them.
func lineDiff(want, got []string) []string {
	d := diff{want: want, got: got}
	for d.i < len(want) || d.j < len(got) {
		if d.i < len(want) && d.j < len(got) && want[d.i] == got[d.j] {
			d.i, d.j = d.i+1, d.j+1
			continue
		}
		if d.shown >= diffLines {
			return append(d.lines, "...")
		}
		d.difference()
	}
	if d.shown > 0 {
		d.context(d.end + diffContext)
	}
	if d.shown > diffLines {
		d.lines = append(d.lines, "...")
	}
	return d.lines
}

type diff struct {
	want, got []string
	i, j      int // the next lines
	end       int // line of want behind what was shown
	shown     int // lines that differ
	lines     []string
}

// difference shows the difference at the next lines and goes behind it.
func (d *diff) difference() {
	if from := max(d.i-diffContext, 0); d.shown == 0 || from > d.end+diffContext {
		if d.shown > 0 {
			d.context(d.end + diffContext)
		}
		d.end = from
		d.lines = append(d.lines, fmt.Sprintf("@@ line %d @@", from+1))
	}
	d.context(d.i)
	gone, added := d.apart()
	for range gone {
		d.show("-", d.want[d.i])
		d.i++
	}
	for range added {
		d.show("+", d.got[d.j])
		d.j++
	}
	d.end = d.i
}

// context shows the equal lines of want up to line to.
func (d *diff) context(to int) {
	for ; d.end < min(to, d.i); d.end++ {
		d.lines = append(d.lines, "  "+d.want[d.end])
	}
}

func (d *diff) show(sign, line string) {
	if d.shown++; d.shown <= diffLines {
		d.lines = append(d.lines, sign+" "+line)
	}
}

// apart returns how many of the next lines are gone and new, the fewest after
// which the texts go on alike; some of both if they do not within reach.
func (d *diff) apart() (gone, added int) {
	want, got := d.want[d.i:], d.got[d.j:]
	for both := 1; both <= diffReach; both++ {
		for gone := min(both, len(want)); gone >= 0; gone-- {
			if added := both - gone; added <= len(got) && alike(want[gone:], got[added:]) {
				return gone, added
			}
		}
	}
	return min(len(want), diffLines/2), min(len(got), diffLines/2)
}

// alike reports whether two texts begin with the same lines, or both are at
// their end.
func alike(a, b []string) bool {
	const enough = 2
	n := min(enough, max(len(a), len(b)))
	return len(a) >= n && len(b) >= n && slices.Equal(a[:n], b[:n])
}
