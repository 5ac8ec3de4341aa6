package store

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Reader yields the entries of a run as they come: a *journal.Reader.
type Reader interface {
	Next(ctx context.Context, buf []journal.Entry) (n int, missed uint64, err error)
}

// Store is the View of a run that goes on. Its methods are safe for concurrent use.
type Store struct {
	mu    sync.Mutex // guards all below
	live  *View
	watch func(*journal.Entry, *View)
}

// NewStore returns the store of a run that has not begun.
func NewStore(of *journal.Description) *Store { return &Store{live: New(of)} }

// feedBurst is how many entries are taken under the lock at a time: some 50 µs, for which a
// frame may wait.
const feedBurst = 128

// Feed takes entries until there are no more, or ctx ends. It returns nil in both cases,
// else the error of the reader.
func (s *Store) Feed(ctx context.Context, r Reader) error {
	buf := make([]journal.Entry, feedBurst)
	for ctx.Err() == nil { // Next asks only where it has to wait
		n, missed, err := r.Next(ctx, buf)
		if err != nil {
			if errors.Is(err, io.EOF) || ctx.Err() != nil {
				return nil
			}
			return err
		}
		s.take(buf[:n], missed)
	}
	return nil
}

func (s *Store) take(entries []journal.Entry, missed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if missed > 0 {
		s.live.Miss(missed)
	}
	for i := range entries {
		s.live.Add(&entries[i])
		if s.watch != nil {
			s.watch(&entries[i], s.live)
		}
	}
}

// Look calls f with the newest view, which f must neither keep nor block on.
func (s *Store) Look(f func(*View)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.live)
}

// Hold returns the newest view as one that stands.
func (s *Store) Hold() *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live.Clone()
}

// Watch has f called after each entry that was added, under the lock of the store: f must
// not call the store. nil ends it.
func (s *Store) Watch(f func(*journal.Entry, *View)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = f
}
