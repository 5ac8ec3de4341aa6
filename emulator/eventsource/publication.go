package eventsource

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// publication is what one Publish produces. After it was handed to the client,
// only the goroutine that calls the client's promises touches it.
type publication struct {
	base    journal.Entry
	records []*kgo.Record
	left    int // records whose outcome is open
	entries []journal.Entry
	at      int // the entry that grew last
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
		e = &p.entries[p.at]
		e.Topic, e.Partition, e.First, e.Records, e.Bytes = r.Topic, r.Partition, r.Offset, 0, 0
	}
	e.Last = r.Offset
	e.Records++
	e.Bytes += size(r)
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
