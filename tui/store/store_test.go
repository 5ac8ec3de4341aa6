package store_test

import (
	"context"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// endless is a run that is always ahead of its reader.
type endless struct {
	leave context.CancelFunc
	reads int
}

func (e *endless) Next(_ context.Context, buf []journal.Entry) (int, uint64, error) {
	if e.reads++; e.reads == 3 {
		e.leave()
	}
	if e.reads > 10 {
		panic("it reads on")
	}
	return len(buf), 0, nil
}

// A run that never lets its reader wait does not keep it from ending.
func TestFeedEndsWithItsContext(t *testing.T) {
	ctx, leave := context.WithCancel(context.Background())
	e := &endless{leave: leave}
	if err := store.NewStore(nil).Feed(ctx, e); err != nil || e.reads != 3 {
		t.Errorf("got %v after %d reads", err, e.reads)
	}
}
