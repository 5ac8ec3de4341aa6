package platform

// newFunction makes the next function.
func (m *Machine) newFunction(rules Function) *function {
	f := &function{id: FunctionID(len(m.functions)), rules: &rules, revision: 1}
	m.functions = append(m.functions, f)
	return f
}

// newMapping makes the next mapping.
func (m *Machine) newMapping(rules Mapping) *mapping {
	mp := newMapping(MappingID(len(m.mappings)), &rules)
	m.mappings = append(m.mappings, mp)
	return mp
}

// functionAdded takes a function that comes while the machine runs: its limits and
// rates are those that it would have had from the start, its reserved concurrency
// is taken from the account at once. Its rates begin full.
func (m *Machine) functionAdded(in *Input) {
	if int(in.Function) != len(m.functions) {
		return
	}
	f := m.newFunction(*in.Change.FunctionRules)
	m.unreserved.most -= f.setAside()
	m.setLimit(f)
	m.setScaling(f)
	m.setRate(f)
}

// mappingAdded takes a mapping that comes while the machine runs. It does nothing
// until partitions are assigned to it.
func (m *Machine) mappingAdded(in *Input) {
	rules := in.Change.MappingRules
	if int(in.Mapping) != len(m.mappings) || int(rules.Function) >= len(m.functions) {
		return
	}
	m.newMapping(*rules)
}
