package runtimeapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// A document of at most prompt bytes fits into the buffers of a connection
// whatever the reader does, so it is written before the environment is thawed;
// of a longer one, the rest would wait for the reader.
const prompt = 16 << 10

// next answers the runtime's request for an invocation when there is one. If it
// was given one and posted no response, it is given the same again (RIE:
// core/states, Running.Ready).
func (e *environment) next(w http.ResponseWriter, r *http.Request) {
	i, asked := e.await(r.Context())
	if i == nil {
		if r.Context().Err() == nil {
			refuse(w, http.StatusForbidden, typeInvalidTransition,
				fmt.Sprintf(textInvalidTransition, asked, transitionReady))
		}
		return
	}
	h := w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["Content-Length"] = []string{strconv.Itoa(len(i.Payload))}
	h[headerRequestID] = []string{i.ID}
	h[headerDeadline] = []string{strconv.FormatInt(i.Deadline.UnixMilli(), 10)}
	h[headerARN] = []string{i.ARN}
	if i.ClientContext != "" {
		h[headerContext] = []string{i.ClientContext}
	}
	h[headerTrace] = []string{trace(i.ID, i.Deadline.Add(-e.config.Timeout))}
	if len(i.Payload) > prompt {
		e.thaw()
		w.Write(i.Payload) // an error means that the process is gone, which is told
		return
	}
	w.Write(i.Payload)
	http.NewResponseController(w).Flush()
	e.thaw()
}

// await returns the invocation for a next, nil if ctx ended first, if the state
// forbids it, or if another next came after this one. The environment is frozen
// while it waits.
func (e *environment) await(ctx context.Context) (*invocation, state) {
	e.mu.Lock()
	asked := e.state
	if asked == initFailed || asked == responding {
		e.mu.Unlock()
		return nil, asked
	}
	if asked == started {
		close(e.initDone)
	}
	if asked != running {
		e.state = ready
	}
	if e.open == nil {
		e.sleep(ctx)
	}
	i := e.open
	if i == nil || ctx.Err() != nil || e.state != ready && asked != running {
		stranded := i != nil && ctx.Err() != nil
		e.mu.Unlock()
		if stranded {
			e.thaw() // it has to ask again
		}
		return nil, asked
	}
	e.state = running
	e.mu.Unlock()
	if asked != running {
		e.beginTracking(i)
	}
	return i, asked
}

// sleep waits, frozen, for an invocation or the end of ctx. The caller holds mu,
// which is free meanwhile.
func (e *environment) sleep(ctx context.Context) {
	waiter := make(chan struct{})
	e.waiter = waiter
	e.stopSampling()
	e.stopPacing()
	e.freeze()
	e.mu.Unlock()
	select {
	case <-waiter:
	case <-ctx.Done():
	}
	e.mu.Lock()
	if e.waiter == waiter {
		e.waiter = nil
	}
}

// freeze stops the environment. The caller holds mu.
func (e *environment) freeze() {
	if e.config.Freeze && !e.frozen {
		e.frozen = true
		e.process.Freeze()
	}
}

func (e *environment) thaw() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.frozen {
		e.frozen = false
		e.process.Thaw()
	}
}

// trace is a trace header as AWS sends it for requests that are not sampled.
// Its ids are taken from the request id.
func trace(id string, at time.Time) string {
	var hex []byte
	for _, c := range []byte(id) {
		if c != '-' {
			hex = append(hex, c)
		}
	}
	for len(hex) < 32 {
		hex = append(hex, '0')
	}
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", uint32(at.Unix()), hex[:24], hex[16:32])
}
