package main

import (
	"context"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// feeding feeds a run that ends by itself when all of that is handled: in place of --for and
// of the processes that only feed. Its methods are safe for concurrent use; of a nil one, too.
type feeding struct {
	feed func(ctx context.Context, e *emulator.Emulator) error
	ctx  context.Context // ends when the run is to end
	end  context.CancelCauseFunc
}

func newFeeding(ctx context.Context, feed func(context.Context, *emulator.Emulator) error) *feeding {
	f := &feeding{feed: feed}
	f.ctx, f.end = context.WithCancelCause(ctx)
	return f
}

// stop ends the feeding with a cause, because the run is to end.
func (f *feeding) stop(cause error) {
	if f != nil {
		f.end(cause)
	}
}

// run feeds until all is fed, stop is called or ctx ends. It begins when the functions serve
// and read every partition: else what was recorded seconds apart would arrive at once.
func (f *feeding) run(ctx context.Context, e *emulator.Emulator) error {
	defer context.AfterFunc(ctx, func() { f.end(context.Cause(ctx)) })()
	if _, err := e.AwaitReady(f.ctx); err != nil {
		return fmt.Errorf("wait until the project is ready: %w", orCause(f.ctx, err))
	}
	return f.feed(f.ctx, e)
}

// endsItself reports whether a run ends without being told to.
func (o *runOptions) endsItself() bool { return o.runFor > 0 || o.feeding != nil }

// awaitFed returns when no more is fed because --for is over or all was fed; false if the
// run ends otherwise.
func (s *session) awaitFed(ctx context.Context) bool {
	f := s.options.feeding
	if f == nil {
		if s.awaitWorld(ctx, s.options.runFor) {
			fmt.Fprintf(s.stderr, "%v are over: no more is fed, what is there is handled\n", s.options.runFor)
			return true
		}
		return false
	}
	if err := f.run(ctx, s.emulator); err != nil {
		s.fail(err)
		s.emulator.Stop("not all could be fed")
		return false
	}
	fmt.Fprintln(s.stderr, "all was fed: what is there is handled")
	return true
}

// fedReason is why a run that ends by itself does.
func (o *runOptions) fedReason() string {
	if o.feeding == nil {
		return fmt.Sprintf("--for %v is over", o.runFor)
	}
	return "all was fed"
}
