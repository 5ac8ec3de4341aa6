package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// poller owns partitions of a mapping and forms batches over them. Partition p
// belongs to poller p modulo the number of pollers, which may change (scale.go);
// a batch stays with the poller that formed it.
//
// On AWS a poller in provisioned mode has at most 5 concurrent invocations (docs:
// kafka-scaling-modes, with-kafka-low-latency). How they coexist with the order
// of a partition is not documented; the only consistent reading, which is ours,
// is that they are over distinct partitions.
type poller struct {
	mapping  MappingID
	stopped  bool  // it forms no batches any more
	forming  bool  // form is at work: what it starts may end at once, and call it again
	inflight int32 // batches that are not terminal, waiting ones included

	// line is the partitions that could go into a batch, in the order in which
	// their windows began; records and bytes are what they hold.
	line    []int32 // of lanes, where partitions are driven in them
	records int
	bytes   int64
	timer   timer // set while a batch waits for more, or for the rate

	paid  int64 // when the rate allows the next batch; see rate.go
	waits bool  // for that, and the journal has it

	last lastBatch // for replays
}

func (mp *mapping) pollerOf(p *partition) *poller {
	return mp.pollers[p.number%mp.active]
}

// join brings a partition into its poller's line, with all its lanes, and forms
// batches.
func (m *Machine) join(mp *mapping, p *partition) {
	lines, lanes := false, mp.lanesOf(p)
	for i := range lanes {
		lane := &lanes[i]
		lines = m.line(mp, lane, m.windowStart(mp, lane)) || lines
	}
	if lines {
		m.form(mp.pollerOf(p))
	}
}

// line brings a partition that has records and is not blocked into its poller's
// line, with a window that began at since, or counts what was added to it. It
// reports whether it stands there.
func (m *Machine) line(mp *mapping, p *partition, since int64) bool {
	if !p.assigned || p.batch != nil || p.queue.len() == 0 {
		return false
	}
	pl := mp.pollerOf(p)
	if p.lined == 0 {
		p.since = since
		pl.enter(mp, p)
	}
	pl.records += p.queue.len() - p.lined
	pl.bytes += p.queue.bytes - p.linedBytes
	p.lined, p.linedBytes = p.queue.len(), p.queue.bytes
	return true
}

// leave takes a partition out of the line.
func (pl *poller) leave(p *partition) {
	if p.lined == 0 {
		return
	}
	for i, index := range pl.line {
		if index == p.index {
			pl.line = append(pl.line[:i], pl.line[i+1:]...)
			break
		}
	}
	pl.records -= p.lined
	pl.bytes -= p.linedBytes
	p.lined, p.linedBytes = 0, 0
	pl.waits = pl.waits && len(pl.line) > 0
}

// form makes batches while the poller may have another invocation and one of
// the three limits closes a batch; else it waits for the window.
func (m *Machine) form(pl *poller) {
	if pl.forming {
		return
	}
	pl.forming = true
	m.formAll(pl)
	pl.forming = false
}

func (m *Machine) formAll(pl *poller) {
	mp := m.mappings[pl.mapping]
	for len(pl.line) > 0 && pl.inflight < mp.rules.concurrency() && !m.draining && !mp.removed && !pl.stopped {
		at, why := m.closed(mp, pl)
		if why == "" {
			m.timers.set(&pl.timer, mp.lanes[pl.line[0]].since+mp.rules.Window, windowTimer)
			return
		}
		if m.waitsForRate(mp, pl) {
			return
		}
		m.dispatch(m.newBatch(mp, pl, at, why))
	}
	m.timers.cancel(&pl.timer)
}

// closed says which limit closes a batch of what is in line, "" if none: the
// batch size, the payload of 6 MB, or the batch window (docs:
// invocation-eventsourcemapping, batching behaviour); and where in line the batch
// begins.
func (m *Machine) closed(mp *mapping, pl *poller) (at int, why string) {
	r := mp.rules
	switch {
	case r.Order != ByPartition:
		return m.closedLane(mp, pl)
	case pl.records >= int(r.BatchSize):
		return 0, "size"
	case pl.bytes+r.PayloadBase+int64(len(pl.line))*r.PayloadPartition >= r.PayloadMax:
		return 0, "payload"
	case m.now >= mp.lanes[pl.line[0]].since+r.Window:
		return 0, "window"
	}
	return 0, ""
}

// newBatch takes records from the partitions in line, in their order, until the
// batch is full, and blocks those partitions. A batch of a lane has no others.
func (m *Machine) newBatch(mp *mapping, pl *poller, at int, why string) *batch {
	b := m.allocBatch()
	b.mapping, b.function, b.poller = mp.id, mp.rules.Function, pl
	b.bytes = mp.rules.PayloadBase
	for len(pl.line) > 0 && b.records < mp.rules.BatchSize {
		p := &mp.lanes[pl.line[at]]
		n, bytes, full := fit(mp.rules, &p.queue, b)
		if full {
			why = "payload"
		}
		if n == 0 && len(b.spans) > 0 {
			break
		}
		if n == 0 { // one record that no document can hold
			n, bytes = 1, int64(p.queue.at(0).Size)
			b.oversized = true
		}
		m.addToBatch(mp, pl, b, p, n, bytes)
		if full || mp.rules.OnePartition || mp.rules.Order != ByPartition {
			break
		}
	}
	pl.inflight++
	m.lastBatch++
	b.number = m.lastBatch
	for i := range b.spans {
		e := m.spanEntry(journal.BatchFormed, b, &b.spans[i])
		e.Bytes, e.Reason = b.bytes, why
	}
	for _, part := range b.parts {
		m.grant(mp, &mp.partitions[part.partition])
	}
	return b
}

// fit says how many records of the queue go into the batch, how many bytes they
// take, and whether the payload is full then.
func fit(r *Mapping, q *queue, b *batch) (n int, bytes int64, full bool) {
	left := r.PayloadMax - b.bytes - r.PayloadPartition
	most := min(q.len(), int(r.BatchSize-b.records))
	for n < most {
		size := int64(q.at(n).Size)
		if bytes+size > left {
			return n, bytes, true
		}
		bytes += size
		n++
	}
	return n, bytes, false
}

func (m *Machine) addToBatch(mp *mapping, pl *poller, b *batch, p *partition, n int, bytes int64) {
	span := Span{Partition: p.number, First: p.queue.at(0).Offset, Last: p.queue.at(n - 1).Offset, Records: int32(n)}
	pl.leave(p)
	from := int32(len(b.metas))
	if mp.rules.needsRecords() {
		b.take(&p.queue, n)
	}
	if mp.rules.PollerRate > 0 {
		pl.pay(m.now, mp.rules.PollerRate, p.queue.read(n))
	}
	if mp.rules.Order == ByPartition {
		b.spans = append(b.spans, span)
	} else {
		b.addRuns(p, n)
	}
	p.queue.drop(n, bytes)
	p.batch = b
	bytes += mp.rules.PayloadPartition
	b.parts = append(b.parts, part{
		partition: p.number, index: p.index, assignment: p.assignment, first: span.First, last: span.Last, records: span.Records,
		bytes: bytes, from: from, to: int32(len(b.metas)),
	})
	b.records += span.Records
	b.bytes += bytes
}
