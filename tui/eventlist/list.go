package eventlist

import (
	"cmp"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// List is the numbers of the events that a filter leaves, the oldest first. The zero List
// is ready; Update brings it up to date.
type List struct {
	first, total uint64 // of the events that are kept
	filtered     bool
	text         string
	uses         uses
	payload      bool
	mistake      error
	failed       error // of the payloads that were looked at last
	picks        pickKey
	at           int64 // world time of the scan, for age

	// What was looked at, from and to both inclusive, and what matches among it.
	from, to uint64
	matches  []uint64
	job      *job
	jobs     int
}

// ageEvery is after how much world time a filter by age is asked again.
const ageEvery = 250e6

// Update brings the list up to date with a view.
func (l *List) Update(c *ui.Context, p Picks) {
	e := &c.View.Events
	l.first, l.total = e.First(), e.Total
	q := c.Query
	if q == nil || q.Everything() {
		*l = List{first: l.first, total: l.total, jobs: l.jobs}
		return
	}
	aged := l.uses.age && (c.View.Now-l.at >= ageEvery || c.View.Now < l.at)
	if !l.filtered || l.text != c.Filter || l.picks != p.key() || aged {
		l.restart(c, q, p)
	}
	if l.mistake != nil {
		return
	}
	l.forget()
	if q.NeedsPayload() {
		l.lookAtPayloads(c, q, p)
		return
	}
	s := newSubject(l.uses, p)
	s.Now = c.View.Now
	l.matches, l.to = s.look(l.matches, q, e, l.to+1, l.total), l.total
	if l.from > l.first {
		from := max(l.first, l.from-min(frameRows, l.from))
		l.matches, l.from = append(s.look(nil, q, e, from, l.from-1), l.matches...), from
	}
}

// frameRows is how many of the older events are looked at in one go, a millisecond or two,
// after the filter was changed: the newest are seen at once.
const frameRows = 16_384

// look appends the numbers of the events that a query holds for.
func (s *subject) look(found []uint64, q *query.Query, e *store.Events, from, to uint64) []uint64 {
	for n := from; n <= to; n++ {
		row := e.At(n)
		if s.set(row, &e.Names[row.Of]); q.Match(&s.Subject) {
			found = append(found, n)
		}
	}
	return found
}

// restart begins to look anew.
func (l *List) restart(c *ui.Context, q *query.Query, p Picks) {
	*l = List{first: l.first, total: l.total, filtered: true, text: c.Filter, picks: p.key(), matches: l.matches[:0], at: c.View.Now, jobs: l.jobs + 1}
	l.payload = q.NeedsPayload()
	l.uses, l.mistake = usesOf(q)
	l.from, l.to = l.total+1, l.total
}

// forget drops what is no more, and what is not yet: the view may be of an earlier moment.
func (l *List) forget() {
	if l.to > l.total {
		l.to = l.total
		l.from = min(l.from, l.to+1)
		at, _ := slices.BinarySearch(l.matches, l.total+1)
		l.matches = l.matches[:at]
		l.job = nil
	}
	if l.from < l.first {
		at, _ := slices.BinarySearch(l.matches, l.first)
		l.matches = append(l.matches[:0], l.matches[at:]...)
		l.from, l.to = l.first, max(l.to, l.first-1)
	}
}

// Len is how many events there are in it.
func (l *List) Len() int {
	if !l.filtered {
		return int(l.total + 1 - l.first)
	}
	return len(l.matches)
}

// Number is the number of event i, 0 if there is none.
func (l *List) Number(i int) uint64 {
	switch {
	case i < 0 || i >= l.Len():
		return 0
	case !l.filtered:
		return l.first + uint64(i)
	}
	return l.matches[i]
}

// Find returns where a number is, or would be; the last place at most. It is -1 in an
// empty list.
func (l *List) Find(number uint64) int {
	if !l.filtered {
		return int(min(max(number, l.first), l.total)) - int(l.first)
	}
	i, _ := slices.BinarySearch(l.matches, number)
	return min(i, len(l.matches)-1)
}

// Hidden is how many events that were looked at the filter leaves out.
func (l *List) Hidden() int {
	if !l.filtered || l.Mistake() != nil {
		return 0
	}
	return int(l.to+1-l.from) - len(l.matches)
}

// Filtered reports whether there is a filter.
func (l *List) Filtered() bool { return l.filtered }

// Mistake is why events cannot answer the filter, nil if they can.
func (l *List) Mistake() error { return cmp.Or(l.mistake, l.failed) }

// Scanning says how far the events were looked at, where that takes time; "" if all were.
func (l *List) Scanning() string {
	if !l.filtered || l.Mistake() != nil || l.from <= l.first && l.to >= l.total {
		return ""
	}
	if l.payload {
		return "looked at the payload of the newest " + frame.Grouped(l.to+1-l.from)
	}
	return "looked at the newest " + frame.Grouped(l.to+1-l.from)
}

// rowsOf copies rows for work outside of the lock.
func rowsOf(e *store.Events, from, to uint64) []store.Event {
	var rows []store.Event
	for n := from; n <= to; n++ {
		if row := e.At(n); row != nil {
			rows = append(rows, *row)
		}
	}
	return rows
}
