package emulator

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// pause is the conductor's: whether the world stands still, and the inputs that wait.
//
// They are bounded without a limit of their own: the machine orders nothing while it takes
// nothing, so what comes is the records that credit lets through, an answer to each order
// that was given, a call for each client that asks, and behind each of what is about a
// partition at most one start of its log.
type pause struct {
	on      bool
	over    bool          // the run ends: there is no pause any more
	waiting []message     // the oldest first; also after it is over, until they are taken
	came    chan struct{} // closed when one more waits; nil if nobody wants to know
}

// hold has an input wait.
func (p *pause) hold(msg message) {
	if p.came != nil {
		close(p.came)
		p.came = nil
	}
	if in := msg.input; in != nil && in.Kind == platform.LogStarted {
		if last := p.lastOf(in); last != nil && last.Kind == in.Kind {
			last.LogStart = in.LogStart // or they would be without number: retention goes on
			return
		}
	}
	p.waiting = append(p.waiting, msg)
}

// lastOf is what waits last of what is about the partition of an input; nil if nothing is.
// Only that may stand for it: what came in between is about what was in the log then.
func (p *pause) lastOf(in *platform.Input) *platform.Input {
	for i := range slices.Backward(p.waiting) {
		if o := p.waiting[i].input; o != nil && class(o) == class(in) && o.Mapping == in.Mapping && o.Partition == in.Partition {
			return o
		}
	}
	return nil
}

// next takes out the input that has waited longest.
func (p *pause) next() message {
	msg := p.waiting[0]
	p.waiting[0] = message{}
	if p.waiting = p.waiting[1:]; len(p.waiting) == 0 {
		p.waiting = nil
	}
	return msg
}

// isInput says that the machine is to be stepped with it. Other calls are of the user, who
// may do everything while the world stands still.
func (m *message) isInput() bool { return m.input != nil || m.asks != "" }

// isBehind reports whether inputs wait although the world goes on again.
func (c *conductor) isBehind() bool { return !c.pause.on && len(c.pause.waiting) > 0 }

// takeWaiting acts on some of the inputs that waited for the world to go on. It returns
// false if there are none, and nothing else is to be done before they are taken.
func (c *conductor) takeWaiting() bool {
	if !c.isBehind() {
		return false
	}
	for range min(burst, len(c.pause.waiting)) {
		c.act(c.pause.next())
	}
	return true
}

// intoWorld turns what an input tells of the time on the wall into the world's, where the
// two differ because the world has stood still.
func (c *conductor) intoWorld(in *platform.Input) {
	switch in.Kind {
	case platform.Ready, platform.Responded:
		in.Stood = c.clock.hasStood()
	case platform.Arrived:
		if !c.clock.hasStood() {
			return
		}
		in.Records = slices.Clone(in.Records) // they are the event source's
		for i := range in.Records {
			in.Records[i].Timestamp = c.clock.timestamp(in.Records[i].Timestamp)
		}
	case platform.Published, platform.FailurePublished, platform.Delivered:
		c.awaited--
	}
}

var errPauseInVirtual = &hintedError{
	text: "virtual time cannot be paused: it stands still by itself whenever nothing happens",
	hint: "step it with Advance of package emulatortest, or run in real time",
}

// errNotPaused is why there is no step.
var errNotPaused = &hintedError{text: "the world is not paused", hint: "coldbrook pause, then coldbrook step"}

// hintedError is an error with something to do about it.
type hintedError struct{ text, hint string }

func (e *hintedError) Error() string { return e.text }

// Hint says what to do.
func (e *hintedError) Hint() string { return e.hint }

// Pause has the world stand still: its clock, and with it every timer of the platform, such
// as batch windows, back-offs and timeouts, and all decisions. What reaches it waits: records,
// responses, invocations that are asked for. The broker, its clients, processes and the
// invocations in flight run on; a handler's own deadline is wall time. Rules, faults and
// code can be changed meanwhile. A world that is paused stays so.
//
// It returns an error in virtual time and where the run ends, and the cause of ctx, which
// also ends the wait for a run that has ended. It is safe for concurrent use.
func (e *Emulator) Pause(ctx context.Context) error {
	if e.world.Virtual() {
		return errPauseInVirtual
	}
	return e.pausing(ctx, func(c *conductor) error {
		if !c.pause.on {
			c.standStill()
		}
		return nil
	})
}

// Resume has the world go on where it stands: first it takes what waits, in the order in
// which it came. A world that is not paused goes on.
//
// It returns the cause of ctx, which also ends the wait for a run that has ended. It is
// safe for concurrent use.
func (e *Emulator) Resume(ctx context.Context) error {
	if e.world.Virtual() {
		return errPauseInVirtual
	}
	return e.conductor.do(ctx, func() { e.conductor.goOn("") })
}

// pausing has the conductor call f, unless the run ends.
func (e *Emulator) pausing(ctx context.Context, f func(*conductor) error) error {
	var failed error
	err := e.conductor.do(ctx, func() {
		if failed = errEnding; !e.conductor.pause.over {
			failed = f(e.conductor)
		}
	})
	return errors.Join(err, failed)
}

// standStill pauses the world.
func (c *conductor) standStill() {
	now := c.now()
	c.clock.begin(now, false)
	c.pause.on = true
	c.log.Append(journal.Entry{Kind: journal.WorldPaused, At: now})
}

// goOn resumes the world, if it is paused; reason is why, if nobody asked for it.
func (c *conductor) goOn(reason string) {
	if !c.pause.on {
		return
	}
	now := c.now()
	_, took := c.clock.stood()
	c.pause.on = false
	if c.pause.came != nil {
		close(c.pause.came)
		c.pause.came = nil
	}
	c.log.Append(journal.Entry{
		Kind: journal.WorldResumed, At: now, Reason: reason, Measured: journal.Measured{Took: int64(took)},
	})
	c.clock.begin(now, true)
}

// goOnAtEnd resumes the world for good, before anything that is asked of the conductor
// later, so that the run can end in order.
func (e *Emulator) goOnAtEnd() {
	e.conductor.queue <- message{call: func() {
		e.conductor.goOn("the run ends")
		e.conductor.pause.over = true
	}}
}

// Paused is a world that is paused.
type Paused struct {
	// Since is the world time at which it was paused. It stands still but for steps.
	Since time.Duration `json:"sinceNs"`
	// For is how long it has been paused, on the wall.
	For time.Duration `json:"forNs"`
	// Waiting is how many inputs wait for the world.
	Waiting int `json:"waiting"`
}

// paused is nil while the world goes on. The conductor calls it.
func (c *conductor) paused() *Paused {
	if !c.pause.on {
		return nil
	}
	since, took := c.clock.stood()
	return &Paused{Since: since, For: took, Waiting: len(c.pause.waiting)}
}
