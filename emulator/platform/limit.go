package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

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
		f := &m.functions[i]
		f.limit = &m.unreserved
		if r := f.rules.Reserved; r >= 0 {
			m.unreserved.most -= r
			f.own = limit{most: r, reason: "ReservedFunctionConcurrentInvocationLimitExceeded"}
			f.limit = &f.own
		}
	}
}

// hold and unhold count an open invocation of a function.
func (m *Machine) hold(f *function) {
	f.busy++
	f.limit.open++
}

func (m *Machine) unhold(b *batch) {
	f := &m.functions[b.function]
	f.busy--
	f.limit.open--
	m.wake(f.limit)
}

// throttle lets a batch wait. A throttle is no attempt: it never reached the
// function (docs: invocation-eventsourcemapping). The back-off is undocumented;
// one of 0 waits for the limit and nothing else.
func (m *Machine) throttle(b *batch, l *limit) {
	if b.isWaitedFor() {
		m.refuseThrottled(b, l, l.reason)
		return
	}
	if !b.limited {
		b.limited = true
		l.waiting = append(l.waiting, b)
	}
	b.throttles++
	delay := m.throttleDelay(b)
	m.throttledEntry(b, delay, l.reason)
	if delay > 0 {
		m.timers.set(&b.timer, m.now+delay, retryTimer)
	}
}

func (m *Machine) throttledEntry(b *batch, delay int64, reason string) {
	b.state, b.waited = batchWaiting, true
	e := m.wholeEntry(journal.Throttled, b)
	e.Delay, e.Reason = delay, reason
}

// stopWaiting ends the wait of a batch for time and for its limit.
func (m *Machine) stopWaiting(b *batch) {
	m.timers.cancel(&b.timer)
	b.throttles = 0
	if b.limited {
		l := m.functions[b.function].limit
		l.leave(b)
		m.wake(l)
	}
}

// admit starts the batches that were throttled, as far as the limit allows, in
// front of one that comes later. Without this they would starve: here an
// invocation ends and the next one of its poller begins in the same instant, so
// that no back-off ever ends in between.
func (m *Machine) admit(l *limit) {
	for len(l.waiting) > 0 && l.free() {
		m.dispatch(l.waiting[0])
	}
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
