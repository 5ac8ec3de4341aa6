package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// Who waits for a turn that somebody slow has can give up, and a turn that is given is
// there for the next.
func TestTurnIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := newTurn()
		if err := of.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		gone := errors.New("nobody looks any more")
		ctx, cancel := context.WithCancelCause(t.Context())
		var err error
		waits := true
		go func() {
			err = of.take(ctx)
			waits = false
		}()
		synctest.Wait()
		if !waits {
			t.Fatalf("a turn that is taken was taken again: %v", err)
		}
		cancel(gone)
		synctest.Wait()
		if waits || !errors.Is(err, gone) {
			t.Errorf("got %v, want the cause of the context", err)
		}
		of.give()
		if err := of.take(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A read that does not come back blocks neither who asks for another record nor the end of
// what is asked.
func TestDriversGiveUpWaitingForASlowRead(t *testing.T) {
	live, past := &liveDriver{reading: newTurn()}, &pastDriver{reading: newTurn()}
	for _, of := range []turn{live.reading, past.reading} {
		if err := of.take(t.Context()); err != nil { // as the slow read has
			t.Fatal(err)
		}
	}
	gone := errors.New("nobody looks any more")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := live.Message(ctx, "orders", 0, 0); !errors.Is(err, gone) {
		t.Errorf("live: got %v", err)
	}
	if _, err := past.Message(ctx, "orders", 0, 0); !errors.Is(err, gone) {
		t.Errorf("past: got %v", err)
	}
}
