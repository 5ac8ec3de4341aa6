package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// Async is the rules of a function's asynchronous queue (docs:
// invocation-async-error-handling, invocation-async-configuring).
type Async struct {
	// Retries is how often an event is tried again whose invocation failed.
	Retries int32
	// MaxAge is how long an event stays in the queue; 0 means for ever.
	MaxAge int64
	// Retry is the wait after a failed invocation: 1, then 2 minutes. Throttle
	// is that after a throttle, which uses up no retry: 1 s to 5 minutes.
	Retry, Throttle profile.Backoff
	// OnSuccess and OnFailure say that there is such a destination, DeadLetter
	// that there is a dead-letter queue.
	OnSuccess, OnFailure, DeadLetter bool
}

// The conditions in the record of a destination. That of an event that is too old
// is not documented; the name is that of the option.
const (
	conditionSuccess = "Success"
	conditionRetries = "RetriesExhausted"
	conditionAge     = "EventAgeExceeded"
)

// reservedZero is why an event of a function that is switched off is given up.
const reservedZero = "the reserved concurrency is 0"

// accept takes an event into the queue, and tries it at once. With a reserved concurrency of 0
// it is given up instead, without a retry (docs: invocation-async-error-handling;
// which condition its record has is not documented). The batch whose event it is is
// from, or nil.
func (m *Machine) accept(b, from *batch) {
	b.request.place = len(m.events)
	m.events = append(m.events, b)
	m.eventQueued(b, from)
	m.act(Action{Kind: Respond, Request: b.request.id, Function: b.function})
	if m.functions[b.function].rules.Reserved == 0 {
		m.giveUp(b, conditionRetries, reservedZero)
		return
	}
	m.dispatch(b)
}

// leaveQueue takes an event out of the queue; the last one gets its place.
func (m *Machine) leaveQueue(b *batch) {
	i, last := b.request.place, len(m.events)-1
	m.events[i] = m.events[last]
	m.events[i].request.place = i
	m.events[last] = nil
	m.events = m.events[:last]
}

// expiry is when an event is too old. That a wait ends then, and not with the next
// try, is inferred from "how long Lambda retains an event in the queue".
func (m *Machine) expiry(b *batch) int64 {
	if age := m.functions[b.function].rules.Async.MaxAge; age > 0 {
		return later(b.request.accepted, age)
	}
	return later(0, 1<<63-1)
}

// untilExpiry cuts the wait of an event off where it becomes too old.
func (m *Machine) untilExpiry(b *batch, delay int64) int64 { return min(delay, m.expiry(b)-m.now) }

// expireEvent gives an event up that is too old to be tried, and says so.
func (m *Machine) expireEvent(b *batch) bool {
	if !b.request.isEvent || m.now < m.expiry(b) {
		return false
	}
	m.stopWaiting(b)
	m.giveUp(b, conditionAge, "older than "+journal.Duration(m.functions[b.function].rules.Async.MaxAge))
	return true
}

// throttleDelay is how long a batch waits that was throttled.
func (m *Machine) throttleDelay(b *batch) int64 {
	if b.request == nil {
		return m.mappings[b.mapping].rules.ThrottleBackoff.Delay(b.throttles)
	}
	return m.untilExpiry(b, m.functions[b.function].rules.Async.Throttle.Delay(b.throttles))
}

func (m *Machine) eventSucceeded(b *batch) {
	b.request.ended, b.request.reason = journal.Succeeded, ""
	m.forget(b)
	if !m.functions[b.function].rules.Async.OnSuccess {
		m.endEvent(b, journal.Succeeded, "")
		return
	}
	m.deliver(b, journal.Succeeded, conditionSuccess, "")
}

// eventFailed lets an event wait for its next try, or gives it up. Function
// errors, timeouts included, are tried again after 1 and 2 minutes.
func (m *Machine) eventFailed(b *batch, outcome journal.Outcome, reason string) {
	m.forget(b)
	b.state, b.waited, b.request.ended, b.request.reason = batchWaiting, true, outcome, reason
	rules := m.functions[b.function].rules.Async
	delay := rules.Retry.Delay(b.retried + 1)
	switch {
	case b.retried >= rules.Retries:
		m.giveUp(b, conditionRetries, outcome.String()+": "+reason)
		return
	case m.now >= m.expiry(b):
		m.expireEvent(b)
		return
	case m.draining:
		m.abandon(b)
		m.warnUndelivered(b.function, 1)
		return
	case m.functions[b.function].removed:
		m.endEvent(b, journal.Abandoned, functionIsRemoved)
		return
	}
	b.retried++
	e := m.batchEntry(journal.RetryScheduled, b)
	e.Attempt, e.Outcome, e.Reason, e.Bytes = b.attempt+1, outcome, reason, b.bytes
	e.Delay = m.untilExpiry(b, delay)
	m.timers.set(&b.timer, m.now+e.Delay, retryTimer)
}

// giveUp sends an event to the dead-letter queue and the on-failure destination,
// as far as there are any.
func (m *Machine) giveUp(b *batch, condition, reason string) {
	if rules := m.functions[b.function].rules.Async; rules.OnFailure || rules.DeadLetter {
		m.deliver(b, journal.DeadLettered, condition, reason)
		return
	}
	m.endEvent(b, journal.Dropped, condition+": "+reason+": there is no on-failure destination and no dead-letter queue")
}

// deliver asks for the records of an event's end. What they say of an invocation is
// of the last one, also where the event was throttled after that.
func (m *Machine) deliver(b *batch, outcome journal.Outcome, condition, reason string) {
	b.state, b.condition = batchDelivering, condition
	b.request.outcome = outcome
	m.deliveries[b.request.id] = b
	a := Action{
		Kind: Deliver, Request: b.request.id, Function: b.function, Attempt: b.invoked, Condition: condition,
		Outcome: b.request.ended, Reason: reason,
	}
	if b.invoked > 0 {
		a.Invocation, a.Reason = b.invocation, b.request.reason
	}
	m.act(a)
}

// delivered ends an event whose records were produced. If they could not be, AWS
// deletes it (docs: invocation-async-retain-records; metrics DeadLetterErrors and
// DestinationDeliveryFailures).
func (m *Machine) delivered(in *Input) {
	b := m.deliveries[in.Request]
	if b == nil {
		return
	}
	delete(m.deliveries, in.Request)
	outcome, reason := b.request.outcome, b.condition
	if in.Err != "" {
		reason = "the record for the destination could not be delivered: " + in.Err
		if outcome == journal.DeadLettered {
			outcome = journal.Dropped
		}
	}
	m.endEvent(b, outcome, reason)
}

func (m *Machine) endEvent(b *batch, outcome journal.Outcome, reason string) {
	e := m.batchEntry(journal.EventEnded, b)
	e.Invocation, e.Attempt, e.Outcome, e.Reason = 0, b.invoked, outcome, reason
	m.endRequest(b)
}

func (m *Machine) abandon(b *batch) { m.endEvent(b, journal.Abandoned, "the run ends") }

// abandonEvents ends the events that wait for a try: the run does not outlast
// them.
func (m *Machine) abandonEvents() {
	for f := range m.functions {
		n := 0
		for i := len(m.events) - 1; i >= 0; i-- { // the last one gets the place of one that leaves
			if b := m.events[i]; b.function == FunctionID(f) && b.state == batchWaiting {
				m.abandon(b)
				n++
			}
		}
		if n > 0 {
			m.warnUndelivered(FunctionID(f), n)
		}
	}
}

func (m *Machine) warnUndelivered(f FunctionID, n int) {
	events := "1 event of the asynchronous queue was"
	if n != 1 {
		events = fmt.Sprintf("%d events of the asynchronous queue were", n)
	}
	e := m.entry(journal.Warning)
	e.Function, e.Text = m.functions[f].rules.Name, events+" not delivered: the run ends"
}
