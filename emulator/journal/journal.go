// Package journal is what happened in a run, in order: a bounded log of flat
// entries that everything observable is read from: plain output, files, the
// summary, tests, and later the terminal UI.
//
// An entry is one fact. Entries speak of ranges of records (a topic, a
// partition, first to last offset), never of single records, and hold no
// payload. What is modelled (decisions, simulated times) stands in the entry
// itself; what was measured on this machine stands in its Measured part, so
// that two runs can be compared on the first alone.
//
// One goroutine, the conductor, appends. Any number of readers pull by sequence
// number. A reader that draws may fall behind: it is told how many entries it
// missed. A reader that keeps (a file, --format json) is never robbed: while it
// is a whole log behind, Room is not ready and the conductor takes no input.
//
// What entries hold of each record (Each) is bounded by itself: when it comes to
// more than eachMax records, the oldest entries lose theirs, but never before a
// reader that keeps has read them.
//
// Non-obvious: strings in entries are shared with the configuration or come
// from the place that made them; an entry never points into live state.
package journal

import (
	"context"
	"sync"
)

// DefaultCapacity is how many entries a Log holds unless told otherwise.
const DefaultCapacity = 1 << 16

// chunkSize entries are allocated at a time, so that a short run stays small.
const chunkSize = 1 << 10

// headroom is how many entries one step of the conductor may append beyond the
// point at which a keeping reader stops it.
const headroom = 1 << 12

// Log is a bounded, ordered log of entries.
//
// Append is for one goroutine only; everything else is safe for concurrent use.
type Log struct {
	capacity uint64

	mu      sync.Mutex // guards all below
	chunks  [][]Entry  // ring of chunks, allocated when first written
	next    uint64     // sequence number of the next entry; the first is 1
	counts  Counts
	changed chan struct{} // closed when next moves while somebody waits
	waiting bool
	keepers map[*Reader]struct{}
	room    chan struct{} // closed when keepers have moved on while Room is not ready
	closed  bool
	each    eachUse
}

// NewLog returns an empty log of at least capacity entries; 0 means
// DefaultCapacity.
func NewLog(capacity int) *Log {
	if capacity <= 0 {
		capacity = DefaultCapacity
	}
	chunks := max((capacity+chunkSize-1)/chunkSize, 2*headroom/chunkSize)
	return &Log{
		capacity: uint64(chunks) * chunkSize,
		chunks:   make([][]Entry, chunks),
		next:     1,
		changed:  make(chan struct{}),
		keepers:  map[*Reader]struct{}{},
		each:     eachUse{from: 1, max: eachMax, headroom: eachHeadroom},
	}
}

// Append adds entries in order and numbers them. It never blocks.
func (l *Log) Append(entries ...Entry) {
	if len(entries) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range entries {
		e := &entries[i]
		e.Seq = l.next
		l.counts.add(e)
		slot := l.next % l.capacity
		chunk := &l.chunks[slot/chunkSize]
		if *chunk == nil {
			*chunk = make([]Entry, chunkSize)
		}
		held := &(*chunk)[slot%chunkSize]
		l.replaceEach(held, e)
		*held = *e
		l.next++
	}
	l.boundEach()
	l.wake()
}

// wake lets waiting readers look again. mu is held.
func (l *Log) wake() {
	if l.waiting {
		close(l.changed)
		l.changed = make(chan struct{})
		l.waiting = false
	}
}

// Counts returns the totals since the start. They are exact for ever, also
// when the entries they were counted from are gone.
func (l *Log) Counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts.clone()
}

// Last is the sequence number of the newest entry, 0 if there is none.
func (l *Log) Last() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next - 1
}

// Room returns nil while there is room for the entries of one more step, and
// otherwise a channel that is closed when keeping readers have moved on well
// below that, and the name of one that is a whole log behind. The caller asks
// again then.
func (l *Log) Room() (moved <-chan struct{}, whom string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.behind(0)
	if r == nil {
		return nil, ""
	}
	if l.room == nil {
		l.room = make(chan struct{})
	}
	return l.room, r.name
}

// behind returns a keeping reader for which there is no room for another step, or
// which is within slack of the log, of 256, from that. nil if there is none. mu is held.
func (l *Log) behind(slack uint64) *Reader {
	entries := (l.capacity - headroom) * (slackUnit - slack) / slackUnit
	records := (l.each.max - l.each.headroom) * (slackUnit - slack) / slackUnit
	for r := range l.keepers {
		if l.next-r.at >= entries || l.each.total-r.each >= records {
			return r
		}
	}
	return nil
}

// A run that stood still goes on when its readers are resumeSlack of slackUnit of
// the log ahead of where it stopped, so that it does not stop at every step.
const (
	slackUnit   = 256
	resumeSlack = slackUnit / 4
)

// freeRoom lets who waits for room go on, if there is some. mu is held.
func (l *Log) freeRoom() {
	if l.room != nil && l.behind(resumeSlack) == nil {
		close(l.room)
		l.room = nil
	}
}

// Close tells readers that nothing follows: when they have read all there is,
// Next returns io.EOF. It is idempotent.
func (l *Log) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.waiting = true
	l.wake()
}

// first is the oldest sequence number still held. mu is held.
func (l *Log) first() uint64 {
	if l.next > l.capacity {
		return l.next - l.capacity
	}
	return 1
}

// wait returns when there are entries from seq on, the log is closed, or ctx
// ended.
func (l *Log) wait(ctx context.Context, seq uint64) error {
	for {
		l.mu.Lock()
		if l.next > seq || l.closed {
			l.mu.Unlock()
			return nil
		}
		l.waiting = true
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}
