package store

import (
	"math/bits"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// OrderMapping is what the screen Ordering knows of a mapping.
type OrderMapping struct {
	Name, Function, Topic string
	// Outputs says that something was produced from its records.
	Outputs bool
	// Counts is how many records were out of order, by order.Domain.
	Counts     [Domains]uint64
	Partitions []*OrderPartition // by number
}

// mostPartitions is how many partitions of a mapping are looked at.
const mostPartitions = 1 << 12

func (m *OrderMapping) partition(number int32) *OrderPartition {
	number = min(number, mostPartitions-1)
	for int(number) >= len(m.Partitions) {
		m.Partitions = append(m.Partitions, &OrderPartition{Number: int32(len(m.Partitions)), high: -1})
	}
	return m.Partitions[number]
}

func (m *OrderMapping) clone() *OrderMapping {
	c := *m
	c.Partitions = make([]*OrderPartition, len(m.Partitions))
	for i, p := range m.Partitions {
		n := *p
		n.slots, n.succeeded = slices.Clone(p.slots), slices.Clone(p.succeeded)
		c.Partitions[i] = &n
	}
	return &c
}

// OrderPartition is what is known of a partition as a mapping sees it: the newest 4,096 of
// its records at most.
type OrderPartition struct {
	Number int32
	// Arrived counts records that the mapping was handed.
	Arrived Rate
	// Committed is the offset behind the last that is committed.
	Committed int64
	Assigned  bool
	// Counts is how many records were out of order, by order.Domain.
	Counts [Domains]uint64
	// Worst is the most places that a record was late, see OrderRecord.Late.
	Worst int32
	// Completed is how many records have ended, Made how many have an output.
	Completed, Made uint64

	strips orderStrips
	slots  []OrderRecord // the slot of an offset is found by its lowest bits
	// succeeded has a bit for each slot whose record did.
	succeeded []uint64
	next      int64 // behind the last that has arrived
	low       int64 // before it nothing is outstanding
	high      int64 // the highest that has succeeded; -1 for none
}

// OrderRecord is a record as a mapping has it.
type OrderRecord struct {
	Offset, Arrived int64
	Ended           int64  // with Done
	Done            uint64 // it was the n-th of its partition to end; 0 while it has not
	Made            uint64 // its first output was the n-th; 0 for none
	MadeIn          int32  // the partition of that, with Made
	Key             uint64 // journal.HashKey, 0 for none
	Batch           uint64
	Invocation      uint64 // the last one, with Done
	Environment     uint32
	// Late is how many later ones of its partition had succeeded when it ended: rule O5 of
	// package order, as in Event.Late. Of what no function was given it is 0.
	Late    int32
	Outcome journal.Outcome
	KeyLate bool // it ended after a later one with its key had succeeded
	// Found is, by order.Domain, the number of the violation that it ended late, or the first
	// one of order as the earlier record; 0 for none. See FoundRing.Of.
	Found       [Domains]uint32
	known, left bool
}

const (
	fewestSlots = 1 << 8
	mostSlots   = 1 << 12
	// mostSlotsOfAll is up to how many slots the rings of all partitions grow together: 12 MB.
	mostSlotsOfAll = 1 << 17
)

// Next is the offset behind the last that has arrived, First the oldest that is kept.
func (p *OrderPartition) Next() int64  { return p.next }
func (p *OrderPartition) First() int64 { return max(p.next-int64(len(p.slots)), 0) }

// Record returns a record, nil if it is not known.
func (p *OrderPartition) Record(offset int64) *OrderRecord { return p.at(offset) }

func (p *OrderPartition) at(offset int64) *OrderRecord {
	if len(p.slots) == 0 || offset < 0 {
		return nil
	}
	if s := &p.slots[offset&int64(len(p.slots)-1)]; s.Offset == offset && s.known {
		return s
	}
	return nil
}

// Head is the oldest record that has arrived and has not ended, nil if there is none.
func (p *OrderPartition) Head() *OrderRecord {
	for o := max(p.low, p.First()); o < p.next; o++ {
		if s := p.at(o); s != nil && s.Done == 0 && !s.left {
			return s
		}
	}
	return nil
}

// Strip returns the counts of records out of order in the slice of time that a moment is
// in, at a zoom level, by order.Domain.
func (p *OrderPartition) Strip(level int, at int64) [Domains]uint16 {
	return p.strips.in(level, at/StripColumns[level])
}

// Overtakers calls f with the records of the partition that succeeded before one that is
// late, and come after it, in the order of their offsets, until f returns false. Those are not all
// of them if it is older than what is kept.
func (p *OrderPartition) Overtakers(late *OrderRecord, f func(*OrderRecord) bool) {
	for o := late.Offset + 1; o < p.next; o++ {
		if s := p.at(o); s != nil && s.Done != 0 && s.Outcome == journal.Succeeded && s.Done < late.Done && !f(s) {
			return
		}
	}
}

// arrive takes a record that the mapping was handed.
func (p *OrderPartition) arrive(o *Order, offset, at int64, key uint64) {
	if len(p.slots) == 0 {
		p.slots, p.succeeded = make([]OrderRecord, fewestSlots), make([]uint64, fewestSlots/64)
		o.slots += fewestSlots
	}
	s := p.at(offset)
	switch {
	case s != nil && s.Done != 0:
		return // it was handed out again: what counts is the first time
	case s != nil:
		s.left = false
	case offset+int64(len(p.slots)) <= p.next:
		return // a long way back
	default:
		p.room(o, offset)
		i := offset & int64(len(p.slots)-1)
		p.slots[i] = OrderRecord{Offset: offset, Arrived: at, Key: key, known: true}
		p.succeeded[i/64] &^= 1 << (i % 64)
	}
	if p.next == 0 && p.low == 0 {
		p.low = offset
	}
	p.low = min(p.low, offset)
	p.next = max(p.next, offset+1)
}

// room lets the ring grow where the record that would give way has not been seen for long.
func (p *OrderPartition) room(o *Order, offset int64) {
	for len(p.slots) < mostSlots && o.slots+len(p.slots) <= mostSlotsOfAll {
		if !p.slots[offset&int64(len(p.slots)-1)].known {
			return
		}
		old := p.slots
		o.slots += len(old)
		p.slots, p.succeeded = make([]OrderRecord, 2*len(old)), make([]uint64, len(old)/32)
		for i := range old {
			if !old[i].known {
				continue
			}
			at := old[i].Offset & int64(len(p.slots)-1)
			if p.slots[at] = old[i]; old[i].Done != 0 && old[i].Outcome == journal.Succeeded {
				p.succeeded[at/64] |= 1 << (at % 64)
			}
		}
	}
}

// end takes a record that has ended, and reports whether it had not before.
func (p *OrderPartition) end(s *OrderRecord, e *journal.Entry, environment uint32) bool {
	if s.Done != 0 {
		return false
	}
	p.Completed++
	s.Done, s.Ended, s.Invocation, s.Environment, s.Outcome = p.Completed, e.At, e.Invocation, environment, e.Outcome
	if s.Offset < p.high && e.Kind == journal.RecordsEnded {
		s.Late = int32(p.countSucceeded(s.Offset+1, min(p.high, s.Offset+int64(len(p.slots))-1)))
		p.Worst = max(p.Worst, s.Late)
	}
	if e.Outcome == journal.Succeeded {
		p.high = max(p.high, s.Offset)
		i := s.Offset & int64(len(p.slots)-1)
		p.succeeded[i/64] |= 1 << (i % 64)
	}
	if l := p.at(p.low); l == nil || l.Done != 0 || l.left {
		p.settle()
	}
	return true
}

// settle moves low past what is not outstanding.
func (p *OrderPartition) settle() {
	for p.low = max(p.low, p.First()); p.low < p.next; p.low++ {
		if s := p.at(p.low); s != nil && s.Done == 0 && !s.left {
			return
		}
	}
}

// countSucceeded counts the records from one offset to another that have.
func (p *OrderPartition) countSucceeded(from, to int64) int {
	n := 0
	mask := int64(len(p.slots) - 1)
	for from <= to {
		i := from & mask
		width := min(64-i%64, to-from+1)
		word := p.succeeded[i/64] >> (i % 64)
		if width < 64 {
			word &= 1<<width - 1
		}
		n += bits.OnesCount64(word)
		from += width
	}
	return n
}

// leave says that what has not ended is nobody's for now: the partition was revoked.
func (p *OrderPartition) leave() {
	p.Assigned = false
	for o := max(p.low, p.First()); o < p.next; o++ {
		if s := p.at(o); s != nil && s.Done == 0 {
			s.left = true
		}
	}
	p.low = p.next
}

// miss forgets the records: what has become of them may be among what is missing.
func (p *OrderPartition) miss() {
	clear(p.slots)
	clear(p.succeeded)
	p.low, p.high = p.next, -1
}
