package emulator

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// expand fills the user's variables in.
func expand(value, kafka string) string {
	return strings.ReplaceAll(value, "${kafka.bootstrap}", kafka)
}

// Run builds the functions, starts everything and blocks until the run has
// ended: in order when ctx ends or Stop is called, at once after Abort. Nothing
// that it or Start began is left then.
//
// It returns nil after an end that was asked for, and what went wrong if a
// function cannot be built, a process cannot be started, or an event source
// fails.
func (e *Emulator) Run(ctx context.Context) error {
	e.announce()
	running, cancel := context.WithCancelCause(context.Background())
	err := e.serve(ctx, running, cancel)
	e.shutDown(cancel)
	e.conductor.note(journal.Entry{Kind: journal.RunStopped})
	flushed := e.conductor.do(context.Background(), func() {})
	e.endConductor()
	e.conducting.Wait()
	close(e.ended)
	e.log.Close()
	return errors.Join(err, flushed)
}

func (e *Emulator) announce() {
	e.conductor.note(journal.Entry{Kind: journal.RunStarted, Text: fmt.Sprintf("profile %s, seed %d", e.ProfileName(), e.Seed())})
	for _, w := range e.cfg.Warnings() {
		e.conductor.note(journal.Entry{Kind: journal.Warning, Text: w})
	}
}

// serve starts everything and waits for the end; running is what the parts run
// under, and fail ends it with a cause.
func (e *Emulator) serve(ctx, running context.Context, fail context.CancelCauseFunc) error {
	e.startProcesses(func(err error) { fail(err) })
	e.startFunctions(running, fail)
	e.serveInvoke()
	select {
	case <-ctx.Done():
		e.Stop("interrupted")
	case <-e.stop.asked:
	case <-e.abort.asked:
	case <-running.Done():
		return context.Cause(running)
	}
	return nil
}

// startFunctions builds every function, side by side, and starts its event
// sources when it is ready.
func (e *Emulator) startFunctions(running context.Context, fail context.CancelCauseFunc) {
	e.reloader.begin(running, fail)
	e.reloader.watch(running)
	for i := range e.cfg.Functions {
		id := platform.FunctionID(i)
		first := e.reloader.first(id)
		e.work.Go(func() { e.startFunction(id, first, running, fail) })
	}
}

// startFunction makes the first revision of a function. One that cannot be built ends
// the run, unless a save may mend it: then the records of its mappings wait.
func (e *Emulator) startFunction(id platform.FunctionID, first *attempt, running context.Context, fail context.CancelCauseFunc) {
	defer e.reloader.end(first)
	spec := e.buildSpec(&e.cfg.Functions[id], 1)
	spec.Sweep() // what an earlier run has left
	err := e.prepare(first.ctx, int(id))
	switch {
	case err == nil && e.launchers[id].Launcher == nil: // this machine cannot run it
		close(e.launchers[id].prepared)
	case err == nil:
		e.reloader.keepFirst(first, e.launchers[id].Launcher)
		e.reloader.serveFirst(first)
		e.startSources(id, running, fail)
	case e.reloader.isWatching(), first.ctx.Err() != nil:
		first.err = e.reloader.failed(first, err)
	default:
		first.err = err
		fail(fmt.Errorf("function %q: %w", e.resolved.Functions[id].Name, err))
	}
}

// startSources starts what brings events to a function that can be launched.
func (e *Emulator) startSources(id platform.FunctionID, running context.Context, fail context.CancelCauseFunc) {
	e.launchers[id].ready()
	if e.resolved.Functions[id].Provisioned > 0 {
		e.conductor.deliver(platform.Input{Kind: platform.Deployed, Function: id})
	}
	for m := range e.resolved.Mappings {
		if e.resolved.Mappings[m].Function != id {
			continue
		}
		e.work.Go(func() {
			if err := e.sources[m].Run(running); err != nil {
				fail(fmt.Errorf("mapping %q: %w", e.resolved.Mappings[m].Name, err))
			}
		})
	}
}

// shutDown ends everything, in order unless Abort was called: sources of
// records first, then what is in flight, then the rest. cancel ends the event
// sources when they have nothing left to commit.
func (e *Emulator) shutDown(cancel context.CancelCauseFunc) {
	e.conductor.note(journal.Entry{Kind: journal.RunStopping, Reason: e.endReason()})
	e.reloader.close()
	e.invoke.Drain()
	e.stopProcesses(func(p *Process) bool { return p.Source })
	if e.conductor.do(context.Background(), e.conductor.drain) == nil {
		select {
		case <-e.conductor.quiet:
		case <-e.abort.asked:
		}
	}
	cancel(nil)
	e.endDeliveries()
	e.pool.Close()
	e.closeInvoke()
	e.stopProcesses(func(*Process) bool { return true })
	e.work.Wait()
	e.reloader.removeCopies()
	e.producer.Close()
	if e.uploader != nil {
		e.uploader.Close()
	}
	e.tellUndelivered()
	left := e.outstanding()
	e.left.Store(&left)
	if err := e.broker.Close(); err != nil {
		e.conductor.note(journal.Entry{Kind: journal.Warning, Text: fmt.Sprintf("close broker: %v", err)})
	}
}

// endReason is why the run ends, in words.
func (e *Emulator) endReason() string {
	select {
	case <-e.stop.asked:
		return e.stop.reason
	case <-e.abort.asked:
		return e.abort.reason
	default:
		return "failed"
	}
}
