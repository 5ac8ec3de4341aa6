package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// bucket is a token bucket in integers: most tokens in a period, refilled
// continuously, and never more than most of them, so that a rate that was not
// used does not accumulate (docs: scaling-behavior). Its zero value does not
// limit. It is full at world time 0.
type bucket struct {
	most, period int64 // period in ns; 0 does not limit
	level        int64 // tokens, each worth period
	at           int64 // when level was right
}

func newBucket(most, period int64) bucket {
	if most <= 0 || period <= 0 {
		return bucket{}
	}
	return bucket{most: most, period: period, level: most * period}
}

// has says whether a token is there.
func (k *bucket) has(now int64) bool {
	if k.period == 0 {
		return true
	}
	if now > k.at {
		k.level = min(k.level+min(now-k.at, k.period)*k.most, k.most*k.period)
		k.at = now
	}
	return k.level >= k.period
}

// take takes a token, if one is there.
func (k *bucket) take(now int64) {
	if k.has(now) && k.period > 0 {
		k.level -= k.period
	}
}

// next is when a token is there.
func (k *bucket) next(now int64) int64 {
	if k.has(now) {
		return now
	}
	return later(now, (k.period-k.level+k.most-1)/k.most)
}

// refusal is what keeps an invocation from starting.
type refusal uint8

const (
	admitted     refusal = iota
	overLimit            // concurrency: the account's, or what is reserved
	overRequests         // requests a second
	overScaling          // new environments in a period
)

// setRates gives each function its rates.
//
// Requests: each environment serves 10 a second, and so a function ten times its
// concurrency (docs: gettingstarted-limits): here what is reserved, or what the
// account has. That one second's worth may come at once is not documented.
func (m *Machine) setRates() {
	for i := range m.functions {
		m.setScaling(m.functions[i])
		m.setRate(m.functions[i])
	}
}

// setScaling gives a function the rate of its new environments.
func (m *Machine) setScaling(f *function) {
	f.rateTimer.function, f.allocation.function = f, f
	f.scaling = newBucket(int64(f.rules.ScalingMost), f.rules.ScalingPeriod)
	f.scalingRule = fmt.Sprintf("%d new environments every %s", f.rules.ScalingMost, journal.Duration(f.rules.ScalingPeriod))
}

// setRate gives a function the rates that its concurrency makes.
func (m *Machine) setRate(f *function) {
	concurrency := m.cfg.AccountConcurrency
	if f.rules.Reserved >= 0 {
		concurrency = f.rules.Reserved
	}
	each := int64(f.rules.RequestsPerEnvironment)
	f.requests = newBucket(each*int64(concurrency), 1e9)
	f.served = newBucket(each*int64(f.rules.Provisioned), 1e9)
	f.requestsRule = fmt.Sprintf("%d requests/s for each environment, of %d", each, concurrency)
}

// isCounted says whether the invocations of a batch count as requests: synchronous
// ones do, those of events do not (docs: gettingstarted-limits).
func (m *Machine) isCounted(b *batch) bool {
	if b.request != nil {
		return !b.request.isEvent
	}
	return !m.mappings[b.mapping].rules.RequestsUncounted
}

// refusal says what keeps an invocation of a batch from starting now.
func (m *Machine) refusal(f *function, b *batch) refusal {
	isProvisioned := m.hasProvisioned(f)
	switch {
	case !isProvisioned && !f.limit.free():
		return overLimit
	case m.isCounted(b) && !f.requests.has(m.now):
		return overRequests
	case !isProvisioned && !m.hasIdle(f) && !f.scaling.has(m.now):
		return overScaling
	}
	return admitted
}

// throttleByRate lets a batch wait for a rate of its function: for its back-off,
// or where that is 0 until a token is there.
//
// Reasons. Those of requests have names of their own. Which one stands for the
// scaling rate is not documented; it bounds how fast the concurrency grows, and
// what was seen of bursts that grew faster is the one of the concurrency. The
// entry's Text says which rule it is.
func (m *Machine) throttleByRate(b *batch, f *function, why refusal) {
	reason, rule := f.rateReason(why)
	if b.isWaitedFor() {
		m.refuseThrottled(b, reason, reason, rule)
		return
	}
	if !b.rated {
		moved := b.limited
		f.limit.leave(b)
		b.rated = true
		f.rated = append(f.rated, b)
		if moved {
			m.wake(f.limit)
		}
	}
	b.throttles++
	delay := m.throttleDelay(b)
	m.throttledEntry(b, delay, reason).Text = rule
	if delay > 0 {
		m.timers.set(&b.timer, m.now+delay, retryTimer)
	}
	m.wakeRates(f)
}

// rateReason is what a client is told, and which rule it is.
func (f *function) rateReason(why refusal) (reason, rule string) {
	switch {
	case why != overRequests:
		return "ConcurrentInvocationLimitExceeded", f.scalingRule
	case f.rules.Reserved >= 0:
		return "ReservedFunctionInvocationRateLimitExceeded", f.requestsRule
	}
	return "FunctionInvocationRateLimitExceeded", f.requestsRule
}

// leaveRates takes a batch out of those that wait for a rate, if it does.
func (f *function) leaveRates(b *batch) {
	if !b.rated {
		return
	}
	b.rated = false
	for i := range f.rated {
		if f.rated[i] == b {
			f.rated = append(f.rated[:i], f.rated[i+1:]...)
			return
		}
	}
}

// wakeRates lets the first batch that has no back-off to wait for try again, now
// or when the tokens that it needs are there.
func (m *Machine) wakeRates(f *function) {
	for _, b := range f.rated {
		if b.timer.index != 0 {
			continue
		}
		if at := m.tokensAt(f, b); at > m.now {
			m.timers.set(&f.rateTimer, at, rateTimer)
		} else {
			m.timers.set(&b.timer, m.now, retryTimer)
		}
		return
	}
	m.timers.cancel(&f.rateTimer)
}

func (m *Machine) tokensAt(f *function, b *batch) int64 {
	at := m.now
	if m.isCounted(b) {
		at = f.requests.next(m.now)
	}
	if !m.hasIdle(f) && !m.hasProvisioned(f) {
		at = max(at, f.scaling.next(m.now))
	}
	return at
}
