package lineage

import (
	"fmt"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// explainer tells one story.
type explainer struct {
	entries
	o     Options
	left  int // records that may still be told
	calls map[uint64]*call
	// met are the records that were told upwards and downwards.
	up, down map[Record]bool
	todo     []task
}

// task is a story that is still to be followed.
type task struct {
	story *Story
	depth int // hops that may follow
}

// Explain tells the story of a record. It returns an error if the source does, or an
// *UnknownError if the run has no such record.
func Explain(src journal.Source, of Record, o Options) (*Story, error) {
	o = o.withDefaults()
	x := &explainer{
		entries: entries{src: src}, o: o, left: o.Records, calls: map[uint64]*call{},
		up: map[Record]bool{of: true}, down: map[Record]bool{of: true},
	}
	s := &Story{Record: of, Missed: src.Missed()}
	e := x.first(about(of, journal.RecordsProduced), nil)
	if e != nil {
		s.Produced = producedBy(e)
	}
	if o.Direction != Down {
		x.follow(s, x.tellCauses)
	}
	if o.Direction != Up {
		x.left = max(x.left, o.Records/2) // what came before takes half of them at most
		x.follow(s, x.tellReadings)
	}
	if x.err != nil {
		return nil, x.err
	}
	if s.Produced == nil && !s.wasRead() {
		if err := x.unknown(of); err != nil {
			return nil, err
		}
	}
	return s, x.finish(s)
}

// wasRead reports whether any entry tells that the record was read.
func (s *Story) wasRead() bool {
	for _, r := range s.Readings {
		if r.Arrived != 0 || len(r.Batches) > 0 || r.Outcome != journal.NoOutcome {
			return true
		}
	}
	return false
}

// follow tells of a record and of all that is found on the way, nearest first, so that
// what a bound leaves out is what is far.
func (x *explainer) follow(s *Story, tell func(*Story, int)) {
	x.todo = append(x.todo[:0], task{s, x.o.Depth})
	for len(x.todo) > 0 && x.err == nil {
		next := x.todo[0]
		x.todo = x.todo[1:]
		tell(next.story, next.depth)
	}
}

// finish adds what is known once all is told.
func (x *explainer) finish(s *Story) error {
	s.measure()
	x.removed(s)
	m, err := x.src.Message(s.Record.Topic, s.Record.Partition, s.Record.Offset)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.Record, err)
	}
	if s.Message = m; m != nil {
		s.Key = string(m.Key)
	}
	return x.err
}

// producedBy says who produced the records of an entry RecordsProduced.
func producedBy(e *journal.Entry) *Produced {
	p := &Produced{
		At: e.At, Function: e.Function, Environment: e.Environment, Invocation: e.Invocation, Request: e.Request,
		Process: e.Process, Mapping: e.Mapping,
	}
	switch {
	case e.Process != "":
	case e.Function == "":
		p.Client = e.Measured.Client
	case e.Environment != 0:
		p.Via, p.Late, p.Ambiguous = "own address", e.Reason == "late", e.Reason == "ambiguous"
	case e.Reason == "output":
		p.Via = "response"
	default:
		p.Via = e.Reason
	}
	return p
}

// more says that so many records are not told.
func more(n int, of string) string {
	noun := " more records"
	if n == 1 {
		noun = " more record"
	}
	return strconv.Itoa(n) + noun + of
}

// UnknownError says that a run has no such record.
type UnknownError struct {
	Record Record
	Reason string // in words
	Fix    string
}

func (e *UnknownError) Error() string { return "explain " + e.Record.String() + ": " + e.Reason }

// Hint says what to do.
func (e *UnknownError) Hint() string { return e.Fix }

// unknown says why nothing is known of a record; nil where it may have been there.
func (x *explainer) unknown(r Record) error {
	partitions := int32(-1)
	names := ""
	for _, t := range x.src.Description().Topics {
		if t.Name == r.Topic {
			partitions = t.Partitions
		}
		names += ", " + t.Name
	}
	want := behind(Record{r.Topic, r.Partition, 0}, journal.RecordsProduced)
	newest := x.last(want, nil)
	switch {
	case x.err != nil:
		return x.err
	case newest == nil && partitions < 0:
		e := &UnknownError{Record: r, Reason: fmt.Sprintf("the run has no topic %q", r.Topic)}
		if names != "" {
			e.Fix = "its topics are " + names[2:]
		}
		return e
	case partitions >= 0 && r.Partition >= partitions:
		return &UnknownError{Record: r, Reason: fmt.Sprintf("topic %q has no partition %d, only 0 to %d", r.Topic, r.Partition, partitions-1)}
	case newest == nil && x.src.Missed() == 0:
		return &UnknownError{Record: r, Reason: fmt.Sprintf("nothing was produced to %s/%d", r.Topic, r.Partition)}
	case newest != nil && r.Offset > newest.Last:
		return &UnknownError{Record: r, Reason: "it was not produced yet", Fix: fmt.Sprintf("the newest record of %s/%d is @%d", r.Topic, r.Partition, newest.Last)}
	case x.src.Missed() > 0:
		return &UnknownError{Record: r, Reason: fmt.Sprintf("its entries are gone: the oldest %d are not held any more", x.src.Missed()),
			Fix: "a run with --journal FILE keeps all of them"}
	}
	return &UnknownError{Record: r, Reason: "no record has that offset: offsets have gaps, for example where a transaction ended"}
}

// removed notes whether retention has removed the record.
func (x *explainer) removed(s *Story) {
	// Its entries have no last offset, so those of all partitions are asked for.
	want := journal.Want{Kinds: journal.KindsOf(journal.RetentionMoved), Topic: s.Record.Topic, AllPartitions: true}
	s.Removed = x.first(want, func(e *journal.Entry) bool {
		return e.Partition == s.Record.Partition && e.First > s.Record.Offset
	}) != nil
}
