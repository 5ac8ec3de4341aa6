package lineage

import (
	"cmp"
	"maps"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// of is a reading that is being told.
type handled struct {
	*Reading
	since uint64 // sequence number of the first entry about it
	// fetched is the first read of a process.
	fetched *journal.Entry
	ended   map[uint64]uint64 // by batch, the entry that ended the record
	formed  []journal.Entry
}

// tellReadings adds what became of a record.
func (x *explainer) tellReadings(s *Story, depth int) {
	readings := x.readingsOf(s)
	for _, h := range readings {
		// That it was produced may be noted just after a reader has it, which is waiting.
		if s.Produced != nil && h.Arrived != 0 {
			s.Produced.At = min(s.Produced.At, h.Arrived)
		}
	}
	for _, h := range readings {
		s.Readings = append(s.Readings, h.Reading)
		if h.Process != "" {
			h.spans = append(h.spans, interval{Poll, producedAt(s), h.Arrived})
			x.tellEffects(h.Reading, s.Record, h.fetched, depth)
			continue
		}
		x.tellAttempts(s, h, depth)
		x.tellCommit(s.Record, h)
		for _, o := range x.o.Overtaken {
			if o.Record == s.Record && o.Mapping == h.Mapping {
				h.Overtaken = append(h.Overtaken, o)
			}
		}
	}
	x.tellUnread(s)
}

func producedAt(s *Story) int64 {
	if s.Produced == nil {
		return 0
	}
	return s.Produced.At
}

// readingsOf returns who read a record, in the order in which they did.
func (x *explainer) readingsOf(s *Story) []*handled {
	var all []*handled
	of := func(e *journal.Entry) *handled {
		for _, h := range all {
			if h.Mapping == e.Mapping && h.Process == e.Process {
				return h
			}
		}
		h := &handled{Reading: &Reading{Mapping: e.Mapping, Function: e.Function, Process: e.Process}, since: e.Seq, ended: map[uint64]uint64{}}
		all = append(all, h)
		return h
	}
	want := about(s.Record, journal.RecordsArrived, journal.RecordsFiltered, journal.RecordsExpired, journal.BatchFormed,
		journal.RecordsEnded, journal.RecordsFetched)
	x.each(want, func(e *journal.Entry) bool {
		of(e).take(e)
		return true
	})
	return all
}

// take adds an entry about the record.
func (h *handled) take(e *journal.Entry) {
	h.Function = cmp.Or(h.Function, e.Function)
	switch e.Kind {
	case journal.RecordsArrived:
		h.arrived(e.At)
	case journal.RecordsFetched:
		h.arrived(e.At)
		h.Times++
		if h.fetched == nil {
			h.fetched = new(kept(e))
		}
	case journal.BatchFormed:
		// Between the first and the last of a batch may lie what filters left out, and of a
		// part of a batch what had ended before.
		if h.Outcome != journal.Filtered && (h.Outcome == journal.NoOutcome || !isBisected(e)) {
			h.formed = append(h.formed, kept(e))
			h.Batches = append(h.Batches, Batch{Batch: e.Batch, Formed: e.At, Records: e.Records, Reason: e.Reason})
		}
	case journal.RecordsFiltered, journal.RecordsExpired, journal.RecordsEnded:
		if h.Outcome == journal.Filtered {
			return
		}
		h.Outcome, h.Ended, h.Reason = e.Outcome, e.At, e.Reason
		h.ended[e.Batch] = e.Seq
	}
}

func (h *handled) arrived(at int64) {
	if h.Arrived == 0 {
		h.Arrived = at
	}
}

// tellCommit says when the offset was committed.
func (x *explainer) tellCommit(r Record, h *handled) {
	want := behind(r, journal.OffsetCommitted)
	want.From = h.since
	if e := x.first(want, func(e *journal.Entry) bool { return e.Mapping == h.Mapping }); e != nil {
		h.Committed = e.At
	}
}

// attemptsHeld is how many attempts are told: half of them the first, half the last.
const attemptsHeld = 48

// tries returns what happened to the batches of a record, in order, with how many
// attempts are left out.
func (x *explainer) tries(h *handled) (all []journal.Entry, left int) {
	requests := map[uint64]bool{}
	collect := func(e *journal.Entry) bool {
		ended := h.ended[e.Batch]
		switch {
		case e.Batch != 0 && ended != 0 && e.Seq > ended: // it goes on without the record
		case e.Kind == journal.EventQueued:
			requests[e.Request] = true
		default:
			all = append(all, kept(e))
		}
		if len(all) > 8*attemptsHeld {
			left += started(all[2*attemptsHeld : 4*attemptsHeld])
			all = slices.Delete(all, 2*attemptsHeld, 4*attemptsHeld)
		}
		return true
	}
	kinds := journal.KindsOf(journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled,
		journal.BatchHeld, journal.BatchReleased, journal.EventQueued, journal.EventEnded)
	for i := range h.formed {
		all = append(all, h.formed[i])
		x.each(journal.Want{Batch: h.formed[i].Batch, Kinds: kinds}, collect)
	}
	for _, request := range slices.Sorted(maps.Keys(requests)) {
		x.each(journal.Want{Request: request, Kinds: kinds}, collect)
	}
	slices.SortStableFunc(all, func(a, b journal.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return all, left
}

func started(all []journal.Entry) int {
	n := 0
	for i := range all {
		if all[i].Kind == journal.InvocationStarted {
			n++
		}
	}
	return n
}
