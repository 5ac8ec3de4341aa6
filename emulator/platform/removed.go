package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// functionIsRemoved is why something of a function ends that was taken out of the
// configuration.
const functionIsRemoved = "the function was removed"

// mappingRemoved gives the partitions of a mapping up, as a revocation does: what
// runs ends and is committed, what waits is left to whoever joins its group next.
func (m *Machine) mappingRemoved(in *Input) {
	mp := m.mappings[in.Mapping]
	if mp.removed {
		return
	}
	mp.removed = true
	m.timers.cancel(&mp.scaling.timer)
	for i := range mp.partitions {
		if p := &mp.partitions[i]; p.assigned {
			m.commit(mp, p, p.done) // where it began at the end of a log, nothing may be committed
			m.revoke(mp, p)
		}
	}
}

// functionRemoved ends a function: what runs ends within its timeout, what is idle
// ends now, and what waits in its asynchronous queue is given up, which AWS does not
// document. Its concurrency goes back to the account.
func (m *Machine) functionRemoved(in *Input) {
	f := m.functions[in.Function]
	if f.removed {
		return
	}
	for _, mp := range m.mappings {
		if mp.rules.Function == f.id {
			m.mappingRemoved(&Input{Mapping: mp.id})
		}
	}
	m.unreserved.most += f.setAside()
	f.removed = true
	m.abandonEventsOf(f)
	for i := 0; i < len(f.live); {
		if e := f.live[i]; e.state == environmentIdle || e.state == environmentAllocated {
			m.stop(e, functionIsRemoved) // takes it out of live
		} else {
			i++
		}
	}
	for i := len(m.replacing) - 1; i >= 0; i-- {
		if e := m.replacing[i]; e.function == f {
			m.replacing = withoutEnvironment(m.replacing, e)
		}
	}
	m.timers.cancel(&f.allocation)
	f.wanted = 0
	m.wakeAll(&m.unreserved)
}

// overReason is why an environment ends that would be idle.
func (f *function) overReason() string {
	if f.removed {
		return functionIsRemoved
	}
	return lifeOver
}

// abandonEventsOf ends the events of a removed function that wait for a try. Those
// that run end with it.
func (m *Machine) abandonEventsOf(f *function) {
	for i := len(m.events) - 1; i >= 0; i-- { // the last one gets the place of one that leaves
		if b := m.events[i]; b.function == f.id && b.state == batchWaiting {
			m.endEvent(b, journal.Abandoned, functionIsRemoved)
		}
	}
}

// Released says that nothing of a mapping is assigned and nothing of it runs: its
// event source can end.
func (m *Machine) Released(id MappingID) bool {
	mp := m.mappings[id]
	for i := range mp.partitions {
		if mp.partitions[i].assigned {
			return false
		}
	}
	return true
}
