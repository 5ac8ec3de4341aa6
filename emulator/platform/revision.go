package platform

// reloaded takes a new revision of a function's code.
func (m *Machine) reloaded(in *Input) {
	f := m.functions[in.Function]
	if in.Revision <= f.revision {
		return
	}
	f.revision = in.Revision
	m.resumeHeld(f)
	m.replayLast(f)
}
