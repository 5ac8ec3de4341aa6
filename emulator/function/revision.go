package function

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// revisions is the code of one function, as far as it can be launched; Pool.mu guards
// it.
type revisions struct {
	launchers map[int32]Launcher // those that Deploy has made known
	retired   int32              // all before that are launched no more
	spares    []*spare           // being tried, or waiting for a Launch; the oldest first
	ahead     *ahead             // what waits for code that is not there yet; nil if nothing does
}

// Deploy says how environments of a revision of a function are launched; that of
// revision 1 is in the Template. It starts nothing. Deploying a revision again changes
// how it is launched from then on.
func (p *Pool) Deploy(f platform.FunctionID, revision int32, l Launcher) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.code(f)
	if revision >= r.retired {
		r.launchers[revision] = l
	}
}

// Try launches an environment of a revision for nobody and returns how long its init
// took, or its *InitFailure. One that is ready waits, frozen, for the next Launch of the
// revision for an environment that is new and on demand, which then takes no real time
// and is told of the same init; all other launches are as always, and so is that one if
// what waited has ended by then. What nobody wanted ends with
// Retire, Withdraw or Close.
//
// The end of ctx ends the trial, and nothing of it is left; with the cause ErrTimeout the
// failure says that the init took too long. ctx is what limits it: nothing else does.
// What it printed is handed on with the number of the environment that it becomes; with
// no environment, and before Try returns, if it failed. An error that is no
// *InitFailure says that there is no such revision (any more), or no Kafka address.
//
// When a trial is over and the launcher is Ahead, the next one's runtime is started.
// Several trials may run at once.
func (p *Pool) Try(ctx context.Context, f platform.FunctionID, revision int32) (took time.Duration, err error) {
	s, waiting, err := p.newSpare(f, revision)
	if err != nil {
		return 0, err
	}
	defer p.startAhead(f, s.launcher)
	err = s.launch(ctx, waiting)
	if err == nil && p.keep(s) {
		return time.Duration(s.took), nil
	}
	if s.ctx.Err() != nil { // it was retired meanwhile
		err = context.Cause(s.ctx)
	}
	s.discard()
	return 0, err
}

// Retire forgets all revisions of a function before that, which are launched no more,
// and what was started ahead for them; trials of them are cancelled. It returns when
// all that has ended. What runs in environments is not touched. With no revision left
// that Deploy has made known, what waits for code ends, too.
func (p *Pool) Retire(f platform.FunctionID, before int32) {
	p.mu.Lock()
	r := p.code(f)
	r.retired = max(r.retired, before)
	old := r.withdraw(func(revision int32) bool { return revision < before })
	var idle *ahead
	if len(r.launchers) == 0 {
		idle, r.ahead = r.ahead, nil
	}
	p.mu.Unlock()
	endSpares(old)
	if idle != nil {
		idle.end()
	}
}

// Withdraw forgets a revision of a function that will not serve, though it may have
// started, and what was started ahead for it. It returns when that has ended. What
// waits for code goes on waiting.
func (p *Pool) Withdraw(f platform.FunctionID, revision int32) {
	p.mu.Lock()
	old := p.code(f).withdraw(func(other int32) bool { return other == revision })
	p.mu.Unlock()
	endSpares(old)
}

// withdraw forgets how some revisions are launched, and returns their spares. The
// caller holds Pool.mu.
func (r *revisions) withdraw(which func(revision int32) bool) (spares []*spare) {
	for revision := range r.launchers {
		if which(revision) {
			delete(r.launchers, revision)
		}
	}
	for _, s := range r.spares {
		if which(s.revision) {
			spares = append(spares, s)
		}
	}
	return spares
}

// endSpares ends spares, and returns when all have ended.
func endSpares(spares []*spare) {
	for _, s := range spares {
		s.cancel(errRetired(s.function, s.revision))
	}
	for _, s := range spares {
		s.await()
	}
}

func errRetired(f platform.FunctionID, revision int32) error {
	return fmt.Errorf("revision %d of function %d was retired", revision, f)
}

// code returns the revisions of a function. The caller holds mu.
func (p *Pool) code(f platform.FunctionID) *revisions {
	r := p.revisions[f]
	if r == nil {
		r = &revisions{launchers: map[int32]Launcher{}}
		p.revisions[f] = r
	}
	return r
}

// launcher returns how a revision is launched. The caller holds mu.
func (p *Pool) launcher(f platform.FunctionID, revision int32) (Launcher, error) {
	r := p.code(f)
	if l := r.launchers[revision]; l != nil {
		return l, nil
	}
	l := p.templates[f].Launcher
	switch {
	case revision < r.retired:
		return nil, errRetired(f, revision)
	case revision > 1 || l == nil:
		return nil, fmt.Errorf("revision %d of function %q was not deployed", revision, p.templates[f].Name)
	}
	return l, nil
}

// spare returns the oldest one of a revision that is ready, and takes it out; nil if
// there is none. The caller holds mu.
func (p *Pool) spare(f platform.FunctionID, revision int32) *spare {
	r := p.revisions[f]
	if r == nil {
		return nil
	}
	for i, s := range r.spares {
		if s.revision == revision && s.ready {
			r.spares = slices.Delete(r.spares, i, i+1)
			close(s.taken)
			return s
		}
	}
	return nil
}
