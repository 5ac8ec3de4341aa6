package platform

// add reads a function or mapping that comes while the machine runs: as a rule, with
// the name of its function after that of a mapping.
func (s *script) add(words []string) {
	if words[0] == "function" {
		s.set(words)
		rules := s.cfg.Functions[len(s.cfg.Functions)-1]
		s.step(Input{Kind: FunctionAdded, Function: FunctionID(len(s.cfg.Functions) - 1), Change: &Change{FunctionRules: &rules}})
		return
	}
	s.set(append([]string{words[0], words[1]}, words[3:]...))
	last := len(s.cfg.Mappings) - 1
	s.cfg.Mappings[last].Function = s.function(words[2])
	rules := s.cfg.Mappings[last]
	s.step(Input{Kind: MappingAdded, Mapping: MappingID(last), Change: &Change{MappingRules: &rules}})
}

// remove takes a function or mapping out.
func (s *script) remove(what, name string) {
	if what == "function" {
		s.step(Input{Kind: FunctionRemoved, Function: s.function(name)})
		return
	}
	s.step(Input{Kind: MappingRemoved, Mapping: s.partition(name + "/0").Mapping})
}
