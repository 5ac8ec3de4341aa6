package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// An environment in which an invocation has crashed, timed out or run out of
// memory is reset and not destroyed: its processes end, and its temporary files
// stay. The next invocation on it begins with an init, under the function's
// timeout; that is called suppressed because no Init Duration tells of it (docs:
// lambda-runtime-environment, failures during the invoke phase).
//
// An init that fails, or takes longer than its limit, before the first invocation
// is tried again inside that, with the function's timeout as its limit (docs:
// lambda-runtime-environment, init phase). The platform's log calls the one phase
// init and the other phase invoke, and so do the reasons in the journal: they begin
// with PhaseInit.
const (
	PhaseInit   = "phase init: "
	phaseInvoke = "phase invoke: "
)

// InitTookLonger begins the reason of an init that took longer than its limit.
const InitTookLonger = "init took longer than "

// reset notes that the processes of an environment have ended, or do so now, and
// lets it be idle without them. Whether it goes on top of the idle ones is not
// documented; it was the one used last.
func (m *Machine) reset(e *environment, reason string) {
	m.resetEntry(e, reason)
	m.idle(e)
}

func (m *Machine) resetEntry(e *environment, reason string) *journal.Entry {
	e.isReset, e.called, e.initTook = true, false, 0
	entry := m.environmentEntry(journal.EnvironmentReset, e)
	entry.Reason = reason
	return entry
}

// launchedOf returns the environment that an input is about, or nil if that is
// gone, has no process, or was started again since.
func (m *Machine) launchedOf(in *Input) *environment {
	e := m.environments[in.Environment]
	if e == nil || e.isReset || in.Launch != 0 && in.Launch != e.launch {
		return nil
	}
	return e
}

// gone takes the end of an environment's process. With an invocation open,
// Responded stands for it; if that did not come, this does.
func (m *Machine) gone(in *Input) {
	e := m.launchedOf(in)
	if e == nil {
		return
	}
	switch b := e.batch; {
	case b != nil && e.state == environmentBusy:
		m.died(b, in.Reason)
	case b != nil:
		m.initFailed(e, in.Reason)
	case e.provisioned:
		m.lose(e, in.Reason).Outcome = journal.Exited
	default: // no invocation tells of it
		m.resetEntry(e, in.Reason).Outcome = journal.Exited
		if e.state != environmentIdle {
			m.idle(e)
		}
	}
}

// lose gives up a provisioned environment that no invocation has: it is replaced
// (docs: provisioned-concurrency).
func (m *Machine) lose(e *environment, reason string) *journal.Entry {
	m.act(Action{Kind: Stop, Function: e.function.id, Environment: e.id})
	return m.remove(e, reason)
}

func (m *Machine) initError(in *Input) {
	if e := m.launchedOf(in); e != nil && e.state == environmentStarting {
		e.took = in.Took
		m.initFailed(e, in.Reason)
	}
}

// initTimedOut ends an init that took longer than the platform's limit.
func (m *Machine) initTimedOut(e *environment) {
	m.act(Action{Kind: Kill, Function: e.function.id, Environment: e.id})
	m.initFailed(e, fmt.Sprintf("%s%d ms", InitTookLonger, e.initLimit()/1e6))
}

// initFailed ends an init: one before the first invocation is tried again inside
// that, if there is one, and one inside an invocation fails it.
func (m *Machine) initFailed(e *environment, reason string) {
	b := e.batch
	if b != nil && b.state == batchInitializing {
		m.invocationInitFailed(b, e, reason)
		return
	}
	if b == nil && e.provisioned {
		m.lose(e, PhaseInit+reason).Outcome = journal.InitFailed
		return
	}
	m.timers.cancel(&e.timer)
	m.resetEntry(e, PhaseInit+reason).Outcome = journal.InitFailed
	if b == nil {
		m.idle(e)
		return
	}
	m.begin(b, e, journal.Cold)
	m.reinit(e, "init again")
}

func (m *Machine) invocationInitFailed(b *batch, e *environment, reason string) {
	m.timers.cancel(&b.timer)
	b.ranUntil = m.now
	b.suppressed = m.now - b.began
	entry := m.invocationEntry(journal.InvocationEnded, b)
	entry.Outcome, entry.Reason, entry.Measured.Took = journal.InitFailed, reason, e.took
	m.bill(entry, b)
	m.noteEnd(b, journal.InitFailed, reason, 0)
	b.environment = nil
	m.unhold(b)
	m.reset(e, phaseInvoke+reason)
	m.fail(b, journal.InitFailed, reason)
}

// reinit starts the processes of an environment again, inside an invocation that
// has begun. There is no placement and no limit but the function's timeout.
func (m *Machine) reinit(e *environment, what string) {
	f := e.function
	e.init = f.rules.Init.At(draw(m.cfg.Seed, drawReinit, uint64(f.id), f.reinits))
	f.reinits++
	e.launch++
	e.state, e.isReset = environmentStarting, false
	e.modelled, e.launched = e.init, m.now
	entry := m.environmentEntry(journal.EnvironmentStarting, e)
	entry.Invocation, entry.Delay = uint64(e.batch.invocation), e.init
	entry.Reason = fmt.Sprintf("%s%s %d ms", phaseInvoke, what, e.init/1e6)
	m.act(Action{Kind: Launch, Function: f.id, Environment: e.id, Launch: e.launch, Revision: e.revision})
}

// reinitialized goes on with an invocation after the init inside it.
func (m *Machine) reinitialized(b *batch, e *environment) {
	b.suppressed, e.initTook = m.now-b.began, 0
	if b.request == nil && len(b.spans) == 0 { // all its partitions were lost meanwhile
		m.ended(b, &Input{Kind: Responded, Invocation: b.invocation, Outcome: journal.Abandoned,
			Reason: "its partitions were lost before the handler saw it"})
		return
	}
	m.handOver(b, e)
}
