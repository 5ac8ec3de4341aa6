package platform

// AssignedPartitions is how many partitions are assigned: after Draining, those
// that are not released yet.
func (m *Machine) AssignedPartitions() int {
	n := 0
	for i := range m.mappings {
		for j := range m.mappings[i].partitions {
			if m.mappings[i].partitions[j].assigned {
				n++
			}
		}
	}
	return n
}

// Environments counts the environments of a function: those that start, are
// idle, and are busy.
func (m *Machine) Environments(f FunctionID) (starting, idle, busy int) {
	for _, e := range m.functions[f].live {
		switch e.state {
		case environmentIdle:
			idle++
		case environmentBusy:
			busy++
		default:
			starting++
		}
	}
	return starting, idle, busy
}
