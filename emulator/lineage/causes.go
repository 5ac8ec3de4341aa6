package lineage

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// origin is where a record came from.
type origin struct {
	evidence   Evidence
	of         []Record
	resolution string
	request    uint64 // that its invocation was asked for by
}

// tellCauses adds the records that led to one.
func (x *explainer) tellCauses(s *Story, depth int) {
	e := x.first(about(s.Record, journal.RecordsProduced), nil)
	if e == nil {
		s.Cuts = append(s.Cuts, "who produced it is not known: that entry is gone")
		return
	}
	s.Produced = producedBy(e)
	o := x.originOf(e, s.Record)
	s.Produced.Resolution, s.Produced.Request = o.resolution, o.request
	if len(o.of) > 0 && depth <= 0 {
		s.Cuts = append(s.Cuts, "not followed further back: the depth is reached")
		return
	}
	for i, r := range o.of {
		if i >= x.o.Breadth || x.left <= 0 {
			s.Cuts = append(s.Cuts, more(len(o.of)-i, " may be the cause, and are not told"))
			return
		}
		cause := &Story{Record: r, Evidence: o.evidence, Of: len(o.of), Again: x.up[r]}
		s.Causes = append(s.Causes, cause)
		if !cause.Again {
			x.up[r] = true
			x.left--
			x.todo = append(x.todo, task{cause, depth - 1})
		}
	}
}

// originOf returns from which records one came that an entry RecordsProduced is about.
func (x *explainer) originOf(e *journal.Entry, r Record) origin {
	switch {
	case e.Process != "":
		return x.originInProcess(e, r)
	case e.Invocation != 0 || e.Request != 0:
		c := x.call(e.Invocation, e.Request)
		o := c.origin(e, r)
		o.request = c.request
		return o
	case e.Environment != 0:
		return x.originAmong(e, r)
	}
	return origin{}
}

// origin returns which records of an invocation led to one that it produced.
func (c *call) origin(e *journal.Entry, r Record) origin {
	evidence, of := c.in.originOf(e, r.Offset)
	o := origin{evidence: evidence}
	for _, i := range of {
		o.of = append(o.of, c.in.all[i].record)
	}
	if evidence == ByBatch {
		for i := range c.in.all {
			o.of = append(o.of, c.in.all[i].record)
		}
	}
	return o
}

// couldBe is how many invocations of an environment, the newest first, are looked at for
// a record of which it is not known which of them made it.
const couldBe = 2

// originAmong looks in the invocations that could have made an ambiguous record for one
// that had its trace. Nothing else would tell them apart.
func (x *explainer) originAmong(e *journal.Entry, r Record) origin {
	_, known := knownAt(e, r.Offset)
	if known == nil || known.Trace == 0 {
		return origin{resolution: "ambiguous: two invocations of the environment could have made it"}
	}
	o := origin{evidence: ByTrace}
	left := couldBe
	want := journal.Want{Kinds: journal.KindsOf(journal.InvocationStarted), Environment: e.Environment, To: e.Seq}
	x.backwards(want, nil, func(block []journal.Entry, _ int) bool {
		for i := len(block) - 1; i >= 0 && left > 0; i-- {
			left--
			in := x.call(block[i].Invocation, block[i].Request).in
			for _, j := range in.byTrace[known.Trace] {
				o.of = append(o.of, in.all[j].record)
			}
		}
		return left > 0
	})
	if len(o.of) == 0 {
		return origin{resolution: fmt.Sprintf("ambiguous: none of the last %d invocations of the environment had its trace", couldBe)}
	}
	return o
}
