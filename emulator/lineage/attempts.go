package lineage

import (
	"math"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// timeline divides the time of a record at a mapping into what it went into.
type timeline struct {
	spans []interval
	at    int64
	// what it waits for until then; Queue after that.
	what  What
	until int64
	cold  interval // of the environment of the coming attempt
}

// to adds the time until t.
func (l *timeline) to(t int64, what What) {
	if t > l.at {
		l.spans = append(l.spans, interval{what, l.at, t})
		l.at = t
	}
}

// wait adds the time until t, in which the record waited.
func (l *timeline) wait(t int64) {
	l.to(min(t, l.until), l.what)
	if l.cold.to > l.cold.from {
		l.to(min(t, l.cold.from), Queue)
		l.to(min(t, l.cold.to), ColdStart)
	}
	l.to(t, Queue)
	l.cold = interval{}
}

// next says what the record waits for from t on.
func (l *timeline) next(t int64, what What, delay int64) {
	l.wait(t)
	l.what, l.until = what, t
	if delay > 0 {
		l.until += min(delay, math.MaxInt64-t)
	}
}

// tellAttempts adds the attempts of a reading, with what they led to.
func (x *explainer) tellAttempts(s *Story, h *handled, depth int) {
	tries, left := x.tries(h)
	if left > 0 {
		h.Cuts = append(h.Cuts, strconv.Itoa(left)+" attempts in between are not told")
	}
	l := &timeline{at: producedAt(s)}
	if s.Produced == nil {
		l.at = h.Arrived
	}
	l.to(h.Arrived, Poll)
	for i := range tries {
		x.tellTry(s.Record, h, l, &tries[i])
	}
	if h.Ended != 0 && len(h.Attempts) > 0 {
		l.to(h.Ended, Send)
	}
	h.spans = l.spans
	for _, a := range h.Attempts {
		x.tellOutputs(s.Record, a, depth)
	}
}

// tellTry adds what one entry says about the batch of a record.
func (x *explainer) tellTry(r Record, h *handled, l *timeline, e *journal.Entry) {
	switch e.Kind {
	case journal.BatchFormed:
		if isBisected(e) {
			l.next(e.At, Backoff, e.Delay)
		} else {
			l.to(e.At, Window)
		}
	case journal.Throttled:
		l.next(e.At, Throttle, e.Delay)
	case journal.RetryScheduled:
		l.next(e.At, Backoff, e.Delay)
	case journal.BatchHeld:
		l.next(e.At, Held, math.MaxInt64)
	case journal.BatchReleased:
		l.next(e.At, Queue, 0)
	case journal.InvocationStarted:
		x.begin(h, l, e)
	case journal.InvocationEnded:
		x.end(h, l, e)
	case journal.EventEnded:
		h.Outcome, h.Ended = e.Outcome, e.At
		if e.Reason != "" {
			h.Reason = e.Reason
		}
	}
}

// isBisected reports whether a batch is a part of another one.
func isBisected(e *journal.Entry) bool { return strings.HasPrefix(e.Reason, "bisect of ") }

func (x *explainer) begin(h *handled, l *timeline, e *journal.Entry) {
	if e.Reason == journal.Cold {
		l.cold = x.coldStart(e)
	}
	before := 0
	if n := len(h.Attempts); n > 0 {
		before = h.Attempts[n-1].spans
	}
	l.wait(e.At)
	for i := range h.Batches {
		if b := &h.Batches[i]; b.Batch == e.Batch && e.Attempt == 1 {
			b.Records = e.Records // of all partitions
		}
	}
	h.Attempts = append(h.Attempts, &Attempt{
		Invocation: e.Invocation, Batch: e.Batch, Request: e.Request, Attempt: e.Attempt, Environment: e.Environment,
		Records: e.Records, Start: e.Reason, Started: e.At, Waited: sums(l.spans[before:]), spans: len(l.spans), seq: e.Seq,
	})
}

func (x *explainer) end(h *handled, l *timeline, e *journal.Entry) {
	for _, a := range h.Attempts {
		if a.Invocation != e.Invocation {
			continue
		}
		l.to(e.At, Run)
		a.spans = len(l.spans)
		a.Ended, a.Outcome, a.Reason, a.Billed = e.At, e.Outcome, e.Reason, e.Billed
		if x.o.Cost != nil {
			a.Cost = x.o.Cost(e) / int64(max(1, a.Records))
		}
	}
}

// coldStart returns when the environment of an invocation was started and ready.
func (x *explainer) coldStart(e *journal.Entry) interval {
	cold := interval{what: ColdStart}
	want := journal.Want{Kinds: journal.KindsOf(journal.EnvironmentStarting, journal.EnvironmentReady), Environment: e.Environment, To: e.Seq}
	x.each(want, func(e *journal.Entry) bool {
		if e.Kind == journal.EnvironmentStarting {
			cold.from, cold.to = e.At, 0
		} else {
			cold.to = e.At
		}
		return true
	})
	if cold.to == 0 { // its init runs inside the invocation
		cold.to = e.At
	}
	return cold
}

// tellOutputs adds what an attempt led to.
func (x *explainer) tellOutputs(r Record, a *Attempt, depth int) {
	var entries []journal.Entry
	x.each(journal.Want{Invocation: a.Invocation, Kinds: journal.KindsOf(journal.RecordsProduced)}, func(e *journal.Entry) bool {
		entries = append(entries, kept(e))
		return true
	})
	f := &found{most: x.o.Breadth}
	in := x.call(a.Invocation, a.Request).in
	for i := range entries {
		f.addOf(in, &entries[i], r)
	}
	x.addAmbiguous(f, in, a, r)
	a.Outputs = x.tell(f, &a.Cuts, depth)
}

// addAmbiguous adds what the environment of an attempt produced of which it is not known
// which invocation did, where a trace tells; and counts the rest.
func (x *explainer) addAmbiguous(f *found, in *inputs, a *Attempt, r Record) {
	var entries []journal.Entry
	begun := 1
	want := journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced, journal.InvocationStarted), Environment: a.Environment, From: a.seq + 1}
	x.each(want, func(e *journal.Entry) bool {
		if e.Kind == journal.InvocationStarted {
			begun++
		} else if e.Invocation == 0 && e.Reason == "ambiguous" {
			entries = append(entries, kept(e))
		}
		return begun <= couldBe
	})
	trace := uint64(0)
	for i := range in.all {
		if in.all[i].record == r {
			trace = in.all[i].trace
		}
	}
	same := len(in.byTrace[trace])
	for i := range entries {
		for at := entries[i].First; at <= entries[i].Last; at++ {
			if _, known := knownAt(&entries[i], at); known != nil && known.Trace != 0 && trace != 0 {
				if known.Trace == trace {
					f.add(&entries[i], at, ByTrace, same)
				}
				continue
			}
			a.Ambiguous++
		}
	}
}
