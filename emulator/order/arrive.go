package order

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// arrive takes records that a mapping was handed.
func (c *Checker) arrive(e *journal.Entry) {
	p := c.partitionOf(e)
	if e.Each == nil && !dense(e) {
		return // they are taken with their batches
	}
	if e.Each == nil {
		for o := e.First; o <= e.Last; o++ {
			c.arriveOne(p, o, 0, o)
		}
		if c.options.Domain != ByPartition {
			c.unchecked += uint64(max(e.Records, 0))
		}
		return
	}
	keys := c.keysOf(p)
	for i := range e.Each.Each {
		r := &e.Each.Each[i]
		offset, rank := e.First+int64(r.Offset), e.First+int64(r.Offset)
		if c.options.Domain == ByTopic {
			rank = e.Each.Base + int64(r.Time)
		}
		c.arriveOne(p, offset, r.Key, rank)
		if keys != nil {
			c.lookAtKey(keys, p.index, offset, r.Key)
		}
	}
}

// dense says whether every offset of a range is a record.
func dense(e *journal.Entry) bool { return int64(e.Records) == e.Last-e.First+1 }

func (c *Checker) arriveOne(p *partition, offset int64, key uint64, rank int64) {
	if offset < p.gone {
		return // retention took it on the way
	}
	s := c.room(p, offset)
	if s == nil {
		c.unchecked++
		return
	}
	if !p.known || offset >= p.next {
		p.next, p.known = offset+1, true
	}
	if p.low == none || offset < p.low {
		p.low = offset
	}
	c.arrived++
	if s.offset == offset && s.state != unknown {
		c.arriveAgain(p, s)
		return
	}
	*s = slot{offset: offset, key: key, rank: rank, lane: none, state: outstanding, generation: p.generation}
	c.link(p, s)
}

// arriveAgain takes a record that was delivered before: at least once.
func (c *Checker) arriveAgain(p *partition, s *slot) {
	if s.state == outstanding {
		if s.flags&handedOver != 0 {
			return // it is on its way already
		}
		c.unlink(p, s)
		c.leave(s)
	}
	s.state, s.batch = outstanding, 0
	s.flags = s.flags&begun | again
	c.link(p, s)
}

// assign begins an assignment of a partition.
func (c *Checker) assign(e *journal.Entry) {
	p := c.partitionOf(e)
	p.generation++
	p.assigned = true
	p.committed, p.gone = e.First-1, 0
	if !p.known {
		p.next, p.known = e.First, true
	}
}

// revoke ends an assignment. What has not ended is for the next owner, except for what
// was handed over to an asynchronous queue.
func (c *Checker) revoke(e *journal.Entry) {
	p := c.partitionOf(e)
	p.assigned = false
	if p.low != none {
		for o := max(p.low, p.next-int64(len(p.slots))); o < p.next; o++ {
			if s := p.at(o); s != nil && s.state == outstanding && s.flags&handedOver == 0 {
				c.unlink(p, s)
				c.leave(s)
				s.state = left
			}
		}
	}
	if p.whole != none {
		c.forgetRanks(p.whole)
	}
	for _, s := range p.lanes.slots {
		if s.key != 0 {
			c.forgetRanks(s.value)
		}
	}
}

// forgetRanks lets a lane begin anew: the next owner may repeat what is not committed.
func (c *Checker) forgetRanks(i int32) {
	l := &c.lanes.all[i]
	l.begun, l.done = ranking{}, ranking{}
	c.forgetOutputs(l)
}

// leave takes a record out of its batch.
func (c *Checker) leave(s *slot) {
	if b := c.batches.get(s.batch); b != nil {
		b.records--
	}
}

// commit checks that what is committed has ended (O8).
func (c *Checker) commit(e *journal.Entry) {
	p := c.partitionOf(e)
	from := max(p.committed+1, p.next-int64(len(p.slots)))
	for o := from; o <= e.Last && o < p.next; o++ {
		s := p.at(o)
		if s != nil && s.state == outstanding && s.flags&handedOver == 0 {
			c.violate(CommitPastOpen, p, s, nil)
		}
	}
	p.committed = max(p.committed, e.Last)
	p.settle()
}

// settle moves low past what is not outstanding any more.
func (p *partition) settle() {
	if p.low == none {
		return
	}
	for p.low < p.next && p.low <= p.committed {
		if s := p.at(p.low); s != nil && (s.state == outstanding || s.state == left) {
			return
		}
		p.low++
	}
}
