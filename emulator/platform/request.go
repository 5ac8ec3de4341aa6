package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// RequestID numbers the invocations that are asked for from outside, from 1 on.
// The driver chooses it.
type RequestID uint64

// Refusal is why a request was not taken.
type Refusal uint8

// The refusals. A request that is not refused was accepted.
const (
	NotRefused Refusal = iota
	// RefusedThrottled: no concurrency is left; Reason is that of
	// TooManyRequestsException (botocore model, 2026-08-07).
	RefusedThrottled
	// RefusedTooLarge: the payload is over its limit; Reason is the platform's text.
	RefusedTooLarge
	// RefusedStopping: the run ends.
	RefusedStopping
	// RefusedRemoved: the function was removed.
	RefusedRemoved
)

// noMapping is the mapping of what no event source asked for.
const noMapping MappingID = -1

// request is an invocation that was asked for from outside: what a batch is tried
// for that has no records. A synchronous one ends with its first attempt; an event
// is in the function's asynchronous queue until it succeeded or was given up.
type request struct {
	id      RequestID
	isEvent bool

	// Of an event:
	accepted int64           // when
	place    int             // in Machine.events
	ended    journal.Outcome // how its last invocation ended, NoOutcome if there was none
	reason   string          // of that
	outcome  journal.Outcome // how it ends itself, while it is delivered
}

// OpenRequests is how many invocations asked for from outside have no end yet:
// synchronous ones that run, and events that are queued, run or are delivered to
// their destination.
func (m *Machine) OpenRequests() int { return m.waitedFor + len(m.events) }

// Events is how many events are in the asynchronous queues, those included that
// run or are delivered.
func (m *Machine) Events() int { return len(m.events) }

// requested takes an invocation that is asked for from outside.
func (m *Machine) requested(in *Input) {
	name, most := "RequestResponse", m.cfg.RequestMax
	if in.Async {
		name, most = "Event", m.cfg.EventMax
	}
	switch {
	case most > 0 && in.Bytes > most:
		// The text of AWS, seen in many captures.
		text := fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", in.Bytes, name, most)
		e := m.entry(journal.Warning)
		e.Function, e.Text = m.functions[in.Function].rules.Name, text
		m.refuseRequest(in.Request, RefusedTooLarge, text)
		return
	case m.draining:
		m.refuseRequest(in.Request, RefusedStopping, "the run ends")
		return
	case m.functions[in.Function].removed:
		m.refuseRequest(in.Request, RefusedRemoved, functionIsRemoved)
		return
	case in.DryRun:
		m.act(Action{Kind: Respond, Request: in.Request, Function: in.Function})
		m.act(Action{Kind: Forget, Request: in.Request})
		return
	}
	b := m.allocBatch()
	b.mapping, b.function, b.bytes, b.request = noMapping, in.Function, in.Bytes, m.allocRequest()
	*b.request = request{id: in.Request, isEvent: in.Async, accepted: m.now}
	if in.Async {
		m.accept(b, nil)
		return
	}
	m.waitedFor++
	m.dispatch(b)
}

func (m *Machine) refuseRequest(id RequestID, why Refusal, reason string) {
	m.act(Action{Kind: Respond, Request: id, Refused: why, Reason: reason})
	m.act(Action{Kind: Forget, Request: id})
}

func (m *Machine) allocRequest() *request {
	if n := len(m.freeRequests); n > 0 {
		r := m.freeRequests[n-1]
		m.freeRequests = m.freeRequests[:n-1]
		return r
	}
	return &request{}
}

func (b *batch) requestID() RequestID {
	if b.request == nil {
		return 0
	}
	return b.request.id
}

// isWaitedFor says that somebody waits for the response of a batch: it is tried
// once, and now.
func (b *batch) isWaitedFor() bool { return b.request != nil && !b.request.isEvent }

// refuseThrottled answers a synchronous request that finds no room. It is not
// queued: whoever asked tries again (developer guide, invocation-retries).
func (m *Machine) refuseThrottled(b *batch, reason, text, rule string) {
	e := m.batchEntry(journal.Throttled, b)
	e.Reason, e.Text, e.Bytes = text, rule, b.bytes
	m.act(Action{Kind: Respond, Request: b.request.id, Refused: RefusedThrottled, Reason: reason})
	m.endRequest(b)
}

// requestAnswered ends a request, or its attempt, with a response. Outputs and batch
// item failures are for event sources only: the driver does not look for them.
func (m *Machine) requestAnswered(b *batch, in *Input) {
	if in.Outcome != journal.Succeeded {
		m.requestFailed(b, in.Outcome, in.Reason)
		return
	}
	if b.request.isEvent {
		m.eventSucceeded(b)
		return
	}
	m.respond(b, journal.Succeeded, "")
}

// requestFailed ends an attempt of a request. Lambda never tries a synchronous
// one again (developer guide, invocation-retries).
func (m *Machine) requestFailed(b *batch, outcome journal.Outcome, reason string) {
	if b.request.isEvent {
		m.eventFailed(b, outcome, reason)
		return
	}
	m.respond(b, outcome, reason)
}

// respond answers a synchronous request.
func (m *Machine) respond(b *batch, outcome journal.Outcome, reason string) {
	m.act(Action{
		Kind: Respond, Request: b.request.id, Function: b.function, Invocation: b.invocation, Outcome: outcome, Reason: reason,
	})
	m.forget(b)
	m.endRequest(b)
}

// endRequest is recycle for a batch that no poller waits for.
func (m *Machine) endRequest(b *batch) {
	m.stopWaiting(b)
	if b.request.isEvent {
		m.leaveQueue(b)
	} else {
		m.waitedFor--
	}
	m.act(Action{Kind: Forget, Request: b.request.id})
	m.freeRequests = append(m.freeRequests, b.request)
	b.request = nil
	m.freeBatches = append(m.freeBatches, b)
}

// excuse makes a success of a response to an event that was too large: nobody
// waits for it (developer guide: the limit of 6 MB is that of synchronous
// invocation; the test of moto against AWS).
func (b *batch) excuse(in *Input) {
	if b.request != nil && b.request.isEvent && in.TooLarge {
		in.Outcome, in.Reason = journal.Succeeded, ""
	}
}
