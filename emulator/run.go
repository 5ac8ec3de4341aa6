package emulator

import (
	"context"
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

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
	if w := e.commonAddress(process.TellsClients); w != "" {
		e.conductor.note(journal.Entry{Kind: journal.Warning, Text: w})
	}
}

// serve starts everything and waits for the end; running is what the parts run
// under, and fail ends it with a cause.
func (e *Emulator) serve(ctx, running context.Context, fail context.CancelCauseFunc) error {
	e.running, e.fail = running, fail
	e.startProcesses(fail)
	e.startFunctions()
	close(e.serving)
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

// shutDown ends everything, in order unless Abort was called: sources of
// records first, then what is in flight, then the rest. cancel ends the event
// sources when they have nothing left to commit.
func (e *Emulator) shutDown(cancel context.CancelCauseFunc) {
	e.goOnAtEnd()
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
	if uploader := e.parts().uploader; uploader != nil {
		uploader.Close()
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
