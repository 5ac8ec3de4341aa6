package emulator

import (
	"context"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// startFunctions builds every function, side by side, and starts its event
// sources when it is ready. One that cannot be built ends the run.
func (e *Emulator) startFunctions() {
	for _, f := range e.parts().functions {
		e.startFunction(f, e.fail)
	}
}

// startFunction builds a function and starts its event sources; failed is told why
// it cannot be built.
func (e *Emulator) startFunction(f *functionPart, failed func(error)) {
	e.work.Go(func() {
		if err := e.prepare(e.running, f); err != nil {
			failed(err)
			return
		}
		close(f.launcher.prepared)
		if f.launcher.Launcher != nil {
			e.begin(f)
		}
	})
}

// begin begins to invoke a function that can be launched: its event sources join
// their groups, its provisioned concurrency is allocated.
func (e *Emulator) begin(f *functionPart) {
	f.launcher.mu.Lock()
	f.launcher.ready = true
	f.launcher.mu.Unlock()
	if f.config.ProvisionedConcurrency > 0 {
		e.conductor.deliver(platform.Input{Kind: platform.Deployed, Function: f.id})
	}
	for _, m := range e.parts().of(f.id) {
		e.startMapping(m)
	}
}

func (l *launcher) isReady() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready
}

// startMapping starts an event source, once.
func (e *Emulator) startMapping(m *mappingPart) {
	if m.life.started.Swap(true) {
		return
	}
	e.work.Go(func() {
		defer close(m.life.left)
		if !m.awaitPlace(e.running) {
			return
		}
		running, cancel := context.WithCancel(e.running)
		defer cancel()
		defer context.AfterFunc(m.life.leaving, cancel)()
		if err := m.source.Run(running); err != nil {
			e.fail(fmt.Errorf("mapping %q: %w", m.mapping, err))
		}
		if m.life.leaving.Err() != nil {
			m.address.Close()
		}
	})
}

// awaitPlace waits until a former source of the group has left it. It returns false
// if the mapping was removed, or the run has ended, before.
func (m *mappingPart) awaitPlace(ctx context.Context) bool {
	if m.life.after != nil {
		select {
		case <-m.life.after:
		case <-ctx.Done():
		}
	}
	return m.life.leaving.Err() == nil && ctx.Err() == nil
}

// letLeave has the event sources of removed mappings leave their groups, as soon as
// nothing of them is assigned: all that they handled is committed by then, or
// ordered to be. The conductor calls it.
func (c *conductor) letLeave() {
	kept := c.leaving[:0]
	for _, m := range c.leaving {
		if !c.machine.Released(m.id) {
			kept = append(kept, m)
			continue
		}
		m.life.leave()
		if !m.life.started.Swap(true) {
			close(m.life.left)
		}
	}
	clear(c.leaving[len(kept):])
	c.leaving = kept
}
