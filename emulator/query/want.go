package query

import (
	"math"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Want names entries among which are all that match, so that a source with an index need
// not look at the others. What it names must still be matched.
func (q *Query) Want() journal.Want {
	var w journal.Want
	if q.root == nil {
		return w
	}
	terms := []*node{q.root}
	if q.root.join == and {
		terms = q.root.kids
	}
	for _, n := range terms {
		if t := n.term; t != nil && t.field != nil && t.operator == equals && !t.absent {
			t.narrow(&w)
		}
	}
	return w
}

// narrow leaves out of w what t does not hold for.
func (t *term) narrow(w *journal.Want) {
	switch t.field.id {
	case fieldKind:
		w.Kinds = journal.Kinds(t.set)
	case fieldTopic:
		if len(t.texts) == 1 {
			w.Topic, w.AllPartitions = t.texts[0], true
		}
	}
	if len(t.numbers) != 1 || t.numbers[0].from != t.numbers[0].to || t.numbers[0].from <= 0 {
		return
	}
	n := uint64(t.numbers[0].from)
	switch t.field.id {
	case fieldBatch:
		w.Batch = n
	case fieldInvocation:
		w.Invocation = n
	case fieldRequest:
		w.Request = n
	case fieldEnvironment:
		if n <= math.MaxUint32 {
			w.Environment = uint32(n)
		}
	}
}
