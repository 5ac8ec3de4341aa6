package function

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// errKilled is the cause with which everything of an environment ends that is
// ended at once.
var errKilled = errors.New("environment killed")

// Address is an environment's own Kafka address.
type Address interface {
	Tracker
	// Assign says which environment it is of, if it was opened for environment 0, that
	// is, for one that has no number yet. It is called before the first Begin.
	Assign(environment uint32)
	Addr() string
	Close() error
}

// Template is what the environments of one function have in common.
type Template struct {
	Name     string
	Launcher Launcher
	// Open opens the Kafka address of an environment. 0 is one that has no number yet.
	Open func(environment uint32) (Address, error)
}

// Call is one invocation as its environment runs it. Both functions are called
// by the environment's goroutine, so that making documents and reading
// responses costs the conductor nothing.
type Call struct {
	Invocation platform.InvocationID
	// Crash makes the environment die instead of answering.
	Crash platform.CrashMode
	// Printed says that what the handler printed is to be handed on before Finish
	// is called, as far as the instance can (Flush).
	Printed bool
	Prepare func() Request
	// Finish hands the response on. It is not called if the environment was
	// killed meanwhile.
	Finish func(Response)
}

// Pool runs the environments of all functions. Launch, Invoke, Stop and Kill are
// orders of the conductor: they never block, and for one environment they come
// in the order that package platform gives. All methods are safe for concurrent
// use.
type Pool struct {
	deliver func(platform.Input)
	output  func(journal.Entry)

	ctx    context.Context
	cancel context.CancelCauseFunc
	group  sync.WaitGroup // one goroutine per environment, trial and runtime that waits

	mu           sync.Mutex                              // guards all below
	templates    []*Template                             // by function
	environments map[platform.EnvironmentID]*environment // those that run
	homes        map[platform.EnvironmentID]*home        // those that were not stopped
	revisions    map[platform.FunctionID]*revisions      // those that were ever asked for
	closed       bool
}

// NewPool returns a pool without environments. deliver gets what happens
// (Ready, InitError, Gone); output gets the lines that handlers print. Both may
// block. Functions are numbered as templates.
func NewPool(templates []Template, deliver func(platform.Input), output func(journal.Entry)) *Pool {
	ctx, cancel := context.WithCancelCause(context.Background())
	p := &Pool{
		deliver: deliver, output: output, ctx: ctx, cancel: cancel,
		environments: map[platform.EnvironmentID]*environment{}, homes: map[platform.EnvironmentID]*home{},
		revisions: map[platform.FunctionID]*revisions{},
	}
	for i := range templates {
		p.templates = append(p.templates, &templates[i])
	}
	return p
}

// Launch starts an environment, or starts it again after its end or a Kill; Ready
// or InitError follows. launch numbers the starts of an environment: what is
// delivered says of which it is.
//
// It is started with the code of a revision, which Deploy has made known: the init of
// one that is not, or was retired, fails. See Try for what is ready already.
func (p *Pool) Launch(f platform.FunctionID, id platform.EnvironmentID, launch, revision int32) {
	p.launch(f, id, launch, revision, "")
}

// LaunchProvisioned is Launch for provisioned concurrency.
func (p *Pool) LaunchProvisioned(f platform.FunctionID, id platform.EnvironmentID, launch, revision int32) {
	p.launch(f, id, launch, revision, ProvisionedConcurrency)
}

func (p *Pool) launch(f platform.FunctionID, id platform.EnvironmentID, launch, revision int32, initialization string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	ctx, cancel := context.WithCancelCause(p.ctx)
	e := &environment{
		pool: p, template: p.templates[f], id: id, initialization: initialization, ctx: ctx, cancel: cancel,
		calls: make(chan Call, 1), stop: make(chan struct{}), gone: make(chan struct{}),
		launch: launch, revision: revision, home: p.homes[id],
	}
	e.owes.Store(1)
	e.launcher, e.unknown = p.launcher(f, revision)
	if e.home == nil {
		p.settle(f, e)
	}
	e.before, e.home.last = e.home.last, e
	p.environments[id] = e
	p.group.Go(e.run)
}

// settle gives a new environment its home: that of a spare, if there is one. The caller
// holds mu.
func (p *Pool) settle(f platform.FunctionID, e *environment) {
	if e.unknown == nil && e.initialization == "" {
		e.spare = p.spare(f, e.revision)
	}
	e.home = &home{disk: &Disk{}}
	if e.spare != nil {
		e.home.disk = e.spare.disk
	}
	p.homes[e.id] = e.home
}

// Invoke hands an invocation to an idle environment.
func (p *Pool) Invoke(id platform.EnvironmentID, call Call) {
	if e := p.environment(id); e != nil {
		e.invocation.Store(uint64(call.Invocation))
		e.owes.Add(1)
		e.calls <- call // never blocks: one invocation at a time
	}
}

// Stop ends an environment that is idle, or has no processes any more, in order,
// and with it its temporary files.
func (p *Pool) Stop(id platform.EnvironmentID) {
	if e := p.remove(id); e != nil {
		close(e.stop)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.homes[id]
	if h == nil || p.closed {
		return // Close clears up
	}
	delete(p.homes, id)
	if h.disk.inUse() {
		p.group.Go(func() {
			<-h.last.gone
			h.disk.remove()
		})
	}
}

// Kill ends what runs in an environment at once. Its temporary files stay: it may
// be launched again. cause is ErrTimeout, or why else it ends; nil is no reason.
func (p *Pool) Kill(id platform.EnvironmentID, cause error) {
	if e := p.remove(id); e != nil {
		if cause == nil {
			cause = errKilled
		}
		e.killed.Store(true)
		e.cancel(cause)
	}
}

// Close kills every environment, also those that are nobody's yet, and returns when all
// are gone.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel(errKilled)
	p.group.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.homes {
		h.disk.remove()
	}
}

func (p *Pool) environment(id platform.EnvironmentID) *environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.environments[id]
}

func (p *Pool) remove(id platform.EnvironmentID) *environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.environments[id]
	delete(p.environments, id)
	return e
}

// ended takes an environment out that has ended, unless it was launched again.
func (p *Pool) ended(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.environments[e.id] == e {
		delete(p.environments, e.id)
	}
}

// Running says how many environments live.
func (p *Pool) Running() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.environments)
}

// since is how long ago t was, in ns: what Took is measured in.
func since(t time.Time) int64 { return int64(time.Since(t)) }
