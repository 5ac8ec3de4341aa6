package eventsource

import (
	"sort"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// noOffset says that no commit is ordered.
const noOffset = -1

// assignment is one period in which a partition is ours. Source.mu guards it.
type assignment struct {
	partition, number int32

	open       bool          // records may be handed over
	isReleased bool          // nothing of it is in flight
	released   chan struct{} // closed when isReleased

	// Credit that is not used. bytes may be negative: the last record overshot.
	records, bytes int64
	isOffered      bool // it is in Source.ready

	// chunks are what was fetched and is not committed, or kept, in
	// offset order. Those before chunks[next], and records[:at] of that one, were
	// handed over; the rest is the stash.
	chunks   []chunk
	next, at int
	position int64 // all below was fetched
	stash    int64 // size of the stash in the event document
	isFull   bool  // the stash was full and has not run low since

	// Payloads from keep on and before keptTo are kept although they are committed.
	keep, keptTo int64

	ordered    int64 // the last offset of which that was ordered, or noOffset
	commit     int64 // offset to be committed, or noOffset
	committing bool  // a commit is under way
	tries      int   // how often commit has failed
}

// chunk is what one fetch had of a partition.
type chunk struct {
	records []*kgo.Record
	metas   []platform.RecordMeta // one for each record
	// end is the offset after the chunk: control records are no records, but it
	// is past them.
	end      int64
	logStart int64
	filtered bool // some of the records are: no batch has them
}

// add appends a chunk to the stash, without what is below the position.
func (a *assignment) add(c chunk) {
	if c.end <= a.position {
		return
	}
	below := sort.Search(len(c.records), func(i int) bool { return c.records[i].Offset >= a.position })
	c.records, c.metas = c.records[below:], c.metas[below:]
	for i := range c.metas {
		a.stash += int64(c.metas[i].Size)
	}
	a.position = c.end
	a.chunks = append(a.chunks, c)
}

// canHandOver reports whether there is something to hand over and credit for it.
func (a *assignment) canHandOver() bool {
	if !a.open || a.next == len(a.chunks) {
		return false
	}
	return len(a.chunks[a.next].records) == 0 || a.records > 0 && a.bytes > 0
}

// handOver appends inputs with what credit allows.
func (a *assignment) handOver(inputs []platform.Input, mapping platform.MappingID) []platform.Input {
	for a.canHandOver() {
		c := &a.chunks[a.next]
		from := a.at
		for a.at < len(c.metas) && a.records > 0 && a.bytes > 0 {
			size := int64(c.metas[a.at].Size)
			a.records--
			a.bytes -= size
			a.stash -= size
			a.at++
		}
		in := platform.Input{
			Kind: platform.Arrived, Mapping: mapping, Partition: a.partition, Assignment: a.number,
			// No room to grow: what follows is another input's.
			Records: c.metas[from:a.at:a.at], LogStart: c.logStart,
		}
		if a.at == len(c.metas) {
			in.Offset = c.end
			a.next, a.at = a.next+1, 0
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// drop forgets what was handed over and is below offset, but for what is kept. While
// keep stays, nothing more is: what is committed then is no batch.
func (a *assignment) drop(offset, keep int64) {
	if keep > a.keep || a.keep >= a.keptTo {
		a.keep, a.keptTo = keep, offset
	}
	if a.keep >= a.keptTo { // as a rule
		n := 0
		for n < a.next && a.chunks[n].last() < offset {
			a.chunks[n] = chunk{}
			n++
		}
		a.chunks, a.next = a.chunks[n:], a.next-n
		return
	}
	left := a.chunks[:0]
	next := a.next
	for i := range a.chunks {
		c := a.chunks[i]
		if i < a.next && c.last() < offset && !c.overlaps(a.keep, a.keptTo) {
			next--
			continue
		}
		left = append(left, c)
	}
	clear(a.chunks[len(left):])
	a.chunks, a.next = left, next
}

// overlaps says whether one of the records is from first on and before end.
func (c *chunk) overlaps(first, end int64) bool {
	i := c.index(first)
	return i < len(c.records) && c.records[i].Offset < end
}

// dropStash forgets what was not handed over.
func (a *assignment) dropStash() {
	if a.next < len(a.chunks) {
		c := &a.chunks[a.next]
		c.records, c.metas = c.records[:a.at], c.metas[:a.at]
		clear(a.chunks[a.next+1:])
		a.chunks = a.chunks[:a.next+1]
	}
	a.stash = 0
}

// last is the offset of the last record, or of what stands for it.
func (c *chunk) last() int64 {
	if len(c.records) == 0 {
		return -1
	}
	return c.records[len(c.records)-1].Offset
}

// find appends the records of span.
func (a *assignment) find(found []*kgo.Record, span platform.Span) []*kgo.Record {
	first := sort.Search(len(a.chunks), func(i int) bool { return a.chunks[i].end > span.First })
	for _, c := range a.chunks[first:] {
		from, to := c.index(span.First), c.index(span.Last+1)
		found = c.unfiltered(found, from, to)
		if c.end > span.Last {
			break
		}
	}
	return found
}

// unfiltered appends the records from index from on and before to that batches
// can have.
func (c *chunk) unfiltered(found []*kgo.Record, from, to int) []*kgo.Record {
	if !c.filtered {
		return append(found, c.records[from:to]...)
	}
	for i := from; i < to; i++ {
		if !c.metas[i].Filtered {
			found = append(found, c.records[i])
		}
	}
	return found
}

// index is where the records from offset on begin. Offsets without gaps are
// guessed at once.
func (c *chunk) index(offset int64) int {
	if len(c.records) == 0 || offset <= c.records[0].Offset {
		return 0
	}
	if i := offset - c.records[0].Offset; i < int64(len(c.records)) && c.records[i].Offset == offset {
		return int(i)
	}
	return sort.Search(len(c.records), func(i int) bool { return c.records[i].Offset >= offset })
}
