package platform

// letGo lets the batches of a function go on that are held.
func (m *Machine) letGo(in *Input) { _ = in }

// resumeHeld tries the batches that are held for a new revision.
func (m *Machine) resumeHeld(f *function) { _ = f }
