package report

import (
	"slices"
	"strings"
)

// Patterns is how a function is joined to topics and to other functions.
type Patterns struct {
	In  []Flow `json:"in"`
	Out []Flow `json:"out"`
	// Words names the patterns: fan-out, fan-in, chain, with their evidence.
	Words []string `json:"words"`
}

// Flow is a topic that a function reads or writes.
type Flow struct {
	Topic   string `json:"topic"`
	Records uint64 `json:"records"`
	// Others are the functions and processes that do the same.
	Others []string `json:"others"`
}

// flow is who reads or writes a topic.
type flow struct{ who, topic string }

// flows is who reads and writes what, in the order in which that was seen.
type flows struct {
	in, out       []flow
	inAll, outAll map[flow]uint64
}

func newFlows() flows { return flows{inAll: map[flow]uint64{}, outAll: map[flow]uint64{}} }

func (f *flows) reads(who, topic string, records uint64) {
	addFlow(&f.in, f.inAll, flow{who, topic}, records)
}

func (f *flows) writes(who, topic string, records uint64) {
	addFlow(&f.out, f.outAll, flow{who, topic}, records)
}

func (f *flows) processReads(who, topic string)  { f.reads(who, topic, 0) }
func (f *flows) processWrites(who, topic string) { f.writes(who, topic, 0) }

func addFlow(list *[]flow, all map[flow]uint64, one flow, records uint64) {
	if _, there := all[one]; !there {
		*list = append(*list, one)
	}
	all[one] += records
}

// patterns are those of a function.
func (f *flows) patterns(who string) Patterns {
	p := Patterns{In: flowsOf(f.in, f.inAll, who), Out: flowsOf(f.out, f.outAll, who), Words: []string{}}
	for _, in := range p.In {
		if len(in.Others) > 0 {
			p.Words = append(p.Words, "fan-out of "+in.Topic+" to "+list(append([]string{who}, in.Others...)))
		}
	}
	if len(p.Out) > 1 {
		p.Words = append(p.Words, "fan-out to "+counted(uint64(len(p.Out)), "topic"))
	}
	if len(p.In) > 1 {
		p.Words = append(p.Words, "fan-in from "+counted(uint64(len(p.In)), "topic"))
	}
	for _, out := range p.Out {
		if len(out.Others) > 0 {
			p.Words = append(p.Words, "fan-in to "+out.Topic+" from "+list(append([]string{who}, out.Others...)))
		}
	}
	for _, out := range p.Out {
		for _, next := range f.in {
			if next.topic == out.Topic {
				p.Words = append(p.Words, "chain by "+out.Topic+" to "+next.who)
			}
		}
	}
	return p
}

func flowsOf(all []flow, records map[flow]uint64, who string) []Flow {
	flows := []Flow{}
	for _, one := range all {
		if one.who != who {
			continue
		}
		f := Flow{Topic: one.topic, Records: records[one], Others: []string{}}
		for _, other := range all {
			if other.topic == one.topic && other.who != who {
				f.Others = append(f.Others, other.who)
			}
		}
		slices.Sort(f.Others)
		flows = append(flows, f)
	}
	slices.SortFunc(flows, func(a, b Flow) int { return strings.Compare(a.Topic, b.Topic) })
	return flows
}
