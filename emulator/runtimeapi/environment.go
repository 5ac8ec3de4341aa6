package runtimeapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// lingerLimit is how long what a dead process sent is waited for.
const lingerLimit = time.Second

// environment is a child process and the server that it talks to.
type environment struct {
	config      *Config
	spec        function.Spec
	dir         folder
	leave       *leave            // nil: it may load the handler at once
	paths       *strings.Replacer // nil: paths are shown as they are
	server      *http.Server
	connections connections
	initDone    chan struct{} // closed at the first next or the init error
	done        chan struct{} // closed when nothing of it is left
	debugpy     chan struct{} // takes one without waiting: it listens

	mu          sync.Mutex // guards all below
	process     *process.Process
	state       state
	initFailure *function.InitFailure
	open        *invocation   // accepted by Invoke and without a response
	lastID      string        // the request id of the last one with a response
	waiter      chan struct{} // closed for the next that waits when there is one
	frozen      bool
	ended       bool
	reason      string
	printed     string // the last line
	status      string // of a program that ran under a debugger, "" if that did not say it
	meter
	pacer
}

// invocation is one request on its way through the runtime.
type invocation struct {
	function.Request
	response chan function.Response // takes one without waiting
	began    bool                   // the tracker knows of it; guarded by environment.mu
	begun    time.Time              // when next was answered; guarded by environment.mu
	cpu      time.Duration          // used before it, negative if not measured; guarded by environment.mu
	end      func()                 // tells the tracker once
}

// deliver hands the response to Invoke, unless there was one.
func (i *invocation) deliver(response function.Response) {
	select {
	case i.response <- response:
	default:
	}
}

func newEnvironment(config *Config, spec function.Spec) *environment {
	e := &environment{config: config, spec: spec, initDone: make(chan struct{}), done: make(chan struct{}), debugpy: make(chan struct{}, 1)}
	e.server = &http.Server{
		Handler:   http.HandlerFunc(e.serve),
		ConnState: e.connections.track,
		ErrorLog:  log.New(io.Discard, "", 0), // a broken connection is the end of a process, which is told
	}
	return e
}

// print hands on a line of output.
func (e *environment) print(stream, line string) {
	e.heard(line)
	line = e.told(line)
	if strings.TrimSpace(line) != "" {
		e.mu.Lock()
		e.printed = line
		e.mu.Unlock()
	}
	if e.spec.Output != nil {
		e.spec.Output(stream, line)
	}
}

// watch is a goroutine's: it clears up when the process has ended.
func (e *environment) watch() {
	<-e.process.Done()
	// What the process sent before it died is still to be read.
	timer := time.NewTimer(lingerLimit)
	defer timer.Stop()
	select {
	case <-e.connections.closed():
	case <-timer.C:
	}
	e.server.Close()
	e.mu.Lock()
	e.ended = true
	e.stopSampling()
	e.stopPacing()
	e.reason = reasonExitedWell
	if status := cmp.Or(e.status, e.process.Status()); status != statusExitedWell {
		e.reason = fmt.Sprintf(reasonExited, status)
	}
	open := e.open
	e.open = nil
	e.mu.Unlock()
	if open != nil {
		open.end()
		open.deliver(e.exited(open))
	}
	e.removeFolder()
	e.config.Debug.release()
	close(e.done)
}

// initOutcome says how the init ended, which it must have. Nothing is left if
// it failed.
func (e *environment) initOutcome() error {
	e.mu.Lock()
	failure, asked, ended := e.initFailure, e.state != started, e.ended
	e.mu.Unlock()
	switch {
	case failure != nil:
		e.wait(lingerLimit) // the runtime exits by itself, perhaps after some last words
		e.Stop()
		return failure
	case ended && !asked:
		return &function.InitFailure{
			Type:    e.exitType(),
			Message: fmt.Sprintf(textExited, initID(e.spec), e.reason),
			Hint:    e.lastWords(),
		}
	}
	return nil // if it asked and ended at once, Done says so
}

func (e *environment) lastWords() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.printed == "" {
		return "it printed nothing; a runtime must ask the Runtime API at AWS_LAMBDA_RUNTIME_API for invocations"
	}
	return fmt.Sprintf("the last it printed: %.500s", e.printed)
}

func (e *environment) wait(limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-e.done:
	case <-timer.C:
	}
}

// Invoke runs one invocation; see function.Instance.
func (e *environment) Invoke(ctx context.Context, request function.Request) function.Response {
	i := &invocation{Request: request, response: make(chan function.Response, 1)}
	i.end = sync.OnceFunc(func() { e.endTracking(i) })
	e.mu.Lock()
	if e.ended {
		e.mu.Unlock()
		return e.exited(i)
	}
	e.open = i
	if e.waiter != nil {
		close(e.waiter)
		e.waiter = nil
	}
	e.mu.Unlock()
	select {
	case response := <-i.response:
		response.Storage = e.dir.storage()
		return response
	case <-ctx.Done():
	}
	select {
	case response := <-i.response: // both happened
		return response
	default:
	}
	took := e.since(i)
	var used function.Response
	e.measure(i, &used)
	e.Stop()
	i.end()
	given := e.givenUp(ctx, i, took)
	given.CPU, given.Memory = used.CPU, used.Memory
	return given
}

// since is how long the runtime had an invocation.
func (e *environment) since(i *invocation) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !i.began {
		return 0
	}
	return time.Since(i.begun)
}

// beginTracking tells the tracker of i before the runtime sees it.
func (e *environment) beginTracking(i *invocation) {
	if e.spec.Tracker != nil {
		e.spec.Tracker.Begin(i.Invocation)
	}
	used := e.cpu()
	e.mu.Lock()
	i.began, i.begun, i.cpu = true, time.Now(), used
	e.startSampling()
	e.startPacing(i)
	e.mu.Unlock()
}

func (e *environment) endTracking(i *invocation) {
	e.mu.Lock()
	began := i.began
	e.mu.Unlock()
	if began && e.spec.Tracker != nil {
		e.spec.Tracker.End()
	}
}

// exited is the response of an invocation whose process ended.
func (e *environment) exited(i *invocation) function.Response {
	response := failed(journal.Exited, e.exitType(), fmt.Sprintf(textExited, i.ID, e.Reason()), e.since(i), true)
	response.Memory = e.peakMemory()
	return response
}

// givenUp is the response of an invocation whose context ended.
func (e *environment) givenUp(ctx context.Context, i *invocation, took time.Duration) function.Response {
	if cause := context.Cause(ctx); !errors.Is(cause, function.ErrTimeout) {
		return failed(journal.Abandoned, typeUnknown, fmt.Sprintf(textExited, i.ID, cause), took, true)
	}
	text := fmt.Sprintf(textTimedOut, i.ID, e.config.Timeout.Seconds())
	return failed(journal.TimedOut, typeTimedOut, text, took, true)
}

func failed(o journal.Outcome, errorType, message string, took time.Duration, ended bool) function.Response {
	return function.Response{Outcome: o, ErrorType: errorType, ErrorMessage: message, Took: took, Ended: ended,
		Payload: errorDocument{message, errorType}.marshal()}
}

// Stop kills the environment and waits until it is gone; see function.Instance.
func (e *environment) Stop() {
	e.process.Stop(0)
	<-e.done
}

// Flush returns when all lines that the runtime printed before it posted the
// last response were handed on. On Windows it does nothing.
func (e *environment) Flush() { e.process.Flush() }

// Done is closed when the environment has ended and nothing of it is left.
func (e *environment) Done() <-chan struct{} { return e.done }

// Reason says why it ended, in AWS's words.
func (e *environment) Reason() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reason
}

// PID is the process id of the runtime.
func (e *environment) PID() int { return e.process.PID() }
