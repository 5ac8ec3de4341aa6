package function

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// InProcess launches environments that are nothing but a Go function in this
// process. Each environment runs one invocation at a time; environments run
// concurrently. Nothing is frozen between invocations. A handler that ignores
// its context keeps its goroutine until it returns; what it returns at its
// deadline or later has timed out. One that calls runtime.Goexit, as FailNow of a
// test does, ends its environment. The context that a handler gets ends at the
// deadline and says by EnvironmentFrom where it runs.
//
// Errors have the errorType that aws-lambda-go gives them: the name of the Go
// type, without its package and without a star.
type InProcess struct {
	// Handler gets Request.Records and returns Response.Result. Its environment
	// survives a panic.
	Handler func(ctx context.Context, records any) (result any, err error)
	// Document is what runs if Handler is nil. It gets the event document in
	// Request.Payload and returns the response document, which is not copied.
	// What follows from errors, panics and responses that are too large is what
	// follows from them in a process that runs aws-lambda-go: the last two end
	// the environment. Where a panic came from is printed.
	Document func(ctx context.Context, request Request) ([]byte, error)
	// MaxResponse is the most bytes of a response document. 0 means AWS's limit,
	// 6 MiB and 100 bytes.
	MaxResponse int
}

// Environment is the execution environment that a handler runs in.
type Environment struct {
	Function string
	// ID is the number of the environment, from 1 on.
	ID uint32
	// Kafka is the environment's own Kafka address, host:port: what is produced
	// there is known to be the environment's.
	Kafka string
}

type environmentKey struct{}

// EnvironmentFrom returns the environment whose handler got ctx, false if ctx is
// not that of an in-process handler.
func EnvironmentFrom(ctx context.Context) (Environment, bool) {
	e, ok := ctx.Value(environmentKey{}).(*Environment)
	if !ok {
		return Environment{}, false
	}
	return *e, true
}

// Texts as package runtimeapi has them, from AWS. That is a process of
// aws-lambda-go after a panic: the status is that of its log.Fatal.
const (
	typeResponseTooLarge = "Function.ResponseSizeTooLarge"
	textResponseTooLarge = "Response payload size exceeded maximum allowed payload size (%d bytes)."
	typeTimedOut         = "Sandbox.Timedout"
	textTimedOut         = "Task timed out after %.2f seconds"
	typeUnknown          = "Runtime.Unknown"
	reasonExited         = "Runtime exited with error: exit status 1"
)

// maxResponse is the default of MaxResponse.
const maxResponse = 6<<20 + 100

// Launch implements Launcher.
func (p InProcess) Launch(ctx context.Context, spec Spec) (Instance, error) {
	p.MaxResponse = cmp.Or(p.MaxResponse, maxResponse)
	return &inProcess{InProcess: p, spec: spec, done: make(chan struct{}),
		environment: Environment{Function: spec.Function, ID: spec.Environment, Kafka: spec.Kafka}}, nil
}

type inProcess struct {
	InProcess
	spec        Spec
	environment Environment
	reason      string
	done        chan struct{} // never closed: it ends with a response, if by itself
}

func (i *inProcess) Invoke(ctx context.Context, request Request) Response {
	if i.spec.Tracker != nil {
		i.spec.Tracker.Begin(request.Invocation)
		defer i.spec.Tracker.End()
	}
	ctx, cancel := context.WithDeadline(context.WithValue(ctx, environmentKey{}, &i.environment), request.Deadline)
	defer cancel()
	begun := time.Now()
	var response Response
	if i.Handler != nil {
		response = i.handle(ctx, request.Records)
	} else {
		response = i.answer(ctx, request)
	}
	response.Took = time.Since(begun)
	if time.Now().Before(request.Deadline) {
		return response
	}
	return i.timedOut(request.Deadline.Sub(begun), response.Took)
}

// timedOut is the response of a handler that returned at its deadline or later,
// because of that as a rule: a process would have been killed then. Where the
// machine was first to tell, nobody reads it.
func (i *inProcess) timedOut(timeout, took time.Duration) Response {
	i.reason = fmt.Sprintf(textTimedOut, timeout.Seconds())
	d := errorDocument{Message: i.reason, Type: typeTimedOut}
	return Response{Outcome: journal.TimedOut, Payload: d.marshal(), ErrorType: d.Type, ErrorMessage: d.Message, Took: took, Ended: true}
}

// handle runs Handler.
func (i *inProcess) handle(ctx context.Context, records any) (response Response) {
	defer func() {
		if p := recover(); p != nil {
			response = Response{Outcome: journal.FunctionError, ErrorType: "panic",
				ErrorMessage: strings.Join(panicLines(p, panicFrames()), "\n")}
		}
	}()
	result, err := i.Handler(ctx, records)
	response = Response{Outcome: journal.Succeeded, Result: result}
	if err != nil {
		d := describe(err)
		response.Outcome, response.ErrorType, response.ErrorMessage = journal.FunctionError, cmp.Or(d.Type, typeUnknown), d.Message
	}
	return response
}

// answer runs Document.
func (i *inProcess) answer(ctx context.Context, request Request) (response Response) {
	defer func() {
		if p := recover(); p != nil {
			frames := panicFrames()
			i.print(panicLines(p, frames))
			response = i.failed(describePanic(p, frames))
		}
	}()
	payload, err := i.Document(ctx, request)
	if err != nil {
		return i.failed(describe(err))
	}
	return i.limited(Response{Outcome: journal.Succeeded, Payload: payload})
}

// failed is the response of a handler that reports an error.
func (i *inProcess) failed(d errorDocument) Response {
	if d.exits {
		i.reason = reasonExited
	}
	return i.limited(Response{Outcome: journal.FunctionError, Payload: d.marshal(),
		ErrorType: cmp.Or(d.Type, typeUnknown), ErrorMessage: d.Message, Ended: d.exits})
}

// limited refuses a response that is too large: aws-lambda-go exits when it is
// told so.
func (i *inProcess) limited(response Response) Response {
	if len(response.Payload) <= i.MaxResponse {
		return response
	}
	i.reason = reasonExited
	d := errorDocument{Message: fmt.Sprintf(textResponseTooLarge, i.MaxResponse), Type: typeResponseTooLarge}
	return Response{Outcome: journal.BadResponse, Payload: d.marshal(), ErrorType: d.Type, ErrorMessage: d.Message, Ended: true}
}

func (i *inProcess) print(lines []string) {
	if i.spec.Output == nil {
		return
	}
	for _, line := range lines {
		i.spec.Output("stderr", line)
	}
}

// Assign implements assignable.
func (i *inProcess) Assign(environment uint32) {
	i.spec.Environment, i.environment.ID = environment, environment
}

func (i *inProcess) Stop()                 {}
func (i *inProcess) Done() <-chan struct{} { return i.done }
func (i *inProcess) Reason() string        { return i.reason }
func (i *inProcess) PID() int              { return 0 }

// errorDocument is an error as aws-lambda-go posts it (lambda/errors.go,
// lambda/messages).
type errorDocument struct {
	Message    string       `json:"errorMessage"`
	Type       string       `json:"errorType"`
	StackTrace []stackFrame `json:"stackTrace,omitempty"`
	exits      bool         // the process ends after it
}

type stackFrame struct {
	Path  string `json:"path"`
	Line  int32  `json:"line"`
	Label string `json:"label"`
}

func (d errorDocument) marshal() []byte {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // cannot happen: strings and numbers
	}
	return text
}

func describe(err error) errorDocument {
	if d, ok := described(err); ok {
		return d
	}
	return errorDocument{Message: err.Error(), Type: typeName(err)}
}

// describePanic lets a value that describes itself say whether the process ends,
// as aws-lambda-go does.
func describePanic(value any, frames []runtime.Frame) errorDocument {
	if d, ok := described(value); ok {
		return d
	}
	d := errorDocument{Message: fmt.Sprint(value), Type: typeName(value), exits: true}
	for _, f := range frames {
		d.StackTrace = append(d.StackTrace, shorten(f))
	}
	return d
}

// typeName is the errorType of an error or of the value of a panic.
func typeName(value any) string {
	t := reflect.TypeOf(value)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// described returns the document of a value that is one: aws-lambda-go passes on
// its messages.InvokeResponse_Error as it is. It goes by the name of the type, so
// that only handlers need the module.
func described(value any) (d errorDocument, ok bool) {
	t := reflect.TypeOf(value)
	if t.Name() != "InvokeResponse_Error" || t.PkgPath() != "github.com/aws/aws-lambda-go/lambda/messages" {
		return errorDocument{}, false
	}
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &d) != nil {
		return errorDocument{}, false
	}
	exits := reflect.ValueOf(value).FieldByName("ShouldExit")
	d.exits = exits.Kind() == reflect.Bool && exits.Bool()
	return d, true
}

// panicFrames returns the innermost 32 frames of a panic, from the runtime's own
// on. The deferred function that recovered calls it.
func panicFrames() []runtime.Frame {
	callers := make([]uintptr, 32)
	const hidden = 3 // runtime.Callers, this and the deferred function
	n := runtime.Callers(hidden, callers)
	var all []runtime.Frame
	for frames, more := runtime.CallersFrames(callers[:n]), n > 0; more; {
		var f runtime.Frame
		f, more = frames.Next()
		all = append(all, f)
	}
	return all
}

// panicLines say what a handler panicked with and where, from there down to the
// handler: the same on every machine and in every run, without addresses, folders
// and numbers of goroutines.
func panicLines(value any, frames []runtime.Frame) []string {
	lines := strings.Split(fmt.Sprintf("panic: %v", value), "\n")
	for _, f := range frames {
		if strings.Contains(f.Function, "/function.(*inProcess).") {
			break
		}
		if !strings.HasPrefix(f.Function, "runtime.") {
			lines = append(lines, fmt.Sprintf("    %s %s:%d", f.Function, path.Base(f.File), f.Line))
		}
	}
	return lines
}

// shorten writes a frame as aws-lambda-go does (lambda/panic.go): the path from
// the package's on, and the function without its package.
func shorten(f runtime.Frame) stackFrame {
	start := len(f.File)
	for range strings.Count(f.Function, "/") + 2 {
		if start = strings.LastIndex(f.File[:start], "/"); start < 0 {
			break
		}
	}
	label := f.Function[strings.LastIndex(f.Function, "/")+1:]
	label = label[strings.Index(label, ".")+1:]
	return stackFrame{Path: f.File[start+1:], Line: int32(f.Line), Label: label}
}
