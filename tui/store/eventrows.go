package store

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// mostRows is for how many records of a batch that failed, or of a range that was left
// out, there is a row each; for more of them one row stands for all.
const mostRows = 100

// reasonMost is how many bytes of a reason are kept.
const reasonMost = 512

// excerpt is the beginning of a reason; a long one does not keep all of its text.
func excerpt(reason string) string {
	if len(reason) > reasonMost {
		return strings.Clone(reason[:reasonMost])
	}
	return reason
}

// add makes rows of an entry, or notes what rows are made of.
func (e *Events) add(x *journal.Entry) {
	if e.open == nil {
		e.open = newUnfinished()
	}
	switch x.Kind {
	case journal.RecordsArrived:
		e.arrived(x)
	case journal.BatchFormed:
		if parent, ok := strings.CutPrefix(x.Reason, "bisect of batch "); ok {
			e.bisected(parent, x)
		}
		e.open.formed(x)
	case journal.InvocationStarted:
		e.open.began(x)
	case journal.RecordsProduced:
		e.open.produced(x)
	case journal.InvocationEnded:
		e.open.finished(x)
	case journal.RetryScheduled, journal.BatchHeld:
		e.failed(e.open.batches.get(x.Batch), x)
	case journal.Throttled:
		e.throttled(x)
	case journal.RecordsEnded:
		e.ended(x)
	case journal.RecordsFiltered, journal.RecordsExpired:
		e.leftOut(x)
	case journal.PartitionAssigned:
		_, t := e.track(x)
		t.restart()
	}
}

// miss forgets what is open: entries are missing.
func (e *Events) miss() {
	if u := e.open; u != nil {
		u.batches.reset()
		u.invocations.reset()
		for _, of := range u.tracks {
			for _, t := range of {
				if t != nil {
					t.restart()
				}
			}
		}
	}
}

// name returns the index of the names of an entry.
func (e *Events) name(x *journal.Entry) int32 {
	for i := range e.Names {
		if n := &e.Names[i]; n.Mapping == x.Mapping && n.Topic == x.Topic && (n.Function == x.Function || x.Function == "") {
			return int32(i)
		}
	}
	e.Names = append(e.Names, Names{x.Topic, x.Function, x.Mapping})
	return int32(len(e.Names) - 1)
}

// track returns the partition of a mapping that an entry is about.
func (e *Events) track(x *journal.Entry) (int32, *track) {
	of := e.name(x)
	return of, e.open.track(of, x.Partition)
}

func (u *unfinished) track(of, partition int32) *track {
	for int(of) >= len(u.tracks) {
		u.tracks = append(u.tracks, nil)
	}
	for int(partition) >= len(u.tracks[of]) {
		u.tracks[of] = append(u.tracks[of], nil)
	}
	if u.tracks[of][partition] == nil {
		u.tracks[of][partition] = newTrack()
	}
	return u.tracks[of][partition]
}

func (e *Events) arrived(x *journal.Entry) {
	_, t := e.track(x)
	if x.Each != nil {
		for i := range x.Each.Each {
			k := &x.Each.Each[i]
			t.arrived(x.First+int64(k.Offset), k.Key)
		}
	}
	t.reach(x.Last)
}

// rowOf is a row of an entry, with what is known of its batch.
func (e *Events) rowOf(x *journal.Entry, b *openBatch, state EventState) Event {
	row := Event{At: x.At, Seq: x.Seq, Of: e.name(x), Partition: x.Partition, Invocation: x.Invocation, Batch: x.Batch, Attempt: x.Attempt,
		State: state, Outputs: -1, Records: 1}
	if b != nil && b.invocation != 0 {
		row.Invocation, row.Environment, row.Attempt = b.invocation, b.environment, b.attempt
		row.Cold, row.Took, row.Revision = b.cold, b.took, b.revision
	}
	return row
}

// stateOf is how records ended.
func stateOf(o journal.Outcome) EventState {
	switch o {
	case journal.DeadLettered:
		return EventDeadLettered
	case journal.Dropped, journal.Abandoned:
		return EventDropped
	case journal.Expired:
		return EventExpired
	case journal.Filtered:
		return EventFiltered
	}
	return EventOK
}

// ended makes a row for each record that has ended.
func (e *Events) ended(x *journal.Entry) {
	u := e.open
	b := u.batches.get(x.Batch)
	row := e.rowOf(x, b, stateOf(x.Outcome))
	t := u.track(row.Of, x.Partition)
	if row.State != EventOK {
		if row.Reason = excerpt(x.Reason); b != nil && b.reason != "" {
			row.Reason = b.reason
		}
	}
	t.reach(x.Last)
	index := int32(-1)
	if b != nil {
		index = b.index(x.Partition, x.First)
	}
	left := x.Records
	for o := e.from(x, t); o <= x.Last && left > 0; o++ {
		a := t.at(o)
		if x.Last-x.First+1 != int64(x.Records) && (a == nil || a.over) {
			continue // not in the log, or not one of these
		}
		left--
		e.endOne(row, t, a, o)
		if last := e.At(e.Total); b != nil {
			last.Outputs = b.outputsOf(place(b, x, index, o))
		}
	}
	if b != nil {
		if b.left -= x.Records; b.left <= 0 {
			u.recycle(b)
		}
		b.failed = b.failed && b.left > 0
	}
}

// place is the index of a record of a range whose first has another.
func place(b *openBatch, x *journal.Entry, index int32, offset int64) int32 {
	if len(b.spans) == 1 {
		return index + int32(offset-x.First)
	}
	return b.index(x.Partition, offset)
}

// from is the first offset of a range that is worth looking at: a range with gaps may be
// of any length.
func (e *Events) from(x *journal.Entry, t *track) int64 {
	if x.Last-x.First+1 == int64(x.Records) {
		return x.First
	}
	return max(x.First, t.low())
}

// endOne makes the row of a record.
func (e *Events) endOne(row Event, t *track, a *arrival, offset int64) {
	row.Offset = offset
	if a != nil {
		row.Key = a.key
	}
	if offset < t.high {
		row.Late = t.late(offset)
		row.KeyLate = row.Late > 0 && t.keys.highest(row.Key) > offset
	}
	if row.State == EventOK {
		t.succeeded(offset)
		e.open.keys = t.keys.put(row.Key, offset, t.low(), e.open.keys)
	}
	if a != nil {
		a.over = true
	}
	e.push(row)
}

// leftOut makes rows of records that no function was given.
func (e *Events) leftOut(x *journal.Entry) {
	of, t := e.track(x)
	state := EventFiltered
	if x.Kind == journal.RecordsExpired {
		state = EventExpired
	}
	row := Event{At: x.At, Seq: x.Seq, Of: of, Partition: x.Partition, Batch: x.Batch, State: state, Outputs: -1, Records: 1, Reason: excerpt(x.Reason)}
	t.reach(x.Last)
	single := x.Records <= mostRows && x.Last-x.First+1 == int64(x.Records)
	for o := max(x.First, t.low()); o <= x.Last; o++ {
		a := t.at(o)
		if a != nil {
			a.over = true
		}
		if single {
			row.Offset, row.Key = o, 0
			if a != nil {
				row.Key = a.key
			}
			e.push(row)
		}
	}
	if !single {
		row.Offset, row.Records = x.First, x.Records
		e.push(row)
	}
	if b := e.open.batches.get(x.Batch); b != nil {
		b.left -= x.Records
	}
}

// throttled makes a row for a batch.
func (e *Events) throttled(x *journal.Entry) {
	b := e.open.batches.get(x.Batch)
	if b == nil || len(b.spans) == 0 {
		return
	}
	row := e.rowOf(x, nil, EventThrottled)
	row.Attempt, row.Reason = b.attempt+1, excerpt(x.Reason)
	e.whole(row, b)
}

// bisected tells of the failure of a batch that is cut in two.
func (e *Events) bisected(parent string, x *journal.Entry) {
	number, err := strconv.ParseUint(parent, 10, 64)
	if b := e.open.batches.get(number); err == nil && b != nil {
		e.failed(b, x)
		b.left = 0
		e.open.recycle(b)
	}
}

// failed makes rows for what is left of a batch whose invocation failed.
func (e *Events) failed(b *openBatch, x *journal.Entry) {
	if b == nil || !b.failed || len(b.spans) == 0 {
		return
	}
	b.failed = false
	state := EventError
	switch {
	case x.Kind == journal.BatchHeld:
		state = EventHeld
	case b.outcome == journal.TimedOut:
		state = EventTimeout
	case b.outcome == journal.PartlyFailed:
		state = EventRetry
	}
	row := e.rowOf(x, b, state)
	row.Reason = b.reason
	if b.left > mostRows {
		e.whole(row, b)
		return
	}
	for i := range b.spans {
		e.failedSpan(row, &b.spans[i])
	}
}

// failedSpan makes a row for each record of a run that has not ended.
func (e *Events) failedSpan(row Event, s *span) {
	t := e.open.track(row.Of, s.partition)
	row.Partition = s.partition
	gaps := s.last-s.first+1 != int64(s.records)
	for o := max(s.first, t.low()); o <= s.last; o++ {
		a := t.at(o)
		if a != nil && a.over || a == nil && gaps {
			continue
		}
		row.Offset, row.Key = o, 0
		if a != nil {
			row.Key = a.key
		}
		e.push(row)
	}
}

// whole makes one row for what is left of a batch.
func (e *Events) whole(row Event, b *openBatch) {
	s := &b.spans[0]
	row.Partition, row.Offset, row.Records = s.partition, s.first, max(b.left, 1)
	if a := e.open.track(row.Of, s.partition).at(s.first); a != nil && row.Records == 1 {
		row.Key = a.key
	}
	e.push(row)
}
