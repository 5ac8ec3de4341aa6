package report

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// seriesLeast is from how many pieces of time on a series is drawn: fewer show no course.
const seriesLeast = 4

// bars are the heights of a drawn series; the first stands for nothing.
var bars = []rune(" ▁▂▃▄▅▆▇█")

// writeSeries draws load above environments, over time.
func (e *Elasticity) writeSeries(t *fitWriter) {
	const label = 14
	n := len(e.Series)
	if n < seriesLeast || 2+fitLabel+label+n > t.Width {
		return
	}
	var records, environments []uint64
	for _, p := range e.Series {
		records, environments = append(records, p.Records), append(environments, uint64(p.Environments))
	}
	margin := strings.Repeat(" ", 2+fitLabel)
	fmt.Fprintf(t, "%s%-*s%s\n", margin, label, "records", bar(records))
	fmt.Fprintf(t, "%s%-*s%s  %s each\n", margin, label, "environments", bar(environments), journal.Duration(e.Step))
}

// bar draws numbers, the largest as high as can be, and none but 0 as nothing.
func bar(of []uint64) string {
	var most uint64
	for _, n := range of {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range of {
		height := 0
		if n > 0 {
			height = max(int(n*uint64(len(bars)-1)/most), 1)
		}
		b.WriteRune(bars[height])
	}
	return strings.TrimRight(b.String(), " ")
}
