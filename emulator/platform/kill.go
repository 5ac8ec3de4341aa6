package platform

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Killed is why an environment ends that somebody wants to be gone at once.
const Killed = "killed by the user"

// exitKilled is how the invocation on it ends, in the words of the platform.
const exitKilled = "Runtime.ExitError: Runtime exited with error: signal: killed (" + Killed + ")"

// killed ends an environment at once, as when the machine under it fails: its processes
// and its temporary files are gone, and nothing resets it. What runs on it has exited; a
// batch that waits for its init gets another one, in the same place, for nothing has begun
// on it (revision.go). A provisioned one is replaced as one that died.
//
// It is what a user asks for and no rule of a platform.
func (m *Machine) killed(in *Input) {
	e := m.environments[in.Environment]
	if e == nil {
		m.warn(fmt.Sprintf("environment %d cannot be killed, it is not there", in.Environment))
		return
	}
	b, f := e.batch, e.function
	m.killedEntry(e)
	m.act(Action{Kind: Kill, Function: f.id, Environment: e.id, Reason: Killed})
	switch {
	case b == nil:
		m.stop(e, Killed)
	case b.state == batchLaunching:
		m.stop(e, Killed)
		m.launchAgain(b)
	default:
		m.killedRunning(b)
	}
}

func (m *Machine) killedEntry(e *environment) {
	entry := m.environmentEntry(journal.FaultInjected, e)
	entry.Reason = fmt.Sprintf("environment %d %s", e.id, Killed)
	b := e.batch
	if b == nil || b.state == batchLaunching {
		return
	}
	entry.Invocation, entry.Batch, entry.Request = uint64(b.invocation), b.number, uint64(b.requestID())
	if b.request == nil {
		entry.Mapping = m.mappings[b.mapping].rules.Name
	}
}

// killedRunning ends an invocation that has begun, with its environment.
func (m *Machine) killedRunning(b *batch) {
	e := b.environment
	m.timers.cancel(&b.timer)
	b.ranUntil = m.now
	if b.state == batchInitializing {
		b.suppressed = m.now - b.began
	}
	entry := m.invocationEntry(journal.InvocationEnded, b)
	entry.Outcome, entry.Reason, entry.Measured.Took = journal.Exited, exitKilled, m.now-b.began
	if b.response != nil {
		entry.Measured.CPU, entry.Measured.Memory = b.response.CPU, b.response.Memory
	}
	m.bill(entry, b)
	m.noteEnd(b, journal.Exited, exitKilled, 0)
	b.environment = nil
	m.dropResponse(b)
	m.stop(e, Killed) // first, so that its room is free for whoever is woken
	m.unhold(b)
	m.fail(b, journal.Exited, exitKilled)
}

// LiveEnvironments returns the numbers of the environments that were started and are not
// gone, in ascending order.
func (m *Machine) LiveEnvironments() []EnvironmentID {
	var ids []EnvironmentID
	for _, f := range m.functions {
		for _, e := range f.live {
			ids = append(ids, e.id)
		}
	}
	slices.Sort(ids)
	return ids
}

// LastEnvironment is the highest number of an environment so far; 0 if there was none.
func (m *Machine) LastEnvironment() EnvironmentID { return m.lastEnvironment }
