package main

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// lateness tells the predicates late and keylate: whether an entry shows that a record was
// handled out of the order of its partition, or of its key.
type lateness struct {
	checkers      [2]*order.Checker
	late, keyLate bool // of the entry at hand
}

// lateWords are the predicates that it tells.
var lateWords = []string{"late", "keylate"}

// asksLate reports whether a query from Parse asks any of them.
func asksLate(q *query.Query) bool {
	return q.Check("an entry", func(*query.Field, bool) bool { return true }) != nil
}

// newLateness returns what tells them of a run.
func newLateness(of *journal.Description) *lateness {
	l := &lateness{}
	l.checkers[0] = order.New(order.Options{Domain: order.ByPartition, Of: of, Witnesses: 1, Found: func(v *order.Violation, _ bool) { l.late = l.late || v.Rule.Class() == order.OfOrder }})
	l.checkers[1] = order.New(order.Options{Domain: order.ByKey, Of: of, Witnesses: 1, Found: func(v *order.Violation, _ bool) { l.keyLate = l.keyLate || v.Rule.Class() == order.OfOrder }})
	return l
}

// add takes the next entry of the run.
func (l *lateness) add(e *journal.Entry) {
	l.late, l.keyLate = false, false
	for _, c := range l.checkers {
		c.Add(e)
	}
}

// told answers for the entry that was added last.
func (l *lateness) told(predicate string) bool {
	switch predicate {
	case "late":
		return l.late
	case "keylate":
		return l.keyLate
	}
	return false
}
