package logs

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// found is the lines that are shown, by their numbers. A line is looked at once: what was
// found stays found while lines come and go.
type found struct {
	numbers []uint64
	seen    uint64 // up to which lines were looked at
	from    uint64 // the first that was
}

func (f *found) reset() { f.numbers, f.seen, f.from = f.numbers[:0], 0, 0 }

// find looks at the lines that have come.
func (f *found) find(c *ui.Context, level store.Level) {
	l := &c.View.Logs
	if l.Total < f.seen { // the view of an earlier time
		f.seen = l.Total
		f.numbers = f.numbers[:f.index(l.Total+1)]
	}
	if first := l.First(); len(f.numbers) > 0 && f.numbers[0] < first {
		f.numbers = slices.Delete(f.numbers, 0, f.index(first))
	}
	subject := query.Subject{Now: c.View.Now}
	for n := max(f.seen+1, l.First()); n <= l.Total; n++ {
		line := l.At(n)
		if line.Level < level {
			continue
		}
		subject.Entry = &line.Entry
		if c.Query == nil || c.Query.Everything() || c.Query.Match(&subject) {
			f.numbers = append(f.numbers, n)
		}
	}
	f.seen = max(f.seen, l.Total)
}

// index is where the first line from a number on is among those that are shown.
func (f *found) index(number uint64) int {
	i, _ := slices.BinarySearch(f.numbers, number)
	return i
}

// hidden is how many lines are kept and not shown.
func (f *found) hidden(l *store.Logs) uint64 {
	if l.Total == 0 {
		return 0
	}
	return l.Total - l.First() + 1 - uint64(len(f.numbers))
}
