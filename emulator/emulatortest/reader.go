package emulatortest

import (
	"context"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// reader folds a journal into a history. A goroutine owns it until the journal
// is closed.
type reader struct {
	done chan struct{} // closed when the journal was read to its end

	mu   sync.Mutex // guards read
	more sync.Cond  // read has grown
	read uint64     // sequence number of the last entry that is in the history
}

func startReader(log *journal.Log, into *history) *reader {
	r := &reader{done: make(chan struct{})}
	r.more.L = &r.mu
	keep := log.Keep("the test")
	go r.run(keep, into)
	return r
}

func (r *reader) run(keep *journal.Reader, into *history) {
	defer close(r.done)
	defer keep.Detach()
	buf := make([]journal.Entry, 1<<10)
	for {
		n, _, err := keep.Next(context.Background(), buf)
		if err != nil { // the end
			return
		}
		into.add(buf[:n])
		r.mu.Lock()
		r.read = buf[n-1].Seq
		r.mu.Unlock()
		r.more.Broadcast()
	}
}

// await returns when the entry with the sequence number is in the history.
func (r *reader) await(seq uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.read < seq {
		r.more.Wait()
	}
}
