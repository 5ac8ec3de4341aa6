package eventlist

import (
	"context"
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

const (
	// jobRows is how many events are looked at in one go, and lookBack how far back from
	// the newest.
	jobRows  = 256
	lookBack = 16_384
)

// job looks at the payload of some events, outside of the program.
type job struct {
	key      string
	from, to uint64
	work     func(context.Context) (any, error)
}

// lookAtPayloads takes the result of a job, or begins the next one: new events first,
// then older ones.
func (l *List) lookAtPayloads(c *ui.Context, q *query.Query, p Picks) {
	if l.job == nil {
		l.job = l.next(c, q, p)
	}
	if l.job == nil {
		return
	}
	v, err := c.Load(l.job.key, l.job.work)
	if l.failed = err; err != nil {
		return
	}
	found, ok := v.([]uint64)
	if !ok {
		return
	}
	if l.job.to < l.from {
		l.matches, l.from = slices.Concat(found, l.matches), l.job.from
	} else {
		l.matches, l.to = append(l.matches, found...), l.job.to
	}
	l.job = nil
}

// next is the job that is to be done next, nil if all is looked at.
func (l *List) next(c *ui.Context, q *query.Query, p Picks) *job {
	var from, to uint64
	floor := l.first
	if l.total > lookBack {
		floor = max(floor, l.total-lookBack+1)
	}
	switch {
	case l.to < l.total && l.from <= l.to && l.total-l.to > lookBack: // it cannot keep up
		l.from, l.to, l.matches = l.total+1, l.total, l.matches[:0]
		fallthrough
	case l.to >= l.total:
		if l.from <= floor {
			return nil
		}
		from, to = max(floor, l.from-min(jobRows, l.from-1)), l.from-1
	default:
		from, to = l.to+1, min(l.to+jobRows, l.total)
	}
	l.jobs++
	rows, names := rowsOf(&c.View.Events, from, to), slices.Clone(c.View.Events.Names)
	u, now, driver := l.uses, c.View.Now, c.Driver
	work := func(ctx context.Context) (any, error) {
		s := newSubject(u, p)
		s.Now = now
		return matchRows(ctx, q, s, rows, names, driver)
	}
	return &job{fmt.Sprintf("events filter %s %v %d-%d", l.text, p.key(), from, to), from, to, work}
}

// matchRows returns the numbers of the rows that a query holds for, with their payload.
func matchRows(ctx context.Context, q *query.Query, s *subject, rows []store.Event, names []store.Names, driver ui.Driver) (any, error) {
	found := []uint64{}
	for i := range rows {
		row, n := &rows[i], &names[rows[i].Of]
		s.set(row, n)
		s.Records = nil
		if row.Records == 1 { // a row of many shows no payload
			m, err := driver.Message(ctx, n.Topic, row.Partition, row.Offset)
			if err != nil {
				return nil, err
			}
			s.Records = one(m)
		}
		if q.Match(&s.Subject) {
			found = append(found, row.Number)
		}
	}
	return found, nil
}
