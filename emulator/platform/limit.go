package platform

import (
	"math"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// limit is how many invocations may be open at once: the reserved concurrency of
// a function, or what the account has left for all functions without one.
type limit struct {
	most, open int32
	// reason is the Reason of TooManyRequestsException (botocore model,
	// 2026-08-07).
	reason string
	// waiting are the batches that were throttled by it, in the order of their
	// first throttle.
	waiting []*batch
}

func (l *limit) free() bool { return l.open < l.most }

// leave takes a batch out of those that wait, if it does.
func (l *limit) leave(b *batch) {
	if !b.limited {
		return
	}
	b.limited = false
	for i := range l.waiting {
		if l.waiting[i] == b {
			l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
			return
		}
	}
}

// setLimits gives each function its limit.
func (m *Machine) setLimits() {
	m.unreserved = limit{most: m.cfg.AccountConcurrency, reason: "ConcurrentInvocationLimitExceeded"}
	for i := range m.functions {
		f := m.functions[i]
		m.unreserved.most -= f.setAside()
		m.setLimit(f)
	}
}

// setAside is what a function takes from the account: its reserved concurrency, or
// else what is provisioned, which counts against the account (docs:
// provisioned-concurrency).
func (f *function) setAside() int32 {
	if f.rules.Reserved >= 0 {
		return f.rules.Reserved
	}
	return f.rules.Provisioned
}

// setLimit gives a function a limit of its own, if it has reserved concurrency.
func (m *Machine) setLimit(f *function) {
	f.limit = &m.unreserved
	if f.rules.Debugged && f.rules.Reserved < 0 { // what waits for its environment takes nothing from others
		f.own.most, f.limit = math.MaxInt32, &f.own
		return
	}
	if r := f.rules.Reserved; r >= 0 {
		f.own.most, f.own.reason = r, "ReservedFunctionConcurrentInvocationLimitExceeded"
		f.limit = &f.own
	}
}

// hold and unhold count an open invocation of a function. What runs on
// provisioned concurrency is counted with it, unless the function has reserved
// some, of which it is a part.
func (m *Machine) hold(b *batch, f *function, isProvisioned bool) {
	f.busy++
	if isProvisioned && f.rules.Reserved < 0 {
		return
	}
	f.open++
	b.under = f.limit
	b.under.open++
}

func (m *Machine) unhold(b *batch) {
	f := m.functions[b.function]
	f.busy--
	if l := b.under; l != nil {
		b.under = nil
		f.open--
		l.open--
		m.wake(l)
	}
}

// throttle lets a batch wait. A throttle is no attempt: it never reached the
// function (docs: invocation-eventsourcemapping). The back-off is undocumented;
// one of 0 waits for the limit and nothing else.
func (m *Machine) throttle(b *batch, l *limit) {
	if b.isWaitedFor() {
		m.refuseThrottled(b, l.reason, l.reason, "")
		return
	}
	if !b.limited {
		f := m.functions[b.function]
		moved := b.rated
		f.leaveRates(b)
		b.limited = true
		l.waiting = append(l.waiting, b)
		if moved {
			m.wakeRates(f)
		}
	}
	b.throttles++
	delay := m.throttleDelay(b)
	m.throttledEntry(b, delay, l.reason)
	if f := m.functions[b.function]; delay > 0 {
		m.timers.set(&b.timer, m.now+delay, retryTimer)
	} else if len(f.ready) > 0 && !f.served.has(m.now) { // provisioned, and over its rate
		m.timers.set(&b.timer, f.served.next(m.now), retryTimer)
	}
}

func (m *Machine) throttledEntry(b *batch, delay int64, reason string) *journal.Entry {
	b.state, b.waited = batchWaiting, true
	m.noteThrottle(b)
	e := m.wholeEntry(journal.Throttled, b)
	e.Delay, e.Reason = delay, reason
	return e
}

// stopWaiting ends the wait of a batch for time, for its limit and for a revision.
func (m *Machine) stopWaiting(b *batch) {
	m.timers.cancel(&b.timer)
	m.unkeep(b, m.leftReason())
	b.throttles = 0
	f := m.functions[b.function]
	if b.limited {
		f.limit.leave(b)
		m.wake(f.limit)
	}
	if b.rated {
		f.leaveRates(b)
		m.wakeRates(f)
	}
}

// admit starts the batches that were throttled, as far as the limit allows, in
// front of one that comes later. Without this they would starve: here an
// invocation ends and the next one of its poller begins in the same instant, so
// that no back-off ever ends in between.
func (m *Machine) admit(f *function) {
	for b := m.nextWaiting(f); b != nil; b = m.nextWaiting(f) {
		m.dispatch(b) // it does not wait for the same any more
	}
}

// nextWaiting returns a batch that waits and need not, or nil: the first one of
// the function's limit, which may be of another function and then wait for a rate
// of that; or the first one of the function's rates or provisioned concurrency.
func (m *Machine) nextWaiting(f *function) *batch {
	l := f.limit
	if len(l.waiting) > 0 && l.free() {
		return l.waiting[0]
	}
	if len(f.rated) > 0 && m.refusal(f, f.rated[0]) == admitted {
		return f.rated[0]
	}
	if b := m.firstLimited(f); b != nil && m.refusal(f, b) == admitted {
		return b
	}
	return nil
}

// firstLimited returns the first batch of a function that waits for its limit
// while a provisioned environment is free, or nil.
func (m *Machine) firstLimited(f *function) *batch {
	if !m.hasProvisioned(f) {
		return nil
	}
	for _, b := range f.limit.waiting {
		if b.function == f.id {
			return b
		}
	}
	return nil
}

// wake lets the first batch that has no back-off to wait for try again.
func (m *Machine) wake(l *limit) {
	if !l.free() {
		return
	}
	for _, b := range l.waiting {
		if b.timer.index == 0 {
			m.timers.set(&b.timer, m.now, retryTimer)
			return
		}
	}
}
