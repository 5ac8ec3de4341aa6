package report

import "github.com/coldbrook-dev/coldbrook/emulator/order"

// Ordering is what package order found of a function.
type Ordering struct {
	// Deliveries is how many records of the run were looked at; Unchecked is how many, of
	// all functions, ended without a key or an arrival that is known.
	Deliveries uint64 `json:"deliveries"`
	Unchecked  uint64 `json:"unchecked,omitempty"`
	// Order, Loss and Duplicates are how many violations there are of each class.
	Order      uint64 `json:"order"`
	Loss       uint64 `json:"loss"`
	Duplicates uint64 `json:"duplicates"`
	// Broken are the rules that were broken, the worst first.
	Broken []BrokenRule `json:"broken"`
}

// BrokenRule is a rule, and how often it was broken over all partitions.
type BrokenRule struct {
	Rule  order.Rule  `json:"rule"`
	Class order.Class `json:"class"`
	Count uint64      `json:"count"`
	// Cause is the most frequent cause, Fix the setting that would prevent it.
	Cause order.Cause `json:"cause"`
	Fix   string      `json:"fix,omitempty"`
}

// orderFound is what was found about order; in a run that goes on, what is open is not
// lost yet.
func (m *fitting) orderFound() *order.Report {
	if m.stopped {
		return m.checker.End()
	}
	return m.checker.Report()
}

// orderingOf picks what concerns a function: its own, and what was found about the topics
// that it reads.
func orderingOf(f *functionFitting, found *order.Report) Ordering {
	o := Ordering{Unchecked: found.Unchecked + found.Evicted, Broken: []BrokenRule{}}
	for _, m := range f.models {
		o.Deliveries += m.Records
	}
	for i := range found.Groups {
		g := &found.Groups[i]
		if g.Function != f.name && (g.Function != "" || !f.reads(g.Topic)) {
			continue
		}
		switch g.Class {
		case order.OfLoss:
			o.Loss += g.Count
		case order.OfDuplicate:
			o.Duplicates += g.Count
		default:
			o.Order += g.Count
		}
		o.add(g)
	}
	return o
}

// add counts a group with others of its rule. The first is the worst.
func (o *Ordering) add(g *order.Group) {
	for i := range o.Broken {
		if b := &o.Broken[i]; b.Rule == g.Rule {
			b.Count += g.Count
			return
		}
	}
	b := BrokenRule{Rule: g.Rule, Class: g.Class, Count: g.Count}
	if len(g.Causes) > 0 {
		b.Cause = g.Causes[0].Cause
	}
	if len(g.Witnesses) > 0 {
		b.Fix = g.Witnesses[0].Fix
	}
	o.Broken = append(o.Broken, b)
}

func (f *functionFitting) reads(topic string) bool {
	for _, m := range f.models {
		if m.Topic == topic && topic != "" {
			return true
		}
	}
	return false
}
