package emulator

import (
	"context"
	"errors"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestWhatWasGivenUpIsNotDone: who stops waiting for a call may rely on it not being
// made afterwards.
func TestWhatWasGivenUpIsNotDone(t *testing.T) {
	c := newConductor(journal.NewLog(0))
	ctx, cancel := context.WithCancel(t.Context())
	called := false
	given := make(chan error)
	go func() { given <- c.do(ctx, func() { called = true }) }()
	waiting := <-c.queue
	cancel()
	if err := <-given; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	c.take(waiting)
	if called {
		t.Error("it was called afterwards")
	}
}

// TestWhatHasBegunIsAwaited: a call that is being made is not left half-way.
func TestWhatHasBegunIsAwaited(t *testing.T) {
	c := newConductor(journal.NewLog(0))
	ctx, cancel := context.WithCancel(t.Context())
	called := false
	given := make(chan error)
	go func() { given <- c.do(ctx, func() { cancel(); called = true }) }()
	c.take(<-c.queue)
	if err := <-given; err != nil || !called {
		t.Errorf("got %v, called %v", err, called)
	}
}
