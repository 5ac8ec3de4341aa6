package order

// none stands for no index and no offset.
const none = -1

// mapping is an event source mapping.
type mapping struct {
	name, function string
	partitions     []*partition // in the order in which they were first seen
	lane           int32        // of the whole topic, with ByTopic

	begun, disordered uint64 // records that invocations began with, and that broke order
}

// partition is a partition of a topic as a mapping sees it: a ring of its newest records.
// The slot of an offset is found by its lowest bits.
type partition struct {
	mapping *mapping
	topic   string
	index   int32
	slots   []slot

	known       bool  // where next is known
	next        int64 // above every record that has arrived
	low         int64 // below it nothing is outstanding
	gone        int64 // retention has removed all below
	committed   int64 // all below is
	generation  int32 // of its assignment
	assigned    bool
	startedIn   int32  // newest generation with an invocation
	startedBy   uint64 // that
	startedAt   int64  // offset it had
	lanes       keyTable
	whole       int32 // lane of ByPartition
	groups      [rules]*group
	lastFormed  uint64 // the batch of which this is
	lastOfBatch int64  // the last offset
}

type state uint8

const (
	unknown     state = iota
	outstanding       // it has arrived and has not ended
	ended
	left // its partition was revoked before it ended
)

type flags uint8

const (
	begun      flags = 1 << iota // an invocation has had it
	handedOver                   // to an asynchronous queue
	filtered                     // by the mapping
	early                        // the invocation that has it began too early
	again                        // it arrived more than once
	unbegun                      // it is in the list of those that nothing has begun with
)

// slot is a record. Links are distances of offsets, 0 for none.
type slot struct {
	offset     int64
	key        uint64
	rank       int64 // in its lane: the offset, or with ByTopic the time in ms
	invocation uint64
	succeeded  uint64 // invocation, the first one; unnamed for one without a number
	batch      uint64
	lane       int32
	// Of the outstanding records of the lane, and of those that nothing has begun with.
	before, after, unbegunBefore, unbegunAfter uint32
	generation                                 int32  // of its last invocation
	okIn                                       int32  // generation in which it succeeded
	counted                                    uint16 // by which rules, a bit each
	attempts                                   uint16
	state                                      state
	flags                                      flags
}

// unnamed stands for an invocation of which the number is not known.
const unnamed = 1<<64 - 1

const (
	fewestSlots = 1 << 8
	mostSlots   = 1 << 16
)

// at returns the record with an offset, nil if it is not known.
func (p *partition) at(offset int64) *slot {
	if len(p.slots) == 0 {
		return nil
	}
	if s := &p.slots[offset&int64(len(p.slots)-1)]; s.offset == offset && s.state != unknown {
		return s
	}
	return nil
}

// room returns the slot for a record, which may be known already. The one that gives way
// is older; while that is outstanding the ring grows, up to mostSlots.
func (c *Checker) room(p *partition, offset int64) *slot {
	if len(p.slots) == 0 {
		p.slots = make([]slot, fewestSlots)
	}
	for {
		s := &p.slots[offset&int64(len(p.slots)-1)]
		if s.state == unknown || s.offset == offset || s.state == ended && s.offset < offset {
			return s
		}
		if len(p.slots) < mostSlots {
			p.grow()
			continue
		}
		if s.offset > offset {
			return nil // a long way back: it is not followed
		}
		if s.state == outstanding {
			c.unlink(p, s)
			c.leave(s)
		}
		c.evicted++
		return s
	}
}

func (p *partition) grow() {
	old := p.slots
	p.slots = make([]slot, 2*len(old))
	for i := range old {
		if old[i].state != unknown {
			p.slots[old[i].offset&int64(len(p.slots)-1)] = old[i]
		}
	}
}
