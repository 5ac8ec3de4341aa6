package report_test

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// The outputs of a response that names failures belong to the records that did not fail.
func TestFitOfPartialResponses(t *testing.T) {
	h := known()
	h.produce(1900, 200)
	h.handle(2000, 200, func(_, _, ended *journal.Entry) { ended.Outcome = journal.PartlyFailed })
	f := h.fit(t, report.FitOptions{})
	if w := f.Functions[0].Work; w.LeftBehind != 0 || w.Partly != 1 || w.Failed != 1 || principle(t, f, "atomic").Judgement != report.Fits {
		t.Errorf("got %+v", w)
	}
}

// Pollers cost as many event poller units as there were, for as long as there were.
func TestFitPricesPollersAsTheyScale(t *testing.T) {
	h := known()
	m := &h.Of.Mappings[0]
	m.Profile, m.Pollers, m.PollersFirst = "aws-provisioned", 200, 1
	scaled := func(from, to int64) journal.Entry {
		return journal.Entry{Kind: journal.PollersScaled, Mapping: "f-in", Function: "f", First: from, Last: to}
	}
	const hour = 3_600_000
	h.at(hour, scaled(1, 25))
	h.at(2*hour, scaled(25, 10))
	h.at(4*hour, journal.Entry{Kind: journal.RunStopped})
	// $0.185 for a unit of ten pollers and an hour: one, then three, then two hours of one.
	if c := h.fit(t, report.FitOptions{}).Functions[0].Cost; c.Pollers != 6*1_850_000_000 || c.PollersPerHour != 1_850_000_000 || c.BreakEven != 0 || c.BreakEvenAlone != 7101 {
		t.Errorf("got %+v", c)
	}
}

func TestFitPatterns(t *testing.T) {
	h := known()
	h.Of.Functions = append(h.Of.Functions, journal.DescribedFunction{Name: "g", Reserved: -1})
	h.Of.Mappings = append(h.Of.Mappings, journal.DescribedMapping{Group: "f-other", Function: "f", Topic: "other"},
		journal.DescribedMapping{Group: "g", Function: "g", Topic: "in"}, journal.DescribedMapping{Group: "g-out", Function: "g", Topic: "out"})
	h.at(3000, journal.Entry{Kind: journal.RecordsProduced, Topic: "more", Records: 1, Function: "f", Invocation: 2},
		journal.Entry{Kind: journal.RecordsProduced, Topic: "out", First: 200, Last: 200, Records: 1, Process: "join"},
		journal.Entry{Kind: journal.RecordsProduced, Topic: "dead", Records: 1, Function: "f", Mapping: "f-in", Reason: "on-failure"})
	want := []string{"fan-out of in to f and g", "fan-out to 2 topics", "fan-in from 2 topics", "fan-in to out from f and join", "chain by out to g"}
	p := h.fit(t, report.FitOptions{}).Functions[0].Patterns
	if !slices.Equal(p.Words, want) || len(p.Out) != 2 || p.Out[1].Records != 200 || p.In[0].Records != 200 {
		t.Errorf("got %+v, want %q", p, want)
	}
}

// A piece of the series has the most environments that there were in it.
func TestFitSeries(t *testing.T) {
	h := newHistory()
	starting := func(n uint32) journal.Entry {
		return journal.Entry{Kind: journal.EnvironmentStarting, Function: "f", Environment: n}
	}
	gone := journal.Entry{Kind: journal.EnvironmentGone, Function: "f", Environment: 1}
	h.at(100, starting(1), starting(2), starting(3))
	h.at(200, gone, gone)
	h.at(1200, gone)
	h.at(3100, starting(4))
	e := h.fit(t, report.FitOptions{}).Functions[0].Elasticity
	want := []report.Piece{{At: 0, Environments: 3}, {At: 1000 * millisecond, Environments: 1}, {At: 2000 * millisecond}, {At: 3000 * millisecond, Environments: 1}}
	if !slices.Equal(e.Series, want) || e.Environments != 3 || e.ScaledIn != 0 || e.Step != 1000*millisecond {
		t.Errorf("got %+v", e)
	}
}
