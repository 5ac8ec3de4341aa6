package runtimeapi

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// An interpreter ahead: Node or Python, started with everything but the code, that has
// loaded our bootstrap and asks for leave to load the handler at pathCode, an address
// that no runtime of AWS knows. It is the argument that tells the bootstrap to ask; it
// takes that out again, so that handlers find the arguments as ever. Meanwhile it is
// frozen, and its working directory is its own folder: it neither reads the code nor
// holds on to its folder.
const (
	pathCode      = "/coldbrook/code"
	argumentAhead = "ahead"
)

// leave is what a runtime waits for that was started ahead.
type leave struct {
	asked func()        // closes waits, once
	waits chan struct{} // closed when it asks
	given chan struct{} // closed when it may load the handler
}

func newLeave() *leave {
	l := &leave{waits: make(chan struct{}), given: make(chan struct{})}
	l.asked = sync.OnceFunc(func() { close(l.waits) })
	return l
}

func (l *leave) isGiven() bool {
	select {
	case <-l.given:
		return true
	default:
		return false
	}
}

// waiting is an environment that was started ahead.
type waiting struct {
	*environment
	launcher *Launcher
}

// Ahead starts an interpreter that waits for code; see function.Ahead. There is none
// for a program or command of the user, and for an interpreter that is told to load
// code of the user before ours.
func (l *Launcher) Ahead(ctx context.Context, spec function.Spec) (function.Waiting, error) {
	if l.program.bootstrap == "" || ctx.Err() != nil || preloads(l.config.Env) || len(l.config.pythonPath()) > 0 || l.config.Debug != nil {
		return nil, nil
	}
	e := newEnvironment(&l.config, spec)
	e.leave = newLeave()
	if err := e.start(l.program); err != nil {
		return nil, err
	}
	select {
	case <-e.leave.waits:
		return &waiting{e, l}, nil
	case <-e.done:
		return nil, e.initOutcome()
	case <-ctx.Done():
		e.Stop()
		return nil, neverReady(ctx, 0)
	}
}

// preloads reports whether variables have an interpreter load something of the user's
// before it runs the bootstrap.
func preloads(env []string) bool {
	return slices.ContainsFunc(env, func(variable string) bool {
		key, _, _ := strings.Cut(variable, "=")
		return key == "NODE_OPTIONS" || key == "PYTHONPATH" || key == "PYTHONHOME"
	})
}

// Fits reports whether l would start the same; see function.Waiting.
func (w *waiting) Fits(l function.Launcher) bool {
	next, ok := l.(*Launcher)
	if !ok {
		return false
	}
	dir, _ := next.from.now()
	return dir == "" && reflect.DeepEqual(next.config, w.launcher.config) &&
		reflect.DeepEqual(next.program, w.launcher.program)
}

// Launch gives it leave to load the handler; see function.Waiting.
func (w *waiting) Launch(ctx context.Context) (function.Instance, error) {
	begun := time.Now()
	close(w.leave.given)
	return w.ready(ctx, nil, begun)
}

// code answers a runtime that asks for leave to load the handler when it is given. The
// environment is frozen while it waits.
func (e *environment) code(w http.ResponseWriter, r *http.Request) {
	if e.leave == nil || e.leave.isGiven() {
		http.NotFound(w, r)
		return
	}
	e.mu.Lock()
	e.stopSampling()
	e.freeze()
	e.mu.Unlock()
	e.leave.asked()
	select {
	case <-e.leave.given:
	case <-r.Context().Done():
		return
	}
	io.WriteString(w, accepted)
	http.NewResponseController(w).Flush()
	e.thaw()
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.ended {
		e.startSampling()
	}
}
