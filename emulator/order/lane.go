package order

// lane is records that are wanted in order: those of one key, partition or topic. It
// exists while one of them is outstanding or being handled.
type lane struct {
	key       uint64
	partition *partition
	records   int32 // that are outstanding
	tail      int64 // the last of them; none
	// The first and the last that nothing has begun with; none.
	unbegunFirst, unbegunLast int64
	begun, done               ranking // by first attempts, and by success
	open                      int32   // handlings that have not ended, the newest
	outputs                   int32   // what was produced from it
}

// mark is a record in a ranking.
type mark struct {
	rank, offset int64
	invocation   uint64
	partition    *partition
}

// ranking holds the highest record that something happened to, and the highest of
// another invocation than that one's: so for any invocation the highest of the others.
type ranking struct{ best, second mark }

func (r *ranking) add(m mark) {
	switch {
	case r.best.partition == nil:
		r.best = m
	case m.invocation == r.best.invocation:
		if m.rank > r.best.rank {
			r.best = m
		}
	case m.rank > r.best.rank:
		r.best, r.second = m, r.best
	case r.second.partition == nil || m.rank > r.second.rank:
		r.second = m
	}
}

// above returns the highest record above rank that is not of the invocation.
func (r *ranking) above(rank int64, invocation uint64) *mark {
	m := &r.best
	if m.invocation == invocation {
		m = &r.second
	}
	if m.partition == nil || m.rank <= rank {
		return nil
	}
	return m
}

// handling is records of a lane in an invocation that has not ended.
type handling struct {
	lane         int32
	newer, older int32 // in the lane
	next         int32 // of the invocation
	records      int32
	offset, last int64 // the first and the last of them
	invocation   uint64
	partition    *partition
}

// laneOf returns the lane of a record that is outstanding from now on.
func (c *Checker) laneOf(p *partition, key uint64) int32 {
	switch c.options.Domain {
	case ByTopic:
		if p.mapping.lane == none {
			p.mapping.lane = c.newLane(p, 0)
		}
		return p.mapping.lane
	case ByPartition:
		if p.whole == none {
			p.whole = c.newLane(p, 0)
		}
		return p.whole
	}
	if key == 0 {
		return none
	}
	l := p.lanes.get(key)
	if l == none {
		l = c.newLane(p, key)
		p.lanes.put(key, l)
	}
	return l
}

func (c *Checker) newLane(p *partition, key uint64) int32 {
	i := c.lanes.take()
	c.lanes.all[i] = lane{key: key, partition: p, tail: none, unbegunFirst: none, unbegunLast: none, open: none, outputs: none}
	return i
}

// freeLane ends a lane of a key of which nothing is left.
func (c *Checker) freeLane(i int32) {
	l := &c.lanes.all[i]
	if l.key == 0 || l.records > 0 || l.open != none {
		return
	}
	l.partition.lanes.remove(l.key)
	c.forgetOutputs(l)
	c.lanes.give(i)
}

func (c *Checker) forgetOutputs(l *lane) {
	for o := l.outputs; o != none; {
		next := c.outputs.all[o].next
		c.outputs.give(o)
		o = next
	}
	l.outputs = none
}

// link adds a record to its lane, behind those with lower offsets.
func (c *Checker) link(p *partition, s *slot) {
	if s.lane = c.laneOf(p, s.key); s.lane == none {
		return
	}
	l := &c.lanes.all[s.lane]
	l.records++
	if c.options.Domain == ByTopic {
		return // records of several partitions have no order in which they arrive
	}
	before, after := l.tail, int64(none)
	for before > s.offset {
		after = before
		before = p.step(before, p.at(before).before)
	}
	if before != none {
		s.before = uint32(s.offset - before)
		p.at(before).after = s.before
	}
	if after != none {
		s.after = uint32(after - s.offset)
		p.at(after).before = s.after
	} else {
		l.tail = s.offset
	}
	if s.flags&begun == 0 {
		c.linkUnbegun(p, l, s)
	}
}

// step goes back from an offset by a distance.
func (p *partition) step(offset int64, distance uint32) int64 {
	if distance == 0 {
		return none
	}
	return offset - int64(distance)
}

func (c *Checker) linkUnbegun(p *partition, l *lane, s *slot) {
	before, after := l.unbegunLast, int64(none)
	for before > s.offset {
		after = before
		before = p.step(before, p.at(before).unbegunBefore)
	}
	s.flags |= unbegun
	if before != none {
		s.unbegunBefore = uint32(s.offset - before)
		p.at(before).unbegunAfter = s.unbegunBefore
	} else {
		l.unbegunFirst = s.offset
	}
	if after != none {
		s.unbegunAfter = uint32(after - s.offset)
		p.at(after).unbegunBefore = s.unbegunAfter
	} else {
		l.unbegunLast = s.offset
	}
}

// unlinkUnbegun takes a record out of those that nothing has begun with.
func (c *Checker) unlinkUnbegun(p *partition, l *lane, s *slot) {
	if s.flags&unbegun == 0 {
		return
	}
	s.flags &^= unbegun
	before, after := p.step(s.offset, s.unbegunBefore), s.offset+int64(s.unbegunAfter)
	switch {
	case s.unbegunBefore == 0 && s.unbegunAfter == 0:
		l.unbegunFirst, l.unbegunLast = none, none
	case s.unbegunBefore == 0:
		l.unbegunFirst = after
		p.at(after).unbegunBefore = 0
	case s.unbegunAfter == 0:
		l.unbegunLast = before
		p.at(before).unbegunAfter = 0
	default:
		p.at(before).unbegunAfter = uint32(after - before)
		p.at(after).unbegunBefore = uint32(after - before)
	}
	s.unbegunBefore, s.unbegunAfter = 0, 0
}

// unlink takes a record out of its lane, which may end with it.
func (c *Checker) unlink(p *partition, s *slot) {
	if s.lane == none {
		return
	}
	i := s.lane
	l := &c.lanes.all[i]
	l.records--
	s.lane = none
	if c.options.Domain != ByTopic {
		c.unlinkUnbegun(p, l, s)
		before, after := p.step(s.offset, s.before), s.offset+int64(s.after)
		if s.after != 0 {
			p.at(after).before = distance(before, after, s.before)
		} else {
			l.tail = before
		}
		if s.before != 0 {
			p.at(before).after = distance(before, after, s.after)
		}
		s.before, s.after = 0, 0
	}
	c.freeLane(i)
}

// distance is that between two offsets, unless there is none on one side.
func distance(before, after int64, side uint32) uint32 {
	if side == 0 {
		return 0
	}
	return uint32(after - before)
}
