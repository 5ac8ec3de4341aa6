package invokeapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// Headers of Invoke (API model of botocore; platforms.md 3).
const (
	headerType          = "X-Amz-Invocation-Type"
	headerLog           = "X-Amz-Log-Type"
	headerContext       = "X-Amz-Client-Context"
	headerFunctionError = "X-Amz-Function-Error"
	headerVersion       = "X-Amz-Executed-Version"
	headerLogResult     = "X-Amz-Log-Result"
	headerDurable       = "X-Amz-Durable-Execution-Name"
	headerTenant        = "X-Amz-Tenant-Id"
)

const (
	// maxContext is the most bytes of a client context, in base64.
	maxContext = 3583
	// logTail is how much of a log an answer has.
	logTail = 4 << 10
)

func (s *Server) invoke(w http.ResponseWriter, r *http.Request, name string) *Error {
	in, log, e := s.invocation(r, name)
	if e != nil {
		return e
	}
	if in.Payload, e = s.readPayload(w, r, in.Type); e != nil {
		return e
	}
	result, e := s.ask(r.Context(), in)
	if e != nil {
		return e
	}
	if result.RequestID != "" {
		w.Header().Set("X-Amzn-Requestid", result.RequestID)
	}
	switch in.Type {
	case Event:
		writeNothing(w, http.StatusAccepted)
	case DryRun:
		writeNothing(w, http.StatusNoContent)
	default:
		writeResult(w, &result, log)
	}
	return nil
}

// invocation reads what is asked for from the headers.
func (s *Server) invocation(r *http.Request, name string) (in Invocation, log bool, e *Error) {
	h := r.Header
	how, e := oneOf(h.Get(headerType), "invocationType", string(RequestResponse), string(DryRun), string(RequestResponse), string(Event))
	if e != nil {
		return in, false, e
	}
	tail, e := oneOf(h.Get(headerLog), "logType", "None", "None", "Tail")
	if e != nil {
		return in, false, e
	}
	for _, missing := range []string{headerDurable, headerTenant} {
		if h.Get(missing) != "" {
			return in, false, refuse(http.StatusBadRequest, invalidParameter, "%s is not emulated: leave it out", missing)
		}
	}
	if e := checkContext(h.Get(headerContext)); e != nil {
		return in, false, e
	}
	f, e := s.resolve(name, r.URL.Query().Get("Qualifier"))
	in = Invocation{Function: f.Name, Type: Type(how)}
	if in.Type == RequestResponse {
		in.ClientContext = h.Get(headerContext)
	}
	return in, tail == "Tail", e
}

// oneOf is a value that must be one of some, or initial where it is left out.
func oneOf(value, field, initial string, allowed ...string) (string, *Error) {
	if value == "" {
		return initial, nil
	}
	if slices.Contains(allowed, value) {
		return value, nil
	}
	return "", refuse(http.StatusBadRequest, validationFailed, textNotInSet, value, field, strings.Join(allowed, ", "))
}

// checkContext refuses a client context that functions could not read.
func checkContext(text string) *Error {
	if len(text) > maxContext {
		return refuse(http.StatusBadRequest, invalidContent, textContextLong, len(text), maxContext)
	}
	if text == "" {
		return nil
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	var object map[string]json.RawMessage
	if err != nil || json.Unmarshal(decoded, &object) != nil || object == nil {
		return refuse(http.StatusBadRequest, invalidContent, textClientContext)
	}
	return nil
}

// ask has the platform invoke, and turns what it refuses into an answer. What is
// neither is that the run ends, or that the client has gone and reads no answer.
func (s *Server) ask(ctx context.Context, in Invocation) (Result, *Error) {
	result, err := s.platform.Invoke(ctx, in)
	if err == nil {
		return result, nil
	}
	if refused, ok := errors.AsType[*Error](err); ok {
		return result, refused
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return result, refuse(http.StatusServiceUnavailable, service, textEnding, err)
}

// writeResult answers a synchronous invocation.
func writeResult(w http.ResponseWriter, result *Result, log bool) {
	h := w.Header()
	h.Set(headerVersion, latest)
	if result.FunctionError != "" {
		h.Set(headerFunctionError, result.FunctionError)
	}
	if log {
		tail := result.Log[max(0, len(result.Log)-logTail):]
		h.Set(headerLogResult, base64.StdEncoding.EncodeToString(tail))
	}
	writeBody(w, http.StatusOK, result.Payload)
}

func writeNothing(w http.ResponseWriter, status int) {
	awaitWriting(w)
	w.WriteHeader(status)
}

// invokeAsync is the older way to invoke asynchronously, which AWS deprecates.
func (s *Server) invokeAsync(w http.ResponseWriter, r *http.Request, name string) *Error {
	f, e := s.resolve(name, "")
	if e != nil {
		return e
	}
	payload, e := s.readPayload(w, r, Event)
	if e != nil {
		return e
	}
	result, e := s.ask(r.Context(), Invocation{Function: f.Name, Type: Event, Payload: payload})
	if e != nil {
		return e
	}
	if result.RequestID != "" {
		w.Header().Set("X-Amzn-Requestid", result.RequestID)
	}
	writeBody(w, http.StatusAccepted, []byte("{}"))
	return nil
}
