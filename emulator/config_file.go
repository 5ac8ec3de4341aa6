package emulator

import (
	"context"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// configFile is what is known of the configuration file. It belongs to whoever holds
// Emulator.turning.
type configFile struct {
	// said is what the file said when it was read last; a key that needs a restart is as
	// it was before, so that it is found again. What is published never changes, and anybody
	// may read it.
	said atomic.Pointer[Config]
	// turns are what was changed by hand, the last one last.
	turns []undoable
}

const fixedSeed = "all randomness of the run comes from it"

// How long a file that is wrong, or gone, may be mended before that is said: an editor
// may write it in steps.
const (
	stepOfFile = 300 * time.Millisecond
	fileGone   = time.Second
)

// configSaved takes the configuration file over that was saved. Of what is saved again
// within a moment the last counts.
func (e *Emulator) configSaved(ctx context.Context, again <-chan struct{}) {
	for {
		next, err := e.cfg.Reload.Read()
		if err == nil || !isSavedAgain(ctx, again, err) {
			e.takeConfig(ctx, next, err) // what goes wrong is in the journal
			return
		}
	}
}

// isSavedAgain waits a moment for another save of a file that is wrong.
func isSavedAgain(ctx context.Context, again <-chan struct{}, wrong error) bool {
	wait := stepOfFile
	if errors.Is(wrong, fs.ErrNotExist) {
		wait = fileGone
	}
	select {
	case <-again:
		return true
	case <-time.After(wait):
	case <-ctx.Done():
	}
	return false
}

// takeConfig applies what the file says that is different from what it said before; a
// knob that was turned by hand since stays, unless the file turns it, too. What needs a
// restart is left, and remembered in Status.Pending. One entry ConfigReloaded tells of
// it, if there is something to tell. A file that is wrong changes nothing: the mistakes
// are in the entry and in Status.Mistakes, and returned.
func (e *Emulator) takeConfig(ctx context.Context, next Config, err error) error {
	select {
	case e.turning <- struct{}{}:
		defer func() { <-e.turning }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err == nil {
		err = e.applyFile(ctx, next)
	}
	if err != nil && ctx.Err() == nil {
		e.fileIsWrong(ctx, err)
	}
	return err
}

// fileIsWrong says that the file does not count, and why.
func (e *Emulator) fileIsWrong(ctx context.Context, wrong error) {
	entry := journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.FunctionError, Reason: wrong.Error()}
	if errors.Is(wrong, fs.ErrNotExist) {
		entry.Outcome = journal.Abandoned
	}
	// If the conductor is gone, nobody wants to know.
	_ = e.conductor.do(ctx, func() {
		e.publishParts(func(p *parts) { p.mistakes = entry.Sentence() })
		e.conductor.append([]journal.Entry{entry})
	})
}

// applyFile applies what the file says.
func (e *Emulator) applyFile(ctx context.Context, next Config) error {
	said := e.file.said.Load()
	m := merge{said: said, next: &next}
	t, err := e.plan(ctx, func(now Config) (Config, error) { return m.onto(now), nil }, true)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(said.Seed, next.Seed) {
		t.refuse("seed", fixedSeed, showValue(reflect.ValueOf(said.Seed)), showValue(reflect.ValueOf(next.Seed)))
	}
	if t.fromFile = true; !t.nothing {
		t.byHand = m.byHand
	}
	if err := e.carryOut(ctx, t); err != nil {
		return err
	}
	if !t.nothing {
		told := withoutRefused(said, &next, t.refused)
		e.file.said.Store(&told)
	}
	return nil
}

// allNeedsARestart is the turn of a file whose keys depend on those that need a restart:
// nothing of it is applied.
func (e *Emulator) allNeedsARestart(now *parts, refused []refusedKey, err error) (*turn, error) {
	t, failed := e.compare(now, now.config, true)
	if failed != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	t.nothing, t.refused = true, append(refused, refusedKey{path: "all else", why: "it depends on that: " + first})
	return t, nil
}

// reloaded is the entry that tells of a file, and whether there is something to tell:
// what needed a restart before was said then.
func (t *turn) reloaded() (journal.Entry, bool) {
	var lines []string
	for _, c := range t.turned {
		lines = append(lines, c.String())
	}
	for _, path := range t.byHand {
		lines = append(lines, path+": the file overrides what was set by hand")
	}
	for _, r := range t.refused {
		if !slices.Contains(t.parts.pending, r) {
			lines = append(lines, r.String())
		}
	}
	for _, r := range t.parts.pending {
		if !slices.ContainsFunc(t.refused, func(now refusedKey) bool { return now.path == r.path }) {
			lines = append(lines, r.path+": needs no restart any more")
		}
	}
	if len(lines) == 0 && t.parts.mistakes != "" {
		lines = append(lines, "it is whole again, and says what it said before")
	}
	return journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.Succeeded, Text: strings.Join(lines, "\n")}, len(lines) > 0
}
