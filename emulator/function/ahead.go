package function

import (
	"context"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Ahead is a Launcher that can start everything but the code: an interpreter that has
// loaded its bootstrap and waits. It saves the next revision that time.
type Ahead interface {
	Launcher
	// Ahead starts it and returns when it waits. It is nil if there is nothing that
	// could be started without the code; nothing is left if there is an error. The code
	// is not touched. spec has no revision.
	Ahead(ctx context.Context, spec Spec) (Waiting, error)
}

// Waiting is a runtime that waits for its code. Its methods are called by one goroutine,
// Done excepted.
type Waiting interface {
	// Fits reports whether it is what l would start, but for the code.
	Fits(l Launcher) bool
	// Launch lets it load the code; see Launcher.Launch. It is called once, and then
	// Stop is not.
	Launch(ctx context.Context) (Instance, error)
	// Stop ends it and returns when nothing of it is left.
	Stop()
	// Done is closed when it has ended by itself.
	Done() <-chan struct{}
}

// aheadAfter is how long after a trial the next runtime is started: the processors
// belong to the new code's first event.
const aheadAfter = 100 * time.Millisecond

// ahead is a runtime that waits for the code of the next trial of a function. One
// goroutine owns it until it is taken.
type ahead struct {
	site
	launcher Ahead
	ctx      context.Context
	cancel   context.CancelCauseFunc
	settled  chan struct{} // closed when waiting is set, or it failed or was ended first
	taken    chan struct{} // closed when a trial has it
	hurry    func()        // has it start now; it may be called often
	hurried  chan struct{} // closed by hurry
	waiting  Waiting
	gone     sync.WaitGroup // its goroutine
}

// startAhead starts what the next trial of a function needs, if nothing waits for it
// already.
func (p *Pool) startAhead(f platform.FunctionID, l Launcher) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.code(f); len(r.launchers) > 0 {
		p.ahead(f, r, l)
	}
}

// Prepare starts now what the next trial of a function needs, if it can be started
// without its code, and nothing waits for that already: files of it are being saved, say.
// l is how the revision is launched that serves. It never blocks.
func (p *Pool) Prepare(f platform.FunctionID, revision int32, l Launcher) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.code(f)
	if revision < r.retired {
		return
	}
	p.ahead(f, r, l)
	if r.ahead != nil {
		r.ahead.hurry()
	}
}

// ahead starts what the next trial needs, in a moment. The caller holds mu.
func (p *Pool) ahead(f platform.FunctionID, r *revisions, l Launcher) {
	able, ok := l.(Ahead)
	if !ok || p.closed || r.ahead != nil {
		return
	}
	a := &ahead{launcher: able, site: site{pool: p, template: p.templates[f], disk: &Disk{}},
		settled: make(chan struct{}), taken: make(chan struct{}), hurried: make(chan struct{})}
	a.hurry = sync.OnceFunc(func() { close(a.hurried) })
	a.ctx, a.cancel = context.WithCancelCause(p.ctx)
	r.ahead = a
	p.group.Add(1)
	a.gone.Go(func() {
		defer p.group.Done()
		a.run(r)
	})
}

// takeAhead takes what waits for code, or will in a moment, nil if nothing does. The
// caller holds Pool.mu, and calls await.
func (r *revisions) takeAhead() *ahead {
	a := r.ahead
	if a != nil {
		r.ahead = nil
		close(a.taken)
	}
	return a
}

// run starts it and has it wait until it is taken. What was not taken is cleared up.
func (a *ahead) run(r *revisions) {
	if a.begin() {
		select {
		case <-a.taken:
		case <-a.ctx.Done():
		case <-a.waiting.Done():
		}
	}
	a.pool.mu.Lock()
	if r.ahead == a {
		r.ahead = nil
	}
	a.pool.mu.Unlock()
	select {
	case <-a.taken:
		if a.waiting != nil {
			return
		}
	default:
	}
	a.clear()
}

// begin reports whether it waits for code.
func (a *ahead) begin() bool {
	defer close(a.settled)
	timer := time.NewTimer(aheadAfter)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-a.hurried:
	case <-a.taken: // a trial that is in a hurry starts its own
		return false
	case <-a.ctx.Done():
		return false
	}
	if a.open() != nil {
		return false
	}
	waiting, err := a.launcher.Ahead(a.ctx, a.spec())
	if err != nil || waiting == nil {
		return false
	}
	a.waiting = waiting
	return true
}

// await returns what waits for the code of l, when it does; nil if there is none. What
// does not fit ends.
func (a *ahead) await(ctx context.Context, l Launcher) Waiting {
	if a == nil {
		return nil
	}
	select {
	case <-a.settled:
	case <-ctx.Done():
		a.cancel(context.Cause(ctx))
		<-a.settled
	}
	a.gone.Wait()
	if a.waiting == nil {
		return nil
	}
	select {
	case <-a.waiting.Done():
	default:
		if ctx.Err() == nil && a.waiting.Fits(l) {
			return a.waiting
		}
	}
	a.clear()
	return nil
}

// end ends it, if no trial has it, and returns when nothing of it is left.
func (a *ahead) end() {
	a.cancel(errKilled)
	a.gone.Wait()
}

// clear ends all there is of it.
func (a *ahead) clear() {
	if a.waiting != nil {
		a.waiting.Stop()
	}
	a.abandon()
	a.cancel(nil)
}
