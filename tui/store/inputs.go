package store

import (
	"slices"
	"strings"
)

// Inputs are the topics that a function reads, sorted.
func (f *Flow) Inputs(function string) []string {
	var names []string
	for _, m := range f.Mappings {
		if m.Function == function && m.Topic != "" && !slices.Contains(names, m.Topic) {
			names = append(names, m.Topic)
		}
	}
	slices.Sort(names)
	return names
}

// Sources are the topics that the run is fed through, sorted: not Kafka's own, and not those
// that functions write to, or processes that read others. Where there are only such, they are
// all but Kafka's own.
func (f *Flow) Sources() []string {
	var all, sources []string
	for _, t := range f.Topics {
		if strings.HasPrefix(t.Name, "__") {
			continue
		}
		all = append(all, t.Name)
		if !f.isDestination(t.Name) {
			sources = append(sources, t.Name)
		}
	}
	if len(sources) == 0 {
		sources = all
	}
	slices.Sort(sources)
	return sources
}

// isDestination reports whether what is written to a topic is made of other records.
func (f *Flow) isDestination(topic string) bool {
	goesTo := func(o *Output) bool { return o.Topic == topic }
	for _, d := range f.Functions {
		if d.Output == topic || slices.ContainsFunc(d.outputs, goesTo) {
			return true
		}
	}
	for _, p := range f.Processes {
		if len(p.Inputs) > 0 && slices.ContainsFunc(p.Outputs, goesTo) {
			return true
		}
	}
	return slices.ContainsFunc(f.Mappings, func(m *Mapping) bool { return m.OnFailure == "kafka://"+topic })
}
