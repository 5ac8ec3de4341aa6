package emulator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// errNotSupervised is why a process is not started again.
var errNotSupervised = errors.New("it could not be started at all, was removed, or the run ends")

// processChanged has a process started again whose files were changed.
func (e *Emulator) processChanged(name string, c change) {
	if s := e.processNamed(name); s != nil {
		s.restartLater(e, c)
	}
}

func (e *Emulator) processNamed(name string) *supervised {
	for _, s := range e.parts().processes {
		if s.cfg.Name == name {
			return s
		}
	}
	return nil
}

// restartLater has a process started again without waiting for it. Changes that come
// before that has begun need no other start.
func (s *supervised) restartLater(e *Emulator, c change) {
	s.mu.Lock()
	if s.changed != nil {
		s.changed.files = union(s.changed.files, c.files)
		s.mu.Unlock()
		return
	}
	s.changed = &c
	s.mu.Unlock()
	e.work.Go(func() { s.restart(context.Background(), e) })
}

// restart has a process started again for the change that it was given, and journals
// it. It returns an error if it cannot be started, or the cause of ctx.
func (s *supervised) restart(ctx context.Context, e *Emulator) (journal.Entry, error) {
	answer := make(chan process.Restarted, 1)
	var none journal.Entry
	select {
	case s.restarts <- answer:
	case <-s.done:
		return none, fmt.Errorf("process %q: %w", s.cfg.Name, errNotSupervised)
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
	s.mu.Lock()
	c := s.changed
	s.changed = nil
	s.mu.Unlock()
	begun := time.Now()
	if c == nil { // another restart has seen to it
		c = &change{first: begun}
	}
	var r process.Restarted
	select {
	case r = <-answer:
	case <-s.done:
		return none, fmt.Errorf("process %q: %w", s.cfg.Name, errNotSupervised)
	}
	entry := journal.Entry{Kind: journal.Reloaded, Process: s.cfg.Name, Outcome: journal.Succeeded, Text: c.text()}
	entry.Measured.Took = int64(time.Since(c.first))
	entry.Measured.Reload = journal.ReloadParts{Seen: int64(begun.Sub(c.first)), Drain: int64(r.Stop), Init: int64(r.Start)}
	if r.Err != nil {
		entry.Outcome, entry.Reason = journal.InitFailed, r.Err.Error()
	}
	e.conductor.note(entry)
	return entry, r.Err
}
