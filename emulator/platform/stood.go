package platform

// stood says whether what an input tells of took its time also where the world's clock
// stood still. Not while the function is debugged: then it is a person that takes the time,
// and nobody is to wait for as long again (debug.go).
func (f *function) stood(in *Input) bool { return in.Stood && !f.rules.Debugged }

// stoodUntil says until when in the world that went on which began then and has ended with
// an input, where the world's clock stood still meanwhile; 0 where it did not. So it takes
// as long in the model as it took, and a handler that ran for longer than its timeout
// while the world was paused has timed out as it would have without.
func (f *function) stoodUntil(began int64, in *Input) int64 {
	if !f.stood(in) {
		return 0
	}
	return later(began, in.Took)
}

// StoodUntil says at which time of the world what a Ready or Responded tells of ends, if
// its Stood is set; 0 if the machine awaits no such input.
func (m *Machine) StoodUntil(in *Input) int64 {
	switch in.Kind {
	case Responded:
		if b := m.invocations.get(in.Invocation); b != nil && b.state == batchRunning && b.response == nil {
			return m.functions[b.function].stoodUntil(b.handedAt, in)
		}
	case Ready:
		if e := m.launchedOf(in); e != nil && e.state == environmentStarting {
			return e.function.stoodUntil(e.launched, in)
		}
	}
	return 0
}

// FunctionOf returns the function of an invocation that is open; -1 if it is not.
func (m *Machine) FunctionOf(id InvocationID) FunctionID {
	if b := m.invocations.get(id); b != nil {
		return b.function
	}
	return -1
}

// FunctionIn returns the function of an environment; -1 if there is no such environment any
// more.
func (m *Machine) FunctionIn(id EnvironmentID) FunctionID {
	if e := m.environments[id]; e != nil {
		return e.function.id
	}
	return -1
}
