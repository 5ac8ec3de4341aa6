package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// What this machine cannot hold. Config.MaxProcesses bounds the environments that
// are processes here, over all functions. It is no rule of a platform: a launch
// that would go over it waits, in order, and takes neither a throttle nor an
// attempt for it. Room is made by stopping an idle environment of another
// function, the one that was not used for the longest; provisioned ones last. A
// batch that waits also takes an environment of its own function that becomes
// idle, which needs no room.

const limitedByMachine = "limited by this machine, not by the platform"

// hasRoom says whether this machine can hold another environment of a function.
func (m *Machine) hasRoom(f *function) bool {
	return !f.rules.Process || m.cfg.MaxProcesses <= 0 || m.processes < m.cfg.MaxProcesses
}

// tryStart starts an environment if this machine can hold it.
func (m *Machine) tryStart(e *environment) bool {
	if !m.hasRoom(e.function) && !m.makeRoom(e.function, sparesNone) {
		return false
	}
	m.start(e)
	return true
}

// enqueue lets an environment wait for room.
func (m *Machine) enqueue(e *environment) {
	e.state = environmentQueued
	m.queued = append(m.queued, e)
	m.waitingEntry(e)
}

func (m *Machine) waitingEntry(e *environment) {
	m.environmentEntry(journal.EnvironmentWaiting, e).Reason = m.machineReason()
}

func (m *Machine) machineReason() string {
	return fmt.Sprintf("%s: maxProcesses %d", limitedByMachine, m.cfg.MaxProcesses)
}

// dequeue takes an environment out of those that wait, if it does: nobody needs
// it any more.
func (m *Machine) dequeue(e *environment) {
	m.queued = withoutEnvironment(m.queued, e)
	m.behind = withoutEnvironment(m.behind, e)
}

// startQueued starts what waits for room, as far as there is some. It is asked
// before a batch is routed: in one instant an invocation ends and the next one
// begins, so what waits would starve.
func (m *Machine) startQueued() {
	m.startBehind()
	for len(m.queued) > 0 {
		e := m.queued[0]
		if idle := m.anyIdle(e.function); idle != nil {
			m.dequeue(e)
			m.use(e.batch, idle)
			continue
		}
		if !m.hasRoom(e.function) && !m.makeRoom(e.function, sparesNone) {
			return
		}
		m.dequeue(e)
		m.start(e)
	}
	for len(m.replacing) > 0 {
		e := m.replacing[0]
		if !m.hasRoom(e.function) && !m.makeRoom(e.function, sparesProvisioned) {
			return
		}
		m.replacing = withoutEnvironment(m.replacing, e)
		m.provision(e)
	}
}

// anyIdle takes an idle environment, whatever its rate, or returns nil if there is
// none.
func (m *Machine) anyIdle(f *function) *environment {
	if len(f.ready) > 0 {
		return m.takeProvisioned(f)
	}
	return m.takeIdle(f)
}

// What makeRoom does not stop: a provisioned environment is not replaced at the cost
// of another one, or they would take each other's room for ever.
const (
	sparesNone        = false
	sparesProvisioned = true
)

// makeRoom stops the idle environment of another function that was not used for
// the longest. It returns false if there is none.
func (m *Machine) makeRoom(asking *function, spares bool) bool {
	var oldest, provisioned *environment
	for i := range m.functions {
		f := m.functions[i]
		if f == asking || !f.rules.Process {
			continue
		}
		oldest = older(oldest, f.idle)
		provisioned = older(provisioned, f.ready)
	}
	if oldest == nil && !spares {
		oldest = provisioned
	}
	if oldest == nil {
		return false
	}
	m.act(Action{Kind: Stop, Function: oldest.function.id, Environment: oldest.id})
	m.remove(oldest, m.machineReason()+"; "+asking.rules.Name+" needs the room")
	return true
}

// older returns the one that was not used for longer: e, or the first of a list
// in the order of last use.
func older(e *environment, list []*environment) *environment {
	if len(list) == 0 || e != nil && e.usedAt <= list[0].usedAt {
		return e
	}
	return list[0]
}

// limitProvisioned lets a function have only as many provisioned environments as
// this machine can hold beside those of others, so that the allocation ends.
func (m *Machine) limitProvisioned(f *function) {
	if !f.rules.Process || m.cfg.MaxProcesses <= 0 {
		return
	}
	left := m.cfg.MaxProcesses
	for i := range m.functions {
		if other := m.functions[i]; other != f && other.rules.Process {
			left -= other.wanted
		}
	}
	if left = max(left, 0); f.wanted > left {
		m.noteWarning(f, fmt.Sprintf("%s: %d of %d provisioned environments are allocated", m.machineReason(), left, f.wanted))
		f.wanted = left
	}
}

func (m *Machine) noteWarning(f *function, text string) {
	e := m.entry(journal.Warning)
	e.Function, e.Text = f.rules.Name, text
}
