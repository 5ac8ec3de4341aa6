package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// arrived takes records that a mapping was handed.
func (o *Order) arrived(e *journal.Entry) {
	m := o.mapping(e.Mapping)
	if m.Function == "" {
		m.Function, m.Topic = e.Function, e.Topic
	}
	p := m.partition(e.Partition)
	p.Arrived.Add(e.At, int64(e.Records))
	p.Assigned = true
	if e.Each == nil {
		if int64(e.Records) == e.Last-e.First+1 {
			for off := e.First; off <= e.Last; off++ {
				p.arrive(o, off, e.At, 0)
			}
		}
		return
	}
	for i := range e.Each.Each {
		r := &e.Each.Each[i]
		p.arrive(o, e.First+int64(r.Offset), e.At, r.Key)
	}
}

// track takes what becomes of records.
func (o *Order) track(e *journal.Entry) {
	switch e.Kind {
	case journal.BatchFormed:
		o.formed(e)
	case journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled, journal.BatchHeld, journal.BatchReleased:
		o.batchEntry(e)
	case journal.EnvironmentStarting, journal.EnvironmentReady:
		o.environments.add(e)
	case journal.RecordsEnded, journal.RecordsFiltered, journal.RecordsExpired:
		o.ended(e)
	case journal.RecordsProduced:
		o.produced(e)
	case journal.OffsetCommitted:
		p := o.mapping(e.Mapping).partition(e.Partition)
		p.Committed = max(p.Committed, e.Last+1)
	case journal.PartitionAssigned:
		p := o.mapping(e.Mapping).partition(e.Partition)
		p.Committed, p.Assigned = max(p.Committed, e.First), true
	case journal.PartitionRevoked:
		o.mapping(e.Mapping).partition(e.Partition).leave()
	}
}

// ended takes a range of records that have ended: those of its batch.
func (o *Order) ended(e *journal.Entry) {
	p := o.mapping(e.Mapping).partition(e.Partition)
	environment := uint32(0)
	if b := o.batches.get(e.Batch); b != nil && b.Invocation == e.Invocation {
		environment = b.Environment
	}
	for off := max(e.First, p.First()); off <= e.Last && off < p.next; off++ {
		s := p.at(off)
		if s == nil || e.Kind == journal.RecordsEnded && s.Batch != e.Batch {
			continue
		}
		if p.end(s, e, environment) {
			o.Completed++
		}
	}
}

// produced takes outputs: it notes in which order they come, of the inputs that they were
// made from.
func (o *Order) produced(e *journal.Entry) {
	if e.Each == nil || len(e.Each.Origins) == 0 || e.Mapping == "" || e.ByPlatform() {
		return
	}
	b := o.batches.of(e.Invocation)
	if b == nil || b.numSpans > maxSpans {
		return
	}
	for i := range e.Each.Each {
		at := e.Each.Origin(i)
		if at < 0 {
			continue
		}
		p, s := o.input(b, int64(at))
		if s != nil && s.Made == 0 {
			p.Made++
			s.Made, s.MadeIn, b.of.Outputs = p.Made, e.Partition, true
		}
	}
}

// input finds the record at an index of what the newest invocation of a batch has: those
// of its ranges that had not ended before.
func (o *Order) input(b *OrderBatch, index int64) (*OrderPartition, *OrderRecord) {
	at := o.batches.cursor
	if at.invocation != b.Invocation || index < at.index {
		at = orderCursor{invocation: b.Invocation, offset: b.spans[0].first}
	}
	for ; at.span < int(b.numSpans); at.span++ {
		span := &b.spans[at.span]
		p := b.of.partition(span.partition)
		for at.offset = max(at.offset, span.first, p.First()); at.offset <= span.last; at.offset++ {
			s := p.at(at.offset)
			if s == nil || s.Batch != b.Number || s.Done != 0 && s.Invocation != b.Invocation {
				continue
			}
			if index == at.index {
				o.batches.cursor = at
				return p, s
			}
			at.index++
		}
		at.offset = 0
	}
	return nil, nil
}
