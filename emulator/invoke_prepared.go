package emulator

import (
	"context"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// awaitPrepared waits until a function can be started. It returns why it cannot if it is
// skipped, or if its code was never one that can be started: that waits for a save,
// and nobody knows for how long.
func (e *Emulator) awaitPrepared(ctx context.Context, f platform.FunctionID) error {
	prepared := e.launcher(f).prepared
	for {
		attempted := e.reloader.attempted(f)
		select {
		case <-prepared:
			return e.whySkipped(f)
		case <-attempted:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-e.ended:
			return errEnded
		}
		if err, known := e.reloader.neverServed(f, attempted); known {
			select {
			case <-prepared: // before the attempt was over
				return e.whySkipped(f)
			default:
				return err
			}
		}
	}
}

// notReady is what Invoke returns for a function that is not there to be invoked.
func notReady(message string) error {
	return &invokeapi.Error{Status: 502, Code: "ResourceNotReadyException", Message: message}
}

func (e *Emulator) whySkipped(f platform.FunctionID) error {
	if why := e.skipped(f); why != "" {
		return notReady(fmt.Sprintf("function %q is skipped: %s", e.parts().functions[f].config.Name, why))
	}
	return nil
}

// attempted returns what is closed when the newest attempt at a revision of a function
// is over, or when there is one.
func (r *reloader) attempted(id platform.FunctionID) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	switch {
	case f == nil:
		over := make(chan struct{})
		close(over)
		return over
	case f.newest == nil:
		return f.begun
	}
	return f.newest.done
}

// neverServed returns why no revision of a function serves, if the attempt that was
// waited for was the newest, and came to nothing.
func (r *reloader) neverServed(id platform.FunctionID, attempted <-chan struct{}) (err error, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	switch {
	case f == nil:
		return &invokeapi.Error{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: " + errRemoved.Error()}, true
	case f.newest == nil || attempted != (<-chan struct{})(f.newest.done):
		return nil, false
	case f.failed == nil: // it was given up
		return errEnded, true
	case f.failed.Build:
		return notReady(fmt.Sprintf("function %q has not been built yet: %s", f.function.Name, f.failed.Error)), true
	}
	return notReady(fmt.Sprintf("function %q has not started yet: %s", f.function.Name, f.failed.Error)), true
}
