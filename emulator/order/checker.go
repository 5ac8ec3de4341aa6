package order

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Checker checks the entries of a run as they come. It is for one goroutine. What it
// holds is bounded: 65,536 records of each partition, what is open, and a table of keys
// for each topic; what gives way is counted as unchecked.
//
// It looks at what mappings are handed (RecordsArrived, with the keys of records), and at
// what becomes of it. Without RecordsArrived, the ranges of batches stand for their
// records, which have no keys then.
type Checker struct {
	options  Options
	mappings []*mapping
	byName   map[string]*mapping
	last     *partition // that an entry was about
	topics   []*topic   // in the order in which they were first seen

	batches     numbered[batch]
	invocations numbered[invocation]
	requests    numbered[request]
	lanes       pool[lane]
	handlings   pool[handling]
	outputs     pool[output]
	groups      []*group
	cursor      cursor

	seq uint64 // of the entry that is looked at
	now int64

	missed, evicted, unchecked, unjudged, forgotten uint64
	arrived, begun, done, invoked, disordered       uint64
	blind                                           bool // entries are missing: what began before is not judged
	ended                                           bool
}

// defaultWitnesses is Options.Witnesses unless it is set.
const defaultWitnesses = 100

// New returns a Checker that has seen nothing.
func New(options Options) *Checker {
	if options.Witnesses <= 0 {
		options.Witnesses = defaultWitnesses
	}
	if options.Of == nil {
		options.Of = &journal.Description{}
	}
	return &Checker{
		options: options, byName: map[string]*mapping{},
		batches:     newNumbered(1<<8, 1<<14, (*batch).inUse),
		invocations: newNumbered(1<<11, 1<<15, func(i *invocation) bool { return i.open }),
		requests:    newNumbered(1<<6, 1<<12, func(r *request) bool { return r.batch != 0 }),
	}
}

// Add checks the next entry of the run.
func (c *Checker) Add(e *journal.Entry) {
	c.seq, c.now = e.Seq, e.At
	switch e.Kind {
	case journal.RecordsArrived:
		c.arrive(e)
	case journal.RecordsFiltered, journal.RecordsExpired, journal.RecordsEnded:
		c.end(e)
	case journal.BatchFormed:
		c.formed(e)
	case journal.InvocationStarted:
		c.started(e)
	case journal.InvocationEnded:
		c.finished(e)
	case journal.OffsetCommitted:
		c.commit(e)
	case journal.PartitionAssigned:
		c.assign(e)
	case journal.PartitionRevoked:
		c.revoke(e)
	case journal.RecordsProduced:
		c.produced(e)
	case journal.EventQueued, journal.EventEnded:
		c.event(e)
	case journal.RetryScheduled, journal.Throttled, journal.BatchHeld:
		c.delayed(e)
	}
}

// Missed says that n entries are not known. What was open before them is not judged any
// more, and what follows from where it can be: records that end without having arrived
// count as unchecked.
func (c *Checker) Missed(n uint64) {
	if n == 0 {
		return
	}
	c.missed += n
	c.blind = true
	c.batches.reset()
	c.invocations.reset()
	c.requests.reset()
	c.lanes.reset()
	c.handlings.reset()
	c.outputs.reset()
	for _, m := range c.mappings {
		m.lane = none
		for _, p := range m.partitions {
			clear(p.slots)
			clear(p.lanes.slots)
			p.lanes.used, p.whole, p.low, p.known = 0, none, none, false
			// Whose it is may have changed: until it is assigned, nothing is a zombie.
			p.generation, p.startedIn, p.startedBy, p.assigned = 0, 0, 0, false
		}
	}
}

// partitionOf returns the partition of the mapping that an entry is about.
func (c *Checker) partitionOf(e *journal.Entry) *partition {
	if p := c.last; p != nil && p.index == e.Partition && p.mapping.name == e.Mapping && p.topic == e.Topic {
		return p
	}
	m := c.byName[e.Mapping]
	if m == nil {
		m = c.newMapping(e)
	}
	if m.function == "" {
		m.function = e.Function
	}
	for _, p := range m.partitions {
		if p.index == e.Partition && p.topic == e.Topic {
			c.last = p
			return p
		}
	}
	p := &partition{mapping: m, topic: e.Topic, index: e.Partition, whole: none, committed: none, low: none}
	m.partitions = append(m.partitions, p)
	c.last = p
	return p
}

func (c *Checker) newMapping(e *journal.Entry) *mapping {
	m := &mapping{name: e.Mapping, function: e.Function, lane: none}
	for i := range c.options.Of.Mappings {
		if d := &c.options.Of.Mappings[i]; d.Group == e.Mapping {
			m.function = d.Function
		}
	}
	c.mappings = append(c.mappings, m)
	c.byName[e.Mapping] = m
	return m
}
