package emulator

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// configFile is what is known of the configuration file. It belongs to whoever holds
// Emulator.turning.
type configFile struct {
	// said is what the file said when it was read last; a key that needs a restart is as
	// it was before, so that it is found again.
	said Config
}

const fixedSeed = "all randomness of the run comes from it"

// reloadConfig reads the configuration file again and applies what is different from
// what it said before; a knob that was turned by hand since stays, unless the file
// turns it, too. What needs a restart is left, and remembered in Status.Pending. One
// entry ConfigReloaded tells of it. A file that is wrong changes nothing: the mistakes
// are in the entry, and returned.
func (e *Emulator) reloadConfig(ctx context.Context) error {
	if e.cfg.Reload.Read == nil {
		return nil
	}
	select {
	case e.turning <- struct{}{}:
		defer func() { <-e.turning }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	next, err := e.cfg.Reload.Read()
	if err == nil {
		err = e.applyFile(ctx, next)
	}
	if err != nil && ctx.Err() == nil {
		e.conductor.note(journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.FunctionError, Reason: err.Error()})
	}
	return err
}

// applyFile applies what the file says.
func (e *Emulator) applyFile(ctx context.Context, next Config) error {
	m := merge{said: &e.file.said, next: &next}
	t, err := e.plan(ctx, func(now Config) (Config, error) { return m.onto(now), nil }, true)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(e.file.said.Seed, next.Seed) {
		t.refuse("seed", fixedSeed)
	}
	t.fromFile, t.byHand = true, m.byHand
	if err := e.carryOut(ctx, t); err != nil {
		return err
	}
	e.file.said = withoutRefused(&e.file.said, &next, t.refused)
	return nil
}

// pending is what the file says and needs a restart, a line each.
func (t *turn) pending() []string {
	var lines []string
	for _, r := range t.refused {
		lines = append(lines, fmt.Sprintf("%s: needs a restart: %s", r.path, r.why))
	}
	return lines
}

// reloaded is the entry that tells of a file.
func (t *turn) reloaded() journal.Entry {
	var lines []string
	for _, c := range t.turned {
		lines = append(lines, c.String())
	}
	for _, path := range t.byHand {
		lines = append(lines, path+": the file overrides what was set by hand")
	}
	lines = append(lines, t.pending()...)
	return journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.Succeeded, Text: strings.Join(lines, "\n")}
}
