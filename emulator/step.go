package emulator

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// StepKind is what a step was.
type StepKind string

// The kinds of steps.
const (
	// StepInput took the input that had waited longest.
	StepInput StepKind = "input"
	// StepTimer moved the world's clock on to the next timer.
	StepTimer StepKind = "timer"
	// StepNothing did nothing: nothing waits, and there is no timer.
	StepNothing StepKind = "nothing"
)

// Stepped is what a step of the paused world did.
type Stepped struct {
	Kind StepKind `json:"kind"`
	// Text says it in words: "response of invocation 12 of ship", "timer after 1.5 s".
	Text string `json:"text"`
	// At is world time after it, and Moved by how much that was moved on.
	At    time.Duration `json:"atNs"`
	Moved time.Duration `json:"movedNs,omitempty"`
	// Waiting is how many inputs wait now.
	Waiting int `json:"waiting"`
}

// stepGrace is how long a step waits for records that are in the log to reach the world
// before it moves the clock: longer than the event source takes.
const stepGrace = 100 * time.Millisecond

// stepRecheck is how often it is looked at whether there is still something to wait for:
// what is stopped on purpose does not answer, and a commit is under way for a moment after
// its answer.
const stepRecheck = 50 * time.Millisecond

// Step has a paused world do one thing: take the input that has waited longest, or, where
// none waits, go on to its next timer. Where a handler or an init is under way it is waited
// for, for as long as the world would: the clock is not moved past an answer that is just
// coming.
//
// It returns an error if the world is not paused or the run ends, and the cause of ctx:
// then nothing was done. It is safe for concurrent use.
func (e *Emulator) Step(ctx context.Context) (Stepped, error) {
	if e.world.Virtual() {
		return Stepped{}, errPauseInVirtual
	}
	began, until := time.Now(), "its turn"
	for {
		if ctx.Err() != nil {
			return Stepped{}, fmt.Errorf("step: wait for %s: %w", until, context.Cause(ctx))
		}
		var done Stepped
		var wait *stepWait
		err := e.pausing(ctx, func(c *conductor) error {
			if !c.pause.on {
				return errNotPaused
			}
			done, wait = e.step(time.Since(began))
			return nil
		})
		if err != nil && ctx.Err() != nil {
			continue // nothing was done
		}
		if err != nil || wait == nil {
			return done, err
		}
		until = wait.until
		wait.wait(ctx)
	}
}

// stepWait is what a step waits for before it moves the clock.
type stepWait struct {
	came  <-chan struct{} // something waits, or the world goes on
	long  time.Duration   // at most; negative for as long as it takes, which is looked at again
	until string
}

func (w *stepWait) wait(ctx context.Context) {
	long := w.long
	if long < 0 || long > stepRecheck {
		long = stepRecheck
	}
	select {
	case <-w.came:
	case <-time.After(long):
	case <-ctx.Done():
	}
}

// step does one thing, or says for what it must be waited first, given how long it was. The
// conductor calls it.
func (e *Emulator) step(waited time.Duration) (Stepped, *stepWait) {
	c := e.conductor
	// First, because an answer is in the queue before it is owed no more.
	working := e.pool.AtWork()
	if len(c.pause.waiting) > 0 {
		return c.stepInput(e), nil
	}
	if len(c.queue) > 0 {
		return Stepped{}, &stepWait{until: "the queue"} // the next call comes behind what is in it
	}
	at, ok := c.machine.NextTimer()
	ok = ok && at < forEver
	left := time.Duration(-1)
	if ok {
		left = max(time.Duration(at-c.now())-waited, 0)
	}
	if until := e.underWay(working); until != "" && left != 0 {
		return Stepped{}, c.stepWait(left, until)
	}
	if waited < stepGrace && left != 0 && len(e.outstandingFrom(c.machine.Position)) > 0 {
		return Stepped{}, c.stepWait(stepGrace-waited, "records")
	}
	if !ok {
		return Stepped{Kind: StepNothing, Text: "nothing waits: no timer", At: time.Duration(c.now())}, nil
	}
	return c.stepTimer(at), nil
}

// forEver is the time of timers that never fire.
const forEver = math.MaxInt64 / 2

// stepWait makes the wait of a step until one more input waits.
func (c *conductor) stepWait(long time.Duration, until string) *stepWait {
	if c.pause.came == nil {
		c.pause.came = make(chan struct{})
	}
	return &stepWait{came: c.pause.came, long: long, until: until}
}

// underWay says what goes on outside the world that it will hear of; "" if nothing does.
func (e *Emulator) underWay(working []function.Work) string {
	switch {
	case len(working) > 0 && working[0].Invocation == 0:
		return fmt.Sprintf("environment %d of %s, which starts", working[0].Environment, working[0].Function)
	case len(working) > 0:
		return fmt.Sprintf("invocation %d of %s", working[0].Invocation, working[0].Function)
	case e.conductor.awaited > 0:
		return "records that are produced"
	case e.isCommitting():
		return "a commit"
	}
	return ""
}

// stepInput takes the input that has waited longest. What ran while the world stood still
// took its time: where nothing else comes before, the clock is moved on by that.
func (c *conductor) stepInput(e *Emulator) Stepped {
	msg := c.pause.next()
	before, entry := c.now(), e.inputEntry(&msg)
	if msg.input != nil {
		msg.input.Stood = true // as it is going to be
		until := c.machine.StoodUntil(msg.input)
		if at, ok := c.machine.NextTimer(); until > before && (!ok || until <= at) {
			c.clock.begin(until, false)
		}
	}
	return c.stepped(StepInput, entry, before, func() { c.act(msg) })
}

// stepTimer moves the clock on to the next timer and fires it.
func (c *conductor) stepTimer(at int64) Stepped {
	before := c.now()
	at = max(at, before)
	c.clock.begin(at, false)
	entry := journal.Entry{Reason: "timer after " + journal.Duration(at-before)}
	return c.stepped(StepTimer, entry, before, func() { c.step(&platform.Input{Kind: platform.Tick}) })
}

// stepped journals a step, which began before, and does it.
func (c *conductor) stepped(kind StepKind, entry journal.Entry, before int64, do func()) Stepped {
	now := c.now()
	entry.Kind, entry.At, entry.Delay = journal.WorldStepped, now, now-before
	c.log.Append(entry)
	do()
	return Stepped{
		Kind: kind, Text: entry.Reason, At: time.Duration(now), Moved: time.Duration(now - before),
		Waiting: len(c.pause.waiting),
	}
}
