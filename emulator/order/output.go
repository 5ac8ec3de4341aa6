package order

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// output is the furthest input of a lane of which something is in a partition of an
// output topic, and where that is.
type output struct {
	next      int32 // of the lane
	topic     string
	partition int32
	input     mark
}

// mostOutputs is in how many partitions of output topics what comes of a lane is followed.
const mostOutputs = 64

// produced looks at the keys of what was produced, and at whether outputs are in the
// order of their inputs (O13).
func (c *Checker) produced(e *journal.Entry) {
	if e.Each == nil {
		return
	}
	t := c.topicOf(e.Topic)
	t.produced = true
	for i := range e.Each.Each {
		r := &e.Each.Each[i]
		c.lookAtKey(t, e.Partition, e.First+int64(r.Offset), r.Key)
	}
	if e.Invocation == 0 || e.ByPlatform() {
		return
	}
	i := c.invocations.get(e.Invocation)
	var b *batch
	if i != nil {
		b = c.batches.get(i.batch)
	}
	if b == nil {
		return // not of a mapping, or a replay
	}
	if e.Reason == "late" || e.Reason == "ambiguous" {
		c.unjudged += uint64(len(e.Each.Each))
		return
	}
	for k := range e.Each.Each {
		p, lowest, highest := c.inputOf(e, b, k)
		if lowest == nil || highest == nil {
			c.unjudged++
			continue
		}
		if lowest.lane != none && lowest.lane == highest.lane {
			c.checkOutput(e, p, lowest, highest)
		}
	}
}

// inputOf finds the input that an output was made from, best evidence first: by its
// index; or that it is one of those of the invocation with the same key, from the lowest
// to the highest; or, for order by partition, one of those of its only partition. It
// returns nil where it cannot be told.
func (c *Checker) inputOf(e *journal.Entry, b *batch, k int) (p *partition, lowest, highest *slot) {
	if len(e.Each.Origins) == len(e.Each.Each) {
		if at := e.Each.Origins[k]; at >= 0 && !c.invocations.get(e.Invocation).unlike {
			p, s := c.inputAt(b, e.Invocation, int(at))
			return p, s, s
		}
	}
	h := none
	switch c.options.Domain {
	case ByKey:
		h = c.handlingOfKey(e, b, e.Each.Each[k].Key)
	case ByPartition:
		h = c.handlingOfPartition(e, b)
	}
	if h == none {
		return nil, nil, nil
	}
	at := &c.handlings.all[h]
	return at.partition, at.partition.at(at.offset), at.partition.at(at.last)
}

// handlingOfKey finds the records with a key that an invocation has, none if there are
// none, or in several partitions.
func (c *Checker) handlingOfKey(e *journal.Entry, b *batch, key uint64) int {
	if key == 0 {
		return none
	}
	found := none
	for i := range b.spans {
		p := b.spans[i].partition
		if i > 0 && p == b.spans[i-1].partition {
			continue
		}
		l := p.lanes.get(key)
		if l == none {
			continue
		}
		if h := c.openIn(l, e.Invocation); h != none && found != none && h != found {
			return none
		} else if h != none {
			found = h
		}
	}
	return found
}

// handlingOfPartition finds the records of an invocation, if all are of one partition.
func (c *Checker) handlingOfPartition(e *journal.Entry, b *batch) int {
	p := b.spans[0].partition
	for i := range b.spans {
		if b.spans[i].partition != p {
			return none
		}
	}
	if p.whole == none {
		return none
	}
	return c.openIn(p.whole, e.Invocation)
}

// openIn returns what an invocation has of a lane, none if it has nothing.
func (c *Checker) openIn(lane int32, invocation uint64) int {
	for h := c.lanes.all[lane].open; h != none; h = c.handlings.all[h].older {
		if c.handlings.all[h].invocation == invocation {
			return int(h)
		}
	}
	return none
}

// cursor is where the input at an index was found, for the next ones are behind it.
type cursor struct {
	invocation  uint64
	index, span int
	offset      int64
}

// inputAt returns the record at an index of what an invocation has.
func (c *Checker) inputAt(b *batch, invocation uint64, index int) (*partition, *slot) {
	at := c.cursor
	if at.invocation != invocation || index < at.index || at.span >= len(b.spans) {
		at = cursor{invocation: invocation, offset: b.spans[0].first}
	}
	for {
		s := &b.spans[at.span]
		p := s.partition
		if s.invocation == invocation && s.generation != p.generation {
			return nil, nil // its records may be with another owner
		}
		for ; at.offset <= s.last; at.offset++ {
			r := p.at(at.offset)
			if r == nil || r.invocation != invocation {
				continue
			}
			if at.index == index {
				c.cursor = at
				return p, r
			}
			at.index++
		}
		if at.span++; at.span == len(b.spans) {
			return nil, nil
		}
		at.offset = b.spans[at.span].first
	}
}

// checkOutput checks an output that was made from a record between two: that nothing is
// before it in its partition that was made from one behind them for certain.
func (c *Checker) checkOutput(e *journal.Entry, p *partition, lowest, highest *slot) {
	l := &c.lanes.all[lowest.lane]
	made := mark{lowest.rank, lowest.offset, lowest.invocation, p}
	n := 0
	for o := l.outputs; o != none; o = c.outputs.all[o].next {
		at := &c.outputs.all[o]
		if n++; at.partition != e.Partition || at.topic != e.Topic {
			continue
		}
		if m := at.input; highest.rank < m.rank {
			c.violate(OutputDisorder, p, highest, &m)
		} else if made.rank > m.rank {
			at.input = made
		}
		return
	}
	if n >= mostOutputs {
		c.unjudged++
		return
	}
	o := c.outputs.take()
	c.outputs.all[o] = output{next: l.outputs, topic: e.Topic, partition: e.Partition, input: made}
	l.outputs = o
}
