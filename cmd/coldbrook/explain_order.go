package main

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// overtakenMost is how many entries a run may have for order to be checked while a record
// is explained: all of them are looked at for that, a million in about a third of a second.
const overtakenMost = 1 << 20

// overtaken returns by what the records of a story were overtaken: of each, by each
// mapping, what is worst.
func overtaken(src journal.Source, s *lineage.Story) ([]lineage.Overtaken, error) {
	if src.Last()-src.Missed() > overtakenMost {
		return nil, nil
	}
	about := map[order.Ref]bool{}
	recordsOf(s, about)
	if len(about) == 0 {
		return nil, nil
	}
	c := order.New(order.Options{Of: src.Description(), About: about})
	if err := journal.ScanAll(src, func(missed uint64, e *journal.Entry) bool {
		c.Missed(missed)
		c.Add(e)
		return true
	}); err != nil {
		return nil, err
	}
	return worstOf(c.Report()), nil
}

// recordsOf adds the records of a story that a mapping has read.
func recordsOf(s *lineage.Story, about map[order.Ref]bool) {
	for _, r := range s.Readings {
		if r.Mapping != "" {
			about[order.Ref(s.Record)] = true
		}
		for _, a := range r.Attempts {
			for _, out := range a.Outputs {
				recordsOf(out, about)
			}
		}
		for _, out := range r.Outputs {
			recordsOf(out, about)
		}
	}
}

// worstOf makes one thing to tell of each record and mapping. Groups come worst first.
func worstOf(r *order.Report) []lineage.Overtaken {
	type told struct {
		record  order.Ref
		mapping string
	}
	var all []lineage.Overtaken
	before := map[told]bool{}
	for i := range r.Groups {
		for k := range r.Groups[i].Witnesses {
			v := &r.Groups[i].Witnesses[k]
			at := told{v.Earlier.Record, v.Mapping}
			if v.Later == nil || before[at] || v.Rule.Class() != order.OfOrder {
				continue
			}
			before[at] = true
			all = append(all, lineage.Overtaken{Record: lineage.Record(v.Earlier.Record), Mapping: v.Mapping,
				By: lineage.Record(v.Later.Record), Rule: v.Rule.ID() + " " + v.Rule.String(), Cause: v.Why()})
		}
	}
	return all
}
