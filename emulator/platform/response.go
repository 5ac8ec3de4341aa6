package platform

import (
	"math"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// later is at plus delay, at most the end of time: a duration may be as long as
// its type allows, to mean that something never ends.
func later(at, delay int64) int64 {
	if delay > math.MaxInt64-at {
		return math.MaxInt64
	}
	return at + delay
}

// responded takes what an invocation ended with: now, or when it ends in the
// model. Only one response of an invocation is taken.
func (m *Machine) responded(in *Input) {
	b := m.invocations.get(in.Invocation)
	if b == nil || b.state != batchRunning || b.response != nil {
		e := m.entry(journal.InvocationLate)
		e.Invocation, e.Outcome, e.Reason, e.Measured.Took = uint64(in.Invocation), in.Outcome, in.Reason, in.Took
		if b == nil { // else its outputs or failure records are being produced, or wait for the end of it
			m.act(Action{Kind: Forget, Invocation: in.Invocation})
		}
		return
	}
	m.project(b, in)
	if until := max(m.heldUntil(b, in.Outcome), m.functions[b.function].stoodUntil(b.handedAt, in)); until > m.now {
		m.holdBack(b, in, until)
		return
	}
	m.ended(b, in)
}

// heldUntil says when a response that came now is taken. A process that has died
// has died, unless that is what a fault wanted: then the model says when.
func (m *Machine) heldUntil(b *batch, outcome journal.Outcome) int64 {
	if outcome == journal.Exited && b.crash != CrashAfter {
		return m.now
	}
	if m.functions[b.function].rules.Duration != nil {
		return later(b.ends, b.slower)
	}
	return later(max(m.now, b.ends), later(b.slower, b.extra))
}

// holdBack keeps a response until the invocation ends in the model. To all else
// the handler still runs. Where the timeout comes first, it is what fires; a
// response at the moment of its timeout is taken.
func (m *Machine) holdBack(b *batch, in *Input, until int64) {
	r := m.allocResponse()
	failed, done := append(r.Failed[:0], in.Failed...), append(r.Done[:0], in.Done...) // valid during Step only
	*r = *in
	r.Failed, r.Done, r.Records = failed, done, nil
	b.response = r
	if until <= b.timer.at || b.timer.index == 0 { // it has no timeout while it is debugged
		m.timers.set(&b.timer, until, durationTimer)
	}
}

// release takes the response that was held back.
func (m *Machine) release(b *batch) {
	r := b.response
	b.response = nil
	m.ended(b, r)
	m.freeResponses = append(m.freeResponses, r)
}

// dropResponse loses a response that was held back, if there is one.
func (m *Machine) dropResponse(b *batch) {
	if b.response != nil {
		m.freeResponses = append(m.freeResponses, b.response)
		b.response = nil
	}
}

func (m *Machine) allocResponse() *Input {
	if n := len(m.freeResponses); n > 0 {
		r := m.freeResponses[n-1]
		m.freeResponses = m.freeResponses[:n-1]
		return r
	}
	return &Input{}
}

// died ends the invocation of an environment whose process is gone. Where its
// response is held back, the handler runs in the model, and so cannot give it.
func (m *Machine) died(b *batch, reason string) {
	in := Input{Kind: Responded, Invocation: b.invocation, Outcome: journal.Exited, Reason: reason}
	if r := b.response; r != nil {
		if r.Outcome == journal.Exited || r.Ended {
			return // it is known, and counts from the end of the invocation on
		}
		in.Took, in.CPU, in.Memory = r.Took, r.CPU, r.Memory
		m.dropResponse(b)
	}
	m.responded(&in)
}

// ended ends an invocation with its response.
func (m *Machine) ended(b *batch, in *Input) {
	m.timers.cancel(&b.timer)
	b.excuse(in)
	b.ranUntil = m.now
	e := m.invocationEntry(journal.InvocationEnded, b)
	e.Outcome, e.Reason, e.Measured.Took = in.Outcome, in.Reason, in.Took
	e.Measured.CPU, e.Measured.Memory = in.CPU, in.Memory
	m.bill(e, b)
	if b.request == nil && m.mappings[b.mapping].rules.OnReload != Continue {
		m.noteResponse(b, in)
	}
	m.unhold(b)
	environment := b.environment
	b.environment = nil
	if in.Outcome == journal.Exited || in.Ended {
		m.reset(environment, in.Reason)
	} else {
		m.idle(environment)
	}
	m.answered(b, in)
}
