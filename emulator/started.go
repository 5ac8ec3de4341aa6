package emulator

import (
	"context"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// startFunctions builds every function, side by side, and starts its event
// sources when it is ready.
func (e *Emulator) startFunctions() {
	e.reloader.begin(e.running)
	e.reloader.watch(e.running)
	for _, f := range e.parts().functions {
		e.startFunction(f, func(err error) { e.fail(fmt.Errorf("function %q: %w", f.config.Name, err)) })
	}
}

// startFunction makes the first revision of a function. failed is told of one that
// cannot be built, unless a save may mend it: then the records of its mappings wait.
func (e *Emulator) startFunction(f *functionPart, failed func(error)) {
	first := e.reloader.first(f.id)
	if first == nil {
		return // the run ends
	}
	e.work.Go(func() {
		defer e.reloader.end(first)
		spec := e.buildSpec(f.config, 1)
		spec.Sweep() // what an earlier run has left
		err := e.prepare(first.ctx, f)
		switch {
		case err == nil && f.launcher.Launcher == nil: // this machine cannot run it
			f.launcher.known()
		case err == nil:
			e.reloader.keepFirst(first, f.launcher.Launcher)
			e.reloader.serveFirst(first)
			e.begin(f)
		case e.reloader.isWatching(), first.ctx.Err() != nil:
			first.err = e.reloader.failed(first, err)
		default:
			first.err = err
			failed(err)
		}
	})
}

// begin begins to invoke a function that can be launched: its event sources join
// their groups, its provisioned concurrency is allocated.
func (e *Emulator) begin(f *functionPart) {
	f.launcher.serves()
	if f.config.ProvisionedConcurrency > 0 || e.cfg.isDebugged(f.config.Name) {
		e.conductor.deliver(platform.Input{Kind: platform.Deployed, Function: f.id})
	}
	for _, m := range e.parts().of(f.id) {
		e.startMapping(m)
	}
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
