package emulator

import (
	"context"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// runVirtual is run in virtual time: before it acts it lets everything else come
// to rest, and what reached it meanwhile is taken together, in the order of
// instant.
func (c *conductor) runVirtual(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	defer c.turnstile.open()
	for {
		if !c.finishInstant(ctx) {
			return
		}
		c.arm(timer)
		select {
		case <-ctx.Done():
			return
		case msg := <-c.queue:
			c.instant.add(msg)
		case <-c.turnstile.arrived:
		case <-timer.C:
		}
	}
}

// finishInstant takes everything that happens at this moment, including what
// follows from it. It returns false if ctx ended.
func (c *conductor) finishInstant(ctx context.Context) bool {
	for c.waitForRoom(ctx) {
		c.progress.Add(1)
		c.settle()
		switch {
		case c.collect(), c.turnstile.letOne():
		case !c.instant.isEmpty():
			c.takeInstant()
		case c.isDue():
			c.step(&platform.Input{Kind: platform.Tick})
		case c.answerRest():
		default:
			return true
		}
	}
	return false
}

// settleIfVirtual lets what was just set going come to rest before the next.
func (c *conductor) settleIfVirtual() {
	if c.settle != nil {
		c.settle()
	}
}

// collect takes what waits in the queue, without acting on it.
func (c *conductor) collect() bool {
	for n := 0; ; n++ {
		select {
		case msg := <-c.queue:
			c.instant.add(msg)
		default:
			return n > 0
		}
	}
}

// takeInstant acts on what was collected.
func (c *conductor) takeInstant() {
	t := &c.instant
	t.arrange()
	now := c.now()
	for i := range t.entries {
		t.entries[i].At = now
	}
	c.log.Append(t.entries...)
	for i := range t.entries {
		c.requests.printed(&t.entries[i])
		if t.entries[i].Kind == journal.RetentionMoved {
			c.retained(&t.entries[i])
		}
	}
	for _, m := range t.inputs {
		c.take(m)
	}
	for _, call := range t.calls {
		call()
	}
	t.clear()
}

func (c *conductor) isDue() bool {
	at, ok := c.machine.NextTimer()
	return ok && at <= c.now()
}

// rest is somebody who waits until nothing more happens at this moment and, if
// idle is set, until it holds; or until gone is closed.
type rest struct {
	idle func() bool
	done chan struct{}
	gone <-chan struct{}
}

// answerRest answers those whose condition holds, now that the moment is at an
// end. It reports whether there was one.
func (c *conductor) answerRest() bool {
	kept := c.rests[:0]
	for _, r := range c.rests {
		select {
		case <-r.gone: // nobody waits any more
			continue
		default:
		}
		if r.idle != nil && !r.idle() {
			kept = append(kept, r)
			continue
		}
		close(r.done)
	}
	answered := len(kept) < len(c.rests)
	clear(c.rests[len(kept):])
	c.rests = kept
	return answered
}

// awaitRest returns when everything of this moment has happened and idle, if it
// is given, holds; or with the cause of ctx. In real time only idle counts. The
// conductor calls idle.
func (c *conductor) awaitRest(ctx context.Context, idle func() bool) error {
	r := rest{idle: idle, done: make(chan struct{}), gone: ctx.Done()}
	if err := c.do(ctx, func() { c.rests = append(c.rests, r) }); err != nil {
		return err
	}
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
