package order

// group is the violations of a rule by a mapping in a partition.
type group struct {
	rule        Rule
	mapping     *mapping // nil for a topic
	topic       string
	partition   int32
	total       uint64
	first, last int64 // when
	by          [causes]uint64
	worst       int // places
	witnesses   []Violation
}

func (g *group) count(n uint64, cause Cause, at int64) {
	if g.total == 0 {
		g.first = at
	}
	g.total += n
	g.last = at
	g.by[cause] += n
}

func (p *partition) group(c *Checker, r Rule) *group {
	if p.groups[r] == nil {
		p.groups[r] = &group{rule: r, mapping: p.mapping, topic: p.topic, partition: p.index}
		c.groups = append(c.groups, p.groups[r])
	}
	return p.groups[r]
}

// violate counts a violation of a rule by a record, once for each record; m is the other
// one that shows it.
func (c *Checker) violate(r Rule, p *partition, s *slot, m *mark) {
	if s.counted>>r&1 != 0 {
		return
	}
	first := s.counted&orderRules == 0 && orderRules>>r&1 != 0
	if first {
		c.disordered++
		p.mapping.disordered++
	}
	s.counted |= 1 << r
	v := c.add(r, p, s, m)
	if c.options.Found != nil {
		v.Fix = c.fix(&v)
		c.options.Found(&v, first)
	}
}

// orderRules is the rules about the order of records, a bit each.
const orderRules uint16 = 1<<ConcurrentKey | 1<<StartedOutOfOrder | 1<<DisorderInBatch | 1<<Skipped | 1<<Overtaken |
	1<<LateCompletion | 1<<StaleRetry | 1<<OutputDisorder

// overtakes counts a record that got past an earlier one.
func (c *Checker) overtakes(r Rule, p *partition, s *slot, earlier int64) {
	m := mark{offset: earlier, partition: p}
	if e := p.at(earlier); e != nil {
		m.invocation = e.invocation
	}
	c.violate(r, p, s, &m)
}

func (c *Checker) add(r Rule, p *partition, s *slot, m *mark) Violation {
	g := p.group(c, r)
	v := c.witness(r, p, s, m)
	g.count(1, v.Cause, c.now)
	g.worst = max(g.worst, v.Places)
	c.keep(g, &v)
	return v
}

// keep keeps a violation as a witness, if there are not enough of its group.
func (c *Checker) keep(g *group, v *Violation) {
	if c.options.About != nil && !c.options.About[v.Earlier.Record] {
		return
	}
	if len(g.witnesses) < c.options.Witnesses {
		v.Fix = c.fix(v)
		g.witnesses = append(g.witnesses, *v)
	}
}

// witness tells of a violation. Which of two records is the earlier one is their rank; of
// one record with itself, s is.
func (c *Checker) witness(r Rule, p *partition, s *slot, m *mark) Violation {
	v := Violation{Rule: r, Function: p.mapping.function, Mapping: p.mapping.name, At: c.now, Seq: c.seq}
	v.Earlier = c.delivery(p, s, s.offset, s.invocation)
	late := s
	if m != nil {
		other := m.partition.at(m.offset)
		d := c.delivery(m.partition, other, m.offset, m.invocation)
		if v.Later = &d; other != nil && other.rank < s.rank {
			first := v.Earlier
			v.Earlier, v.Later = d, &first
			late = other
		}
	}
	v.Cause = c.cause(r, &v.Earlier, v.Later, late)
	if r == LateCompletion && len(p.group(c, r).witnesses) < c.options.Witnesses {
		v.Places = c.places(p, s)
	}
	return v
}

// delivery tells of a record in an invocation; 0 is none. s is nil where the record is
// not known any more.
func (c *Checker) delivery(p *partition, s *slot, offset int64, number uint64) Delivery {
	d := Delivery{Record: Ref{p.topic, p.index, offset}}
	if s != nil {
		d.Key, d.Batch = s.key, s.batch
	}
	if number == unnamed || number == 0 {
		return d
	}
	d.Invocation = number
	if i := c.invocations.get(number); i != nil {
		d.Batch, d.Environment, d.Attempt = i.batch, i.environment, i.attempt
		d.Waited, d.Started, d.Ended, d.Outcome, d.Cold = i.started-i.formed, i.started, i.ended, i.outcome, i.cold
	}
	return d
}

// farthest is how far a record is followed past those that overtook it.
const farthest = 1 << 14

// places is how many later records of the domain had succeeded before this one ended.
func (c *Checker) places(p *partition, s *slot) int {
	if c.options.Domain == ByTopic {
		return 0
	}
	n := 0
	for o := s.offset + 1; o < p.next && o <= s.offset+farthest; o++ {
		other := p.at(o)
		if other == nil || other.state != ended || other.succeeded == 0 || other.succeeded == s.invocation {
			continue
		}
		if c.options.Domain == ByPartition || other.key == s.key {
			n++
		}
	}
	return n
}
