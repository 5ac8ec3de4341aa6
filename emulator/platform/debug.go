package platform

import (
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A function that is debugged (Function.Debugged) may stand at a breakpoint for as long
// as somebody thinks. Nothing of it may end meanwhile, and nobody who waits for it may
// lose by that:
//
//   - it has one environment, to which the debugger is attached, and which is started as
//     soon as it can be (Deployed); invocations beyond it wait for it in order, as for
//     room on this machine, and are neither throttled nor tried in vain for it. Nor do
//     they take anything from the account;
//   - its environment has no init limit, no keep-alive, no lifetime, and is not stopped
//     for the room of others; invocations have no timeout, and their time is not projected;
//   - records and events that wait do not become too old;
//   - the number of its mappings' pollers does not change, so that no rebalance takes a
//     batch away;
//   - when the run ends, what it runs is given up at once, and not committed.
//
// What its handler returns counts as ever: a batch that fails is tried again, and its
// retries can be exhausted.

// DebuggedTimeout is what the handler of such a function is told to have left: there must
// be a deadline, and nothing happens when it has passed.
const DebuggedTimeout = int64(24 * time.Hour)

// SettleDebugged sets the rules that functions have while they are debugged, and those of
// their mappings. New does it, too; who compares rules with those of a machine does it
// before. To do it twice changes nothing.
func (c *Config) SettleDebugged() {
	for i := range c.Functions {
		c.Functions[i].settleDebugged()
	}
	for i := range c.Mappings {
		if r := &c.Mappings[i]; c.Functions[r.Function].Debugged {
			r.settleDebugged()
		}
	}
}

func (r *Mapping) settleDebugged() {
	r.MaxAge = 0
	r.PollersMin, r.PollersMax = r.Pollers, r.Pollers
}

func (r *Function) settleDebugged() {
	if !r.Debugged {
		return
	}
	r.Timeout, r.MemoryPerCPU, r.Async.MaxAge = DebuggedTimeout, 0, 0
	r.LifeMin, r.LifeMax, r.Proactive, r.Provisioned = 0, 0, 0, 0
	r.RequestsPerEnvironment, r.ScalingMost, r.Process = 0, 0, false
	if r.Reserved > 0 { // what is switched off stays so
		r.Reserved = -1
	}
}

// startDebugged starts the environment of a function that is debugged before anybody needs
// it: a debugger is attached, and breakpoints are set, before the first event.
func (m *Machine) startDebugged(f *function) {
	if m.draining || f.removed || len(f.live) > 0 {
		return
	}
	e := &environment{function: f}
	e.timer.environment = e
	m.start(e)
}

const behindDebugger = "one environment while it is debugged"

// waitBehind lets a batch wait for the one environment of a function that is debugged.
func (m *Machine) waitBehind(e *environment) {
	e.state = environmentQueued
	m.behind = append(m.behind, e)
	m.environmentEntry(journal.EnvironmentWaiting, e).Reason = behindDebugger
}

// startBehind goes on with what waits for the one environment of its function. As
// startQueued it is asked before another batch is routed.
func (m *Machine) startBehind() {
	for i := 0; i < len(m.behind); {
		e := m.behind[i]
		idle := m.takeIdle(e.function)
		if idle == nil && len(e.function.live) > 0 {
			i++
			continue
		}
		m.behind = withoutEnvironment(m.behind, e)
		if idle != nil {
			m.use(e.batch, idle)
		} else {
			m.start(e)
		}
	}
}

// endsDebugged is why a run that ends does not wait for a breakpoint.
const endsDebugged = "the run ends, and does not wait for a debugger"

// giveUpDebugged ends what functions run that are debugged, at the end of a run: it may
// never end by itself. Their partitions have been revoked, so that nothing of it is
// committed, or tried again here.
func (m *Machine) giveUpDebugged() {
	for _, e := range slices.Clone(m.behind) {
		m.giveUpUnstarted(e)
	}
	for i := range m.functions {
		f := m.functions[i]
		if !f.rules.Debugged {
			continue
		}
		for _, e := range slices.Clone(f.live) {
			switch b := e.batch; {
			case b == nil:
			case b.state == batchLaunching:
				m.giveUpUnstarted(e)
			default:
				m.giveUpRunning(b)
				m.noteWarning(f, "1 invocation was ended: "+endsDebugged)
			}
		}
	}
}

// giveUpUnstarted ends a request whose environment is not there yet. Batches of mappings
// have left by the revocation of their partitions.
func (m *Machine) giveUpUnstarted(e *environment) {
	b := e.batch
	if b.request == nil {
		return
	}
	m.dequeue(e)
	e.batch, b.environment = nil, nil
	m.unhold(b)
	m.endGivenUp(b)
}

// giveUpRunning ends an invocation that began.
func (m *Machine) giveUpRunning(b *batch) {
	m.timers.cancel(&b.timer)
	b.ranUntil = m.now
	e := m.invocationEntry(journal.InvocationEnded, b)
	e.Outcome, e.Reason, e.Measured.Took = journal.Abandoned, endsDebugged, m.now-b.began
	m.kill(b, endsDebugged)
	m.forget(b)
	if b.request != nil {
		m.endGivenUp(b)
		return
	}
	b.state, b.waited = batchWaiting, true
	if m.leaveRevoked(b); len(b.spans) == 0 {
		m.finish(b, journal.Abandoned, "")
	}
}

// endGivenUp ends a request that is not answered any more.
func (m *Machine) endGivenUp(b *batch) {
	if b.request.isEvent {
		m.abandon(b)
		m.warnUndelivered(b.function, 1)
		return
	}
	m.act(Action{Kind: Respond, Request: b.request.id, Function: b.function, Refused: RefusedStopping, Reason: endsDebugged})
	m.endRequest(b)
}
