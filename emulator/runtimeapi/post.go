package runtimeapi

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// post takes the end of invocation id from the runtime. read makes the response
// and says how the runtime is to be answered.
func (e *environment) post(w http.ResponseWriter, r *http.Request, id, transition string,
	read func(*http.Request) (function.Response, *refusal)) {
	i, refused := e.claim(id, transition)
	if refused != nil {
		discard(r)
		refused.write(w)
		return
	}
	response, refused := read(r)
	if refused != nil && refused.errorType == typeTruncatedRequest && e.dies() {
		e.release()
		return
	}
	response.Took = e.since(i)
	if e.measure(i, &response) {
		e.release() // it is being killed, and that ends the invocation
		return
	}
	e.settle(i, response)
	if refused != nil {
		discard(r)
		refused.write(w)
		return
	}
	w.Header()["Content-Type"] = []string{"application/json"}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, accepted)
}

// claim gives the open invocation to the one post that ends it.
func (e *environment) claim(id, transition string) (*invocation, *refusal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	current := e.lastID
	if e.open != nil && (e.state == running || e.state == responding) {
		current = e.open.ID
	}
	switch {
	case id != current:
		return nil, &refusal{http.StatusBadRequest, typeInvalidRequestID, textInvalidRequestID}
	case e.state != running:
		return nil, &refusal{http.StatusForbidden, typeInvalidTransition,
			fmt.Sprintf(textInvalidTransition, e.state, transition)}
	}
	e.state = responding
	return e.open, nil
}

// dies reports whether a runtime that broke off is ending: its exit then says
// more than the half of a response.
func (e *environment) dies() bool {
	timer := time.NewTimer(lingerLimit)
	defer timer.Stop()
	select {
	case <-e.process.Done():
		return true
	case <-timer.C:
		return false
	}
}

// release takes back a claim.
func (e *environment) release() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = running
}

// settle ends an invocation.
func (e *environment) settle(i *invocation, response function.Response) {
	i.end()
	e.mu.Lock()
	e.state, e.open, e.lastID = responded, nil, i.ID
	e.mu.Unlock()
	i.deliver(response)
}

// readResponse reads the response document of a handler.
func (e *environment) readResponse(r *http.Request) (function.Response, *refusal) {
	if mode := r.Header.Get(headerResponseMode); mode != "" && mode != modeStreaming {
		return failed(journal.FunctionError, typeInvalidModeHeader, textInvalidMode, 0, false),
			&refusal{http.StatusBadRequest, typeInvalidMode, textInvalidMode}
	}
	body, refused := readBody(r)
	if refused != nil {
		return refusedResponse(refused), refused
	}
	return function.Response{Outcome: journal.Succeeded, Payload: body}, nil
}

// readErrorResponse reads the error document of a handler.
func (e *environment) readErrorResponse(r *http.Request) (function.Response, *refusal) {
	body, refused := readBody(r)
	if refused != nil {
		return refusedResponse(refused), refused
	}
	document, payload := readError(body, r.Header.Get(headerErrorType))
	return function.Response{Outcome: journal.FunctionError, Payload: payload,
		ErrorType: document.Type, ErrorMessage: e.told(document.Message)}, nil
}

// refusedResponse is what the caller gets in place of a body that was refused.
func refusedResponse(r *refusal) function.Response {
	if r.errorType == typeRequestTooLarge {
		return failed(journal.BadResponse, typeResponseTooLarge, fmt.Sprintf(textResponseTooLarge, maxResponse), 0, false)
	}
	return failed(journal.FunctionError, typeTruncatedResponse, textTruncatedRequest, 0, false)
}
