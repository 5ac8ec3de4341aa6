package platform

import (
	"math"
	"slices"
)

// piece is a part of a batch that is tried after what is tried now: the second
// half of a split, or what is left when the records that are too old are sent
// away. Its records are in later, from from on to the next piece.
//
// All pieces of a batch share its place at the poller, and block its partitions
// until the last of them is terminal. They are tried one after the other in the
// order of their offsets, so that no record overtakes another of its partition.
type piece struct {
	number  uint64 // of the batch
	from    int32
	attempt int32
	retried int32
	invoked int32
}

// putOff makes a piece of the spans that were appended to later since from.
func (b *batch) putOff(from int, number uint64, attempt int32) {
	b.pieces = append(b.pieces, piece{number: number, from: int32(from), attempt: attempt, retried: b.retried, invoked: b.invoked})
}

// nextPiece goes on with the next piece of a batch. It returns false if none has
// records left. Partitions that were revoked meanwhile leave first: their records
// are for the next owner.
func (m *Machine) nextPiece(b *batch) bool {
	m.stopWaiting(b)
	b.spans, b.failed, b.done = b.spans[:0], b.failed[:0], b.done[:0]
	m.leaveRevoked(b)
	for len(b.spans) == 0 {
		last := len(b.pieces) - 1
		if last < 0 {
			return false
		}
		p := b.pieces[last]
		b.pieces = b.pieces[:last]
		b.spans = append(b.spans, b.later[p.from:]...)
		b.later = b.later[:p.from]
		b.number, b.attempt, b.retried, b.invoked = p.number, p.attempt, p.retried, p.invoked
	}
	b.state, b.waited = batchWaiting, true
	b.invocation, b.condition = 0, ""
	b.count()
	m.measure(b)
	m.dispatch(b)
	return true
}

// leavePieces takes the records of a partition out of what is tried later.
func (b *batch) leavePieces(partition int32) {
	kept := 0
	for i := range b.pieces {
		end := len(b.later)
		if i+1 < len(b.pieces) {
			end = int(b.pieces[i+1].from)
		}
		from := kept
		for _, s := range b.later[b.pieces[i].from:end] {
			if s.Partition != partition {
				b.later[kept] = s
				kept++
			}
		}
		b.pieces[i].from = int32(from)
	}
	b.later = b.later[:kept]
}

// needsRecords says whether the batches of a mapping must know each of their
// records: to be split in the middle, and for their age.
func (r *Mapping) needsRecords() bool { return r.Bisect || r.MaxAge > 0 }

// take notes the first n records of a queue.
func (b *batch) take(q *queue, n int) {
	b.metas = slices.Grow(b.metas, n)
	for i := range n {
		r := q.at(i)
		if len(b.metas) == 0 || r.Timestamp < b.oldest {
			b.oldest = r.Timestamp
		}
		b.metas = append(b.metas, *r)
	}
}

// recordsOf returns the records of a span, as far as they are known.
func (b *batch) recordsOf(s *Span) []RecordMeta {
	for i := range b.parts {
		if p := &b.parts[i]; p.partition == s.Partition {
			all := b.metas[p.from:p.to]
			from, _ := slices.BinarySearchFunc(all, s.First, compareOffset)
			to, found := slices.BinarySearchFunc(all, s.Last, compareOffset)
			if found {
				to++
			}
			return all[from:max(from, to)]
		}
	}
	return nil
}

func compareOffset(r RecordMeta, offset int64) int {
	switch {
	case r.Offset < offset:
		return -1
	case r.Offset > offset:
		return 1
	}
	return 0
}

// measure says what the document of the records takes that are tried, and which
// of them is the oldest, where the records are known.
func (m *Machine) measure(b *batch) {
	if len(b.metas) == 0 || len(b.spans) == 0 {
		return
	}
	b.bytes, b.oldest = b.measureSpans(m.mappings[b.mapping].rules, b.spans)
}

func (b *batch) measureSpans(r *Mapping, spans []Span) (bytes, oldest int64) {
	bytes, oldest = r.PayloadBase, math.MaxInt64
	for i := range spans {
		if i == 0 || spans[i].Partition != spans[i-1].Partition {
			bytes += r.PayloadPartition
		}
		for _, record := range b.recordsOf(&spans[i]) {
			bytes += int64(record.Size)
			oldest = min(oldest, record.Timestamp)
		}
	}
	return bytes, oldest
}
