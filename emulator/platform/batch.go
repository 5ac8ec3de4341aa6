package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

type batchState uint8

const (
	batchWaiting      batchState = iota // for its first dispatch, or for another try
	batchHeld                           // for another revision of the code
	batchLaunching                      // for the environment that was started for it
	batchInitializing                   // for an init that runs inside its invocation
	batchRunning                        // for its response
	batchPublishing                     // for its outputs
	batchFailing                        // for its failure records
	batchDelivering                     // for the records of an event's end
	batchHandingOff                     // for its place in the asynchronous queue
)

// batch is records that are delivered together, over all their attempts.
type batch struct {
	mapping  MappingID
	function FunctionID
	poller   *poller
	request  *request // what asked for it in place of a mapping; nil as a rule
	state    batchState
	number   uint64 // of the batch, from 1 on

	parts   []part       // every partition it blocks
	metas   []RecordMeta // all its records by part, where the mapping needs them
	spans   []Span       // the records that are tried, and not terminal
	failed  []Span       // of these, those that a partial response named
	done    []Span       // and the others
	records int32
	bytes   int64
	oldest  int64 // timestamp of its records, where metas are known

	formed []Span  // where partitions are driven in lanes: its records as it was formed
	later  []Span  // the records of pieces
	pieces []piece // what is tried when spans are terminal, the next one last

	invocation  InvocationID
	attempt     int32
	retried     int32     // attempts that used up a retry
	invoked     int32     // attempts of the batches that it was split from, and its own
	ranUntil    int64     // when its last invocation ended; -1 if there was none
	waited      bool      // since it was formed
	throttles   int32     // in a row
	limited     bool      // it waits for the limit
	rated       bool      // it waits for a rate of its function
	under       *limit    // that counts the open invocation; nil on provisioned concurrency
	oversized   bool      // one record that no document can hold
	crash       CrashMode // that a fault wants of the invocation that runs
	condition   string    // why its records go to the on-failure topic
	environment *environment
	revision    int32 // of the code that its last invocation began on; 0 if there was none
	timer       timer

	// Of the invocation that runs:
	began      int64  // when the function's timeout began to count
	deadline   int64  // when that has passed
	handed     uint64 // the step in which the handler got it
	handedAt   int64  // when that was
	suppressed int64  // how much of it an init inside it took: no Init Duration, but part of Duration
	ends       int64  // in the model, at the earliest; 0 where it takes what the handler takes
	slower     int64  // what faults add to that, or to what the handler takes
	response   *Input // it came, and is held back until the invocation ends in the model
	projection

	reloading
}

// part is a partition in a batch. left marks one that was revoked or lost: it is
// neither blocked nor committed by the batch any more.
type part struct {
	partition, assignment int32
	index                 int32 // of its lane, which is the partition where it is not driven in lanes
	first, last           int64
	records               int32
	bytes                 int64 // what it adds to the document
	from, to              int32 // of its records in metas
	dropped               int32 // records that failed and went nowhere
	left                  bool
}

func (m *Machine) allocBatch() *batch {
	if n := len(m.freeBatches); n > 0 {
		b := m.freeBatches[n-1]
		m.freeBatches = m.freeBatches[:n-1]
		kept := [...][]Span{b.spans[:0], b.failed[:0], b.done[:0], b.later[:0], b.formed[:0]}
		parts, metas, pieces := b.parts[:0], b.metas[:0], b.pieces[:0]
		*b = batch{} // in place: a literal with all of this would be made elsewhere and copied
		b.spans, b.failed, b.done, b.later, b.formed = kept[0], kept[1], kept[2], kept[3], kept[4]
		b.parts, b.metas, b.pieces = parts, metas, pieces
		b.ranUntil, b.timer.batch = -1, b
		return b
	}
	b := &batch{ranUntil: -1}
	b.timer.batch = b
	return b
}

// mayLeave says whether partitions can leave without waiting for a response.
func (b *batch) mayLeave() bool { return b.state <= batchLaunching }

func (m *Machine) batchEntry(kind journal.Kind, b *batch) *journal.Entry {
	e := m.entry(kind)
	if b.request == nil {
		e.Mapping = m.mappings[b.mapping].rules.Name
	} else {
		e.Request = uint64(b.request.id)
	}
	e.Function = m.functions[b.function].rules.Name
	e.Batch, e.Invocation, e.Attempt = b.number, uint64(b.invocation), b.attempt
	return e
}

func (m *Machine) spanEntry(kind journal.Kind, b *batch, s *Span) *journal.Entry {
	e := m.batchEntry(kind, b)
	e.Topic = m.mappings[b.mapping].rules.Topic
	e.Partition, e.First, e.Last, e.Records = s.Partition, s.First, s.Last, s.Records
	return e
}

// wholeEntry is about all records of the batch. The range is that of its first
// partition; the entries of BatchFormed have all of them. It has none if every
// partition was lost.
func (m *Machine) wholeEntry(kind journal.Kind, b *batch) *journal.Entry {
	e := m.batchEntry(kind, b)
	e.Records, e.Bytes = b.records, b.bytes
	if b.environment != nil {
		e.Environment = uint32(b.environment.id)
	}
	if len(b.spans) > 0 {
		s := &b.spans[0]
		e.Topic = m.mappings[b.mapping].rules.Topic
		e.Partition, e.First, e.Last = s.Partition, s.First, s.Last
	}
	return e
}

// leaveBatch takes a partition out of its batch.
func (m *Machine) leaveBatch(b *batch, p *partition) {
	p.batch = nil
	for i := range b.parts {
		if part := &b.parts[i]; part.partition == p.number && !part.left {
			part.left = true
			b.bytes = max(b.bytes-part.bytes, 0)
		}
	}
	b.spans = without(b.spans, p.number)
	b.failed, b.done = without(b.failed, p.number), without(b.done, p.number)
	b.leavePieces(p.number)
	b.count()
	m.measure(b)
}

func without(spans []Span, partition int32) []Span {
	kept := spans[:0]
	for _, s := range spans {
		if s.Partition != partition {
			kept = append(kept, s)
		}
	}
	return kept
}

// held appends to spans those of from whose partitions the batch still has.
func (b *batch) held(spans, from []Span) []Span {
	for _, s := range from {
		for i := range b.parts {
			if b.parts[i].partition == s.Partition && !b.parts[i].left {
				spans = append(spans, s)
			}
		}
	}
	return spans
}

func (b *batch) count() {
	b.records = 0
	for i := range b.spans {
		b.records += b.spans[i].Records
	}
}

// resettle ends a batch that has no records left. It may still block partitions:
// those that a partial response left with nothing to do.
func (m *Machine) resettle(b *batch) {
	if len(b.spans) > 0 {
		return
	}
	if e := b.environment; e != nil { // it becomes idle when it is ready
		e.batch, b.environment = nil, nil
		if e.state == environmentQueued {
			m.dequeue(e)
		}
		m.unhold(b)
	}
	m.finish(b, journal.Succeeded, "")
}

// finish ends what is tried of a batch: its records are in the terminal state
// outcome. What it was split from goes on with the next piece; after the last one
// every partition is committed, unblocked, and may join the line again.
func (m *Machine) finish(b *batch, outcome journal.Outcome, reason string) {
	m.end(b, b.spans, outcome, reason)
	if len(b.pieces) > 0 && m.nextPiece(b) {
		return
	}
	mp := m.mappings[b.mapping]
	for i := range b.parts {
		part := &b.parts[i]
		if part.left {
			continue
		}
		p := &mp.lanes[part.index]
		p.batch = nil
		m.completed(mp, b, p)
		whole := mp.whole(p)
		if b.replays != 0 { // all of it is committed
			m.settle(mp, whole)
			m.dropKept(mp, whole)
			continue
		}
		m.keepLast(mp, b, whole, part.first)
		m.commitEnded(mp, p, part.last)
		m.warnOfLoss(b, whole, part.dropped)
	}
	m.noteLast(mp, b)
	for i := range b.parts {
		part := &b.parts[i]
		if part.left {
			continue
		}
		p := &mp.lanes[part.index]
		m.releaseIfFree(mp, mp.whole(p))
		m.line(mp, p, p.completed) // recycle forms batches, when all of them stand in line
	}
	m.formElsewhere(mp, b)
	m.recycle(b)
}

// end journals the terminal state of records. Those of a replay had one before.
func (m *Machine) end(b *batch, spans []Span, outcome journal.Outcome, reason string) {
	if b.replays != 0 {
		return
	}
	for i := range spans {
		e := m.spanEntry(journal.RecordsEnded, b, &spans[i])
		e.Outcome, e.Reason = outcome, reason
		if outcome == journal.Dropped {
			b.noteDropped(&spans[i])
		}
	}
}

// recycle ends a batch that blocks nothing any more, and lets its poller form
// others, which may reuse it: no action of this Step holds its spans.
func (m *Machine) recycle(b *batch) {
	m.stopWaiting(b)
	pl := b.poller
	pl.inflight--
	m.freeBatches = append(m.freeBatches, b)
	m.form(pl)
}
