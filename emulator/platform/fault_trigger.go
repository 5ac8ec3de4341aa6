package platform

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// fault is the state of a fault.
type fault struct {
	Fault
	id         FaultID
	reason     string // in the journal
	candidates uint64
	fired      uint64
	timer      timer // of one that waits for no candidate
	isGone     bool  // it was removed, or refused
}

// Faults is how many faults were added, those included that were removed: the id
// of the next one.
func (m *Machine) Faults() int { return len(m.faults) }

// FaultFired is how often a fault has fired; 0 if there is none with that id.
func (m *Machine) FaultFired(id FaultID) uint64 {
	if id < 0 || int(id) >= len(m.faults) {
		return 0
	}
	return m.faults[id].fired
}

func (m *Machine) faultAdded(in *Input) {
	if in.Fault == nil {
		m.warn("a fault was added that is not there")
		return
	}
	if err := in.Fault.Validate(len(m.functions)); err != nil {
		m.refuse(err)
		return
	}
	m.arm(m.newFault(in.Fault))
}

// configuredFaults adds those of the configuration. One that is not valid keeps
// its number, which is its position, and never fires.
func (m *Machine) configuredFaults() {
	for i := range m.cfg.Faults {
		f := m.newFault(&m.cfg.Faults[i])
		if err := f.Validate(len(m.functions)); err != nil {
			m.refuse(err)
			f.isGone = true
			continue
		}
		m.arm(f)
	}
}

func (m *Machine) refuse(err error) {
	m.warn("fault refused: " + strings.ReplaceAll(err.Error(), "\n", "; "))
}

func (m *Machine) warn(text string) { m.entry(journal.Warning).Text = text }

func (m *Machine) newFault(rules *Fault) *fault {
	f := &fault{Fault: *rules, id: FaultID(len(m.faults)), reason: rules.words()}
	f.timer.fault = f
	m.faults = append(m.faults, f)
	return f
}

// arm lets a fault fire from now on, unless its time is over.
func (m *Machine) arm(f *fault) {
	switch {
	case f.Until != 0 && f.Until <= m.now:
	case f.isTimed():
		m.timers.set(&f.timer, max(f.From, m.now), faultTimer)
	default:
		m.armed = append(m.armed, f)
	}
}

func (m *Machine) faultRemoved(in *Input) {
	if in.FaultID < 0 || int(in.FaultID) >= len(m.faults) {
		m.warn(fmt.Sprintf("fault %d cannot be removed, there are %d", in.FaultID, len(m.faults)))
		return
	}
	f := m.faults[in.FaultID]
	if !f.isGone && f.fired > 0 {
		m.allow(f)
	}
	f.isGone = true
	m.timers.cancel(&f.timer)
	m.armed = slices.DeleteFunc(m.armed, func(other *fault) bool { return other == f })
}

// triggered counts a candidate of a function and says whether it lets the fault
// fire.
func (m *Machine) triggered(f *fault, function FunctionID) bool {
	if f.Function >= 0 && f.Function != function {
		return false
	}
	n := f.candidates
	f.candidates++
	switch {
	case m.now < f.From, f.Until != 0 && m.now >= f.Until, f.Nth != 0 && f.Nth != f.candidates:
		return false
	case f.Probability == 0:
		return true
	}
	millionths, _ := bits.Mul64(draw(m.cfg.Seed, drawFault, uint64(f.id), n), 1_000_000)
	return millionths < uint64(f.Probability)
}

func (f *fault) spent() bool {
	return f.fired > 0 && (f.Nth != 0 || f.Times != 0 && f.fired >= f.Times)
}

// fired journals that a fault fires; b is the batch that triggered it, nil if
// none did.
func (m *Machine) fired(f *fault, b *batch) *journal.Entry {
	f.fired++
	e := m.entry(journal.FaultInjected)
	e.Reason, e.Delay = f.reason, f.Delay
	if b != nil {
		e.Function, e.Batch, e.Request = m.functions[b.function].rules.Name, b.number, uint64(b.requestID())
		if b.request == nil {
			e.Mapping = m.mappings[b.mapping].rules.Name
		}
	}
	return e
}

// disarm drops the faults that cannot fire any more.
func (m *Machine) disarm() {
	m.armed = slices.DeleteFunc(m.armed, func(f *fault) bool { return f.spent() || f.Until != 0 && m.now >= f.Until })
}

// faultDue fires a fault that waits for no candidate.
func (m *Machine) faultDue(f *fault) {
	if f.Kind == FaultDeny {
		m.denyDue(f)
		return
	}
	m.fired(f, nil)
	m.disturb(f)
}

// denyDue begins or ends a FaultDeny.
func (m *Machine) denyDue(f *fault) {
	if f.fired > 0 {
		m.allow(f)
		return
	}
	m.fired(f, nil)
	m.act(Action{Kind: Deny, Fault: f.id})
	if f.Until != 0 {
		m.timers.set(&f.timer, f.Until, faultTimer)
	}
}

// allow ends what a FaultDeny denies. It may have ended before.
func (m *Machine) allow(f *fault) {
	if f.Kind == FaultDeny {
		m.act(Action{Kind: Allow, Fault: f.id})
	}
}

// disturb does what a fault does to others than an invocation or a batch.
func (m *Machine) disturb(f *fault) {
	switch f.Kind {
	case FaultRebalance:
		for i := range m.mappings {
			if f.Function < 0 || f.Function == m.mappings[i].rules.Function {
				m.act(Action{Kind: Rebalance, Mapping: MappingID(i)})
			}
		}
	case FaultBrokerDown:
		m.act(Action{Kind: BrokerDown, Delay: f.Delay})
	}
}

// disturbInvocation fires the faults that an invocation triggers. Its Invoke is
// the last action.
func (m *Machine) disturbInvocation(b *batch) {
	invoke := len(m.actions) - 1
	for _, f := range m.armed {
		if f.Kind == FaultThrottle || !m.triggered(f, b.function) || f.Kind == FaultCrash && b.crash != CrashNone {
			continue
		}
		e := m.fired(f, b)
		e.Invocation, e.Environment = uint64(b.invocation), uint32(b.environment.id)
		switch f.Kind {
		case FaultCrash:
			b.crash = CrashBefore
			if f.After {
				b.crash = CrashAfter
			}
			m.actions[invoke].Crash = b.crash
		case FaultSlow:
			b.slower = later(b.slower, f.Delay)
		default:
			m.disturb(f)
		}
	}
	m.disarm()
}

// throttledByFault throttles a batch that would be admitted, if a fault wants
// it, and reports whether one did.
func (m *Machine) throttledByFault(b *batch) bool {
	for _, f := range m.armed {
		if f.Kind == FaultThrottle && m.triggered(f, b.function) {
			m.fired(f, b)
			m.throttleOnPurpose(b, f.Delay)
			m.disarm()
			return true
		}
	}
	return false
}

// faultThrottled is why a batch waits that a fault throttled.
const faultThrottled = "fault: throttled"

// throttleMin is how long a batch waits that a fault throttled where a throttle
// has no back-off: it cannot wait for a limit that is free.
const throttleMin = 100e6

// throttleOnPurpose lets a batch wait although the limit is free. So it does not
// stand with those that wait for the limit, which are asked whenever that is
// free, and passes its turn on to them.
func (m *Machine) throttleOnPurpose(b *batch, delay int64) {
	f := m.functions[b.function]
	f.limit.leave(b)
	f.leaveRates(b)
	if b.isWaitedFor() {
		m.refuseThrottled(b, f.limit.reason, faultThrottled, "")
		m.wake(f.limit)
		m.wakeRates(f)
		return
	}
	b.throttles++
	if delay == 0 {
		delay = m.throttleDelay(b)
	}
	if delay == 0 {
		delay = throttleMin
	}
	if b.request != nil { // an event is given up when it is too old, whatever it waits for
		delay = m.untilExpiry(b, delay)
	}
	m.throttledEntry(b, delay, faultThrottled)
	m.timers.set(&b.timer, later(m.now, delay), retryTimer)
	m.wake(f.limit)
	m.wakeRates(f)
}
