package lineage

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// tellUnread adds the mappings of the topic that have not begun with a record, and says
// what those wait for that have not ended.
func (x *explainer) tellUnread(s *Story) {
	for i := range x.src.Description().Mappings {
		m := &x.src.Description().Mappings[i]
		if m.Topic != s.Record.Topic || s.read(m.Group) {
			continue
		}
		s.Readings = append(s.Readings, &Reading{Mapping: m.Group, Function: m.Function})
	}
	for _, r := range s.Readings {
		if r.Mapping == "" || r.Outcome != journal.NoOutcome {
			continue
		}
		r.Waits = x.waits(s.Record, r)
	}
}

func (s *Story) read(mapping string) bool {
	for _, r := range s.Readings {
		if r.Mapping == mapping {
			return true
		}
	}
	return false
}

// waits says what a record waits for at a mapping.
func (x *explainer) waits(r Record, of *Reading) string {
	ofMapping := func(e *journal.Entry) bool { return e.Mapping == of.Mapping }
	if len(of.Batches) > 0 {
		return x.waitsInBatch(of)
	}
	assigned := x.assignment(r, of.Mapping)
	switch {
	case assigned == nil && x.src.Missed() == 0:
		return "the mapping has not been given the partition yet"
	case assigned != nil && assigned.Kind == journal.PartitionRevoked:
		return "the mapping has given the partition up"
	case assigned != nil && assigned.First > r.Offset:
		return fmt.Sprintf("nothing: the mapping began behind it, at @%d", assigned.First)
	}
	committed := x.last(partition(r, journal.OffsetCommitted), ofMapping)
	if committed != nil && committed.Last >= r.Offset {
		return "nothing: it was committed; what happened to it is not held any more"
	}
	text := fmt.Sprintf("lag %d", x.lag(r, committed, assigned))
	if of.Arrived != 0 {
		text += "; it arrived, and its batch is not closed yet"
	}
	before := x.last(partition(r, journal.BatchFormed), ofMapping)
	if before != nil && x.first(journal.Want{Batch: before.Batch, Kinds: journal.KindsOf(journal.RecordsEnded)}, nil) == nil {
		text += fmt.Sprintf("; batch %d is before it", before.Batch)
		if state := x.stateOf(before.Batch); state != "" {
			text += ": " + state
		}
	}
	return text
}

// partition wants entries of some kinds about the partition of a record.
func partition(r Record, kinds ...journal.Kind) journal.Want {
	return behind(Record{r.Topic, r.Partition, 0}, kinds...)
}

// assignment returns the newest entry by which a mapping was given the partition of a
// record, or lost it. They are few, and may be the oldest of all.
func (x *explainer) assignment(r Record, mapping string) *journal.Entry {
	var newest *journal.Entry
	want := journal.Want{Kinds: journal.KindsOf(journal.PartitionAssigned, journal.PartitionRevoked), Topic: r.Topic, AllPartitions: true}
	x.each(want, func(e *journal.Entry) bool {
		if e.Mapping == mapping && e.Partition == r.Partition {
			newest = new(kept(e))
		}
		return true
	})
	return newest
}

// lag is how many records, up to the newest, are not committed.
func (x *explainer) lag(r Record, committed, assigned *journal.Entry) int64 {
	newest := r.Offset
	if e := x.last(behind(r, journal.RecordsProduced), nil); e != nil {
		newest = e.Last
	}
	switch {
	case committed != nil:
		return newest - committed.Last
	case assigned != nil:
		return newest + 1 - assigned.First
	}
	return newest + 1 - r.Offset
}

func (x *explainer) waitsInBatch(of *Reading) string {
	if n := len(of.Attempts); n > 0 && of.Attempts[n-1].Ended == 0 {
		return fmt.Sprintf("invocation %d to end", of.Attempts[n-1].Invocation)
	}
	if state := x.stateOf(of.Batches[len(of.Batches)-1].Batch); state != "" {
		return state
	}
	return "an environment for its batch"
}

// stateOf says what a batch waits for, by the last that is known of it.
func (x *explainer) stateOf(batch uint64) string {
	kinds := journal.KindsOf(journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled,
		journal.BatchHeld, journal.BatchReleased)
	e := x.last(journal.Want{Batch: batch, Kinds: kinds}, nil)
	if e == nil {
		return ""
	}
	at := " at " + journal.Duration(e.At+e.Delay) + " of the run"
	switch e.Kind {
	case journal.InvocationStarted:
		return fmt.Sprintf("invocation %d runs", e.Invocation)
	case journal.RetryScheduled:
		return fmt.Sprintf("attempt %d%s", e.Attempt, at)
	case journal.Throttled:
		return "throttled, the next try" + at
	case journal.BatchHeld:
		return "held for the next revision of the code"
	}
	return ""
}
