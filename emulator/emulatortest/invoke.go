package emulatortest

import (
	"context"
	"encoding/json"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Result is how an invocation from outside ended: the response of the function or,
// with a FunctionError, the error document that AWS gives.
type Result = emulator.InvokeResult

// Invoke invokes a function from outside, as a client of the Invoke API does, and
// waits for its response. payload is the event document: JSON in a []byte or a
// json.RawMessage, or any other value, which is marshalled.
//
// An error is a refusal of the platform, an *emulator.InvokeError: a throttle, a
// payload that is too large, no such function. A function that fails is a Result
// with a FunctionError. It may be called by several goroutines at once.
func (w *World) Invoke(function string, payload any) (Result, error) {
	w.t.Helper()
	return w.invoke(emulator.InvokeRequest{Function: function, Type: "RequestResponse"}, payload)
}

// InvokeAsync puts an event into the asynchronous queue of a function and returns
// when it is there; Idle waits until it was handled or given up. payload and errors
// are as for Invoke.
func (w *World) InvokeAsync(function string, payload any) (Result, error) {
	w.t.Helper()
	return w.invoke(emulator.InvokeRequest{Function: function, Type: "Event"}, payload)
}

func (w *World) invoke(in emulator.InvokeRequest, payload any) (Result, error) {
	w.t.Helper()
	switch p := payload.(type) {
	case []byte:
		in.Payload = p
	case json.RawMessage:
		in.Payload = p
	default:
		document, err := json.Marshal(payload)
		if err != nil {
			w.t.Fatalf("invoke %q: the payload is no JSON: %v", in.Function, err)
		}
		in.Payload = document
	}
	e := w.started()
	defer w.pulse.busy()()
	result, err := e.Invoke(context.Background(), in)
	w.rest()
	return result, err
}

// Async sets how the asynchronous queue of the function works: retries, maximum
// age and destinations.
func Async(a emulator.Async) Option { return func(f *emulator.Function) { f.Async = a } }

// DeadLetter is the dead-letter queue of the function: the ARN of an SQS queue or
// an SNS topic.
func DeadLetter(arn string) Option { return func(f *emulator.Function) { f.DeadLetter = arn } }
