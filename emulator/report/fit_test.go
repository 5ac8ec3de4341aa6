package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

const millisecond = int64(1_000_000)

// history is a run that a test writes.
type history struct {
	journal.Held
	invocations uint64
}

// newHistory is a run of the function f on the topic in, with 128 MB.
func newHistory() *history {
	return &history{Held: journal.Held{Of: journal.Description{
		Schema: journal.Schema, Profile: "aws", Seed: 7,
		Functions: []journal.DescribedFunction{{Name: "f", Profile: "aws", Runtime: "nodejs24.x", Memory: 128 << 20,
			Architecture: "x86_64", Timeout: 3000 * millisecond, Payload: 6 << 20, Reserved: 4, Output: "out"}},
		Mappings: []journal.DescribedMapping{{Group: "f-in", Function: "f", Topic: "in", Profile: "aws", InFlight: 1, BatchSize: 100, Retries: -1}},
	}}}
}

// at adds entries at a time in milliseconds.
func (h *history) at(ms int64, entries ...journal.Entry) {
	for _, e := range entries {
		e.At, e.Seq = ms*millisecond, uint64(len(h.Entries)+1)
		h.Entries = append(h.Entries, e)
	}
}

func in(kind journal.Kind, first int64) journal.Entry {
	return journal.Entry{Kind: kind, Topic: "in", First: first, Last: first + 99, Records: 100, Mapping: "f-in", Function: "f"}
}

// handle is an invocation with 100 records of in from first on, which change may change:
// it takes 50 ms, of which 10 ms are computing and 20 ms projected.
func (h *history) handle(ms, first int64, change func(started, output, ended *journal.Entry)) {
	h.invocations++
	n := h.invocations
	formed := in(journal.BatchFormed, first)
	formed.Batch = n
	base := journal.Entry{Function: "f", Mapping: "f-in", Environment: 1, Invocation: n, Batch: n, Attempt: 1, Records: 100, Bytes: 3 << 20}
	started, ended := base, base
	started.Kind, started.Reason = journal.InvocationStarted, journal.Warm
	output := journal.Entry{Kind: journal.RecordsProduced, Topic: "out", First: first, Last: first + 99, Records: 100, Function: "f",
		Mapping: "f-in", Invocation: n, Reason: "output", Digest: uint64(first) + 7}
	ended.Kind, ended.Outcome = journal.InvocationEnded, journal.Succeeded
	ended.Duration, ended.Billed, ended.Projected = 50*millisecond, 50, 20*millisecond
	ended.Measured = journal.Measured{Took: 30 * millisecond, CPU: 10 * millisecond, Memory: 64 << 20}
	if change != nil {
		change(&started, &output, &ended)
	}
	h.at(ms, formed, started)
	sent := ended.Outcome != journal.Succeeded && output.Records > 0 // by itself, before it failed
	if sent {
		h.at(ms+49, output)
	}
	h.at(ms+50, ended)
	if ended.Outcome == journal.Succeeded {
		h.at(ms+50, output)
		done := in(journal.RecordsEnded, first)
		done.Invocation, done.Batch, done.Outcome = n, n, journal.Succeeded
		h.at(ms+50, done)
	}
}

func (h *history) produce(ms, first int64) {
	e := in(journal.RecordsProduced, first)
	e.Function, e.Mapping, e.Digest = "", "", uint64(first)+1
	h.at(ms, e)
}

func cold(started, _, ended *journal.Entry) {
	started.Reason, ended.Init, ended.Billed = journal.Cold, 100*millisecond, 150
}

// known is a run of two invocations, a cold and a hot one.
func known() *history {
	h := newHistory()
	h.produce(0, 0)
	h.at(10, journal.Entry{Kind: journal.EnvironmentStarting, Function: "f", Environment: 1, Delay: 100 * millisecond})
	h.at(110, journal.Entry{Kind: journal.EnvironmentReady, Function: "f", Environment: 1, Delay: 100 * millisecond,
		Measured: journal.Measured{Took: 20 * millisecond}})
	h.handle(110, 0, cold)
	h.produce(1000, 100)
	h.handle(1005, 100, nil)
	return h
}

func (h *history) fit(t *testing.T, options report.FitOptions) *report.Fit {
	t.Helper()
	f, err := report.MeasureFit(h, options)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFitOfKnownFigures(t *testing.T) {
	f := known().fit(t, report.FitOptions{})
	if len(f.Functions) != 1 {
		t.Fatalf("got %d functions", len(f.Functions))
	}
	got := f.Functions[0]
	one := func(ns, n int64) report.Distribution {
		return report.Distribution{Count: uint64(n), P50: ns, P99: ns, Max: ns}
	}
	for name, c := range map[string]struct {
		got  *report.Distribution
		want report.Distribution
	}{
		"begun cold": {got.Latency.BegunCold, one(110*millisecond, 100)}, "handled cold": {got.Latency.HandledCold, one(160*millisecond, 100)},
		"begun hot": {got.Latency.BegunHot, one(5*millisecond, 100)}, "handled hot": {got.Latency.HandledHot, one(55*millisecond, 100)},
		"modelled": {got.Latency.Modelled, one(50*millisecond, 2)}, "measured": {got.Latency.Measured, one(30*millisecond, 2)},
		"start modelled": {got.Latency.StartModelled, one(100*millisecond, 1)}, "start measured": {got.Latency.StartMeasured, one(20*millisecond, 1)},
	} {
		if c.got == nil || *c.got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, c.got, c.want)
		}
	}
	if p := got.Throughput; p != (report.Throughput{Records: 200, Mean: 212, Peak: 212, Active: 945 * millisecond}) {
		t.Errorf("throughput: got %+v", p)
	}
	if e := got.Elasticity; e.Environments != 1 || e.Busy != 1 || e.ColdStarts != 1 || e.Invocations != 2 {
		t.Errorf("elasticity: got %+v", e)
	}
	if got.Verdict != "atomic, in band, not latency sensitive: fits; not shown: stateless, order" {
		t.Errorf("verdict: %s", got.Verdict)
	}
}

func TestFitOfKnownPrices(t *testing.T) {
	got := known().fit(t, report.FitOptions{}).Functions[0]
	if want := (report.Billed{Invocations: 2, Time: 200 * millisecond, Init: 100 * millisecond, CPU: 20 * millisecond,
		Projected: 40 * millisecond, Waiting: 40 * millisecond}); got.Billed != want {
		t.Errorf("billed: got %+v, want %+v", got.Billed, want)
	}
	// 128 MB for 200 ms at $0.0000166667 a GB-second, two requests at $0.0000002; $0.1044 an
	// hour are $0.000029 a second.
	if want := (report.FunctionCost{Compute: 4167, Requests: 4000, Total: 8167, PerMillion: 40_835_000, PerMillionInAll: 40_835_000,
		Date: "2026-09-19", BreakEven: 7101, BreakEvenAlone: 7101, Carries: 10_000}); got.Cost == nil || *got.Cost != want {
		t.Errorf("cost: got %+v, want %+v", got.Cost, want)
	}
	for i, want := range []report.Limit{
		{Name: "payload", Used: 3 << 20, Of: 6 << 20}, {Name: "timeout", Used: 50 * millisecond, Of: 3000 * millisecond},
		{Name: "memory", Used: 64 << 20, Of: 128 << 20}, {Name: "concurrency", Used: 1, Of: 4},
	} {
		if got.Limits[i] != want {
			t.Errorf("limit %d: got %+v, want %+v", i, got.Limits[i], want)
		}
	}
}

// principle returns one of f.
func principle(t *testing.T, f *report.Fit, name string) report.Principle {
	t.Helper()
	for _, p := range f.Functions[0].Principles {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no principle %q", name)
	return report.Principle{}
}

// Each history is judged by what it shows, and the evidence says with which figures.
func TestFitVerdicts(t *testing.T) {
	again := func(digest uint64, environment uint32) func(started, output, ended *journal.Entry) {
		return func(started, output, ended *journal.Entry) {
			started.Environment, ended.Environment, output.Digest = environment, environment, digest
		}
	}
	failed := func(outcome journal.Outcome, outputs int32) func(started, output, ended *journal.Entry) {
		return func(_, output, ended *journal.Entry) {
			output.Records, ended.Outcome, output.Mapping, output.Reason = outputs, outcome, "", ""
		}
	}
	for name, c := range map[string]struct {
		add       func(h *history)
		options   report.FitOptions
		principle string
		want      report.Judgement
		evidence  string
	}{
		"late": {func(h *history) {
			h.handle(2000, 200, func(_, o, _ *journal.Entry) { o.Mapping, o.Reason, o.Records = "", "late", 3 })
		}, report.FitOptions{}, "atomic", report.Breaks, "3 records produced after it had answered"},
		"left behind": {func(h *history) { h.handle(2000, 200, failed(journal.Exited, 5)) }, report.FitOptions{},
			"atomic", report.Breaks, "1 invocation failed with records already out"},
		"nothing left behind": {func(h *history) { h.handle(2000, 200, failed(journal.FunctionError, 0)) }, report.FitOptions{},
			"atomic", report.Fits, "1 invocation of 3 failed, and left no record behind"},
		"timeout": {func(h *history) { h.handle(2000, 200, failed(journal.TimedOut, 0)) }, report.FitOptions{},
			"atomic", report.WithCare, "1 invocation cut off by the timeout of 3"},
		"same answer":         {func(h *history) { h.handle(2000, 100, again(107, 2)) }, report.FitOptions{}, "stateless", report.Fits, "the same answer to all 1 repeated batch"},
		"another answer":      {func(h *history) { h.handle(2000, 100, again(108, 1)) }, report.FitOptions{}, "stateless", report.Breaks, "1 in the same environment"},
		"another environment": {func(h *history) { h.handle(2000, 100, again(108, 2)) }, report.FitOptions{}, "stateless", report.Breaks, "in other environments"},
		"nothing to compare":  {func(*history) {}, report.FitOptions{}, "stateless", report.NotShown, "nothing could be compared"},
		"another revision":    {func(h *history) { h.handle(2000, 100, func(s, o, e *journal.Entry) { s.Revision, o.Digest = 2, 1 }) }, report.FitOptions{}, "stateless", report.NotShown, "nothing could be compared"},
		"waits": {func(h *history) {
			h.handle(2000, 200, func(_, _, e *journal.Entry) {
				e.Billed, e.Duration, e.Measured.Took = 900, 900*millisecond, 880*millisecond
			})
		}, report.FitOptions{}, "in band", report.WithCare, "waits for 83 % of its billed time"},
		"takes long by the model": {func(h *history) {
			h.handle(2000, 200, func(_, _, e *journal.Entry) { e.Billed, e.Duration = 900, 900*millisecond })
		}, report.FitOptions{}, "in band", report.Fits, "from in to out"},
		"slow by this machine": {func(h *history) { h.at(2000, journal.Entry{Kind: journal.EnvironmentWaiting, Function: "f"}) },
			report.FitOptions{Latency: 54 * millisecond}, "latency", report.WithCare, "waited 1 time for this machine"},
		"from topic to topic": {func(*history) {}, report.FitOptions{}, "in band", report.Fits, "from in to out"},
		"too slow":            {func(*history) {}, report.FitOptions{Latency: 54 * millisecond}, "latency", report.Breaks, "hot p50 55 ms, p99 55 ms, not within 54 ms"},
		"too slow when cold":  {func(*history) {}, report.FitOptions{Latency: 100 * millisecond}, "latency", report.WithCare, "cold p99 160 ms, not within 100 ms, for 50 % of the records"},
		"quick enough":        {func(*history) {}, report.FitOptions{}, "latency", report.Fits, "p99 hot 55 ms, cold 160 ms, within 1 s"},
		"in order":            {func(*history) {}, report.FitOptions{Domain: order.ByPartition}, "order and lineage", report.Fits, "no violation of order by partition in 200 delivered records"},
		"out of order":        {outOfOrder, report.FitOptions{Domain: order.ByPartition}, "order and lineage", report.Breaks, "order of partition broken "},
		"origin is not known": {func(h *history) {
			h.handle(2000, 200, func(_, o, _ *journal.Entry) { o.Mapping, o.Reason, o.Records = "", "ambiguous", 2 })
		}, report.FitOptions{Domain: order.ByPartition}, "order and lineage", report.WithCare, "the origin of 2 outputs cannot be told"},
		"failed then succeeded": {func(h *history) {
			h.handle(2000, 200, failed(journal.FunctionError, 0))
			h.handle(2100, 200, nil)
		}, report.FitOptions{}, "stateless", report.NotShown, "1 batch succeeded after the same records had failed"},
	} {
		t.Run(name, func(t *testing.T) {
			h := known()
			h.produce(1900, 200)
			c.add(h)
			f := h.fit(t, c.options)
			if p := principle(t, f, c.principle); p.Judgement != c.want || !strings.Contains(p.Evidence, c.evidence) {
				t.Errorf("got %s: %s\nwant %s: %s", p.Judgement, p.Evidence, c.want, c.evidence)
			}
			if c.want == report.Breaks && f.Functions[0].Fits != report.Breaks {
				t.Errorf("it fits: %s", f.Functions[0].Verdict)
			}
		})
	}
}

// outOfOrder has two batches of one partition handled at the same time.
func outOfOrder(h *history) {
	h.produce(1900, 300)
	h.handle(2000, 200, nil)
	middle := len(h.Entries) - 3 // before the first one ends
	rest := append([]journal.Entry(nil), h.Entries[middle:]...)
	h.Entries = h.Entries[:middle]
	h.handle(2000, 300, nil)
	h.Entries = append(h.Entries, rest...)
}

// What the platform makes of an event that failed is nothing that the handler left behind.
func TestFitOfDeadLetters(t *testing.T) {
	for _, reason := range []string{"on-failure", "dead-letter"} {
		h := known()
		h.produce(1900, 200)
		h.handle(2000, 200, func(_, output, ended *journal.Entry) {
			ended.Outcome, output.Topic, output.Reason = journal.FunctionError, "f.dlq", reason
		})
		f := h.fit(t, report.FitOptions{}).Functions[0]
		if f.Work.LeftBehind != 0 || f.Work.Outputs != 200 || f.Work.Failed != 1 {
			t.Errorf("%s: got %d left behind, %d outputs, %d failed; want 0, 200, 1", reason, f.Work.LeftBehind, f.Work.Outputs, f.Work.Failed)
		}
	}
}

// Where no record was looked at, nothing is known about the order of keys.
func TestFitOfOrderThatIsNotChecked(t *testing.T) {
	if p := principle(t, known().fit(t, report.FitOptions{}), "order and lineage"); p.Judgement != report.NotShown {
		t.Errorf("by key: got %s: %s", p.Judgement, p.Evidence)
	}
	if p := principle(t, known().fit(t, report.FitOptions{Domain: order.ByPartition}), "order and lineage"); p.Judgement != report.Fits {
		t.Errorf("by partition: got %s: %s", p.Judgement, p.Evidence)
	}
}

// The same records by what they hold, at other offsets: a replay of a fixture.
func TestFitComparesReplays(t *testing.T) {
	for digest, want := range map[uint64]report.Judgement{107: report.Fits, 1: report.Breaks} {
		h := known()
		h.produce(1900, 500)
		h.Entries[len(h.Entries)-1].Digest = 101 // as that of the records from 100 on
		h.handle(2000, 500, func(_, output, _ *journal.Entry) { output.Digest = digest })
		if p := principle(t, h.fit(t, report.FitOptions{}), "stateless"); p.Judgement != want {
			t.Errorf("got %s: %s, want %s", p.Judgement, p.Evidence, want)
		}
	}
}

func TestFitOfRequests(t *testing.T) {
	h := newHistory()
	h.Of.Mappings = nil
	h.at(0, journal.Entry{Kind: journal.InvocationStarted, Function: "f", Request: 1, Invocation: 1, Reason: journal.Warm, Bytes: 10})
	h.at(40, journal.Entry{Kind: journal.InvocationEnded, Function: "f", Request: 1, Invocation: 1, Outcome: journal.Succeeded, Billed: 40, Duration: 40 * millisecond})
	f := h.fit(t, report.FitOptions{})
	got := f.Functions[0]
	if p := principle(t, f, "in band"); p.Judgement != report.WithCare {
		t.Errorf("got %+v", p)
	}
	if p := principle(t, f, "order and lineage"); p.Judgement != report.NotShown {
		t.Errorf("got %+v", p)
	}
	if got.Model[0].Kind != "request" || got.Throughput.Records != 1 || got.Latency.HandledHot == nil || got.Latency.HandledHot.Max != 40*millisecond {
		t.Errorf("got %+v", got)
	}
}

// An asynchronous connector: what counts is the end of the event, not its hand-over.
func TestFitOfAQueue(t *testing.T) {
	h := newHistory()
	h.produce(0, 0)
	queued := in(journal.EventQueued, 0)
	queued.Request = 1
	h.at(10, queued)
	over := in(journal.RecordsEnded, 0)
	over.Outcome = journal.Succeeded
	h.at(10, over)
	h.at(20, journal.Entry{Kind: journal.InvocationStarted, Function: "f", Request: 1, Invocation: 1, Reason: journal.Cold, Records: 100})
	h.at(70, journal.Entry{Kind: journal.InvocationEnded, Function: "f", Request: 1, Invocation: 1, Outcome: journal.Succeeded, Billed: 50})
	h.at(70, journal.Entry{Kind: journal.EventEnded, Function: "f", Request: 1, Outcome: journal.Succeeded})
	f := h.fit(t, report.FitOptions{})
	got := f.Functions[0]
	if p := principle(t, f, "in band"); p.Judgement != report.Fits || len(got.Model) != 1 {
		t.Errorf("got %+v, %+v", p, got.Model)
	}
	if l := got.Latency.HandledCold; got.Throughput.Records != 100 || l == nil || l.Max != 70*millisecond || l.Count != 100 {
		t.Errorf("%d records, %+v", got.Throughput.Records, l)
	}
}

func TestFitOfProcesses(t *testing.T) {
	h := newHistory()
	h.Of.Processes = []journal.DescribedProcess{{Name: "join"}, {Name: "feed", Source: true}}
	each := func(key, trace uint64) *journal.Records {
		return &journal.Records{Each: []journal.Known{{Key: key, Trace: trace}}}
	}
	record := func(kind journal.Kind, process, topic string, offset int64, of *journal.Records) journal.Entry {
		return journal.Entry{Kind: kind, Process: process, Topic: topic, First: offset, Last: offset, Records: 1, Each: of}
	}
	h.at(0, record(journal.RecordsProduced, "feed", "a", 0, each(5, 0)), record(journal.RecordsProduced, "feed", "a", 1, each(6, 9)))
	h.at(30, record(journal.RecordsFetched, "join", "a", 0, nil))
	h.at(40, record(journal.RecordsProduced, "join", "b", 0, each(5, 0)))
	h.at(45, record(journal.RecordsProduced, "join", "b", 1, each(8, 9))) // not fetched yet
	h.at(50, record(journal.RecordsFetched, "join", "a", 1, nil))
	h.at(70, record(journal.RecordsProduced, "join", "b", 2, each(8, 9)))
	f := h.fit(t, report.FitOptions{})
	if len(f.Processors) != 2 || f.Processors[0].Name != "feed" || !f.Processors[0].Source {
		t.Fatalf("got %+v", f.Processors)
	}
	p := f.Processors[1]
	if p.Picked == nil || p.Picked.Max != 50*millisecond || p.ByKey == nil || p.ByKey.Max != 40*millisecond ||
		p.ByTrace == nil || p.ByTrace.Max != 70*millisecond || p.Unmatched != 1 || p.Fetched.Records != 2 || p.Produced.Records != 3 {
		t.Errorf("got %+v, %+v, %+v, %+v", p, p.Picked, p.ByKey, p.ByTrace)
	}
	if f := h.fit(t, report.FitOptions{Function: "f"}); len(f.Processors) != 0 || len(f.Functions) != 1 {
		t.Errorf("%d processors with a function that was asked for", len(f.Processors))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// rich is a run with something of everything.
func rich() *history {
	h := known()
	h.Of.Processes = []journal.DescribedProcess{{Name: "feed", Source: true}}
	h.Of.Functions = append(h.Of.Functions, journal.DescribedFunction{Name: "idle", Profile: "aws", Reserved: -1})
	h.Of.Mappings = append(h.Of.Mappings, journal.DescribedMapping{Group: "idle", Function: "idle", Topic: "out", Profile: "aws", InFlight: 1})
	h.Gone = 12
	h.produce(1900, 200)
	outOfOrder(h)
	h.handle(3000, 100, func(_, o, _ *journal.Entry) { o.Digest = 1 })
	h.at(3100, journal.Entry{Kind: journal.Throttled, Function: "f"}, journal.Entry{Kind: journal.EnvironmentWaiting, Function: "f"},
		journal.Entry{Kind: journal.RunStopped})
	for i := range h.Entries { // the first 12 are gone
		h.Entries[i].Seq = h.Gone + uint64(i) + 1
	}
	return h
}

func TestFitText(t *testing.T) {
	for name, width := range map[string]int{"fit.golden": 0, "fit_narrow.golden": 60} {
		var out strings.Builder
		if err := rich().fit(t, report.FitOptions{Domain: order.ByPartition}).WriteText(&out, report.FitText{Width: width}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.String())
		for line := range strings.Lines(out.String()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); width > 0 && n > width {
				t.Errorf("%s: a line of %d columns: %s", name, n, line)
			}
		}
	}
}

func TestFitJSON(t *testing.T) {
	text, err := json.MarshalIndent(rich().fit(t, report.FitOptions{Domain: order.ByPartition}), "", "  ")
	if err != nil || bytes.Contains(text, []byte("null")) {
		t.Errorf("%v, or a list that is null:\n%s", err, text)
	}
	golden(t, "fit.json", string(text)+"\n")
}

func TestFitOfNothing(t *testing.T) {
	var out strings.Builder
	if err := (&history{}).fit(t, report.FitOptions{}).WriteText(&out, report.FitText{}); err != nil || !strings.Contains(out.String(), "no function and no process") {
		t.Errorf("got %v, %q", err, out.String())
	}
}

func TestFitReturnsErrors(t *testing.T) {
	broken := errors.New("disk full")
	if err := known().fit(t, report.FitOptions{}).WriteText(writer{broken}, report.FitText{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := report.MeasureFit(&unreadable{err: broken}, report.FitOptions{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type writer struct{ err error }

func (w writer) Write([]byte) (int, error) { return 0, w.err }

type unreadable struct {
	journal.Held
	err error
}

func (u *unreadable) Scan(journal.Want, func(*journal.Entry) bool) error { return u.err }
