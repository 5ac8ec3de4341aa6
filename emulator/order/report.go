package order

import (
	"cmp"
	"slices"
)

// Report is what a Checker has found so far. What could not be judged is counted, never
// guessed.
type Report struct {
	Domain Domain `json:"domain"`
	// Records is how many records invocations have begun with, Deliveries how many they had
	// in all attempts. Arrived is how many mappings were handed, those that were handed again
	// counted again; Ended is how many of these have ended.
	Records    uint64 `json:"records"`
	Arrived    uint64 `json:"arrived"`
	Deliveries uint64 `json:"deliveries"`
	Ended      uint64 `json:"ended"`
	// Order, Loss and Duplicates are how many violations there are of each class.
	Order      uint64 `json:"order"`
	Loss       uint64 `json:"loss"`
	Duplicates uint64 `json:"duplicates"`
	// Disordered is how many records broke at least one of O1 to O6 and O13: one record may
	// break several.
	Disordered uint64 `json:"disordered"`
	// Missed is how many entries were not known. Unchecked is how many records ended of
	// which nothing or no key was known, Evicted how many gave way before they ended.
	// UnjudgedOutputs are outputs of which the input cannot be told, ForgottenKeys keys
	// that gave way in the table of their topic.
	Missed          uint64 `json:"missedEntries,omitempty"`
	Unchecked       uint64 `json:"unchecked,omitempty"`
	Evicted         uint64 `json:"evicted,omitempty"`
	UnjudgedOutputs uint64 `json:"unjudgedOutputs,omitempty"`
	ForgottenKeys   uint64 `json:"forgottenKeys,omitempty"`
	// Mappings are what each of them did, worst first.
	Mappings []MappingReport `json:"mappings"`
	// Groups are the violations by rule, function and partition, worst first.
	Groups []Group `json:"groups"`
}

// Group is the violations of a rule in a partition by a mapping.
type Group struct {
	Rule     Rule   `json:"rule"`
	Class    Class  `json:"class"`
	Function string `json:"function,omitempty"`
	Mapping  string `json:"mapping,omitempty"`
	Topic    string `json:"topic"`
	// Partition is -1 where the rule is about a topic.
	Partition int32 `json:"partition"`
	// Count is how many records broke the rule; of O11 how many invocations, of O12 how
	// many keys.
	Count uint64 `json:"count"`
	// First and Last are when, in world time in nanoseconds.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Worst is the most places that a record was late, among the witnesses.
	Worst  int          `json:"worst,omitempty"`
	Causes []CauseCount `json:"causes"`
	// Witnesses are the first violations, at most Options.Witnesses.
	Witnesses []Violation `json:"witnesses"`
}

// CauseCount is how often a cause was found, the most frequent first.
type CauseCount struct {
	Cause Cause  `json:"cause"`
	Count uint64 `json:"count"`
}

// Report returns what was found so far. It shares nothing with the Checker.
func (c *Checker) Report() *Report {
	r := &Report{
		Domain: c.options.Domain, Records: c.begun, Arrived: c.arrived, Deliveries: c.invoked, Ended: c.done, Disordered: c.disordered, Missed: c.missed, Unchecked: c.unchecked,
		Evicted: c.evicted, UnjudgedOutputs: c.unjudged, ForgottenKeys: c.forgotten, Groups: []Group{},
	}
	for _, g := range c.groups {
		r.Groups = append(r.Groups, g.report())
		switch g.rule.Class() {
		case OfOrder:
			r.Order += g.total
		case OfLoss:
			r.Loss += g.total
		case OfDuplicate:
			r.Duplicates += g.total
		}
	}
	r.addMappings(c.mappings)
	slices.SortStableFunc(r.Groups, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(ruleInfos[a.Rule].weight, ruleInfos[b.Rule].weight),
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Mapping, b.Mapping), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition),
		)
	})
	return r
}

func (g *group) report() Group {
	out := Group{
		Rule: g.rule, Class: g.rule.Class(), Topic: g.topic, Partition: g.partition, Count: g.total, First: g.first, Last: g.last,
		Worst: g.worst, Witnesses: slices.Clone(g.witnesses),
	}
	if g.mapping != nil {
		out.Function, out.Mapping = g.mapping.function, g.mapping.name
	}
	for cause, n := range g.by {
		if n > 0 {
			out.Causes = append(out.Causes, CauseCount{Cause(cause), n})
		}
	}
	slices.SortStableFunc(out.Causes, func(a, b CauseCount) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// Count returns how many violations of a rule there are.
func (r *Report) Count(of Rule) uint64 {
	var n uint64
	for i := range r.Groups {
		if r.Groups[i].Rule == of {
			n += r.Groups[i].Count
		}
	}
	return n
}

// Of returns how many violations of a class there are.
func (r *Report) Of(class Class) uint64 {
	switch class {
	case OfLoss:
		return r.Loss
	case OfDuplicate:
		return r.Duplicates
	}
	return r.Order
}
