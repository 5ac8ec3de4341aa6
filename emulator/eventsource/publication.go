package eventsource

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// publication is what one Publish produces. After it was handed to the client,
// only the goroutine that calls the client's promises touches it.
type publication struct {
	base    journal.Entry
	records []*kgo.Record
	// looks says that entries are to have Each and Digest; origins that of Publish.
	looks   bool
	origins []int32
	last    []int // for each entry, where its last record is among records, if there are origins
	left    int   // records whose outcome is open
	entries []journal.Entry
	at      int // the entry that grew last
	blocks  blocks
	err     error
	done    func([]journal.Entry, error)
}

// produced takes the outcome of one record. The client calls it for one record at
// a time, and in the order of offsets for the records of one partition.
func (p *publication) produced(r *kgo.Record, err error) {
	if err == nil {
		p.extend(r)
	} else if p.err == nil {
		p.err = fmt.Errorf("produce to topic %q: %w", r.Topic, err)
	}
	if p.left--; p.left == 0 {
		p.records = nil
		p.done(p.entries, p.err)
	}
}

// extend adds a record to the range it continues, or begins one.
func (p *publication) extend(r *kgo.Record) {
	e := p.entryBefore(r)
	if e == nil {
		p.at = len(p.entries)
		p.entries = append(p.entries, p.base)
		if p.origins != nil {
			p.last = append(p.last, -1)
		}
		e = &p.entries[p.at]
		e.Topic, e.Partition, e.First, e.Records, e.Bytes = r.Topic, r.Partition, r.Offset, 0, 0
	}
	e.Last = r.Offset
	e.Records++
	e.Bytes += size(r)
	if p.looks {
		p.look(e, r)
	}
}

// look adds what is known of a record to its entry, the one at p.at.
func (p *publication) look(e *journal.Entry, r *kgo.Record) {
	if e.Each == nil {
		e.Each = p.blocks.begin(len(p.records), p.origins != nil)
	}
	n := len(e.Each.Each)
	p.blocks.extend(p.at, e.Each)
	e.Each.Know(n, r.Key, trace(r), r.Offset, e.First, r.Timestamp.UnixMilli())
	e.Digest += journal.Digest(r.Key, r.Value)
	if p.origins != nil {
		e.Each.Origins[n] = p.origin(r)
	}
}

// origin returns the origin of the next record of the entry at p.at. The records of a
// partition keep their order, so it is not far behind the one before.
func (p *publication) origin(r *kgo.Record) int32 {
	i := slices.Index(p.records[p.last[p.at]+1:], r)
	if i < 0 {
		return -1 // of a handler that gave the same record twice
	}
	p.last[p.at] += i + 1
	if p.last[p.at] >= len(p.origins) {
		return -1
	}
	return p.origins[p.last[p.at]]
}

// trace is the hash of the trace that a record belongs to.
func trace(r *kgo.Record) uint64 {
	var parent, id []byte
	for i := range r.Headers {
		switch h := &r.Headers[i]; h.Key {
		case journal.TraceParent:
			parent = h.Value
		case journal.EventID:
			id = h.Value
		}
	}
	return journal.HashTrace(parent, id)
}

// entryBefore returns the entry whose range ends right before r, or nil.
func (p *publication) entryBefore(r *kgo.Record) *journal.Entry {
	for n := range p.entries {
		i := (p.at + n) % len(p.entries) // most often the one that grew last
		if e := &p.entries[i]; e.Last == r.Offset-1 && e.Partition == r.Partition && e.Topic == r.Topic {
			p.at = i
			return e
		}
	}
	return nil
}

// size is the size of what a record holds, in bytes.
func size(r *kgo.Record) int64 {
	n := len(r.Key) + len(r.Value)
	for i := range r.Headers {
		n += len(r.Headers[i].Key) + len(r.Headers[i].Value)
	}
	return int64(n)
}
