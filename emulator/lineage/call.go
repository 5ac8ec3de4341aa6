package lineage

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Bounds of what is held of invocations.
const (
	callsHeld = 64
	inputsMax = 20_000 // the largest batch of any profile has 10,000
)

// call is an invocation with what it was given.
type call struct {
	started *journal.Entry // nil where the entry is gone
	in      *inputs
	request uint64 // 0 for none
}

// call returns an invocation; request is that of the entry which named it, 0 for none.
func (x *explainer) call(number, request uint64) *call {
	if c := x.calls[number]; c != nil && number != 0 {
		return c
	}
	c := &call{in: newInputs(nil, false, false)}
	var batch uint64
	want := journal.Want{Invocation: number, Kinds: journal.KindsOf(journal.InvocationStarted, journal.RecordsEnded)}
	if number != 0 {
		x.each(want, func(e *journal.Entry) bool {
			if e.Kind == journal.InvocationStarted {
				c.started = new(kept(e))
			}
			batch, request = max(batch, e.Batch), max(request, e.Request)
			return true
		})
	}
	var before uint64
	if c.started != nil {
		before = c.started.Seq
	}
	if request != 0 {
		queued := x.first(journal.Want{Request: request, Kinds: journal.KindsOf(journal.EventQueued)}, nil)
		if queued != nil {
			batch, before = queued.Batch, queued.Seq
		}
	}
	c.request = request
	if batch != 0 {
		c.in = x.inputsOf(batch, before)
	}
	if e := c.started; e != nil && e.Records > 0 && int(e.Records) != len(c.in.all) {
		// Some had left the batch, with a partition that changed its owner: which, and so
		// at which index the others are, is not known.
		c.in.ordered, c.in.cut = false, true
	}
	if len(x.calls) >= callsHeld {
		clear(x.calls)
	}
	x.calls[number] = c
	return c
}

// span is a range of records of a batch.
type span struct {
	topic       string
	mapping     string
	partition   int32
	first, last int64
	records     int32
	seq         uint64
}

func spanOf(e *journal.Entry) span {
	return span{e.Topic, e.Mapping, e.Partition, e.First, e.Last, e.Records, e.Seq}
}

// inputsOf returns the records of a batch that had not ended before an entry; 0 is none.
func (x *explainer) inputsOf(batch, before uint64) *inputs {
	var spans, gone []span
	kinds := journal.KindsOf(journal.BatchFormed, journal.RecordsEnded, journal.RecordsExpired)
	x.each(journal.Want{Batch: batch, Kinds: kinds}, func(e *journal.Entry) bool {
		switch {
		case e.Kind == journal.BatchFormed:
			spans = append(spans, spanOf(e))
		case before != 0 && e.Seq < before:
			gone = append(gone, spanOf(e))
		}
		return true
	})
	var all []input
	ordered := true
	for i := range spans {
		members, sure := x.members(&spans[i])
		ordered = ordered && sure
		for _, m := range members {
			if !covered(gone, m.record) && len(all) < inputsMax {
				all = append(all, m)
			}
		}
	}
	return newInputs(all, ordered, len(all) == inputsMax)
}

// members returns the records of a span, and whether they are all and only those.
func (x *explainer) members(s *span) ([]input, bool) {
	known := x.known(s.topic, s.partition, s.first, s.last)
	var all []input
	for at := s.first; at <= s.last && len(all) < inputsMax; at++ {
		k, ok := known[at]
		if ok || len(known) == 0 || s.last-s.first+1 == int64(s.records) {
			all = append(all, input{Record{s.topic, s.partition, at}, k.Key, k.Trace})
		}
	}
	// In between may lie what filters left out, and in a part of a batch what had ended.
	for _, kinds := range []journal.Kinds{journal.KindsOf(journal.RecordsFiltered), journal.KindsOf(journal.RecordsEnded, journal.RecordsExpired)} {
		if len(all) <= int(s.records) {
			break
		}
		out := x.others(s, kinds)
		all = slices.DeleteFunc(all, func(i input) bool { return covered(out, i.record) })
	}
	return all, len(all) == int(s.records)
}

// others returns what entries of some kinds say of records in a span before it was formed.
func (x *explainer) others(s *span, kinds journal.Kinds) []span {
	var out []span
	want := journal.Want{Kinds: kinds, Topic: s.topic, Partition: s.partition, First: s.first, Last: s.last, To: s.seq}
	x.each(want, func(e *journal.Entry) bool {
		if e.Mapping == s.mapping {
			out = append(out, spanOf(e))
		}
		return true
	})
	return out
}

func covered(spans []span, r Record) bool {
	for i := range spans {
		if s := &spans[i]; s.partition == r.Partition && s.first <= r.Offset && r.Offset <= s.last {
			return true
		}
	}
	return false
}
