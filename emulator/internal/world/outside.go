package world

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Outside is a pool of goroutines that live outside a bubble. What they run
// takes real time and no virtual time. It is safe for concurrent use.
//
// All channels in it are made by goroutines outside: one made in the bubble could
// not be touched by the workers, and a wait on it would let the clock go on.
type Outside struct {
	made    chan *worker  // new ones, from spawn
	closing chan struct{} // closed by Close
	running atomic.Int64
	all     sync.WaitGroup // spawn and the workers

	mu     sync.Mutex // guards all below
	idle   []*worker
	closed bool
}

// worker is a goroutine outside that runs one function at a time.
type worker struct {
	work  chan func()
	ended chan ending
}

// ending is how a function ended: it returned, unless a field says otherwise.
type ending struct {
	panicked string // the value and the stack
	exited   bool   // by runtime.Goexit; so did the worker
}

// NewOutside starts a pool. It must be called outside the bubble; Run is then
// called in it. The caller calls Close.
func NewOutside() *Outside {
	o := &Outside{made: make(chan *worker), closing: make(chan struct{})}
	o.all.Go(o.spawn)
	return o
}

// Run runs f on a goroutine outside and returns when f has, from inside the
// bubble or outside. The bubble's clock stands still meanwhile. Any number may
// run at once. A panic of f goes on in the caller, with f's stack in its text,
// and so does a runtime.Goexit.
func (o *Outside) Run(f func()) {
	w := o.worker()
	w.work <- f
	e := <-w.ended
	switch {
	case e.exited:
		runtime.Goexit()
	case e.panicked != "":
		o.keep(w)
		panic(e.panicked)
	}
	o.keep(w)
}

// Busy is how many functions run now. While any does, the clock of the bubble
// stands still for a good reason.
func (o *Outside) Busy() int { return int(o.running.Load()) }

// Close ends all workers and returns when they have ended. It is called after
// all Runs have returned, and is idempotent; a Run after it panics.
func (o *Outside) Close() {
	idle, first := o.close()
	if first {
		close(o.closing)
	}
	for _, w := range idle {
		close(w.work)
	}
	o.all.Wait()
}

// close returns the workers that are to be ended, and whether it is the first
// call.
func (o *Outside) close() (idle []*worker, first bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	idle, first = o.idle, !o.closed
	o.idle, o.closed = nil, true
	return idle, first
}

// worker takes the worker that was idle last, or a new one.
func (o *Outside) worker() *worker {
	o.mu.Lock()
	if last := len(o.idle) - 1; last >= 0 {
		w := o.idle[last]
		o.idle = o.idle[:last]
		o.mu.Unlock()
		return w
	}
	o.mu.Unlock()
	select {
	case w := <-o.made:
		return w
	case <-o.closing:
		panic("world: Run of an Outside that is closed")
	}
}

// keep lets w be used again, or ends it if nobody will.
func (o *Outside) keep(w *worker) {
	o.mu.Lock()
	closed := o.closed
	if !closed {
		o.idle = append(o.idle, w)
	}
	o.mu.Unlock()
	if closed {
		close(w.work)
	}
}

// spawn makes a worker each time that somebody needs one: a goroutine started by
// Run would be in the bubble.
func (o *Outside) spawn() {
	for {
		w := &worker{work: make(chan func()), ended: make(chan ending, 1)}
		select {
		case o.made <- w:
			o.all.Go(func() { o.serve(w) })
		case <-o.closing:
			return
		}
	}
}

func (o *Outside) serve(w *worker) {
	for f := range w.work {
		o.call(w, f)
	}
}

// call runs f and tells how it ended, whichever way it does.
func (o *Outside) call(w *worker, f func()) {
	e := ending{exited: true}
	defer func() {
		if e.exited {
			if v := recover(); v != nil {
				e = ending{panicked: fmt.Sprintf("outside virtual time: %v\n\n%s", v, debug.Stack())}
			}
		}
		o.running.Add(-1)
		w.ended <- e
	}()
	o.running.Add(1)
	f()
	e.exited = false
}
