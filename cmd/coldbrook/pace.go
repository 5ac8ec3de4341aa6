package main

import (
	"context"
	"time"
)

// pace spreads records evenly over time.
type pace struct {
	start time.Time
	// rate is records per second; 0 does not wait.
	rate float64
	n    int64
}

// catchUp is how far a pace that was held up may be behind; what is more is
// given up, so that a long pause is no burst afterwards.
const catchUp = time.Second

// next waits until the next record is due and returns the cause of ctx if that
// ends first.
func (p *pace) next(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if p.rate == 0 {
		return nil
	}
	if p.n == 0 {
		p.start = time.Now()
	}
	wait := time.Until(p.start.Add(time.Duration(float64(p.n) / p.rate * float64(time.Second))))
	p.n++
	if late := -wait - catchUp; late > 0 {
		p.start = p.start.Add(late)
	}
	if wait < time.Millisecond { // timers are no better
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
