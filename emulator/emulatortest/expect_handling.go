package emulatortest

import (
	"math"
	"sort"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// handling is how a mapping handled each record of its topic, by brute force:
// every entry of a batch is applied to every record in it.
type handling struct {
	mapping    mappingInfo
	partitions map[int32]*handledPartition
	batches    map[uint64]*handledBatch
	// invocations are those that began: what each got, and when.
	invocations map[uint64]handledInvocation
}

type handledPartition struct {
	start   int64            // position of the first assignment
	records []*handledRecord // in the order of offsets
}

// handledRecord is one record. Orders are indexes of entries; notYet is for what
// has not happened.
type handledRecord struct {
	offset int64
	key    []byte
	first  uint64 // invocation that got it first, 0 for none
	trail  uint64 // a hash of all invocations that got it
	// succeeded is the invocation in which it succeeded, 0 for none; ended is
	// the one after which it ended.
	succeeded, ended uint64
	end              uint64 // order in which it ended
	filtered         bool   // no batch has it, although ranges of batches may
}

const notYet = math.MaxUint64

type handledInvocation struct {
	began uint64 // order
	spans []span
}

// handledBatch is a batch: the records that are left in it.
type handledBatch struct{ spans []span }

type span struct {
	partition   int32
	first, last int64
}

func newHandling(m mappingInfo, records []*kgo.Record) *handling {
	h := &handling{mapping: m, partitions: map[int32]*handledPartition{}, batches: map[uint64]*handledBatch{},
		invocations: map[uint64]handledInvocation{}}
	for _, r := range records {
		p := h.partition(r.Partition)
		p.records = append(p.records, &handledRecord{offset: r.Offset, key: r.Key, end: notYet})
	}
	return h
}

func (h *handling) partition(index int32) *handledPartition {
	p := h.partitions[index]
	if p == nil {
		p = &handledPartition{start: -1}
		h.partitions[index] = p
	}
	return p
}

// add applies an entry.
func (h *handling) add(order uint64, e *journal.Entry) {
	if e.Mapping != h.mapping.name {
		return
	}
	switch e.Kind {
	case journal.PartitionAssigned:
		if p := h.partition(e.Partition); p.start < 0 {
			p.start = e.First
		}
	case journal.BatchFormed:
		b := h.batches[e.Batch]
		if b == nil {
			b = &handledBatch{}
			h.batches[e.Batch] = b
		}
		b.spans = append(b.spans, span{e.Partition, e.First, e.Last})
	case journal.InvocationStarted:
		h.began(order, e)
	case journal.RecordsEnded, journal.RecordsExpired, journal.RecordsFiltered:
		h.ended(order, e)
	case journal.PartitionRevoked: // its records have left their batch
		for number, b := range h.batches {
			if b.remove(span{e.Partition, 0, math.MaxInt64}); len(b.spans) == 0 {
				delete(h.batches, number)
			}
		}
	}
}

func (h *handling) began(order uint64, e *journal.Entry) {
	b := h.batches[e.Batch]
	if b == nil {
		return
	}
	h.invocations[e.Invocation] = handledInvocation{began: order, spans: append([]span(nil), b.spans...)}
	for _, s := range b.spans {
		for _, r := range h.partition(s.partition).in(s) {
			if r.filtered {
				continue
			}
			if r.first == 0 {
				r.first = e.Invocation
			}
			r.trail = (r.trail ^ e.Invocation) * 1099511628211 // FNV
		}
	}
}

func (h *handling) ended(order uint64, e *journal.Entry) {
	s := span{e.Partition, e.First, e.Last}
	if b := h.batches[e.Batch]; b != nil {
		if b.remove(s); len(b.spans) == 0 {
			delete(h.batches, e.Batch)
		}
	}
	for _, r := range h.partition(e.Partition).in(s) {
		if r.filtered = r.filtered || e.Outcome == journal.Filtered; r.end != notYet {
			continue
		}
		r.end, r.ended = order, e.Invocation
		if e.Outcome == journal.Succeeded {
			r.succeeded = e.Invocation
		}
	}
}

// in returns the records of a span.
func (p *handledPartition) in(s span) []*handledRecord {
	from := sort.Search(len(p.records), func(i int) bool { return p.records[i].offset >= s.first })
	to := sort.Search(len(p.records), func(i int) bool { return p.records[i].offset > s.last })
	return p.records[from:to]
}

// remove takes the records of a span out of a batch.
func (b *handledBatch) remove(s span) {
	var left []span
	for _, have := range b.spans {
		if have.partition != s.partition || have.last < s.first || s.last < have.first {
			left = append(left, have)
			continue
		}
		if have.first < s.first {
			left = append(left, span{have.partition, have.first, s.first - 1})
		}
		if s.last < have.last {
			left = append(left, span{have.partition, s.last + 1, have.last})
		}
	}
	b.spans = left
}

// got reports whether an invocation got a record.
func (h *handling) got(invocation uint64, partition int32, offset int64) bool {
	for _, s := range h.invocations[invocation].spans {
		if s.partition == partition && s.first <= offset && offset <= s.last {
			return true
		}
	}
	return false
}

// disorders returns the first disorder of each key of each partition.
func (h *handling) disorders() []disorder {
	var all []disorder
	for _, index := range partitions(h.partitions) {
		p := h.partitions[index]
		for _, lane := range keyed(p.owed()) {
			if d, found := h.disorder(index, lane); found {
				all = append(all, d)
			}
		}
	}
	return all
}

// owed are the records from the position on at which the mapping began.
func (p *handledPartition) owed() []*handledRecord {
	return p.in(span{first: p.start, last: math.MaxInt64})
}

// lot is records of a key with the same fate; all that come later relate to
// them alike. latest is when the last of them, or of a lot before, ended.
type lot struct {
	record *handledRecord
	latest uint64
}

// disorder compares each record of a key with those before it.
func (h *handling) disorder(partition int32, lane []*handledRecord) (disorder, bool) {
	var lots []lot
	for _, later := range lane {
		// No invocation got it before the first; one that none got breaks nothing.
		began := h.invocations[later.first].began
		for i := len(lots) - 1; i >= 0 && later.first != 0 && lots[i].latest > began; i-- {
			if d, found := h.between(partition, lots[i].record, later); found {
				return d, true
			}
		}
		n := len(lots)
		switch {
		case n > 0 && lots[n-1].record.sameFate(later):
		case n > 0:
			lots = append(lots, lot{later, max(later.end, lots[n-1].latest)})
		default:
			lots = append(lots, lot{later, later.end})
		}
	}
	return disorder{}, false
}

func (r *handledRecord) sameFate(o *handledRecord) bool {
	return r.trail == o.trail && r.succeeded == o.succeeded && r.ended == o.ended && r.end == o.end
}

// between judges two records of a key.
func (h *handling) between(partition int32, earlier, later *handledRecord) (disorder, bool) {
	id := recordID{mapping: h.mapping.name, topic: h.mapping.topic, partition: partition}
	d := disorder{earlier: id, later: id, key: string(later.key), never: earlier.end == notYet}
	d.earlier.offset, d.later.offset = earlier.offset, later.offset
	if f := later.first; f != 0 && earlier.end > h.invocations[f].began && !h.got(f, partition, earlier.offset) {
		d.invocation = f
		return d, true
	}
	if s := later.succeeded; s != 0 && earlier.end > h.invocations[s].began && earlier.ended != s {
		d.invocation, d.succeeded = s, true
		return d, true
	}
	return d, false
}
