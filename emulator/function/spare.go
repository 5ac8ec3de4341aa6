package function

import (
	"context"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// spare is an environment that was launched for nobody, to see whether its code starts.
// The caller of Try owns it until it is ready, then its own goroutine, until an
// environment takes it.
type spare struct {
	site
	pool     *Pool
	function platform.FunctionID
	revision int32
	launcher Launcher
	ctx      context.Context // ends when it is retired
	cancel   context.CancelCauseFunc
	taken    chan struct{} // closed when an environment has it
	ended    chan struct{} // closed when nothing of it is left
	instance Instance      // nil until it is ready
	took     int64         // its init, in ns

	ready bool // guarded by Pool.mu
}

// newSpare registers a spare of a revision and takes what waits for code.
func (p *Pool) newSpare(f platform.FunctionID, revision int32) (*spare, *ahead, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, errKilled
	}
	l, err := p.launcher(f, revision)
	if err != nil {
		return nil, nil, err
	}
	s := &spare{
		pool: p, function: f, revision: revision, launcher: l, taken: make(chan struct{}), ended: make(chan struct{}),
		site: site{pool: p, template: p.templates[f], revision: revision, disk: &Disk{}},
	}
	s.ctx, s.cancel = context.WithCancelCause(p.ctx)
	p.group.Add(1)
	r := p.code(f)
	r.spares = append(r.spares, s)
	return s, r.takeAhead(), nil
}

// launch starts it, in what waits for code if that fits.
func (s *spare) launch(ctx context.Context, waiting *ahead) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })()
	begin := s.launcher.Launch
	if w := waiting.await(ctx, s.launcher); w != nil {
		waiting.cancel(nil)
		s.site = waiting.site
		s.site.revision = s.revision
		begin = func(ctx context.Context, _ Spec) (Instance, error) { return w.Launch(ctx) }
	} else if err := s.open(); err != nil {
		return err
	}
	begun := time.Now()
	instance, err := begin(ctx, s.spec())
	if err != nil {
		return err
	}
	s.instance, s.took = instance, initTook(instance, begun)
	return nil
}

// initTook is how long an init took that was begun then, in ns.
func initTook(instance Instance, begun time.Time) int64 {
	if outside, ok := instance.(interface{ Init() time.Duration }); ok {
		return int64(outside.Init()) // begun is in virtual time
	}
	return since(begun)
}

// keep has a spare wait for its environment, unless it was retired.
func (p *Pool) keep(s *spare) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.ready = true
	go s.guard() // it was counted by newSpare
	return true
}

// guard ends a spare that nobody takes.
func (s *spare) guard() {
	select {
	case <-s.taken:
	case <-s.ctx.Done():
	case <-s.instance.Done():
	}
	select {
	case <-s.taken:
		s.leave()
	default:
		s.discard()
	}
}

// leave is the end of a spare that became an environment.
func (s *spare) leave() {
	s.cancel(nil)
	s.pool.group.Done()
}

// discard ends a spare that is no environment's. If one has taken it at this moment, it
// is that one's.
func (s *spare) discard() {
	if !s.pool.forget(s) {
		s.leave()
		return
	}
	if s.instance != nil {
		s.instance.Stop()
	}
	s.abandon()
	close(s.ended)
	s.leave()
}

// forget takes a spare out. It reports false if an environment was first.
func (p *Pool) forget(s *spare) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.revisions[s.function]
	i := slices.Index(r.spares, s)
	if i < 0 {
		return false
	}
	r.spares = slices.Delete(r.spares, i, i+1)
	return true
}

// await returns when nothing of a spare is left, or it is an environment's.
func (s *spare) await() {
	select {
	case <-s.ended:
	case <-s.taken:
	}
}

// alive reports whether its process has not ended by itself.
func (s *spare) alive() bool {
	select {
	case <-s.instance.Done():
		return false
	default:
		return true
	}
}
