package store

import (
	"slices"
)

// EventState is how an event ended, as its row says it.
type EventState uint8

// The states of events.
const (
	EventOK        EventState = iota
	EventError                // an attempt failed, and another one follows
	EventTimeout              // the same, by the timeout of the function
	EventThrottled            // a batch was not invoked, and is tried again
	EventRetry                // the response named it as failed, and it is tried again
	EventDeadLettered
	EventDropped
	EventFiltered
	EventExpired
	EventHeld // failed, and waits for the next revision
)

// Event is a row: a record that was handled, or not, by a function, or a range of them.
// The last attempt of a record that fails has no row of its own: its end is that row.
type Event struct {
	// Number counts rows of the run from 1 on: rows are known by it while they move.
	Number uint64
	At     int64 // when it ended, world time in ns
	Seq    uint64
	// Of is the index of its names, see Events.Names.
	Of                int32
	Partition         int32
	Offset            int64
	Key               uint64 // journal.HashKey, 0 for none
	Environment       uint32
	Invocation, Batch uint64
	Attempt           int32
	State             EventState
	Cold              bool
	Took              int64 // ns
	Late              int32 // places
	KeyLate           bool  // one of those that overtook it has its key
	Outputs           int32 // records produced from it, -1 if that cannot be told
	Revision          int32 // 0 stands for the first
	// Records is how many it is about, from Offset on: 1 for a record.
	Records int32
	// Reason is why it failed, its first reasonMost bytes.
	Reason string
}

// Names is what events of one kind have in common.
type Names struct{ Topic, Function, Mapping string }

// mostEvents is how many events are kept.
const mostEvents = 1 << 16

// Events is the newest events, in the order of their completion.
type Events struct {
	Total uint64 // how many there were
	Names []Names
	ring  []Event     // grows to mostEvents; number n is at (n-1)%mostEvents
	open  *unfinished // nil before the first entry, and in a clone, which is not fed
}

// First is the number of the oldest event that is kept; Total that of the newest.
func (e *Events) First() uint64 { return e.Total - uint64(len(e.ring)) + 1 }

// At returns an event by its number, nil if it is not kept.
func (e *Events) At(number uint64) *Event {
	if number == 0 || number > e.Total || number < e.First() {
		return nil
	}
	return &e.ring[(number-1)%mostEvents]
}

// push adds an event and numbers it.
func (e *Events) push(row Event) *Event {
	e.Total++
	row.Number = e.Total
	if len(e.ring) < mostEvents {
		e.ring = append(e.ring, row)
		return &e.ring[len(e.ring)-1]
	}
	at := &e.ring[(e.Total-1)%mostEvents]
	*at = row
	return at
}

func (e *Events) clone() Events {
	c := *e
	c.Names, c.ring, c.open = slices.Clone(e.Names), slices.Clone(e.ring), nil
	return c
}
