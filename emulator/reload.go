package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Reloaded is a function or a process that was reloaded.
type Reloaded struct {
	// Name is the function or the process.
	Name string `json:"name"`
	// Revision is the function's, 0 for a process.
	Revision int32         `json:"revision,omitempty"`
	Took     time.Duration `json:"tookNs"`
	// Text says it in words.
	Text string `json:"text"`
}

// Reload makes a new revision of each function that is named, and starts each process
// that is named again; no names are all functions whose code is a process. It returns
// when the new ones serve and nothing idle of the old is left, also where files are not
// watched.
//
// It returns what was reloaded, and an error for each name that is none, and for each
// function that cannot be built or does not start: there, the revision before serves
// on. It returns the cause of ctx if that ends first; the reload goes on. It is safe
// for concurrent use.
func (e *Emulator) Reload(ctx context.Context, names ...string) ([]Reloaded, error) {
	if len(names) == 0 {
		names = e.reloadable()
	}
	var errs []error
	var waits []func() (Reloaded, error)
	for _, name := range names {
		wait, err := e.reload(ctx, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		waits = append(waits, wait)
	}
	reloaded := []Reloaded{}
	for _, wait := range waits {
		r, err := wait()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		reloaded = append(reloaded, r)
	}
	return reloaded, errors.Join(errs...)
}

// functionNames are the names of all functions.
func (e *Emulator) functionNames() []string {
	var names []string
	for _, f := range e.parts().present() {
		names = append(names, f.config.Name)
	}
	return names
}

// reloadable are the functions that Reload can reload.
func (e *Emulator) reloadable() []string {
	var names []string
	for _, part := range e.parts().present() {
		if f := part.config; !f.isInProcess() {
			names = append(names, f.Name)
		}
	}
	return names
}

// reload begins the reload of one name, and returns what waits for its end.
func (e *Emulator) reload(ctx context.Context, name string) (wait func() (Reloaded, error), err error) {
	c := change{first: time.Now()}
	id, isFunction := e.functionNamed(name)
	p := e.processNamed(name)
	switch {
	case isFunction && e.parts().functions[id].config.isInProcess():
		return nil, fmt.Errorf("reload %q: its handler is Go code within this program, which Deploy replaces", name)
	case isFunction:
		a := e.reloader.supersede(id, nil, c)
		if a == nil {
			return nil, fmt.Errorf("reload %q: %w", name, errNotRunning)
		}
		return func() (Reloaded, error) { return e.reloader.await(ctx, a) }, nil
	case p != nil:
		return func() (Reloaded, error) {
			entry, err := p.restart(ctx, e)
			return Reloaded{Name: name, Took: time.Duration(entry.Measured.Took), Text: entry.Sentence()}, err
		}, nil
	}
	known := e.reloadable()
	for _, s := range e.parts().processes {
		known = append(known, s.cfg.Name)
	}
	return nil, unknownName("function or process", name, known)
}

var errNotRunning = errors.New("the run has not begun, or ends")

// unknownName is the error for a name that is none of those there are.
func unknownName(kind, name string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("there is no %s %q", kind, name)
	}
	slices.Sort(known)
	return fmt.Errorf("there is no %s %q; %s", kind, name, choice(name, known))
}

// await waits for the end of an attempt, or of that which came in its place.
func (r *reloader) await(ctx context.Context, a *attempt) (Reloaded, error) {
	for {
		select {
		case <-a.done:
		case <-ctx.Done():
			return Reloaded{}, context.Cause(ctx)
		}
		if a.err == nil {
			e := a.entry(journal.Succeeded)
			e.Reason = a.goOn()
			return Reloaded{Name: a.function.Name, Revision: a.revision, Took: a.took, Text: e.Sentence()}, nil
		}
		r.mu.Lock()
		newest := a.of.newest
		r.mu.Unlock()
		if a.err != errNewer || newest == a {
			return Reloaded{}, fmt.Errorf("function %q: %w", a.function.Name, a.err)
		}
		a = newest
	}
}

// Deploy replaces the handler of a function that runs in this process: change gets the
// function's configuration and sets InProcess or Handle, whichever it has. What runs ends
// with the old handler; all else begins with the new one, from the moment at which Deploy
// returns. In virtual time nothing else happens meanwhile.
//
// It returns an error if there is no such function or its handler would get events of
// another shape, and the cause of ctx, which also ends the wait for a run that has ended.
func (e *Emulator) Deploy(ctx context.Context, function string, change func(*Function)) error {
	id, ok := e.functionNamed(function)
	if !ok {
		return unknownName("function", function, e.functionNames())
	}
	r := e.reloader
	next, ok := r.functionOf(id)
	if !ok {
		return fmt.Errorf("deploy %q: %w", function, errRemoved)
	}
	before := next
	change(&next)
	switch {
	case !before.isInProcess():
		return fmt.Errorf("deploy %q: its handler is a process, which Reload replaces", function)
	case !next.isInProcess():
		return fmt.Errorf("deploy %q: there is no handler", function)
	case (before.InProcess != nil) != (next.InProcess != nil):
		return fmt.Errorf("deploy %q: the handler of records and that of documents cannot take each other's place while running", function)
	}
	revision := int32(0)
	err := e.conductor.do(ctx, func() { revision = r.swap(id, next) })
	switch {
	case err != nil:
		return err
	case revision == 0:
		return fmt.Errorf("deploy %q: %w", function, errRemoved)
	}
	e.pool.Retire(id, revision)
	return nil
}

// functionOf is the configuration of a function that its next revision is made of. It
// reports false if the function was removed.
func (r *reloader) functionOf(id platform.FunctionID) (Function, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if f == nil {
		return Function{}, false
	}
	return f.function, true
}

// swap lets another handler within this process serve, and returns its revision, or 0
// if the function was removed. The conductor calls it.
func (r *reloader) swap(id platform.FunctionID, next Function) int32 {
	r.mu.Lock()
	f := r.functions[id]
	if f == nil {
		r.mu.Unlock()
		return 0
	}
	f.last++
	f.live, f.function = f.last, next
	revision := f.last
	r.mu.Unlock()
	r.e.pool.Deploy(id, revision, inProcessLauncher(&next))
	r.e.conductor.step(&platform.Input{Kind: platform.Reloaded, Function: id, Revision: revision})
	r.e.conductor.append([]journal.Entry{{
		Kind: journal.Reloaded, Function: next.Name, Revision: revision, Text: "Deploy", Outcome: journal.Succeeded,
	}})
	return revision
}

// Release lets the batches of a function go on that are held until its next revision
// (OnReload), as if they were not, and returns how many there were.
//
// It returns an error if there is no such function, and the cause of ctx, which also
// ends the wait for a run that has ended.
func (e *Emulator) Release(ctx context.Context, function string) (released int, err error) {
	id, ok := e.functionNamed(function)
	if !ok {
		return 0, unknownName("function", function, e.functionNames())
	}
	err = e.conductor.do(ctx, func() {
		released = heldBatches(e.conductor.machine, id)
		e.conductor.step(&platform.Input{Kind: platform.LetGo, Function: id})
	})
	return released, err
}

// heldBatches is how many batches of a function are held.
func heldBatches(m *platform.Machine, id platform.FunctionID) int { return len(m.Held(id)) }
