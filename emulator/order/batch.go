package order

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// batch is records that are delivered together, over all their attempts.
type batch struct {
	number  uint64
	mapping *mapping
	spans   []span
	records int32 // that are outstanding
	open    int32 // invocations
	formed  int64
	parent  uint64 // the one that it is a half of
	what    happened
	last    uint64 // its newest invocation
	skips   bool   // a replay, which the user asked for: its records have ended before
}

// span is the records of a partition in a batch.
type span struct {
	partition   *partition
	first, last int64
	invocation  uint64 // the newest that had any of them
	generation  int32  // of that
}

// happened is what came in the way of a batch.
type happened uint8

const (
	throttled happened = 1 << iota
	retried
	kept // until there was another revision of the code
	bisected
	partly // a response named some of its records as failed
	queued // handed over to an asynchronous queue
)

func (b *batch) inUse() bool { return b.records > 0 || b.open > 0 }

// invocation is one that had records of a mapping.
type invocation struct {
	batch       uint64
	environment uint32
	attempt     int32
	formed      int64 // when its batch was
	started     int64
	ended       int64
	outcome     journal.Outcome
	cold, open  bool
	unlike      bool // it has not as many records as are known: their indexes are not
	handlings   int32
}

// request is an event in an asynchronous queue that is a batch.
type request struct{ batch uint64 }

// formed takes a batch, or one more partition of it.
func (c *Checker) formed(e *journal.Entry) {
	p := c.partitionOf(e)
	b := c.batches.get(e.Batch)
	if b == nil {
		b = c.batches.put(e.Batch)
		*b = batch{number: e.Batch, mapping: p.mapping, spans: b.spans[:0], formed: e.At}
		if half, ok := strings.CutPrefix(e.Reason, "bisect of batch "); ok {
			b.what, b.parent = bisected, number(half)
		}
		b.skips = strings.HasPrefix(e.Reason, "replay of batch ")
	}
	b.spans = append(b.spans, span{partition: p, first: e.First, last: e.Last})
	if b.skips {
		return
	}
	inOrder := p.lastFormed != e.Batch || e.First > p.lastOfBatch
	p.lastFormed, p.lastOfBatch = e.Batch, e.Last
	for o := e.First; o <= e.Last; o++ {
		s := p.at(o)
		if s == nil && !p.arrives(o) && dense(e) {
			c.adopt(p, o)
			s = p.at(o)
		}
		if s == nil || s.state != outstanding || s.flags&filtered != 0 {
			continue
		}
		if !inOrder {
			c.violate(DisorderInBatch, p, s, nil)
		}
		c.leave(s)
		s.batch = e.Batch
		b.records++
	}
	if e.Each != nil {
		c.checkInside(p, e)
	}
}

// adopt takes a record of which the arrival is not known, nor its key.
func (c *Checker) adopt(p *partition, offset int64) {
	c.arriveOne(p, offset, 0, offset)
	if c.options.Domain != ByPartition {
		c.unchecked++
	}
}

// arrives says whether the arrival of records is known, so that an offset without a
// record is a gap of the log.
func (p *partition) arrives(offset int64) bool { return p.known && offset < p.next }

// checkInside looks at the order of records in a batch, where each is known (O3).
func (c *Checker) checkInside(p *partition, e *journal.Entry) {
	for i := 1; i < len(e.Each.Each); i++ {
		if e.Each.Each[i].Offset >= e.Each.Each[i-1].Offset {
			continue
		}
		if s := p.at(e.First + int64(e.Each.Each[i].Offset)); s != nil {
			c.violate(DisorderInBatch, p, s, nil)
		}
	}
}

// number reads a number that a reason ends with.
func number(s string) uint64 {
	var n uint64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			break
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n
}

// batchOf returns the batch that an entry about an invocation is of, nil if it is of
// none, or of one that is not known.
func (c *Checker) batchOf(e *journal.Entry) *batch {
	if e.Batch != 0 {
		return c.batches.get(e.Batch)
	}
	if r := c.requests.get(e.Request); r != nil {
		return c.batches.get(r.batch)
	}
	return nil
}

// delayed notes what came in the way of a batch.
func (c *Checker) delayed(e *journal.Entry) {
	b := c.batchOf(e)
	switch {
	case b == nil:
	case e.Kind == journal.Throttled:
		b.what |= throttled
	case e.Kind == journal.BatchHeld:
		b.what |= kept
	default:
		if b.what |= retried; e.Outcome == journal.PartlyFailed {
			b.what |= partly
		}
	}
}

// event follows a batch through the asynchronous queue.
func (c *Checker) event(e *journal.Entry) {
	if e.Kind == journal.EventQueued {
		b := c.batches.get(e.Batch)
		if e.Mapping == "" || b == nil {
			return
		}
		b.what |= queued
		c.requests.put(e.Request).batch = e.Batch
		for i := range b.spans {
			c.handOver(b, &b.spans[i])
		}
		return
	}
	r := c.requests.get(e.Request)
	if r == nil || r.batch == 0 {
		return
	}
	b := c.batches.get(r.batch)
	r.batch = 0
	if b == nil {
		return
	}
	for i := range b.spans {
		s := &b.spans[i]
		c.endRange(s.partition, s.first, s.last, b.number, ending{e.Outcome, b.last})
	}
}

func (c *Checker) handOver(b *batch, of *span) {
	for o := of.first; o <= of.last; o++ {
		if s := of.partition.at(o); s != nil && s.batch == b.number && s.state == outstanding {
			s.flags |= handedOver
		}
	}
}
