package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// attempt is an attempt at a revision of a function: built, tried, then served. One
// goroutine runs it.
type attempt struct {
	of       *revisions
	function Function
	change   change
	ctx      context.Context // ends when a newer change came, or with the run
	cancel   context.CancelCauseFunc
	before   *attempt      // the one in whose place it is; it is waited for
	done     chan struct{} // closed when all below is known

	ended    bool  // the reloader's mu guards it
	revision int32 // 0 until something of it has begun
	parts    journal.ReloadParts
	took     time.Duration
	going    int // invocations that end on an older revision
	err      error

	old codeCopy // of the revision before, until nothing runs from it
}

// run is the life of an attempt.
func (r *reloader) run(a *attempt) {
	if a.before != nil {
		<-a.before.done
		a.before = nil
	}
	if a.ctx.Err() != nil { // nothing of it has begun: nobody needs to hear of it
		a.err = context.Cause(a.ctx)
	} else {
		a.err = r.try(a)
	}
	r.end(a)
}

// end notes that an attempt is over.
func (r *reloader) end(a *attempt) {
	a.cancel(nil)
	r.mu.Lock()
	a.ended = true
	if a.of.newest == a {
		a.of.phase = ""
	}
	r.mu.Unlock()
	close(a.done)
}

// try builds the code, tries it, and lets it serve.
func (r *reloader) try(a *attempt) error {
	begun := time.Now()
	a.parts.Seen = int64(begun.Sub(a.change.first))
	r.number(a)
	l, err := r.e.newLauncher(a.ctx, &a.function, a.revision)
	a.parts.Build = int64(time.Since(begun))
	r.built(a)
	if err != nil {
		return r.failed(a, err)
	}
	copied := r.copyCode(a, l)
	r.e.pool.Deploy(a.of.id, a.revision, l)
	r.phase(a, phaseStarting)
	err = r.trial(a)
	code := copied()
	if err == nil && a.ctx.Err() == nil {
		return r.serve(a, l, code)
	}
	code.remove()
	return r.failed(a, err)
}

// trial starts a first environment of a revision. There is none for a function that is
// debugged, whose port the process before still has.
func (r *reloader) trial(a *attempt) error {
	if r.e.cfg.isDebugged(a.function.Name) {
		return nil
	}
	begun := time.Now()
	ctx, cancel := context.WithTimeoutCause(a.ctx, r.e.trialLimit(&a.function), function.ErrTimeout)
	defer cancel()
	_, err := r.e.pool.Try(ctx, a.of.id, a.revision)
	a.parts.Init = int64(time.Since(begun))
	return err
}

// trialLimit is how long a new revision may take to start: an init that takes longer than
// its limit runs again within the first invocation, as long as that may take.
func (e *Emulator) trialLimit(f *Function) time.Duration {
	p := e.cfg.functionProfile(f).Function
	return max(p.InitLimit, cmp.Or(f.Timeout, p.TimeoutDefault))
}

// number gives an attempt its number, and begins it.
func (r *reloader) number(a *attempt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.of.last++
	a.revision, a.of.phase, a.of.building = a.of.last, phaseBuilding, buildTime{begun: time.Now()}
}

// built notes that an attempt is not built any more.
func (r *reloader) built(a *attempt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.of.building.ended = time.Now()
}

func (r *reloader) phase(a *attempt, phase string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.of.phase = phase
}

// serve makes a revision that was tried the one that serves, and returns when nothing
// idle of older ones is left.
func (r *reloader) serve(a *attempt, l function.Launcher, code codeCopy) error {
	id, begun, kept := a.of.id, time.Now(), false
	var stopped, going []<-chan struct{}
	// The conductor is there as long as attempts are: it is not left half-way.
	err := r.e.conductor.do(context.Background(), func() {
		if kept = r.keep(a, l, code); !kept {
			return
		}
		stopped, going = r.e.pool.Supersede(id, func() {
			r.e.conductor.step(&platform.Input{Kind: platform.Reloaded, Function: id, Revision: a.revision})
		})
	})
	if !kept {
		code.remove()
		return r.failed(a, errors.Join(err, context.Cause(a.ctx)))
	}
	r.lives(a)
	for _, gone := range stopped {
		<-gone
	}
	a.parts.Drain = int64(time.Since(begun))
	a.took, a.going = time.Since(a.change.first), len(going)
	e := a.entry(journal.Succeeded)
	e.Reason = a.goOn()
	r.e.conductor.note(e)
	r.e.work.Go(func() { r.retire(a, going) })
	return nil
}

// serveFirst notes that the first revision serves.
func (r *reloader) serveFirst(a *attempt) {
	r.mu.Lock()
	a.of.live = max(a.of.live, 1) // Deploy may have been quicker
	r.mu.Unlock()
	r.listAgain(a.of.id)
}

// lives notes that a revision serves; what waited for the first one begins.
func (r *reloader) lives(a *attempt) {
	r.mu.Lock()
	isFirst := a.of.live == 0
	a.of.live, a.of.failed = a.revision, nil
	closed := r.closed
	r.mu.Unlock()
	r.listAgain(a.of.id)
	if isFirst && !closed {
		r.e.begin(r.e.parts().functions[a.of.id])
	}
}

// retire forgets the older revisions when nothing uses them any more.
func (r *reloader) retire(a *attempt, going []<-chan struct{}) {
	for _, gone := range going {
		<-gone // at the latest when the pool is closed
	}
	if r.e.cfg.isDebugged(a.function.Name) { // to be attached to before the next event
		r.e.conductor.deliver(platform.Input{Kind: platform.Deployed, Function: a.of.id})
	}
	r.e.pool.Retire(a.of.id, a.revision)
	if !r.isForgotten(a.of) { // else another function may have its name, and its executable
		spec := r.e.buildSpec(&a.function, a.revision)
		spec.Retire(a.revision)
	}
	a.old.remove()
}

// failed journals an attempt that came to nothing, and returns why it did.
func (r *reloader) failed(a *attempt, err error) error {
	a.took = time.Since(a.change.first)
	if cause := context.Cause(a.ctx); cause != nil {
		if cause != errNewer && cause != errRemoved {
			cause = errStopping
		}
		e := a.entry(journal.Abandoned)
		e.Reason = cause.Error()
		r.e.conductor.note(e)
		r.withdraw(a)
		return cause
	}
	outcome := journal.InitFailed
	_, isBuild := errors.AsType[*reload.Error](err)
	if isBuild {
		outcome = journal.FunctionError
	}
	e := a.entry(outcome)
	e.Reason = withHint(err)
	r.e.conductor.note(e)
	r.mu.Lock()
	a.of.failed = &FailedRevision{Revision: a.revision, Build: isBuild, Error: e.Reason}
	r.mu.Unlock()
	r.listAgain(a.of.id) // what mends it may be saved elsewhere
	r.withdraw(a)
	return err
}

// withdraw clears up what there is of a revision that is not going to serve.
func (r *reloader) withdraw(a *attempt) {
	if a.revision <= 1 {
		return // nothing but the first one has its launcher and executable
	}
	r.e.pool.Withdraw(a.of.id, a.revision)
	spec := r.e.buildSpec(&a.function, a.revision)
	spec.Withdraw()
}

func (a *attempt) entry(outcome journal.Outcome) journal.Entry {
	return journal.Entry{
		Kind: journal.Reloaded, Function: a.function.Name, Revision: a.revision, Text: a.change.text(), Outcome: outcome,
		Measured: journal.Measured{Took: int64(a.took), Reload: a.parts},
	}
}

// goOn says how many invocations end on the code that they began with.
func (a *attempt) goOn() string {
	switch a.going {
	case 0:
		return ""
	case 1:
		return "1 invocation ends on the code it began with"
	}
	return fmt.Sprintf("%d invocations end on the code they began with", a.going)
}

// withHint is the text of an error with what can be done about it.
func withHint(err error) string {
	if f, ok := errors.AsType[*function.InitFailure](err); ok && f.Hint != "" {
		return err.Error() + " (hint: " + f.Hint + ")"
	}
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok && h.Hint() != "" {
		return err.Error() + " (hint: " + h.Hint() + ")"
	}
	return err.Error()
}
