package report

import (
	"slices"
	"strings"
)

// Judgement is what a run says of a principle.
type Judgement uint8

// The judgements.
const (
	NotShown Judgement = iota // the run does not show it
	Fits
	WithCare // it fits, with something to know
	Breaks   // it does not
)

var judgementNames = [...]string{"not shown", "fits", "with care", "does not fit"}

// String returns the judgement in words.
func (j Judgement) String() string { return judgementNames[j] }

// MarshalText writes the judgement in words, for JSON.
func (j Judgement) MarshalText() ([]byte, error) { return []byte(j.String()), nil }

// Principle is one of the article's five, judged.
type Principle struct {
	// Name is "atomic", "stateless", "in band", "latency" or "order and lineage".
	Name      string    `json:"name"`
	Judgement Judgement `json:"judgement"`
	// Evidence is what the judgement rests on, with figures; Advice what to do, empty where
	// there is nothing.
	Evidence string `json:"evidence"`
	Advice   string `json:"advice,omitempty"`
	// says is how the verdict names it.
	says string
}

// judge fills in the verdict of a function.
func (f *FunctionFit) judge(options FitOptions) {
	if f.Work.Invocations == 0 {
		f.Principles = []Principle{}
		f.Verdict = "nothing to judge: it was not invoked"
		return
	}
	f.Principles = []Principle{f.atomic(), f.stateless(), f.inBand(), f.timely(options), f.ordered(options)}
	f.Fits = Fits
	for _, p := range f.Principles {
		f.Fits = max(f.Fits, p.Judgement)
	}
	f.Verdict = f.verdict()
}

// verdict is a sentence: what fits, then what to know, then what does not, then what the
// run does not show.
func (f *FunctionFit) verdict() string {
	of := func(j Judgement) []string {
		var names []string
		for _, p := range f.Principles {
			if p.Judgement == j {
				names = append(names, p.says)
			}
		}
		return names
	}
	good, care, bad, unknown := of(Fits), of(WithCare), of(Breaks), of(NotShown)
	var parts []string
	switch {
	case len(bad) > 0:
		parts = append(parts, strings.Join(bad, "; ")+": does not fit as it is")
		if len(good) > 0 {
			parts = append(parts, "it is "+list(good))
		}
	case len(good) > 0 && len(care) > 0:
		parts = append(parts, strings.Join(good, ", ")+": fits, with care")
	case len(good) > 0:
		parts = append(parts, strings.Join(good, ", ")+": fits")
	}
	parts = append(parts, care...)
	if len(unknown) > 0 {
		parts = append(parts, "not shown: "+strings.Join(unknown, ", "))
	}
	return strings.Join(parts, "; ")
}

// atomic: one invocation does its piece of work wholly or not at all.
func (f *FunctionFit) atomic() Principle {
	w, p := &f.Work, Principle{Name: "atomic", says: "atomic"}
	switch {
	case w.Late > 0:
		p.Judgement, p.says = Breaks, counted(w.Late, "record")+" produced after it had answered"
		p.Evidence = p.says + ": they leave with a later invocation, or never"
		p.Advice = "await what is sent before the handler returns"
	case w.LeftBehind > 0:
		p.Judgement, p.says = Breaks, counted(w.LeftBehind, "invocation")+" failed with records already out"
		p.Evidence = p.says + ", which the next try produces again"
		p.Advice = "return outputs in the response, or make what reads them idempotent"
	case w.TimedOut > 0:
		p.Judgement, p.says = WithCare, counted(w.TimedOut, "invocation")+" cut off by the timeout"
		p.Evidence = p.says + " of " + Count(w.Invocations) + ": work is larger than what one invocation may do"
		p.Advice = "smaller batches or a longer timeout"
	case w.Failed == 0:
		p.Judgement = Fits
		p.Evidence = "all " + counted(w.Invocations, "invocation") + " did the whole of their work; none failed, so what one leaves behind when it fails is not shown"
	default:
		p.Judgement = Fits
		p.Evidence = counted(w.Failed, "invocation") + " of " + Count(w.Invocations) + " failed, and left no record behind"
	}
	return p
}

// stateless: the answer follows from the records alone.
func (f *FunctionFit) stateless() Principle {
	s, p := &f.State, Principle{Name: "stateless", says: "stateless"}
	differed := s.SameEnvironment + s.OtherEnvironment
	switch {
	case differed > 0:
		p.Judgement, p.says = Breaks, "answered "+Count(differed)+" of "+repeated(s.Compared)+" differently"
		p.Evidence = p.says + " than before"
		if s.SameEnvironment > 0 {
			p.Evidence += ", " + Count(s.SameEnvironment) + " in the same environment: something is kept there, or the clock or chance decides"
		} else {
			p.Evidence += ", in other environments: each keeps something of its own, or the clock or chance decides"
		}
		p.Advice = "keep state in a topic or a table with a version, or use a stream processor"
	case s.Compared > 0:
		p.Judgement = Fits
		p.Evidence = "the same answer to all " + repeated(s.Compared)
	case !s.Digests:
		p.Evidence = "the run did not look at every record (--journal), so answers cannot be compared"
	case !s.Outputs:
		p.Evidence = "it produces no records, so its answers cannot be compared"
	default:
		p.Evidence = "no batch succeeded twice, with the same records (a replay of a fixture does that), so nothing could be compared"
	}
	if differed == 0 && s.Turned > 0 {
		p.Evidence += "; " + batches(s.Turned) + " succeeded after the same records had failed: more than the record decides"
	}
	return p
}

func batches(n uint64) string {
	if n == 1 {
		return "1 batch"
	}
	return Count(n) + " batches"
}

func repeated(n uint64) string {
	if n == 1 {
		return "1 repeated batch"
	}
	return Count(n) + " repeated batches"
}

// waitingMost is the share of billed time, in per cent, from which on a function waits more
// than it works: what it waits for is not on the stream.
const waitingMost = 50

// inBand: what it needs comes with the event, and what it makes leaves as one.
func (f *FunctionFit) inBand() Principle {
	p := Principle{Name: "in band", says: "in band"}
	requests := slices.ContainsFunc(f.Model, func(m EventModel) bool { return m.Kind == "request" && m.Invocations > 0 })
	streams := slices.ContainsFunc(f.Model, func(m EventModel) bool { return m.Kind != "request" && m.Invocations > 0 })
	b := &f.Billed
	switch {
	case requests && !streams:
		p.Judgement, p.says = WithCare, "called from outside the stream"
		p.Evidence = "all " + counted(f.Work.Invocations, "invocation") + " were requests from outside: no topic holds what it was given"
	case b.Time > 0 && b.Waiting*100 >= b.Time*waitingMost:
		p.Judgement, p.says = WithCare, "waits for "+share(uint64(b.Waiting), uint64(b.Time))+" of its billed time"
		p.Evidence = p.says + " for something that is not on the stream"
		p.Advice = "bring what it looks up onto the stream (a table topic), or ask for a whole batch at once"
	case f.Work.Outputs == 0:
		p.Judgement = Fits
		p.Evidence = "events come from " + list(topicsOf(f.Patterns.In)) + "; it produces no records, so what it does elsewhere is not shown"
	default:
		p.Judgement = Fits
		p.Evidence = "from " + list(topicsOf(f.Patterns.In)) + " to " + list(topicsOf(f.Patterns.Out))
		if len(f.Patterns.In) == 0 {
			p.Evidence = "to " + list(topicsOf(f.Patterns.Out))
		}
	}
	return p
}

func topicsOf(flows []Flow) []string {
	var names []string
	for _, f := range flows {
		names = append(names, f.Topic)
	}
	return names
}
