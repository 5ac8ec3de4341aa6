package eventlist

import (
	"iter"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// told are the predicates that a row shows and an entry does not.
var told = []string{"late", "keylate", "pinned", "marked"}

// missing are the fields that rows do not have.
var missing = map[string]bool{"kind": true, "process": true, "req": true, "delay": true, "billed": true, "size": true, "records": true}

// uses is what a query asks for that takes some care.
type uses struct{ age, reason bool }

// usesOf looks at a query, and returns an error if rows cannot answer it.
func usesOf(q *query.Query) (u uses, err error) {
	err = q.Check("an event", func(f *query.Field, _ bool) bool {
		if f == nil {
			return true
		}
		u.age = u.age || f.Name == "age"
		u.reason = u.reason || f.Name == "reason"
		return !missing[f.Name]
	}, told...)
	return u, err
}

// subject is a row as the query language sees it: an entry that says what the row does.
type subject struct {
	query.Subject
	entry journal.Entry
	each  journal.Records
	known [1]journal.Known
	row   *store.Event
	uses  uses
	picks Picks
}

// Picks are the rows that the user has picked.
type Picks struct {
	// Marks are the numbers of rows; the map is never changed, only replaced, and Version
	// is another one then.
	Marks   map[uint64]bool
	Version int
	Pin     ui.Target
}

// pickKey tells picks apart.
type pickKey struct {
	version   int
	topic     string
	partition int32
	offset    int64
}

func (p Picks) key() pickKey {
	if !p.Pin.Record {
		return pickKey{version: p.Version}
	}
	return pickKey{p.Version, p.Pin.Topic, p.Pin.Partition, p.Pin.Offset}
}

// Pinned reports whether a record is the one that is marked on every screen.
func (p Picks) Pinned(topic string, partition int32, offset int64) bool {
	return p.Pin.Record && p.Pin.Offset == offset && p.Pin.Partition == partition && p.Pin.Topic == topic
}

func newSubject(u uses, p Picks) *subject {
	s := &subject{uses: u, picks: p}
	s.each.Each = s.known[:]
	s.Entry = &s.entry
	s.Told = s.tell
	return s
}

// tell answers what an entry does not show.
func (s *subject) tell(predicate string) bool {
	switch predicate {
	case "late":
		return s.row.Late > 0
	case "keylate":
		return s.row.KeyLate
	case "marked":
		return s.picks.Marks[s.row.Number]
	case "pinned":
		return s.picks.Pinned(s.entry.Topic, s.row.Partition, s.row.Offset)
	}
	return false
}

// outcomes of the states; what has none is a throttle.
var outcomes = [...]journal.Outcome{store.EventOK: journal.Succeeded, store.EventError: journal.FunctionError, store.EventTimeout: journal.TimedOut,
	store.EventRetry: journal.PartlyFailed, store.EventDeadLettered: journal.DeadLettered, store.EventDropped: journal.Dropped,
	store.EventFiltered: journal.Filtered, store.EventExpired: journal.Expired, store.EventHeld: journal.FunctionError}

// set makes the subject a row.
//
// Why it is the start of an invocation: with it, cold and warm and the outcome can be told
// at once. Its reason is then how it started, and why it failed is its text; a query that
// asks for the reason has it there, and cannot ask for warm at once.
func (s *subject) set(row *store.Event, names *store.Names) {
	s.row = row
	e := &s.entry
	e.Seq, e.At, e.Function, e.Mapping, e.Topic = row.Seq, row.At, names.Function, names.Mapping, names.Topic
	e.Environment, e.Invocation, e.Batch, e.Attempt, e.Revision = row.Environment, row.Invocation, row.Batch, row.Attempt, row.Revision
	e.Partition, e.First, e.Last, e.Records = row.Partition, row.Offset, row.Offset+int64(row.Records)-1, row.Records
	e.Outcome, e.Duration, e.Text, e.Reason, e.Init = outcomes[row.State], row.Took, row.Reason, "", 0
	e.Kind = kindOf(row, s.uses.reason)
	switch {
	case s.uses.reason:
		e.Reason, e.Text = row.Reason, ""
		if row.Cold {
			e.Init = 1
		}
	case e.Kind == journal.InvocationStarted && row.Cold:
		e.Reason = journal.Cold
	case e.Kind == journal.InvocationStarted:
		e.Reason = journal.Warm
	}
	e.Each = nil
	if row.Records == 1 {
		s.known[0] = journal.Known{Key: row.Key}
		e.Each = &s.each
	}
}

func kindOf(row *store.Event, reason bool) journal.Kind {
	switch {
	case row.State == store.EventThrottled:
		return journal.Throttled
	case row.State == store.EventHeld:
		return journal.BatchHeld
	case row.Environment == 0:
		return journal.RecordsEnded
	case reason:
		return journal.InvocationEnded
	}
	return journal.InvocationStarted
}

// one yields a message, if there is one.
func one(m *journal.Message) iter.Seq[*journal.Message] {
	return func(yield func(*journal.Message) bool) {
		if m != nil {
			yield(m)
		}
	}
}
