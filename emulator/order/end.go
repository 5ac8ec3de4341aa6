package order

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// ending is how records ended, and in which invocation.
type ending struct {
	outcome    journal.Outcome
	invocation uint64
}

// end takes records that have ended.
func (c *Checker) end(e *journal.Entry) {
	p := c.partitionOf(e)
	how := ending{e.Outcome, e.Invocation}
	if e.Kind == journal.RecordsFiltered {
		how.outcome = journal.Filtered
	}
	if b := c.batches.get(e.Batch); b != nil && b.what&queued != 0 && e.Outcome == journal.Succeeded && e.Invocation == 0 {
		return // handed over: it ends with its event
	}
	if e.Kind == journal.RecordsExpired && e.Batch == 0 {
		c.expire(p, e)
		return
	}
	if how.invocation == 0 {
		if b := c.batches.get(e.Batch); b != nil {
			how.invocation = b.last
		}
	}
	n := c.endRange(p, e.First, e.Last, e.Batch, how)
	if c.blind || p.next <= e.First { // what has not arrived, as far as is known
		c.unchecked += uint64(max(int(e.Records)-n, 0))
	}
}

// expire takes records that retention has removed before they were read.
func (c *Checker) expire(p *partition, e *journal.Entry) {
	p.gone = max(p.gone, e.Last+1)
	p.next, p.known = max(p.next, e.Last+1), true
	s := slot{offset: e.First, rank: e.First, lane: none, generation: p.generation}
	g := p.group(c, Lost)
	g.count(uint64(max(e.Records, 1)), Retention, c.now)
	v := c.witness(Lost, p, &s, nil)
	c.keep(g, &v)
}

// endRange ends the records of a range that are in a batch, and says how many.
func (c *Checker) endRange(p *partition, first, last int64, of uint64, how ending) int {
	n := 0
	for o := first; o <= last; o++ {
		s := p.at(o)
		switch {
		case s == nil:
		case how.outcome == journal.Filtered:
			s.flags |= filtered
			c.endOne(p, s, how)
		case s.state == outstanding && s.batch == of && s.flags&filtered == 0:
			n++
			c.endOne(p, s, how)
		case s.state == ended && s.batch == of && s.flags&filtered == 0 && how.outcome == journal.Succeeded && s.succeeded != 0:
			n++
			c.violate(HandledTwice, p, s, &mark{offset: s.offset, invocation: s.succeeded, partition: p})
		}
	}
	return n
}

// endOne ends a record that is outstanding.
func (c *Checker) endOne(p *partition, s *slot, how ending) {
	if s.state != outstanding {
		return
	}
	c.done++
	if s.lane != none && how.outcome != journal.Filtered {
		c.checkLate(p, s, how)
	}
	switch how.outcome {
	case journal.Succeeded:
		if s.succeeded != 0 {
			c.violate(HandledTwice, p, s, &mark{offset: s.offset, invocation: s.succeeded, partition: p})
			break
		}
		if s.succeeded, s.okIn = how.invocation, p.generation; how.invocation == 0 {
			s.succeeded = unnamed
		}
	case journal.Dropped, journal.Expired, journal.Abandoned:
		c.violate(Lost, p, s, nil)
	}
	c.leave(s)
	s.state = ended
	c.unlink(p, s)
}

// checkLate checks that no later record of the lane has succeeded before (O5). Those of
// one invocation are handled in order.
func (c *Checker) checkLate(p *partition, s *slot, how ending) {
	l := &c.lanes.all[s.lane]
	if m := l.done.above(s.rank, how.invocation); m != nil {
		found := *m
		c.violate(LateCompletion, p, s, &found)
	}
	if how.outcome == journal.Succeeded {
		l.done.add(mark{s.rank, s.offset, how.invocation, p})
	}
}

// End says that no entry follows: records that have not ended are lost where they were
// committed, and stuck where not.
func (c *Checker) End() *Report {
	if !c.ended {
		c.ended = true
		for _, m := range c.mappings {
			for _, p := range m.partitions {
				c.endPartition(p)
			}
		}
	}
	return c.Report()
}

func (c *Checker) endPartition(p *partition) {
	if p.low == none {
		return
	}
	for o := max(p.low, p.next-int64(len(p.slots))); o < p.next; o++ {
		s := p.at(o)
		if s == nil || s.state != outstanding && s.state != left || s.state == left && s.succeeded != 0 {
			continue
		}
		if o <= p.committed {
			c.violate(Lost, p, s, nil)
		} else {
			c.violate(Stuck, p, s, nil)
		}
	}
}
