package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// dispatch tries to start an invocation of a batch: on the idle environment
// that was used last, or on a new one.
//
// Routing to the most recently used one was seen in 22,287 of 22,290 choices of
// the traces of pacslab/serverless-performance-modeling (AWS, 2020).
func (m *Machine) dispatch(b *batch) {
	if m.expireWaiting(b); len(b.spans) == 0 {
		m.finish(b, journal.Expired, "")
		return
	}
	if b.oversized {
		m.exhausted(b, "MaximumPayloadSizeExceeded", "record and document are over the limit of the payload")
		return
	}
	if m.discardOld(b) {
		return
	}
	f := &m.functions[b.function]
	if !b.limited {
		m.admit(f.limit)
	}
	if !f.limit.free() {
		m.throttle(b, f.limit)
		return
	}
	if len(m.armed) > 0 && m.throttledByFault(b) {
		return
	}
	if b.throttles > 0 {
		f.limit.leave(b)
		m.timers.cancel(&b.timer)
		b.throttles = 0
	}
	b.attempt++
	b.invoked++
	m.lastInvocation++
	b.invocation = m.lastInvocation
	m.hold(f)
	m.route(b, f)
}

// route finds an environment for an invocation.
func (m *Machine) route(b *batch, f *function) {
	if n := len(f.idle); n > 0 {
		e := f.idle[n-1]
		f.idle = f.idle[:n-1]
		m.timers.cancel(&e.timer)
		m.invoke(b, e, journal.Warm)
		return
	}
	e := m.launch(f)
	e.batch, b.environment, b.state = b, e, batchLaunching
}

func (m *Machine) invoke(b *batch, e *environment, start string) {
	f := &m.functions[b.function]
	b.environment, b.state = e, batchRunning
	e.batch, e.state = b, environmentBusy
	m.invocations[b.invocation] = b
	b.slower, b.crash = 0, CrashNone
	b.started, b.projection = m.now, projection{}
	if f.rules.Duration != nil {
		b.ends = later(m.now, f.rules.Duration.At(draw(m.cfg.Seed, drawDuration, uint64(f.id), f.invoked)))
	}
	f.invoked++
	deadline := m.now + f.rules.Timeout
	m.timers.set(&b.timer, deadline, timeoutTimer)
	m.wholeEntry(journal.InvocationStarted, b).Reason = start
	m.act(Action{
		Kind: Invoke, Function: f.id, Environment: e.id, Invocation: b.invocation, Mapping: b.mapping,
		Spans: b.spans, Attempt: b.attempt, Deadline: deadline, Records: b.records,
	})
	if len(m.armed) > 0 {
		m.disturbInvocation(b)
	}
}

// answered decides what a response means for the batch.
func (m *Machine) answered(b *batch, in *Input) {
	switch in.Outcome {
	case journal.Succeeded, journal.PartlyFailed:
		b.failed, b.done = b.failed[:0], b.done[:0]
		if in.Outcome == journal.PartlyFailed {
			b.failed, b.done = b.held(b.failed, in.Failed), b.held(b.done, in.Done)
			if m.mappings[b.mapping].rules.FromLowest {
				b.failFromLowest()
			}
		}
		if in.Outputs > 0 {
			b.state = batchPublishing
			m.act(Action{Kind: Publish, Invocation: b.invocation, Mapping: b.mapping, Function: b.function})
			return
		}
		m.succeeded(b)
	default:
		if in.Unreadable {
			m.warnOfIdentifiers(b, in.Reason)
		}
		m.fail(b, in.Outcome, in.Reason)
	}
}

func (m *Machine) published(in *Input) {
	b := m.invocations[in.Invocation]
	if b == nil || b.state != batchPublishing {
		return
	}
	if in.Err != "" {
		m.wholeEntry(journal.InvocationEnded, b).Outcome = journal.OutputFailed
		m.entries[len(m.entries)-1].Reason = in.Err
		m.fail(b, journal.OutputFailed, in.Err)
		return
	}
	m.succeeded(b)
}

// succeeded ends a batch, or the part of it that a partial response does not
// name; the rest is tried again (docs: kafka-retry-configurations, "retries just
// those specific items").
func (m *Machine) succeeded(b *batch) {
	if len(b.failed) == 0 {
		m.forget(b)
		m.finish(b, journal.Succeeded, "")
		return
	}
	m.end(b, b.done, journal.Succeeded, "")
	b.spans, b.failed, b.done = append(b.spans[:0], b.failed...), b.failed[:0], b.done[:0]
	b.count()
	b.bytes = 0 // what is left of the document is not known here
	m.measure(b)
	m.fail(b, journal.PartlyFailed, fmt.Sprintf("%d records named in batchItemFailures", b.records))
}

func (m *Machine) timedOut(b *batch) {
	f := &m.functions[b.function]
	// The text AWS shows; its unit is seconds with two decimals.
	hundredths := f.rules.Timeout / 10_000_000
	reason := fmt.Sprintf("Sandbox.Timedout: Task timed out after %d.%02d seconds", hundredths/100, hundredths%100)
	b.ranUntil = m.now
	e := m.wholeEntry(journal.InvocationEnded, b)
	e.Outcome, e.Reason, e.Measured.Took = journal.TimedOut, reason, f.rules.Timeout
	if b.response != nil {
		e.Measured.CPU, e.Measured.Memory = b.response.CPU, b.response.Memory
	}
	m.bill(e, b)
	m.kill(b, reason)
	m.fail(b, journal.TimedOut, reason)
}

// kill ends the environment of a batch at once.
func (m *Machine) kill(b *batch, reason string) {
	environment := b.environment
	b.environment = nil
	m.dropResponse(b)
	m.unhold(b)
	m.act(Action{Kind: Kill, Function: b.function, Environment: environment.id, Invocation: b.invocation})
	m.remove(environment, reason)
}

func (m *Machine) forget(b *batch) {
	if b.invocation == 0 {
		return
	}
	delete(m.invocations, b.invocation)
	m.act(Action{Kind: Forget, Invocation: b.invocation})
}
