package query

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// answer is what is known of whether a part of a query holds.
type answer uint8

const (
	no answer = iota
	yes
	unsure // it depends on records that were not looked at yet
)

func answerOf(holds bool) answer {
	if holds {
		return yes
	}
	return no
}

// view is a subject as far as it is looked at.
type view struct {
	subject *Subject
	// Each level has more than the one before.
	level level
	known *journal.Known   // at knownRecord, and at noPayload if there is one
	m     *journal.Message // at wholeRecord
	// offset is that of the record, if there is one.
	offset int64
	exact  bool // the query is about single records, so a range that is met by half is unsure
}

type level uint8

const (
	entryAlone  level = iota // what depends on single records is unsure
	knownRecord              // one record without its payload
	wholeRecord              // one record with its payload
	noPayload                // nothing more can be known: what is not, is absent
)

// Match reports whether the query holds for the subject. It allocates nothing unless it
// must look into a payload.
//
// Conditions on the key, the payload and the headers, and words, are about the records of
// the entry: all of the query must hold for one and the same of them. Where no record is at
// hand any more, its key, payload and headers count as absent.
func (q *Query) Match(s *Subject) bool {
	if q.plan == nil {
		return true
	}
	v := view{subject: s, exact: q.plan.record}
	if a := q.plan.ask(&v); a != unsure {
		return a == yes
	}
	// First what the entry knows of its records, then their payload.
	known := s.Entry.Each != nil
	if known {
		if a := q.matchKnown(&v, knownRecord); a != unsure {
			return a == yes
		}
	}
	if s.Records != nil {
		if a := q.matchPayload(s); a != unsure {
			return a == yes
		}
	}
	if known {
		return q.matchKnown(&v, noPayload) == yes
	}
	v.level = noPayload
	return q.plan.ask(&v) == yes
}

// matchPayload looks at the payload of the records that are at hand; it is unsure if none
// is. It is a function of its own because its view escapes.
func (q *Query) matchPayload(s *Subject) answer {
	v := view{subject: s, exact: true, level: wholeRecord}
	result := unsure
	for m := range s.Records {
		v.m, v.offset = m, m.Offset
		if result = q.plan.ask(&v); result == yes {
			break
		}
	}
	return result
}

// matchKnown asks for each record that the entry knows.
func (q *Query) matchKnown(v *view, l level) answer {
	e := v.subject.Entry
	result := no
	v.level = l
	for i := range e.Each.Each {
		v.known = &e.Each.Each[i]
		v.offset = e.First + int64(v.known.Offset)
		switch q.plan.ask(v) {
		case yes:
			return yes
		case unsure:
			result = unsure
		}
	}
	return result
}

func (n *node) ask(v *view) answer {
	switch n.join {
	case none:
		if t := n.term; t.predicate != nil && !t.predicate.Told { // the quick way
			return answerOf(t.predicate.holds(v.subject.Entry))
		} else if t.read != nil {
			return t.askRead(t.read(v.subject.Entry))
		}
		return n.term.ask(v)
	case not:
		switch n.kids[0].ask(v) {
		case yes:
			return no
		case no:
			return yes
		}
		return unsure
	}
	// What ends an and is no, what ends an or is yes.
	ends := answerOf(n.join == or)
	result := answerOf(n.join == and)
	for _, k := range n.kids {
		switch k.ask(v) {
		case ends:
			return ends
		case unsure:
			result = unsure
		}
	}
	return result
}

func (t *term) ask(v *view) answer {
	e := v.subject.Entry
	switch {
	case t.predicate != nil && t.predicate.Told:
		return answerOf(v.subject.Told != nil && v.subject.Told(t.predicate.Name))
	case t.predicate != nil:
		return answerOf(t.predicate.holds(e))
	case t.field == nil:
		return t.askWord(v)
	}
	var a answer
	switch t.field.Type {
	case Number, Duration, Size:
		a = t.askNumber(v)
	case KindName:
		a = answerOf(t.set>>e.Kind&1 != 0)
	case OutcomeName:
		a = answerOf(t.set>>e.Outcome&1 != 0 || t.absent && e.Outcome == journal.NoOutcome)
	default:
		a = t.askText(v)
	}
	if t.operator.negative() && a != unsure {
		return a ^ 1
	}
	return a
}

func (t *term) askNumber(v *view) answer {
	e := v.subject.Entry
	switch t.field.id {
	case fieldOffset:
		return t.askOffset(v)
	case fieldAge:
		return answerOf(t.within(v.subject.Now - e.At))
	case fieldAt:
		return answerOf(t.within(e.At))
	}
	switch { // the partition
	case v.m != nil:
		return answerOf(t.within(int64(v.m.Partition)))
	case e.Topic == "":
		return answerOf(t.absent)
	}
	return answerOf(t.within(int64(e.Partition)))
}

// askRead compares a number of an entry that is 0 where it does not apply.
func (t *term) askRead(n int64) answer {
	if n == 0 {
		return answerOf(t.absent != t.operator.negative())
	}
	return answerOf(t.within(n) != t.operator.negative())
}

func (t *term) within(n int64) bool {
	for i := range t.numbers {
		if s := &t.numbers[i]; n >= s.from && n <= s.to {
			return true
		}
	}
	return false
}

// askOffset compares the offset of a record, or the range of an entry.
func (t *term) askOffset(v *view) answer {
	e := v.subject.Entry
	switch {
	case !hasRange(e):
		return answerOf(t.absent)
	case v.level == wholeRecord || v.known != nil:
		return answerOf(t.within(v.offset))
	}
	meets := no
	for i := range t.numbers {
		s := &t.numbers[i]
		if s.from <= e.First && s.to >= e.Last {
			return yes
		}
		if s.from <= e.Last && s.to >= e.First {
			meets = yes
		}
	}
	if meets == yes && v.exact && v.level == entryAlone {
		return unsure
	}
	return meets
}

// hasRange reports whether an entry names records by First and Last.
func hasRange(e *journal.Entry) bool {
	if e.Topic == "" {
		return false
	}
	switch e.Kind {
	case journal.RetentionMoved, journal.PartitionAssigned, journal.PartitionRevoked, journal.PollerWaiting, journal.Note, journal.Warning:
		return false // one offset, or none
	}
	return true
}

func (t *term) askWord(v *view) answer {
	e := v.subject.Entry
	switch t.word {
	case e.Function, e.Topic, e.Process, e.Mapping:
		return yes
	}
	if strings.Contains(e.Text, t.word) || strings.Contains(e.Reason, t.word) {
		return yes
	}
	switch {
	case v.m != nil:
		return answerOf(containsText(v.m.Key, t.word) || containsText(v.m.Value, t.word))
	case v.level != noPayload && e.Records > 0:
		return unsure
	}
	return no
}
