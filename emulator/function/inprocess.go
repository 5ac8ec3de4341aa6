package function

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// InProcess launches environments that are nothing but a Go function in this
// process. Each environment runs one invocation at a time; environments run
// concurrently. Nothing is frozen between invocations. A handler that ignores
// its context keeps its goroutine until it returns.
type InProcess struct {
	// Handler gets Request.Records and returns Response.Result.
	Handler func(ctx context.Context, records any) (result any, err error)
}

// Launch implements Launcher.
func (p InProcess) Launch(ctx context.Context, spec Spec) (Instance, error) {
	return &inProcess{handler: p.Handler, tracker: spec.Tracker, done: make(chan struct{})}, nil
}

type inProcess struct {
	handler func(ctx context.Context, records any) (any, error)
	tracker Tracker
	done    chan struct{} // never closed: it does not end by itself
}

func (i *inProcess) Invoke(ctx context.Context, request Request) Response {
	if i.tracker != nil {
		i.tracker.Begin(request.Invocation)
		defer i.tracker.End()
	}
	ctx, cancel := context.WithDeadline(ctx, request.Deadline)
	defer cancel()
	begun := time.Now()
	result, err := i.call(ctx, request.Records)
	response := Response{Outcome: journal.Succeeded, Result: result, Took: time.Since(begun)}
	if err != nil {
		response.Outcome, response.ErrorType, response.ErrorMessage = journal.FunctionError, errorType(err), err.Error()
	}
	return response
}

// call turns a panic of the handler into an error, as aws-lambda-go does.
func (i *inProcess) call(ctx context.Context, records any) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{value: p, stack: debug.Stack()}
		}
	}()
	return i.handler(ctx, records)
}

type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// errorType is the errorType of the error document: the name of the Go type, as
// aws-lambda-go gives it.
func errorType(err error) string {
	if _, ok := err.(*panicError); ok {
		return "panic"
	}
	return fmt.Sprintf("%T", err)
}

func (i *inProcess) Stop()                 {}
func (i *inProcess) Done() <-chan struct{} { return i.done }
func (i *inProcess) Reason() string        { return "" }
func (i *inProcess) PID() int              { return 0 }
