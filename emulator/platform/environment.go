package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

type environmentState uint8

const (
	environmentStarting environmentState = iota // its init runs
	environmentCold                             // it is ready in fact, not yet in the model
	environmentIdle
	environmentBusy
)

// function is the state of a function.
type function struct {
	id       FunctionID
	rules    *Function
	own      limit          // of its reserved concurrency
	limit    *limit         // own, or the one of the account
	busy     int32          // open invocations, those that wait for an init included
	idle     []*environment // the one used last is last
	live     []*environment // all of them, in the order of their launches
	launched uint64
	idles    uint64 // draws of an idle lifetime
	invoked  uint64 // draws of a duration
}

// environment is the state of an execution environment.
type environment struct {
	id       EnvironmentID
	function *function
	state    environmentState
	batch    *batch // the one it was started for, or runs

	modelled int64 // the whole modelled cold start
	initTook int64 // the init in the model: the longer of the drawn and the real one
	isBilled bool  // its init is
	launched int64
	took     int64 // the real init
	timer    timer
}

// launch starts an environment. Its cold start is placement and download, then
// init, both drawn from the profile.
func (m *Machine) launch(f *function) *environment {
	m.lastEnvironment++
	e := &environment{id: m.lastEnvironment, function: f, launched: m.now}
	e.timer.environment = e
	n := f.launched
	f.launched++
	placement := f.rules.Placement.At(draw(m.cfg.Seed, drawPlacement, uint64(f.id), n))
	init := f.rules.Init.At(draw(m.cfg.Seed, drawInit, uint64(f.id), n))
	e.modelled, e.initTook = placement+init, init
	m.environments[e.id] = e
	f.live = append(f.live, e)
	m.timers.set(&e.timer, m.now+placement+f.rules.InitLimit, initTimer)
	entry := m.environmentEntry(journal.EnvironmentStarting, e)
	entry.Delay = e.modelled
	entry.Reason = fmt.Sprintf("placement %d ms, init %d ms", placement/1e6, init/1e6)
	m.act(Action{Kind: Launch, Function: f.id, Environment: e.id})
	return e
}

func (m *Machine) environmentEntry(kind journal.Kind, e *environment) *journal.Entry {
	entry := m.entry(kind)
	entry.Function, entry.Environment = e.function.rules.Name, uint32(e.id)
	return entry
}

// ready takes a finished init. The environment can be used when the modelled
// cold start is over too: delay is added to real work, never to delay.
func (m *Machine) ready(in *Input) {
	e := m.environments[in.Environment]
	if e == nil || e.state != environmentStarting {
		return
	}
	m.timers.cancel(&e.timer)
	e.took, e.state = in.Took, environmentCold
	e.initTook = max(e.initTook, min(in.Took, m.now-e.launched)) // in virtual time the real one took none
	if at := e.launched + e.modelled; at > m.now {
		m.timers.set(&e.timer, at, coldTimer)
		return
	}
	m.usable(e)
}

func (m *Machine) usable(e *environment) {
	entry := m.environmentEntry(journal.EnvironmentReady, e)
	entry.Delay, entry.Measured.Took = e.modelled, e.took
	if e.batch != nil {
		m.invoke(e.batch, e, journal.Cold)
		return
	}
	m.idle(e)
}

// idle puts an environment on top of the idle ones, for as long as the profile
// draws.
func (m *Machine) idle(e *environment) {
	f := e.function
	e.state, e.batch = environmentIdle, nil
	f.idle = append(f.idle, e)
	life := between(draw(m.cfg.Seed, drawIdle, uint64(f.id), f.idles), f.rules.IdleMin, f.rules.IdleMax)
	f.idles++
	m.timers.set(&e.timer, m.now+life, idleTimer)
}

func (m *Machine) idleExpired(e *environment) {
	m.act(Action{Kind: Stop, Function: e.function.id, Environment: e.id})
	m.remove(e, "idle")
}

// remove forgets an environment. The entry that says so is returned.
func (m *Machine) remove(e *environment, reason string) *journal.Entry {
	m.timers.cancel(&e.timer)
	delete(m.environments, e.id)
	f := e.function
	f.idle = withoutEnvironment(f.idle, e)
	f.live = withoutEnvironment(f.live, e)
	entry := m.environmentEntry(journal.EnvironmentGone, e)
	entry.Reason = reason
	return entry
}

func withoutEnvironment(list []*environment, e *environment) []*environment {
	for i := range list {
		if list[i] == e {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}

// gone takes the end of an environment's process. With an invocation open,
// Responded stands for it; if that did not come, this does.
func (m *Machine) gone(in *Input) {
	e := m.environments[in.Environment]
	if e == nil {
		return
	}
	b, state := e.batch, e.state
	switch {
	case b != nil && state == environmentBusy:
		m.died(b, in.Reason)
	case b != nil:
		m.initFailed(e, in.Reason)
	default:
		// No invocation tells of it.
		m.remove(e, in.Reason).Outcome = journal.Exited
	}
}

func (m *Machine) initError(in *Input) {
	if e := m.environments[in.Environment]; e != nil && e.state == environmentStarting {
		e.took = in.Took
		m.initFailed(e, in.Reason)
	}
}

// initTimedOut ends an init that took longer than the platform's limit. AWS
// would try it again inside the first invocation, under the function's timeout;
// here the invocation fails, and its retry starts another environment.
func (m *Machine) initTimedOut(e *environment) {
	m.act(Action{Kind: Kill, Function: e.function.id, Environment: e.id})
	m.initFailed(e, fmt.Sprintf("init took longer than %d ms", e.function.rules.InitLimit/1e6))
}

// initFailed ends an environment that did not become ready, and the invocation
// that waited for it.
func (m *Machine) initFailed(e *environment, reason string) {
	b := e.batch
	e.batch = nil
	entry := m.remove(e, reason)
	if b == nil { // no invocation tells of it
		entry.Outcome = journal.InitFailed
		return
	}
	b.environment = nil
	b.ranUntil = m.now
	m.unhold(b)
	entry = m.wholeEntry(journal.InvocationEnded, b)
	entry.Environment = uint32(e.id)
	entry.Outcome, entry.Reason, entry.Measured.Took = journal.InitFailed, reason, e.took
	m.fail(b, journal.InitFailed, reason)
}
