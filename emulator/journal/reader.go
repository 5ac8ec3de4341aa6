package journal

import (
	"context"
	"io"
)

// Reader pulls the entries of a Log in order. It is for one goroutine.
type Reader struct {
	log  *Log
	name string
	at   uint64 // next sequence number to read; guarded by log.mu
	each uint64 // records in Each of entries before at; guarded by log.mu, if it keeps
}

// Keep returns a reader from the oldest entry still held that loses nothing:
// a log that it has not read pushes back on the run. Its name says in an entry
// ReaderAwaited for whom the run stood still: "the journal file run.cbj". Detach it
// when done.
func (l *Log) Keep(name string) *Reader {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &Reader{log: l, name: name, at: l.first(), each: l.each.total - l.each.held}
	l.keepers[r] = struct{}{}
	return r
}

// Draw returns a reader from the oldest entry still held that may fall behind
// and is told how much it missed.
func (l *Log) Draw() *Reader {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &Reader{log: l, at: l.first()}
}

// Next fills buf with the next entries, waiting for at least one, and says how
// many it wrote and how many were gone before it could read them (always 0 for
// a reader that keeps). It returns io.EOF when the log is closed and read to
// its end, and the cause of ctx if that ended first.
func (r *Reader) Next(ctx context.Context, buf []Entry) (n int, missed uint64, err error) {
	if err := r.log.wait(ctx, r.position()); err != nil {
		return 0, 0, err
	}
	n, missed = r.Poll(buf)
	if n == 0 && missed == 0 {
		return 0, 0, io.EOF
	}
	return n, missed, nil
}

// Poll is Next without waiting: n is 0 if there is nothing new.
func (r *Reader) Poll(buf []Entry) (n int, missed uint64) {
	l := r.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if first := l.first(); r.at < first {
		missed = first - r.at
		r.at = first
	}
	for n < len(buf) && r.at < l.next {
		buf[n] = *l.entry(r.at)
		r.each += buf[n].Each.size()
		n++
		r.at++
	}
	if n > 0 {
		l.freeRoom()
	}
	return n, missed
}

// Detach ends the reader; one that keeps holds nothing back any more.
func (r *Reader) Detach() {
	l := r.log
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keepers, r)
	l.freeRoom()
}

func (r *Reader) position() uint64 {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	return r.at
}
