package emulatortest

import (
	"iter"
	"slices"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

const (
	// historyKept is how many entries of a run a history holds, the newest.
	historyKept = 1 << 20
	// historyChunk entries are allocated at a time.
	historyChunk = 1 << 10
)

// history is what happened in a run so far: its newest entries, and what is
// counted and hashed over all of them. One goroutine, which reads the journal,
// adds; all else is safe for concurrent use. The zero value is not usable.
type history struct {
	kept int // entries, a multiple of historyChunk

	mu      sync.Mutex // guards all below
	chunks  [][]journal.Entry
	total   uint64
	dropped uint64
	digest  digest
	tally   tally
}

// newHistory returns the history of a run that has not begun.
func newHistory() *history {
	return &history{kept: historyKept, digest: newDigest(), tally: newTally()}
}

// add appends the next entries of the run.
func (h *history) add(entries []journal.Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range entries {
		e := &entries[i]
		h.keep(e)
		h.digest.add(e)
		h.tally.add(h.total, e)
		h.total++
	}
}

// keep stores a copy of an entry. A chunk that is given up is left to those who
// look at it, and never written again. mu is held.
func (h *history) keep(e *journal.Entry) {
	last := len(h.chunks) - 1
	if last < 0 || len(h.chunks[last]) == historyChunk {
		if len(h.chunks)*historyChunk >= h.kept {
			h.chunks[0] = nil
			h.chunks = h.chunks[1:]
			h.dropped += historyChunk
		}
		h.chunks = append(h.chunks, make([]journal.Entry, 0, historyChunk))
		last = len(h.chunks) - 1
	}
	h.chunks[last] = append(h.chunks[last], *e)
}

// len is how many entries the run has.
func (h *history) len() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.total
}

// sum is the SHA-256 of the modelled part of all entries, in hex.
func (h *history) sum() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.digest.sum()
}

// entries returns what is kept, as it is now.
func (h *history) entries() keptEntries {
	h.mu.Lock()
	defer h.mu.Unlock()
	return keptEntries{chunks: slices.Clone(h.chunks), dropped: h.dropped, total: h.total, sum: h.digest.sum()}
}

// read calls f with the tally. f must not keep what it sees, nor call the
// history.
func (h *history) read(f func(*tally)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(&h.tally)
}

// keptEntries is the entries a history held at one time. Nothing changes them.
type keptEntries struct {
	chunks         [][]journal.Entry
	dropped, total uint64
	sum            string // over all of total
}

// all yields the entries with their index in the run, from 0 on. They must not
// be changed.
func (k keptEntries) all() iter.Seq2[uint64, *journal.Entry] {
	return func(yield func(uint64, *journal.Entry) bool) {
		at := k.dropped
		for _, chunk := range k.chunks {
			for i := range chunk {
				if !yield(at, &chunk[i]) {
					return
				}
				at++
			}
		}
	}
}
