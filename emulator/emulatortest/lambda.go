package emulatortest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/handlertrace"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/coldbrook-dev/coldbrook/emulator"
)

// lambdaContext is the context that aws-lambda-go gives a handler: request id and
// ARN for lambdacontext.FromContext, and a deadline in whole milliseconds, as the
// Runtime API tells it.
//
// Not there: a trace id, the context values of lambda.WithContext and
// WithContextValue (Handler.Invoke does not apply them), and the variables of
// package lambdacontext (FunctionName, MemoryLimitInMB and so on), which are one
// for all functions of a process.
func lambdaContext(ctx context.Context, in emulator.Invocation) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithDeadline(ctx, time.UnixMilli(in.Deadline.UnixMilli()))
	lc := &lambdacontext.LambdaContext{AwsRequestID: in.RequestID, InvokedFunctionArn: in.ARN}
	if in.ClientContext != "" {
		_ = json.Unmarshal([]byte(in.ClientContext), &lc.ClientContext) // why: as the Runtime API's client has it
	}
	return lambdacontext.NewContext(ctx, lc), cancel
}

// lambdaFunc runs a function that checkLambda accepts. Invocations at once have
// lambda.Handlers of their own: those of one share memory, see turns.
func lambdaFunc(f any) documentHandler {
	var idle idleHandlers
	return func(ctx context.Context, in emulator.Invocation) ([]byte, error) {
		ctx, cancel := lambdaContext(ctx, in)
		defer cancel()
		h := idle.take()
		if h == nil {
			h = lambda.NewHandler(f)
		}
		response, err := h.Invoke(ctx, in.Payload)
		response = bytes.Clone(response)
		idle.put(h)
		return response, err
	}
}

// idleHandlers are the lambda.Handlers of a function that run no invocation. To
// make one for each invocation takes longer than most invocations do.
type idleHandlers struct {
	mu  sync.Mutex // guards all
	all []lambda.Handler
}

// take returns nil if there is none.
func (i *idleHandlers) take() lambda.Handler {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.all) == 0 {
		return nil
	}
	last := len(i.all) - 1
	h := i.all[last]
	i.all = i.all[:last]
	return h
}

func (i *idleHandlers) put(h lambda.Handler) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.all = append(i.all, h)
}

// checkLambda returns what aws-lambda-go has against functions of a type, nil if
// it accepts them. lambda.NewHandler only says so when it is invoked; so a
// function of the same type that does nothing is invoked with an empty document,
// which no event can be read from.
func checkLambda(t reflect.Type) error {
	if t.IsVariadic() {
		return errors.New("it is variadic, which panics in aws-lambda-go")
	}
	called := false
	stub := reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value {
		called = true
		results := make([]reflect.Value, t.NumOut())
		for i := range results {
			results[i] = reflect.Zero(t.Out(i))
		}
		return results
	})
	err := func() (err error) {
		defer func() { recover() }() // why: a result's MarshalJSON may not like the zero value
		_, err = lambda.NewHandler(stub.Interface()).Invoke(context.Background(), nil)
		return err
	}()
	if called || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// lambdaHandler runs a lambda.Handler of the user's.
func lambdaHandler(h lambda.Handler) documentHandler {
	all := make(turns, 1)
	all <- struct{}{}
	plain := reflect.TypeOf(h) == reflect.TypeOf(lambda.NewHandler(nil))
	return func(ctx context.Context, in emulator.Invocation) ([]byte, error) {
		ctx, cancel := lambdaContext(ctx, in)
		defer cancel()
		mine := turn{all: all}
		defer mine.end()
		response, err := h.Invoke(handlertrace.NewContext(ctx, handlertrace.HandlerTrace{
			RequestEvent: mine.decoded, ResponseEvent: mine.begin,
		}), in.Payload)
		if plain && mine.isNull() && err == nil && len(response) <= len("null\n") {
			return []byte("null"), nil // it is that, and another invocation may be writing the same there
		}
		return bytes.Clone(response), err
	}
}

// turns makes invocations of one lambda.Handler write their responses one after
// the other; it holds an element while none of them does.
//
// Handler.Invoke of what lambda.NewHandler returns, of aws-lambda-go 1.55, gives
// the buffer that its response is in back to a pool before it returns the
// response. On AWS nobody uses it meanwhile; here, environments share the
// handler, and one would read the response of another. So an invocation takes its
// turn before its response is written, at the moment that handlertrace tells of,
// also if the handler is wrapped in others; and gives it back when the response
// was copied.
type turns chan struct{}

// turn is that of one invocation.
type turn struct {
	all turns

	mu    sync.Mutex // guards all below
	event bool       // an event was read
	asked bool       // a response is being written or is written
	held  bool
	over  bool
}

func (t *turn) decoded(context.Context, any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.event = true
}

// begin waits for the turn, once. A handler that outlives its invocation, since
// what wraps it gave up waiting, gets none.
func (t *turn) begin(ctx context.Context, _ any) {
	t.mu.Lock()
	again := t.asked
	t.asked = true
	t.mu.Unlock()
	if again {
		return
	}
	select {
	case <-t.all:
	case <-ctx.Done(): // nobody will read the response
		return
	}
	t.mu.Lock()
	t.held = !t.over
	over := t.over
	t.mu.Unlock()
	if over {
		t.all <- struct{}{}
	}
}

// isNull reports whether the handler got an event and returns no value.
func (t *turn) isNull() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.event && !t.asked
}

func (t *turn) end() {
	t.mu.Lock()
	held := t.held
	t.over, t.held = true, false
	t.mu.Unlock()
	if held {
		t.all <- struct{}{}
	}
}
