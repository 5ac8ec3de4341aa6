package platform

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Provisioned concurrency: environments that are started ahead (docs:
// provisioned-concurrency). They are allocated when the function is deployed,
// which takes 1 to 2 minutes and at least as long as the platform's rate wants;
// none can be used until all of them are there. Each serves 10 requests a second.
// What is over their number or their rate spills over to environments on demand.
//
// They do not end by being idle. One that died is replaced; how long that takes
// is not documented, here as long as the first allocation.

// deployed allocates the provisioned concurrency of a function.
func (m *Machine) deployed(in *Input) {
	if in.Function < 0 || int(in.Function) >= len(m.functions) {
		return
	}
	f := m.functions[in.Function]
	if f.rules.Debugged {
		m.startDebugged(f)
		return
	}
	if f.isDeployed || f.rules.Provisioned <= 0 || m.draining || f.removed {
		return
	}
	f.isDeployed, f.wanted = true, f.rules.Provisioned
	m.limitProvisioned(f)
	f.allocatedAt = later(m.now, max(m.provisionDelay(f), int64(f.wanted)*f.rules.ProvisionedInterval))
	m.timers.set(&f.allocation, f.allocatedAt, allocationTimer)
	m.noteProvisioned(f, fmt.Sprintf("provisioned concurrency: allocating %d", f.wanted))
	for range f.wanted {
		m.provision(&environment{function: f, provisioned: true})
	}
}

func (m *Machine) noteProvisioned(f *function, text string) {
	e := m.entry(journal.Note)
	e.Function, e.Text = f.rules.Name, text
}

func (m *Machine) provisionDelay(f *function) int64 {
	n := f.provisions
	f.provisions++
	return between(draw(m.cfg.Seed, drawProvision, uint64(f.id), n), f.rules.ProvisionedMin, f.rules.ProvisionedMax)
}

// provision starts a provisioned environment, as soon as this machine has room.
func (m *Machine) provision(e *environment) {
	e.timer.environment = e
	if m.draining || e.function.removed {
		return
	}
	if !m.hasRoom(e.function) {
		e.state = environmentQueued
		m.replacing = append(m.replacing, e)
		m.waitingEntry(e)
		return
	}
	m.start(e)
}

// replace has a provisioned environment that is gone replaced: at once where it is gone
// because there is a new revision (revision.go).
func (m *Machine) replace(f *function, now bool) {
	if m.draining || f.removed {
		return
	}
	e := &environment{function: f, provisioned: true, state: environmentQueued}
	e.timer.environment = e
	at := m.now
	if !now {
		at = later(m.now, m.provisionDelay(f))
	}
	m.timers.set(&e.timer, at, provisionTimer)
}

// allocated makes the provisioned environments of a function usable, once all of
// them are there and the time of it has come.
func (m *Machine) allocated(f *function) {
	if f.isAllocated || m.now < f.allocatedAt {
		return
	}
	there := int32(0)
	for _, e := range f.live {
		if e.state == environmentAllocated {
			there++
		}
	}
	if there < f.wanted {
		return
	}
	f.isAllocated = true
	m.noteProvisioned(f, fmt.Sprintf("provisioned concurrency: %d allocated", f.wanted))
	for _, e := range f.live {
		if e.state == environmentAllocated {
			m.idle(e)
		}
	}
}

// provisionedReady takes a provisioned environment that is ready.
func (m *Machine) provisionedReady(e *environment) {
	if e.function.isAllocated || e.function.removed {
		m.idle(e)
		return
	}
	e.state = environmentAllocated
	m.allocated(e.function)
}

// hasProvisioned says whether a provisioned environment can take the next
// invocation of a function.
func (m *Machine) hasProvisioned(f *function) bool {
	return len(f.ready) > 0 && f.served.has(m.now) && (f.rules.Reserved < 0 || f.own.free())
}

// takeProvisioned takes the one that was used last.
func (m *Machine) takeProvisioned(f *function) *environment {
	f.served.take(m.now)
	e := f.ready[len(f.ready)-1]
	f.ready = f.ready[:len(f.ready)-1]
	return e
}

// kindOfStart says in the journal whether an invocation is on a provisioned
// environment or spilled over; "" where the function has no such.
func (e *environment) kindOfStart() string {
	switch {
	case e.provisioned:
		return journal.Provisioned
	case e.function.rules.Provisioned > 0:
		return journal.Spillover
	}
	return ""
}

// ProvisionedEnvironments is how many provisioned environments of a function can
// be used or are in use; 0 until all are allocated.
func (m *Machine) ProvisionedEnvironments(id FunctionID) (allocated int) {
	for _, e := range m.functions[id].live {
		if e.provisioned && (e.state == environmentIdle || e.state == environmentBusy) {
			allocated++
		}
	}
	return allocated
}
