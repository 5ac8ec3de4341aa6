package cases

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits of cases that have no within, and into which slices waiting is cut in between which
// an interrupt is noticed.
const (
	virtualLimit = 10 * 24 * time.Hour // longer than records are retried on AWS
	realLimit    = time.Minute
	virtualSlice = time.Minute
	realSlice    = 100 * time.Millisecond
	// quiet is how long processes must have produced nothing.
	quiet = time.Second
)

// limits are those of the case: for all, and for a slice.
func (p *play) limits() (limit, slice time.Duration) {
	limit, slice = virtualLimit, virtualSlice
	if !p.result.Virtual {
		limit, slice = realLimit, realSlice
	}
	if p.c.Within > 0 {
		limit = p.c.Within
	}
	return limit, slice
}

// await waits until everything has ended. It notes a problem if that takes too long.
func (p *play) await(begin time.Duration) error {
	limit, slice := p.limits()
	for {
		remains := limit - (p.w.Now() - begin)
		if p.interrupted.Load() {
			return errInterrupted
		}
		if remains <= 0 {
			p.tooLong(limit.String())
			return nil
		}
		if p.late.Load() {
			p.tooLong(fmt.Sprintf("%v of the world's time and %v of real time, which is the timeout", (p.w.Now() - begin).Round(time.Second), p.options.Timeout))
			return nil
		}
		err := p.idle(min(slice, remains), remains)
		switch {
		case err == nil && p.w.Now()-begin > limit:
			p.tooLong(limit.String())
			return nil
		case err == nil:
			return nil
		case !errors.Is(err, context.DeadlineExceeded):
			return fmt.Errorf("wait until all is handled: %w", err)
		}
		p.w.Advance(0) // tells the World that the test is alive
	}
}

// idle waits for a slice, and with processes, which have to be ended, for all that remains.
func (p *play) idle(slice, remains time.Duration) error {
	e := p.w.Emulator()
	if len(p.cfg.Processes) > 0 {
		slice = remains
	}
	ctx, cancel := context.WithTimeout(context.Background(), slice)
	defer cancel()
	if len(p.cfg.Processes) > 0 {
		return e.Drain(ctx, quiet)
	}
	return e.Idle(ctx)
}

// leftMost is how many lines are said about what has not ended.
const leftMost = 10

// tooLong notes that not everything is handled: what there is then is no golden.
func (p *play) tooLong(after string) {
	p.unfinished = true
	var lines []string
	for _, o := range p.w.Emulator().Unfinished() {
		lines = append(lines, o.String())
	}
	if len(lines) > leftMost {
		lines = append(lines[:leftMost], fmt.Sprintf("and %d more partitions", len(lines)-leftMost))
	}
	if last := p.lastFailure(); last != "" {
		lines = append(lines, "the last failure: "+last)
	}
	p.result.fail("within", "not everything is handled after "+after, lines...)
}
