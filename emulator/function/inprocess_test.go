package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

type (
	valueError          struct{ code int }
	pointerError        struct{ code int }
	genericError[T any] struct{ of T }
)

func (e valueError) Error() string      { return fmt.Sprint("value ", e.code) }
func (e *pointerError) Error() string   { return fmt.Sprint("pointer ", e.code) }
func (e genericError[T]) Error() string { return fmt.Sprint("generic ", e.of) }

var inProcessErrors = map[string]error{
	"errors.New":  errors.New("out of stock"),
	"wrapped":     fmt.Errorf("item 7: %w", errors.New("out of stock")),
	"joined":      errors.Join(errors.New("a"), errors.New("b")),
	"errno":       syscall.ECONNREFUSED,
	"deadline":    context.DeadlineExceeded,
	"value":       valueError{3},
	"pointer":     &pointerError{4},
	"value by &":  &valueError{5},
	"generic":     genericError[int]{6},
	"path":        &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist},
	"no name":     struct{ error }{errors.New("anonymous")},
	"markup":      errors.New("<a> & \u2028 \xff"),
	"nil pointer": (*pointerError)(nil), // its Error panics
	"own": messages.InvokeResponse_Error{Type: "Stock.Empty", Message: "no more",
		StackTrace: []*messages.InvokeResponse_Error_StackFrame{{Path: "a/b.go", Line: 7, Label: "f"}}},
	"own, exits": messages.InvokeResponse_Error{Type: "Stock.Gone", Message: "gone", ShouldExit: true},
	"own by &":   &messages.InvokeResponse_Error{Type: "Stock.Empty", Message: "no more"},
}

// official is what aws-lambda-go makes of a handler: the same functions turn
// errors and panics into a response there and in its loop over the Runtime API.
func official(t *testing.T, handler func() error) *messages.InvokeResponse_Error {
	t.Helper()
	t.Setenv("_X_AMZN_TRACE_ID", "") // which Invoke sets
	var response messages.InvokeResponse
	//lint:ignore SA1019 the only way to these rules that is exported
	if err := lambda.NewFunction(lambda.NewHandler(handler)).Invoke(&messages.InvokeRequest{
		Deadline: messages.InvokeRequest_Timestamp{Seconds: time.Now().Add(time.Hour).Unix()},
	}, &response); err != nil || response.Error == nil {
		t.Fatalf("got %v, %+v from aws-lambda-go, want an error response", err, response)
	}
	return response.Error
}

// launchInProcess starts one environment of p.
func launchInProcess(t *testing.T, p function.InProcess, spec function.Spec) function.Instance {
	t.Helper()
	instance, err := p.Launch(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Stop)
	return instance
}

func inProcessRequest() function.Request {
	return function.Request{ID: "id", Invocation: 7, Payload: []byte(`{}`), Deadline: time.Now().Add(time.Minute)}
}

// documents is a Document that ends as end does.
func documents(end func() error) function.InProcess {
	return function.InProcess{Document: func(context.Context, function.Request) ([]byte, error) { return nil, end() }}
}

// wantAsOfficial compares a response of Document with aws-lambda-go's.
func wantAsOfficial(t *testing.T, got function.Response, want *messages.InvokeResponse_Error) {
	t.Helper()
	wantType := want.Type
	if wantType == "" {
		wantType = "Runtime.Unknown"
	}
	if got.Outcome != journal.FunctionError || got.ErrorType != wantType || got.ErrorMessage != want.Message || got.Ended != want.ShouldExit {
		t.Errorf("got %v, %q, %q, ended %v, want a function error, %q, %q, ended %v",
			got.Outcome, got.ErrorType, got.ErrorMessage, got.Ended, wantType, want.Message, want.ShouldExit)
	}
	text, payload := *want, got.Payload
	if want.ShouldExit && len(want.StackTrace) > 0 { // the frames below the handler differ
		var document messages.InvokeResponse_Error
		if err := json.Unmarshal(got.Payload, &document); err != nil {
			t.Fatalf("error document %s: %v", got.Payload, err)
		}
		wantFrames(t, document.StackTrace, want.StackTrace)
		document.StackTrace, text.StackTrace = nil, nil
		payload, _ = json.Marshal(document)
	}
	if text, _ := json.Marshal(text); string(payload) != string(text) {
		t.Errorf("got error document %s, want %s", payload, text)
	}
}

// wantFrames compares the frames from the panic to the handler. aws-lambda-go has
// some of its own above.
func wantFrames(t *testing.T, got, want []*messages.InvokeResponse_Error_StackFrame) {
	t.Helper()
	for len(want) > 0 && want[0].Label != "gopanic" {
		want = want[1:]
	}
	if len(want) == 0 {
		t.Fatal("aws-lambda-go has no frame of the panic: compare another way")
	}
	for i := range min(len(want), 5) {
		if i == len(got) || *got[i] != *want[i] {
			t.Errorf("frame %d of %d: got %+v, want %+v", i, len(got), got[min(i, len(got)-1)], want[i])
		}
		if strings.HasSuffix(want[i].Path, "/inprocess_test.go") {
			return
		}
	}
}

func TestErrorsAreThoseOfAWSLambdaGo(t *testing.T) {
	for name, err := range inProcessErrors {
		t.Run(name, func(t *testing.T) {
			end := func() error { return err }
			want := official(t, end)
			wantAsOfficial(t, launchInProcess(t, documents(end), function.Spec{}).Invoke(t.Context(), inProcessRequest()), want)

			if name == "nil pointer" {
				return // a panic, which Handler tells otherwise
			}
			records := function.InProcess{Handler: func(context.Context, any) (any, error) { return nil, err }}
			got := launchInProcess(t, records, function.Spec{}).Invoke(t.Context(), inProcessRequest())
			if want.Type == "" {
				want.Type = "Runtime.Unknown"
			}
			if got.ErrorType != want.Type || got.ErrorMessage != want.Message || got.Ended {
				t.Errorf("records: got %q, %q, ended %v, want %q, %q", got.ErrorType, got.ErrorMessage, got.Ended, want.Type, want.Message)
			}
		})
	}
}

func TestPanicsAreThoseOfAWSLambdaGo(t *testing.T) {
	var none map[string]int
	for name, end := range map[string]func() error{
		"string":        func() error { panic("no stock") },
		"error":         func() error { panic(&pointerError{1}) },
		"nil":           func() error { panic(nil) }, //nolint:govet // what becomes of it is the test
		"nil map":       func() error { none["a"] = 1; return nil },
		"nil pointer":   func() error { var e *pointerError; _ = e.code; return nil },
		"slice":         func() error { panic([]int{1, 2}) },
		"describes it":  func() error { panic(inProcessErrors["own"]) },
		"says to exit":  func() error { panic(inProcessErrors["own, exits"]) },
		"deeply nested": func() error { return deep(40) },
	} {
		t.Run(name, func(t *testing.T) {
			want := official(t, end)
			instance := launchInProcess(t, documents(end), function.Spec{})
			wantAsOfficial(t, instance.Invoke(t.Context(), inProcessRequest()), want)
			wantReason := ""
			if want.ShouldExit {
				wantReason = "Runtime exited with error: exit status 1" // as TestGoHandlerOnTheOfficialClient of runtimeapi
			}
			if got := instance.Reason(); got != wantReason {
				t.Errorf("got reason %q, want %q", got, wantReason)
			}
		})
	}
}

func deep(n int) error {
	if n == 0 {
		panic("deep")
	}
	return deep(n - 1)
}

func TestPanicOfADocumentHandlerIsPrinted(t *testing.T) {
	var lines []string
	spec := function.Spec{Output: func(stream, line string) { lines = append(lines, stream+" "+line) }}
	end := func() error { return deep(1) }
	launchInProcess(t, documents(end), spec).Invoke(t.Context(), inProcessRequest())
	text := strings.Join(lines, "\n")
	const prefix = "stderr     github.com/coldbrook-dev/coldbrook/emulator/function_test.deep inprocess_test.go:"
	if len(lines) < 4 || lines[0] != "stderr panic: deep" || !strings.HasPrefix(lines[1], prefix) || !strings.HasPrefix(lines[2], prefix) {
		t.Errorf("got output\n%s\nwant the panic and its two frames of deep first", text)
	}
	if strings.Contains(text, "runtime.") || strings.Contains(text, "inProcess") || strings.Contains(text, "0x") {
		t.Errorf("got output\n%s\nwant frames of the handler only, without addresses", text)
	}
}

func TestResponsesOverTheLimitEndTheEnvironment(t *testing.T) {
	respond := func(n int) function.InProcess {
		return function.InProcess{Document: func(context.Context, function.Request) ([]byte, error) { return make([]byte, n), nil }}
	}
	aws, _ := profile.Lookup("aws")
	limit := int(aws.Function.ResponseMax)
	for _, c := range []struct{ configured, limit int }{{0, limit}, {100, 100}} {
		p := respond(c.limit)
		p.MaxResponse = c.configured
		if got := launchInProcess(t, p, function.Spec{}).Invoke(t.Context(), inProcessRequest()); got.Outcome != journal.Succeeded || len(got.Payload) != c.limit || got.Ended {
			t.Errorf("limit %d: got %v of %d bytes, ended %v, want success", c.limit, got.Outcome, len(got.Payload), got.Ended)
		}
		p = respond(c.limit + 1)
		p.MaxResponse = c.configured
		instance := launchInProcess(t, p, function.Spec{})
		got := instance.Invoke(t.Context(), inProcessRequest())
		text := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", c.limit)
		document := fmt.Sprintf(`{"errorMessage":%q,"errorType":"Function.ResponseSizeTooLarge"}`, text)
		if got.Outcome != journal.BadResponse || got.ErrorType != "Function.ResponseSizeTooLarge" || got.ErrorMessage != text ||
			string(got.Payload) != document || !got.Ended || instance.Reason() == "" {
			t.Errorf("limit %d and a byte: got %+v, payload %s, reason %q", c.limit, got, got.Payload, instance.Reason())
		}
	}
	long := documents(func() error { return errors.New(strings.Repeat("e", limit)) })
	if got := launchInProcess(t, long, function.Spec{}).Invoke(t.Context(), inProcessRequest()); got.Outcome != journal.BadResponse || !got.Ended {
		t.Errorf("an error over the limit: got %v, ended %v, want a bad response", got.Outcome, got.Ended)
	}
}

func TestDocumentHandlersGetTheRequestAndItsDeadline(t *testing.T) {
	request := inProcessRequest()
	tracked := &address{}
	p := function.InProcess{Document: func(ctx context.Context, got function.Request) ([]byte, error) {
		if deadline, ok := ctx.Deadline(); !ok || !deadline.Equal(request.Deadline) {
			t.Errorf("got deadline %v, want %v", deadline, request.Deadline)
		}
		if got.ID != request.ID || got.Invocation != request.Invocation || tracked.begun != 1 || tracked.ended != 0 {
			t.Errorf("got %+v, tracked %+v, want %+v, begun", got, tracked, request)
		}
		return got.Payload, nil
	}}
	got := launchInProcess(t, p, function.Spec{Tracker: tracked}).Invoke(t.Context(), request)
	if string(got.Payload) != `{}` || got.Took < 0 || tracked.ended != 1 {
		t.Errorf("got %+v, tracked %+v, want the document back, and the end told", got, tracked)
	}
}

func TestHandlersLearnTheirEnvironment(t *testing.T) {
	if e, ok := function.EnvironmentFrom(t.Context()); ok || e != (function.Environment{}) {
		t.Errorf("got %+v, %v outside a handler, want none", e, ok)
	}
	want := function.Environment{Function: "settle", ID: 4, Kafka: "127.0.0.1:40004"}
	check := func(ctx context.Context) error {
		if got, ok := function.EnvironmentFrom(ctx); !ok || got != want {
			t.Errorf("got %+v, %v, want %+v", got, ok, want)
		}
		return nil
	}
	for _, p := range []function.InProcess{
		{Handler: func(ctx context.Context, _ any) (any, error) { return nil, check(ctx) }},
		{Document: func(ctx context.Context, _ function.Request) ([]byte, error) { return nil, check(ctx) }},
	} {
		spec := function.Spec{Function: want.Function, Environment: want.ID, Kafka: want.Kafka}
		if got := launchInProcess(t, p, spec).Invoke(t.Context(), inProcessRequest()); got.Outcome != journal.Succeeded {
			t.Errorf("got %+v, want success", got)
		}
	}
}

func TestPanicEndsTheEnvironmentOfADocumentHandlerOnly(t *testing.T) {
	p := newPool(t, documents(func() error { panic("no stock") }))
	p.Launch(0, 1, 1, 1)
	p.next()
	if r := <-p.invoke(nil); r.Outcome != journal.FunctionError || r.ErrorType != "string" || r.ErrorMessage != "no stock" || !r.Ended {
		t.Errorf("got %+v, want the panic as a function error with which the environment is gone", r)
	}
	p.Close()
	if len(p.inputs) > 0 {
		t.Errorf("got %+v, want nothing: the response says that the environment is gone", p.next())
	}

	p = newPool(t, function.InProcess{Handler: func(context.Context, any) (any, error) { panic("no stock") }})
	p.Launch(0, 1, 1, 1)
	p.next()
	for range 2 {
		if r := <-p.invoke(nil); r.Outcome != journal.FunctionError || r.ErrorType != "panic" || r.Ended {
			t.Errorf("got %+v, want a panic that leaves the environment alive", r)
		}
	}
}

func TestGoexitInAHandlerEndsTheEnvironmentAtOnce(t *testing.T) {
	for name, launcher := range map[string]function.InProcess{
		"records":   {Handler: func(context.Context, any) (any, error) { runtime.Goexit(); return nil, nil }},
		"documents": documents(func() error { runtime.Goexit(); return nil }),
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, launcher)
			p.Launch(0, 1, 1, 1)
			p.next()
			responses := p.invoke(nil)
			in := p.next()
			if in.Kind != platform.Gone || in.Environment != 1 || !strings.Contains(in.Reason, "t.FailNow") {
				t.Errorf("got %+v, want environment 1 to be gone, and why", in)
			}
			p.Close()
			if len(responses)+len(p.inputs)+p.Running() > 0 {
				t.Errorf("got %d responses, %d inputs and %d environments after it, want none", len(responses), len(p.inputs), p.Running())
			}
			if p.address.begun != 1 || p.address.ended != 1 || p.address.close != 1 {
				t.Errorf("got %d begun, %d ended, %d closed, want once each", p.address.begun, p.address.ended, p.address.close)
			}
		})
	}
}

// TestHandlersThatReturnAtTheirDeadlineHaveTimedOut: it makes no difference
// whether this or the machine is noticed first.
func TestHandlersThatReturnAtTheirDeadlineHaveTimedOut(t *testing.T) {
	for name, after := range map[string]time.Duration{"before": -1, "at": 0, "after": time.Second} {
		for kind, launcher := range map[string]func(func()) function.InProcess{
			"records": func(wait func()) function.InProcess {
				return function.InProcess{Handler: func(context.Context, any) (any, error) { wait(); return 1, nil }}
			},
			"documents": func(wait func()) function.InProcess {
				return documents(func() error { wait(); return nil })
			},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					request := inProcessRequest()                                                                         // of a minute
					instance := launchInProcess(t, launcher(func() { time.Sleep(time.Minute + after) }), function.Spec{}) // why: virtual time
					got := instance.Invoke(t.Context(), request)
					if after < 0 {
						if got.Outcome != journal.Succeeded || got.Ended {
							t.Errorf("got %+v, want a success", got)
						}
						return
					}
					const text = "Task timed out after 60.00 seconds"
					if got.Outcome != journal.TimedOut || got.ErrorType != "Sandbox.Timedout" || got.ErrorMessage != text || !got.Ended ||
						got.Result != nil || got.Took != time.Minute+after || instance.Reason() != text {
						t.Errorf("got %+v, reason %q, want a timeout", got, instance.Reason())
					}
				})
			})
		}
	}
}
