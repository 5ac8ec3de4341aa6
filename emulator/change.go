package emulator

import (
	"context"
	"errors"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Turned is something of the configuration that was changed while running.
type Turned struct {
	// Path is the key: functions.ship.timeout.
	Path string `json:"path"`
	// From and To are its values as they are written; "unset" for none. Without a
	// From, To says what became of it: "added".
	From string `json:"from"`
	To   string `json:"to"`
}

// errEnding is why nothing is turned any more.
var errEnding = errors.New("the run ends")

// Turn applies another configuration to the run, as far as it differs: all of it or
// nothing. change makes it of the one that counts now, which it must not change; it
// must not block. What has been decided, such as the deadline of an invocation that
// runs, stays; the rest counts from the next decision on. Functions, events, topics
// and processes may come and go; a function that came is built in the background, and
// a topic that went stays in the broker. What an event cannot change in place
// has its mapping begin anew at its committed offsets. Turn returns what was changed.
//
// It returns the error of change, the mistakes of Validate, or a *Mistake for each key
// that cannot be changed while running, joined; or the cause of ctx, which also ends
// the wait for a run that has ended. Where functions, events or processes come or go it
// waits until Run has started those that are there. It is safe for concurrent use.
func (e *Emulator) Turn(ctx context.Context, change func(Config) (Config, error)) ([]Turned, error) {
	select {
	case e.turning <- struct{}{}:
		defer func() { <-e.turning }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	before := e.parts().config
	turned, err := e.turn(ctx, change)
	if after := e.parts().config; err == nil && len(turned) > 0 {
		e.remember(&before, &after)
	}
	return turned, err
}

// turn is Turn without what Undo needs. e.turning is held.
func (e *Emulator) turn(ctx context.Context, change func(Config) (Config, error)) ([]Turned, error) {
	t, err := e.plan(ctx, change, false)
	if err == nil && len(t.refused) > 0 {
		err = errors.Join(t.mistakes()...)
	}
	if err != nil {
		return nil, err
	}
	return t.turned, e.carryOut(ctx, t)
}

// plan finds what a change comes to. e.turning is held. Where it is lenient, what
// cannot be changed while running is left as it is.
func (e *Emulator) plan(ctx context.Context, change func(Config) (Config, error), lenient bool) (*turn, error) {
	var t *turn
	var failed error
	err := e.conductor.do(ctx, func() {
		now := e.parts()
		given := now.config
		given.Functions = slices.Clone(given.Functions)
		next, err := change(given)
		if err != nil {
			failed = err
			return
		}
		t, failed = e.compare(now, next, lenient)
	})
	return t, errors.Join(err, failed)
}

// carryOut applies a plan: what takes time first, then the rest at one moment.
func (e *Emulator) carryOut(ctx context.Context, t *turn) error {
	if t.needsRun() {
		select {
		case <-e.serving:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if err := e.connectTurn(t); err != nil {
		return err
	}
	var failed error
	err := e.conductor.do(ctx, func() {
		if e.conductor.ending {
			failed = errEnding
			return
		}
		e.apply(t)
	})
	if err = errors.Join(err, failed); err != nil {
		t.close()
	}
	return err
}

// entries are what the journal says of a change.
func (t *turn) entries() []journal.Entry {
	var all []journal.Entry
	before := t.parts.config.Warnings()
	for _, w := range t.next.Warnings() {
		if !slices.Contains(before, w) {
			all = append(all, journal.Entry{Kind: journal.Warning, Text: w})
		}
	}
	if t.fromFile {
		if entry, tells := t.reloaded(); tells {
			all = append(all, entry)
		}
		return all
	}
	for i, c := range t.turned {
		all = append(all, journal.Entry{Kind: journal.Note, Function: t.whose[i], Text: c.String() + " from now on"})
	}
	return all
}
