package order

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// started checks the records that an invocation gets.
func (c *Checker) started(e *journal.Entry) {
	b := c.batchOf(e)
	if b == nil || b.skips {
		return
	}
	i := c.invocations.put(e.Invocation)
	*i = invocation{
		batch: b.number, environment: e.Environment, attempt: e.Attempt, formed: b.formed, started: e.At,
		cold: e.Reason == journal.Cold, open: true, handlings: none,
	}
	b.open++
	b.last = e.Invocation
	before := c.invoked
	for k := range b.spans {
		s := &b.spans[k]
		p := s.partition
		for o := s.first; o <= s.last; o++ {
			r := p.at(o)
			if r == nil || r.state != outstanding || r.batch != b.number || r.flags&filtered != 0 {
				continue
			}
			if s.invocation != e.Invocation {
				s.invocation, s.generation = e.Invocation, p.generation
				p.startedIn, p.startedBy, p.startedAt = p.generation, e.Invocation, o
			}
			c.invoked++
			if r.flags&begun == 0 && r.succeeded == 0 {
				c.begun++
				p.mapping.begun++
			}
			c.deliver(p, r, e.Invocation, i)
		}
	}
	i.unlike = e.Records > 0 && c.invoked-before != uint64(e.Records)
}

// deliver checks one record that an invocation gets.
func (c *Checker) deliver(p *partition, s *slot, number uint64, i *invocation) {
	isFirst, isAgain := s.flags&begun == 0, s.flags&begun != 0 && s.generation == p.generation
	if s.attempts < 1<<16-1 {
		s.attempts++
	}
	s.invocation, s.generation = number, p.generation
	s.flags = s.flags&^early | begun
	if s.succeeded != 0 && s.okIn != p.generation {
		c.violate(DuplicateWindow, p, s, nil)
	}
	if s.lane == none {
		return
	}
	c.checkOpen(p, s, number, i)
	l := &c.lanes.all[s.lane]
	if isFirst {
		c.checkFirst(p, s, l)
	} else if isAgain {
		if m := l.done.best; m.partition != nil && m.rank > s.rank {
			c.violate(StaleRetry, p, s, &m)
		}
	}
	if s.before != 0 {
		if before := p.at(s.offset - int64(s.before)); before.invocation != number || before.flags&early != 0 {
			s.flags |= early
			c.overtakes(Overtaken, p, s, p.overtaken(before, number))
		}
	}
}

// overtaken goes back from a record to one that is not of an invocation, past at most a
// few that are.
func (p *partition) overtaken(from *slot, number uint64) int64 {
	for range 64 {
		if from.invocation != number || from.before == 0 {
			break
		}
		from = p.at(from.offset - int64(from.before))
	}
	return from.offset
}

// checkOpen checks that no other invocation has records of the lane (O1), and notes that
// this one has.
func (c *Checker) checkOpen(p *partition, s *slot, number uint64, i *invocation) {
	l := &c.lanes.all[s.lane]
	if top := l.open; top != none && c.handlings.all[top].invocation == number {
		h := &c.handlings.all[top]
		if h.records++; h.partition == p {
			h.last = s.offset
		}
		if h.older != none {
			c.concurrent(p, s, h.older)
		}
		return
	}
	if l.open != none {
		c.concurrent(p, s, l.open)
	}
	top := c.handlings.take()
	c.handlings.all[top] = handling{
		lane: s.lane, newer: none, older: l.open, next: i.handlings, records: 1, offset: s.offset, last: s.offset, invocation: number, partition: p,
	}
	if l.open != none {
		c.handlings.all[l.open].newer = top
	}
	l.open, i.handlings = top, top
}

// concurrent says that a record is handled beside another one.
func (c *Checker) concurrent(p *partition, s *slot, other int32) {
	h := &c.handlings.all[other]
	m := mark{offset: h.offset, invocation: h.invocation, partition: h.partition}
	c.violate(ConcurrentKey, p, s, &m)
}

// checkFirst checks the first attempt with a record (O2, O4).
func (c *Checker) checkFirst(p *partition, s *slot, l *lane) {
	if m := l.begun.above(s.rank, s.invocation); m != nil {
		found := *m
		c.violate(StartedOutOfOrder, p, s, &found)
	}
	l.begun.add(mark{s.rank, s.offset, s.invocation, p})
	if c.options.Domain == ByTopic {
		return
	}
	c.unlinkUnbegun(p, l, s)
	if first := l.unbegunFirst; first != none && first < s.offset {
		c.overtakes(Skipped, p, s, first)
	}
}

// finished ends an invocation: what it had is not being handled any more.
func (c *Checker) finished(e *journal.Entry) {
	i := c.invocations.get(e.Invocation)
	if i == nil {
		return
	}
	if !i.open { // its outputs could not be produced
		i.outcome = e.Outcome
		return
	}
	i.open, i.ended, i.outcome = false, e.At, e.Outcome
	for h := i.handlings; h != none; {
		next := c.handlings.all[h].next
		c.close(h)
		h = next
	}
	i.handlings = none
	b := c.batches.get(i.batch)
	if b == nil {
		return
	}
	b.open--
	if e.Outcome == journal.PartlyFailed {
		b.what |= partly
	}
	for k := range b.spans {
		if s := &b.spans[k]; s.invocation == e.Invocation {
			c.checkZombie(s, e)
		}
	}
}

// close takes a handling out of its lane.
func (c *Checker) close(h int32) {
	at := &c.handlings.all[h]
	l := &c.lanes.all[at.lane]
	if at.newer != none {
		c.handlings.all[at.newer].older = at.older
	} else {
		l.open = at.older
	}
	if at.older != none {
		c.handlings.all[at.older].newer = at.newer
	}
	i := at.lane
	c.handlings.give(h)
	c.freeLane(i)
}

// checkZombie checks an invocation that ends with records of a partition (O11): that its
// owner has not changed and begun meanwhile. If it succeeded, what it did is done, also
// where nobody takes note of it.
func (c *Checker) checkZombie(s *span, e *journal.Entry) {
	p := s.partition
	if s.generation == p.generation && p.assigned || p.generation == 0 {
		return
	}
	if p.startedIn > s.generation {
		if r := firstOf(s); r != nil {
			m := mark{offset: p.startedAt, invocation: p.startedBy, partition: p}
			zombie := *r
			zombie.invocation, zombie.batch = e.Invocation, e.Batch
			c.add(Zombie, p, &zombie, &m)
		}
	}
	if e.Outcome == journal.Succeeded {
		c.succeedApart(s, e.Invocation)
	}
}

// succeedApart notes that an invocation of an old owner has handled its records: nobody
// else takes note of it, and the new owner hands them out again.
func (c *Checker) succeedApart(s *span, invocation uint64) {
	p := s.partition
	for o := s.first; o <= s.last; o++ {
		r := p.at(o)
		switch {
		case r == nil || r.flags&(filtered|handedOver) != 0:
		case r.state != ended && r.succeeded == 0:
			r.succeeded, r.okIn = invocation, s.generation
		case r.state == ended && r.succeeded != 0 && r.okIn != s.generation:
			c.violate(HandledTwice, p, r, &mark{offset: r.offset, invocation: invocation, partition: p})
		}
	}
}

// firstOf returns the first record of a span that is still known.
func firstOf(s *span) *slot {
	for o := s.first; o <= s.last; o++ {
		if r := s.partition.at(o); r != nil && r.flags&filtered == 0 {
			return r
		}
	}
	return nil
}
