package main

import "context"

// turn is taken by one goroutine at a time for work that may wait, such as reading from
// Kafka or a file: unlike a mutex, who waits for it can give up. Its methods are safe for
// concurrent use.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn. It returns the cause of ctx if that ends before; then there is
// nothing to give back.
func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// give gives the turn to whoever waits for it.
func (t turn) give() { <-t }

// await waits for the turn, however long that takes.
func (t turn) await() { t <- struct{}{} }
