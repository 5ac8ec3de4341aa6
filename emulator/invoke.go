package emulator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// What Invoke takes, gives and refuses with.
type (
	InvokeRequest = invokeapi.Invocation
	InvokeResult  = invokeapi.Result
	InvokeError   = invokeapi.Error
)

var _ invokeapi.Platform = (*Emulator)(nil)

// errEnded is what Invoke returns when there is nobody left to answer.
var errEnded = errors.New("the run has ended")

// retryAfter is what a client is told that was throttled. AWS does not document
// what it says.
const retryAfter = time.Second

// answer is what Invoke returns.
type answer struct {
	result invokeapi.Result
	err    error
}

// Invoke invokes a function from outside, and waits for its response
// (RequestResponse), for its place in the asynchronous queue (Event), or for
// nothing (DryRun). Where ctx ends first, its cause is returned, and the
// invocation goes on, as on AWS. While the function is built for the first time, it
// waits for that.
//
// What the platform refuses is an *InvokeError. A function that fails is no error:
// InvokeResult.FunctionError says it. It is safe for concurrent use.
func (e *Emulator) Invoke(ctx context.Context, in invokeapi.Invocation) (invokeapi.Result, error) {
	f, request, err := e.readInvocation(&in)
	if err != nil {
		return invokeapi.Result{}, err
	}
	if err := e.awaitPrepared(ctx, f); err != nil {
		return invokeapi.Result{}, err
	}
	answered := make(chan answer, 1)
	request.answered = answered
	ask := message{asks: "an invocation of " + in.Function + ", asked for", call: func() {
		id := e.conductor.requests.add(e.resolved.Seed, request)
		e.conductor.step(&platform.Input{
			Kind: platform.Requested, Function: f, Request: id, Bytes: int64(len(in.Payload)),
			Async: request.isEvent, DryRun: in.Type == invokeapi.DryRun,
		})
	}}
	select {
	case e.conductor.queue <- ask:
	case <-ctx.Done():
		return invokeapi.Result{}, context.Cause(ctx)
	case <-e.ended:
		return invokeapi.Result{}, errEnded
	}
	select {
	case a := <-answered:
		return a.result, a.err
	case <-ctx.Done():
		return invokeapi.Result{}, context.Cause(ctx)
	case <-e.ended:
	}
	select {
	case a := <-answered: // both happened
		return a.result, a.err
	default:
		return invokeapi.Result{}, errEnded
	}
}

// readInvocation checks what can be wrong with an invocation before the platform
// gets it.
func (e *Emulator) readInvocation(in *invokeapi.Invocation) (platform.FunctionID, *openRequest, error) {
	f := e.parts().named(in.Function)
	if f == nil {
		return 0, nil, &invokeapi.Error{Status: 404, Code: "ResourceNotFoundException",
			Message: "Function not found: " + functionARN(in.Function)}
	}
	if in.Type == "" {
		in.Type = invokeapi.RequestResponse
	}
	r := &openRequest{payload: in.Payload, isEvent: in.Type == invokeapi.Event}
	switch {
	case !r.isEvent && in.Type != invokeapi.RequestResponse && in.Type != invokeapi.DryRun:
		return 0, nil, &invokeapi.Error{Status: 400, Code: "InvalidParameterValueException",
			Message: fmt.Sprintf("%q is not one of RequestResponse, Event, DryRun", in.Type)}
	case f.config.InProcess != nil:
		return 0, nil, &invokeapi.Error{Status: 400, Code: "InvalidParameterValueException",
			Message: fmt.Sprintf("function %q has a handler of records, which gets no other events: give it a handler of documents", in.Function)}
	}
	if len(r.payload) == 0 {
		r.payload = []byte("null")
	}
	if !isOverLimits(&e.resolved, r) && !json.Valid(r.payload) {
		return 0, nil, &invokeapi.Error{Status: 400, Code: "InvalidRequestContentException",
			Message: "Could not parse request body into json"}
	}
	if in.ClientContext != "" && !r.isEvent {
		decoded, err := base64.StdEncoding.DecodeString(in.ClientContext)
		if err != nil || !json.Valid(decoded) {
			return 0, nil, &invokeapi.Error{Status: 400, Code: "InvalidRequestContentException",
				Message: "Client context must be a valid Base64-encoded JSON object."}
		}
		r.context = string(decoded)
	}
	return f.id, r, nil
}

// isOverLimits says that a payload is one of which only the size is looked at.
func isOverLimits(c *platform.Config, r *openRequest) bool {
	return int64(len(r.payload)) > max(c.RequestMax, c.EventMax)
}

// respond answers whoever asked for an invocation. The conductor calls it.
func (e *Emulator) respond(a *platform.Action) {
	r := e.conductor.requests.open[a.Request]
	if r.answered != nil { // else it is the event of a batch
		r.answered <- e.answerOf(a, r)
	}
}

func (e *Emulator) answerOf(a *platform.Action, r *openRequest) answer {
	switch a.Refused {
	case platform.RefusedThrottled:
		return answer{err: &invokeapi.Error{Status: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded.",
			Reason: a.Reason, RetryAfter: retryAfter}}
	case platform.RefusedTooLarge:
		return answer{err: &invokeapi.Error{Status: 413, Code: "RequestTooLargeException", Message: a.Reason}}
	case platform.RefusedStopping:
		return answer{err: errEnded}
	case platform.RefusedRemoved:
		return answer{err: &invokeapi.Error{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: " + a.Reason}}
	}
	result := invokeapi.Result{RequestID: r.id}
	if a.Invocation == 0 {
		return answer{result: result}
	}
	result.Payload, result.Log = r.payloadOf(a), lastBytes(r.log, logTail)
	if a.Outcome != journal.Succeeded {
		result.FunctionError = unhandled
	}
	return answer{result: result}
}

func lastBytes(b []byte, n int) []byte { return b[max(len(b)-n, 0):] }
