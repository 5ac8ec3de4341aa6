package emulator

import (
	"context"
	"errors"
	"slices"
)

// undoable is a change by hand: the configuration before and after it.
type undoable struct{ before, after Config }

// mostUndoable is how many changes are remembered.
const mostUndoable = 100

// errNothingToUndo is returned by Undo.
var errNothingToUndo = errors.New("nothing was changed by hand since the start, or all of it is undone")

// remember keeps a change that was applied, so that Undo can take it back. e.turning is
// held.
func (e *Emulator) remember(before, after *Config) {
	e.file.turns = append(e.file.turns, undoable{*before, *after})
	if n := len(e.file.turns); n > mostUndoable {
		e.file.turns = slices.Delete(e.file.turns, 0, n-mostUndoable)
	}
}

// Undo takes back the last change that Turn made and that was not taken back before: each
// key of it has the value again that it had. What a saved file changed meanwhile in the
// same keys is overridden, all else stays. It returns what was changed, which may be
// nothing.
//
// It returns an error if there is no change to take back, and what Turn returns; the
// change can be taken back later then. The last 100 changes are remembered. It is safe
// for concurrent use.
func (e *Emulator) Undo(ctx context.Context) ([]Turned, error) {
	select {
	case e.turning <- struct{}{}:
		defer func() { <-e.turning }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	n := len(e.file.turns)
	if n == 0 {
		return nil, errNothingToUndo
	}
	last := e.file.turns[n-1]
	m := merge{said: &last.after, next: &last.before}
	turned, err := e.turn(ctx, func(now Config) (Config, error) { return m.onto(now), nil })
	if err != nil {
		return nil, err
	}
	e.file.turns = slices.Delete(e.file.turns, n-1, n)
	return turned, nil
}
