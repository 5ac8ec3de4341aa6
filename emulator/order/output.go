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
	if e.Invocation == 0 || e.Reason == "on-failure" || e.Reason == "dead-letter" || e.Reason == "on-success" {
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
		p, s := c.inputOf(e, b, k)
		if s == nil {
			c.unjudged++
			continue
		}
		if s.lane != none {
			c.checkOutput(e, p, s)
		}
	}
}

// inputOf finds the input that an output was made from, best evidence first: by its
// index, or as the only record of the invocation with the same key. It returns nil where
// it cannot be told.
func (c *Checker) inputOf(e *journal.Entry, b *batch, k int) (*partition, *slot) {
	if len(e.Each.Origins) == len(e.Each.Each) {
		if at := e.Each.Origins[k]; at >= 0 {
			return c.inputAt(b, e.Invocation, int(at))
		}
	}
	key := e.Each.Each[k].Key
	if key == 0 || c.options.Domain != ByKey {
		return nil, nil
	}
	var found *handling
	for i := range b.spans {
		l := b.spans[i].partition.lanes.get(key)
		if l == none {
			continue
		}
		for h := c.lanes.all[l].open; h != none; h = c.handlings.all[h].older {
			if at := &c.handlings.all[h]; at.invocation == e.Invocation {
				if found != nil && found != at || at.records != 1 {
					return nil, nil
				}
				found = at
			}
		}
	}
	if found == nil {
		return nil, nil
	}
	return found.partition, found.partition.at(found.offset)
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

func (c *Checker) checkOutput(e *journal.Entry, p *partition, s *slot) {
	l := &c.lanes.all[s.lane]
	n := 0
	for o := l.outputs; o != none; o = c.outputs.all[o].next {
		at := &c.outputs.all[o]
		if n++; at.partition != e.Partition || at.topic != e.Topic {
			continue
		}
		if s.rank < at.input.rank {
			m := at.input
			c.violate(OutputDisorder, p, s, &m)
			return
		}
		at.input = mark{s.rank, s.offset, s.invocation, p}
		return
	}
	if n >= mostOutputs {
		c.unjudged++
		return
	}
	o := c.outputs.take()
	c.outputs.all[o] = output{next: l.outputs, topic: e.Topic, partition: e.Partition, input: mark{s.rank, s.offset, s.invocation, p}}
	l.outputs = o
}
