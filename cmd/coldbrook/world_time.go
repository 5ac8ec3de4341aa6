package main

import (
	"context"
	"sync"
	"time"
)

// worldPoll is how often the clock of the world is looked at, at least and at most: it
// stands still while the world is paused, and steps move it on.
const (
	worldPollMin = 10 * time.Millisecond
	worldPollMax = time.Second
)

// awaitWorld returns when the world's clock has gone on for so long; false if ctx ended
// before.
func (s *session) awaitWorld(ctx context.Context, long time.Duration) bool {
	end := s.emulator.Now() + long
	for {
		left := end - s.emulator.Now()
		if left <= 0 {
			return true
		}
		select {
		case <-time.After(min(max(left, worldPollMin), worldPollMax)):
		case <-ctx.Done():
			return false
		}
	}
}

// whileWorld returns a context that ends, because of errNotIdle, when the world's clock has
// gone on for so long. Its end must be called, and waits for the goroutine that looks.
func (s *session) whileWorld(ctx context.Context, long time.Duration) (during context.Context, end func()) {
	during, cancel := context.WithCancelCause(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		if s.awaitWorld(during, long) {
			cancel(errNotIdle)
		}
	})
	return during, func() { cancel(nil); looking.Wait() }
}
