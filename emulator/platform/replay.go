package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// With ReplayLast each poller remembers the last of its batches that was invoked and
// has ended, however it did, and the event source keeps its payloads (partition.keep).
// On a new revision that batch is delivered again, once and before anything new of its
// partitions, as a batch of its own: of the partitions that are still the poller's, in
// the same assignment, and in no batch now. So what is in flight or held is not
// replayed on top, and nothing is while the poller has no place for another batch.
//
// The records of a replay have ended before. They do not end again, nothing is
// committed for them, and neither their age nor retention keeps them from being tried.
// Outputs are produced again. A replay that fails is held; if it cannot be, or is let
// go, it is over: it is not retried, split, or sent to the on-failure destination.

// lastBatch is the last batch of a poller. There is none if number is 0.
type lastBatch struct {
	number uint64
	parts  []part // as they were formed
	spans  []Span // where they are lanes: its records
	end    ending
	ended  uint64 // the step in which it has: what was held until this step is not replayed in it
}

// noteLast remembers a batch that has ended.
func (m *Machine) noteLast(mp *mapping, b *batch) {
	if mp.rules.onReload() != ReplayLast || b.ranUntil < 0 || len(b.parts) == 0 {
		return
	}
	last := &b.poller.last
	last.number, last.end, last.ended = b.number, b.former, m.steps
	if b.replays != 0 {
		last.number = b.replays
	}
	last.parts, last.spans = append(last.parts[:0], b.parts...), append(last.spans[:0], b.formed...)
}

// keepLast keeps the payloads of a partition from the batch on that ends now, if it
// was invoked.
func (m *Machine) keepLast(mp *mapping, b *batch, p *partition, first int64) {
	if mp.rules.onReload() == ReplayLast && b.ranUntil >= 0 {
		p.keep = max(first, p.done) // what lanes have committed of it is gone: it is not replayed then
	}
}

// forgetLast lets go of what was kept for replays.
func (m *Machine) forgetLast(mp *mapping) {
	for _, pl := range mp.pollers {
		pl.last = lastBatch{}
	}
	for i := range mp.partitions {
		if p := &mp.partitions[i]; p.assigned && !mp.isReplaying(p) {
			m.dropKept(mp, p)
		}
	}
}

// dropKept tells the event source that nothing that is done is needed any more.
func (m *Machine) dropKept(mp *mapping, p *partition) {
	if mp.rules.onReload() != ReplayLast && p.keep < p.done {
		m.commit(mp, p, p.done)
	}
}

// replayLast delivers the last batch of each poller of a function again.
func (m *Machine) replayLast(f *function) {
	for i := range m.mappings {
		mp := m.mappings[i]
		if mp.rules.Function != f.id || mp.rules.onReload() != ReplayLast || m.draining {
			continue
		}
		for _, pl := range mp.pollers {
			if pl.last.number != 0 && pl.last.ended < m.steps && !pl.stopped && pl.inflight < mp.rules.concurrency() {
				m.replay(mp, pl)
			}
		}
	}
}

func (m *Machine) replay(mp *mapping, pl *poller) {
	var b *batch
	for i := range pl.last.parts {
		was := pl.last.parts[i]
		whole := mp.partition(was.partition, was.assignment)
		if was.left || whole == nil || whole.revoking || whole.keep != was.first || mp.pollerOf(whole) != pl {
			continue
		}
		p := &mp.lanes[was.index]
		if p.batch != nil {
			continue
		}
		if b == nil {
			b = m.allocBatch()
			b.mapping, b.function, b.poller, b.bytes = mp.id, mp.rules.Function, pl, mp.rules.PayloadBase
		}
		pl.leave(p)
		p.batch = b
		was.from, was.to, was.dropped = 0, 0, 0
		b.parts = append(b.parts, was)
		if b.formed = append(b.formed, pl.last.spans...); len(b.formed) > 0 {
			b.spans = append(b.spans, b.formed...)
		} else {
			b.spans = append(b.spans, Span{Partition: was.partition, First: was.first, Last: was.last, Records: was.records})
		}
		b.bytes += was.bytes
	}
	if b == nil {
		return
	}
	b.replays, b.former, b.compares = pl.last.number, pl.last.end, true
	b.count()
	pl.inflight++
	m.lastBatch++
	b.number = m.lastBatch
	for i := range b.spans {
		e := m.spanEntry(journal.BatchFormed, b, &b.spans[i])
		e.Bytes, e.Reason = b.bytes, b.replayOf()
	}
	m.dispatch(b)
}

func (b *batch) replayOf() string { return fmt.Sprintf("replay of batch %d", b.replays) }

// replayFailed ends a replay that is not held.
func (m *Machine) replayFailed(b *batch, outcome journal.Outcome) {
	m.forget(b)
	m.finish(b, outcome, "")
}
