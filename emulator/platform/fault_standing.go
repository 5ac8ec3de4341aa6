package platform

// StandingFault is a fault that was added and not removed.
type StandingFault struct {
	ID FaultID
	Fault
	// Fired is how often it has fired.
	Fired uint64
	// Over says that it cannot fire any more: its time has passed, or it has fired as
	// often as it may.
	Over bool
}

// StandingFaults returns the faults that were added and not removed, by id. One that
// Validate refused is not among them.
func (m *Machine) StandingFaults() []StandingFault {
	var all []StandingFault
	for _, f := range m.faults {
		if !f.isGone {
			all = append(all, StandingFault{ID: f.id, Fault: f.Fault, Fired: f.fired, Over: m.isFaultOver(f)})
		}
	}
	return all
}

func (m *Machine) isFaultOver(f *fault) bool {
	if f.spent() || f.isTimed() && f.fired > 0 && f.Kind != FaultDeny {
		return true
	}
	return f.Until != 0 && m.now >= f.Until
}
