package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// reloader makes revisions of the code of functions and lets them serve.
//
// Each attempt at a revision is a goroutine of the run; those of one function come one
// after the other, and a newer one has the one before it cancelled. With Reload.Watch
// there are two more: one watches files, one does what must not hold that up (tend).
type reloader struct {
	e *Emulator

	rewatch    chan struct{} // receives when what is watched may be something else
	configured chan struct{} // receives when a file of the configuration was saved

	unedited map[string]*unedit // by owner; the goroutine that changes come from owns it

	mu        sync.Mutex      // guards all below
	running   context.Context // of every attempt; nil before the run
	closed    bool            // the run ends: nothing begins any more
	functions map[platform.FunctionID]*revisions
	warned    map[string]bool // by function and warning
}

// revisions is the code of a function: the revision that serves, and the attempt at
// the next one. The reloader's mu guards it.
type revisions struct {
	id       platform.FunctionID
	function Function  // what the next one is made of
	last     int32     // the number that was used last; the first is 1
	live     int32     // the one that serves; 0 if there was none yet
	phase    string    // what is done for the next one: phaseBuilding, phaseStarting or ""
	building buildTime // when it was built last
	failed   *FailedRevision
	newest   *attempt          // nil before the first
	begun    chan struct{}     // closed when there is a newest
	launcher function.Launcher // of the one that serves; nil if none does
	copy     codeCopy          // of the code of that
	touched  time.Time         // when a sign of a change was seen last; zero if it was none
	toldCopy bool              // that there is none
	changed  bool              // its folder is not the code of that any more
	folders  []string          // of other packages that a Go program is made of
	isListed bool              // folders are those of the code that was built last

	isForgotten bool // the function was removed
}

// What is done for the next revision, as Status says it.
const (
	phaseBuilding = "building"
	phaseStarting = "starting"
)

// FailedRevision is the attempt at a revision that went wrong last, until there is one
// that serves.
type FailedRevision struct {
	Revision int32 `json:"revision"`
	// Build says that it was the build; else it does not start.
	Build bool `json:"build"`
	// Error is the message of the compiler or of the runtime.
	Error string `json:"error"`
}

// Why an attempt is given up.
var (
	errNewer    = errors.New("a newer change came")
	errStopping = errors.New("the run ends")
	errRemoved  = errors.New("the function was removed")
)

func newReloader(e *Emulator) *reloader {
	r := &reloader{e: e, rewatch: make(chan struct{}, 1), configured: make(chan struct{}, 1), unedited: map[string]*unedit{}, functions: map[platform.FunctionID]*revisions{}, warned: map[string]bool{}}
	for i := range e.cfg.Functions {
		r.configure(platform.FunctionID(i), &e.cfg.Functions[i])
	}
	return r
}

// configure takes a function in, or another configuration of one, which counts from its
// next revision on.
func (r *reloader) configure(id platform.FunctionID, f *Function) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.functions[id]; now != nil {
		now.function = *f
		return
	}
	r.functions[id] = &revisions{id: id, function: *f, last: 1, begun: make(chan struct{})}
}

// forget gives up what is under way for a function that was removed, and returns the copy
// of its code, which is needed until what runs of it has ended.
func (r *reloader) forget(id platform.FunctionID) (old codeCopy) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if f == nil {
		return codeCopy{}
	}
	delete(r.functions, id)
	if f.newest != nil {
		f.newest.cancel(errRemoved)
	}
	old, f.copy = f.copy, codeCopy{}
	f.isForgotten = true
	return old
}

// isForgotten reports whether a function was removed.
func (r *reloader) isForgotten(f *revisions) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f.isForgotten
}

// isUnserved reports whether no revision of a function serves, nor is being made: it waits
// for a save.
func (r *reloader) isUnserved(id platform.FunctionID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	return f != nil && f.live == 0 && f.failed != nil && f.newest.ended
}

// begin lets attempts begin: they end with running.
func (r *reloader) begin(running context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running = running
}

// close lets nothing begin any more, and gives up what is under way.
func (r *reloader) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, f := range r.functions {
		if f.newest != nil {
			f.newest.cancel(errStopping)
		}
	}
}

// isWatching says whether saved files are taken over, so that what cannot be built may
// wait for that.
func (r *reloader) isWatching() bool {
	return r.e.cfg.Reload.Watch && !r.e.world.Virtual()
}

// change is why there is to be a new revision.
type change struct {
	// files are those that were changed, as the user knows them; none if the user
	// asked for it.
	files []string
	first time.Time // when the first was seen
}

// supersede begins an attempt at the next revision of a function, in place of the one
// that is under way. function is what its code is now, nil for what it was. It returns
// nil if the run ends, or has not begun the first one yet, which is made of what there
// is then.
func (r *reloader) supersede(id platform.FunctionID, function *Function, c change) *attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if r.closed || f == nil {
		return nil
	}
	if function != nil {
		f.function = *function
	}
	before := f.newest
	if before == nil {
		return nil
	}
	if !before.ended {
		before.cancel(errNewer)
		// What it was for is in no revision yet.
		c.files = union(before.change.files, c.files)
	}
	f.serveFromCopy(c.first)
	f.changed = true
	a := r.attempt(f, c)
	a.before = before
	r.e.work.Go(func() { r.run(a) })
	return a
}

// first begins the attempt at revision 1, which startFunction makes.
func (r *reloader) first(id platform.FunctionID) *attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if r.closed || f == nil {
		return nil
	}
	f.phase = phaseBuilding
	a := r.attempt(f, change{first: time.Now()})
	a.revision = 1
	return a
}

// attempt makes the newest attempt of a function; r.mu is held.
func (r *reloader) attempt(f *revisions, c change) *attempt {
	a := &attempt{of: f, function: f.function, change: c, done: make(chan struct{})}
	a.ctx, a.cancel = context.WithCancelCause(r.running)
	if f.newest == nil {
		close(f.begun)
	}
	f.newest = a
	return a
}

// functionNamed returns the number of a function.
func (e *Emulator) functionNamed(name string) (platform.FunctionID, bool) {
	f := e.parts().named(name)
	if f == nil {
		return 0, false
	}
	return f.id, true
}

// union adds to a list of files those that are not in it.
func union(files, more []string) []string {
	all := slices.Clone(files)
	for _, f := range more {
		if !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	return all
}

// filesNamed is how many files an entry names.
const filesNamed = 5

// text names the files for an entry.
func (c *change) text() string {
	if len(c.files) == 0 {
		return "asked for"
	}
	text := ""
	for i, f := range c.files {
		if i == filesNamed {
			return fmt.Sprintf("%s and %d more", text, len(c.files)-i)
		}
		if i > 0 {
			text += ", "
		}
		text += f
	}
	return text
}
