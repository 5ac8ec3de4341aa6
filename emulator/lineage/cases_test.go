package lineage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// numbered numbers entries that have no number, and gives them a time of one second each
// where they have none.
func numbered(entries ...journal.Entry) []journal.Entry {
	for i := range entries {
		entries[i].Seq = uint64(i + 1)
		if entries[i].At == 0 {
			entries[i].At = int64(i+1) * 1e9
		}
	}
	return entries
}

func ranged(kind journal.Kind, topic string, first, last int64) journal.Entry {
	return journal.Entry{Kind: kind, Topic: topic, First: first, Last: last, Records: int32(last - first + 1)}
}

func produced(topic string, first, last int64, of journal.Entry, known ...journal.Known) journal.Entry {
	e := ranged(journal.RecordsProduced, topic, first, last)
	e.Function, e.Mapping, e.Environment, e.Invocation, e.Process, e.Reason = of.Function, of.Mapping, of.Environment, of.Invocation, of.Process, of.Reason
	for i := range known {
		known[i].Offset = int32(i)
	}
	if len(known) > 0 {
		e.Each = &journal.Records{Each: known}
	}
	return e
}

// handled1 are the entries of a batch of one function that goes well.
func handled1(number uint64, topic string, first, last int64) []journal.Entry {
	formed := ranged(journal.BatchFormed, topic, first, last)
	formed.Function, formed.Mapping, formed.Batch, formed.Reason = "f", "f", number, "size"
	started := formed
	started.Kind, started.Invocation, started.Environment, started.Attempt, started.Reason = journal.InvocationStarted, number, 1, 1, journal.Warm
	ended := started
	ended.Kind, ended.Outcome = journal.InvocationEnded, journal.Succeeded
	done := formed
	done.Kind, done.Outcome, done.Invocation = journal.RecordsEnded, journal.Succeeded, number
	return []journal.Entry{formed, started, ended, done}
}

func mustExplain(t *testing.T, src journal.Source, r Record, o Options) *Story {
	t.Helper()
	s, err := Explain(src, r, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The classic bug of a frozen environment: what was sent and not awaited belongs to the
// invocation before, though it left inside the next one; and what cannot be told is
// ambiguous, unless a trace tells.
func TestLateAndAmbiguous(t *testing.T) {
	own := journal.Entry{Function: "f", Environment: 1}
	late := own
	late.Invocation, late.Reason = 1, "late"
	ambiguous := own
	ambiguous.Reason = "ambiguous"
	entries := []journal.Entry{produced("in", 0, 1, journal.Entry{}, journal.Known{Trace: 7}, journal.Known{Trace: 8})}
	entries = append(entries, handled1(1, "in", 0, 0)...)
	entries = append(entries, handled1(2, "in", 1, 1)...)
	entries = append(entries, produced("out", 0, 0, late, journal.Known{Key: 1}),
		produced("out", 1, 1, ambiguous, journal.Known{Trace: 7}), produced("out", 2, 2, ambiguous, journal.Known{Key: 5}))
	src := &journal.Held{Entries: numbered(entries...)}

	s := mustExplain(t, src, Record{"out", 0, 0}, Options{})
	if !s.Produced.Late || len(s.Causes) != 1 || s.Causes[0].Record.Offset != 0 || !strings.Contains(s.Produced.String(), "produced after answer") {
		t.Errorf("late: %s from %v", s.Produced, s.Causes)
	}
	s = mustExplain(t, src, Record{"out", 0, 1}, Options{})
	if !s.Produced.Ambiguous || len(s.Causes) != 1 || s.Causes[0].Evidence != ByTrace || s.Causes[0].Record.Offset != 0 {
		t.Errorf("ambiguous with a trace: %s from %v", s.Produced, s.Causes)
	}
	s = mustExplain(t, src, Record{"out", 0, 2}, Options{})
	if !s.Produced.Ambiguous || len(s.Causes) != 0 || s.Produced.Resolution == "" {
		t.Errorf("ambiguous without one: %s from %v", s.Produced, s.Causes)
	}
	first, second := mustExplain(t, src, Record{"in", 0, 0}, Options{}), mustExplain(t, src, Record{"in", 0, 1}, Options{})
	if a := first.Readings[0].Attempts[0]; len(a.Outputs) != 2 || a.Ambiguous != 1 {
		t.Errorf("in/0@0 led to %v, %d ambiguous; want two and one", a.Outputs, a.Ambiguous)
	}
	if a := second.Readings[0].Attempts[0]; len(a.Outputs) != 0 || a.Ambiguous != 1 {
		t.Errorf("in/0@1 led to %v, %d ambiguous; want none and one", a.Outputs, a.Ambiguous)
	}
}

// A function that writes to its own input goes on for ever, and a fan-out may be of
// thousands: both are cut, and that is said.
func TestBounds(t *testing.T) {
	const n = 500
	entries := []journal.Entry{produced("in", 0, 0, journal.Entry{})}
	for i := range int64(n) {
		batch := handled1(uint64(i+1), "in", i, i)
		entries = append(entries, batch[:3]...)
		entries = append(entries, produced("in", i+1, i+1, journal.Entry{Function: "f", Mapping: "f", Invocation: uint64(i + 1), Reason: "output"}), batch[3])
	}
	src := &journal.Held{Entries: numbered(entries...)}
	for _, o := range []Options{{Direction: Down, Depth: 5}, {Direction: Down, Depth: 1000, Records: 5}} {
		s := mustExplain(t, src, Record{"in", 0, 0}, o)
		if s.Hops != 6 {
			t.Errorf("%+v: %d hops, want 6", o, s.Hops)
		}
		var b strings.Builder
		if err := (Text{}).Write(&b, s); err != nil || !strings.Contains(b.String(), "1 more record, not told") {
			t.Errorf("%+v: got\n%s", o, b.String())
		}
	}
	up := mustExplain(t, src, Record{"in", 0, n}, Options{Direction: Up, Depth: 3})
	if c := up.Causes[0].Causes[0].Causes[0]; len(c.Causes) != 0 || len(c.Cuts) != 1 {
		t.Errorf("%s has causes %v, cuts %q", c.Record, c.Causes, c.Cuts)
	}

	batch := handled1(1, "in", 0, 0)
	fan := append([]journal.Entry{produced("in", 0, 0, journal.Entry{})}, batch[:3]...)
	fan = append(fan, produced("out", 0, 4999, journal.Entry{Function: "f", Mapping: "f", Invocation: 1, Reason: "output"}), batch[3])
	a := mustExplain(t, &journal.Held{Entries: numbered(fan...)}, Record{"in", 0, 0}, Options{}).Readings[0].Attempts[0]
	if len(a.Outputs) != 12 || len(a.Cuts) != 1 || a.Cuts[0] != "4988 more records, not told" {
		t.Errorf("%d outputs, cuts %q", len(a.Outputs), a.Cuts)
	}
}

// Where the time of a record goes: each kind of wait has its share, and together they are
// the whole.
func TestWhereTheTimeGoes(t *testing.T) {
	const s = int64(1e9)
	at := func(seconds int64, e journal.Entry) journal.Entry {
		e.At = seconds * s
		return e
	}
	batch := handled1(1, "in", 0, 0)
	started, ended, done := batch[1], batch[2], batch[3]
	started.Reason = journal.Cold
	failed := ended
	failed.Outcome, failed.Reason = journal.FunctionError, "no\nstack"
	again, well := started, ended
	again.Invocation, again.Attempt, again.Reason, well.Invocation, well.Attempt = 2, 2, journal.Warm, 2, 2
	entries := numbered(
		at(1, produced("in", 0, 0, journal.Entry{})),
		at(3, journal.Entry{Kind: journal.RecordsArrived, Mapping: "f", Function: "f", Topic: "in", Records: 1}),
		at(6, batch[0]),
		at(6, journal.Entry{Kind: journal.Throttled, Mapping: "f", Function: "f", Batch: 1, Delay: 4 * s}),
		at(10, journal.Entry{Kind: journal.EnvironmentStarting, Function: "f", Environment: 1}),
		at(15, journal.Entry{Kind: journal.EnvironmentReady, Function: "f", Environment: 1}),
		at(16, started), at(22, failed),
		at(22, journal.Entry{Kind: journal.RetryScheduled, Mapping: "f", Function: "f", Batch: 1, Attempt: 2, Delay: 7 * s}),
		at(31, again), at(39, well),
		at(48, produced("out", 0, 0, journal.Entry{Function: "f", Mapping: "f", Invocation: 2, Reason: "output"})),
		at(48, done),
	)
	story := mustExplain(t, &journal.Held{Entries: entries}, Record{"in", 0, 0}, Options{
		Cost:      func(*journal.Entry) int64 { return 50 },
		Overtaken: []Overtaken{{Record: Record{"in", 0, 0}, Mapping: "f", By: Record{"in", 0, 1}, Rule: "late completion", Cause: "cold start"}},
	})
	want := "[{poll 2} {window 3} {queue 3} {throttle 4} {cold start 5} {back-off 7} {run 14} {send 9}]"
	for i := range story.Where {
		story.Where[i].Time /= s
	}
	if got := fmt.Sprint(story.Where); got != want || story.Total != 47*s || story.Cost != 100 {
		t.Errorf("got %s of %d s, cost %d; want %s of 47 s, cost 100", got, story.Total/s, story.Cost, want)
	}
	first := story.Readings[0].Attempts[0]
	for i := range first.Waited {
		first.Waited[i].Time /= s
	}
	if got := fmt.Sprint(first.Waited); got != "[{poll 2} {window 3} {queue 1} {throttle 4} {cold start 5}]" {
		t.Errorf("the first attempt waited %s", got)
	}
	var b strings.Builder
	(Text{Width: 90, ASCII: true}).Write(&b, story)
	for _, part := range []string{"function error: no", "overtaken by in/0@1: late completion, cold start", "COLD", "try 2  warm"} {
		if !strings.Contains(b.String(), part) || strings.ContainsAny(b.String(), "├└│") {
			t.Errorf("%q is missing, or not ASCII, in\n%s", part, b.String())
		}
	}
}

// A record that is not there: why, and what is.
func TestUnknownRecords(t *testing.T) {
	src := &journal.Held{Of: journal.Description{Topics: []journal.DescribedTopic{{Name: "in", Partitions: 2}}},
		Entries: numbered(produced("in", 0, 4, journal.Entry{}))}
	for r, want := range map[Record]string{
		{"other", 0, 1}: `explain other/0@1: the run has no topic "other"; its topics are in`,
		{"in", 2, 1}:    `explain in/2@1: topic "in" has no partition 2, only 0 to 1; `,
		{"in", 1, 1}:    `explain in/1@1: nothing was produced to in/1; `,
		{"in", 0, 7}:    `explain in/0@7: it was not produced yet; the newest record of in/0 is @4`,
	} {
		_, err := Explain(src, r, Options{})
		unknown, ok := errors.AsType[*UnknownError](err)
		if !ok || unknown.Error()+"; "+unknown.Hint() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	src.Gone = 10
	if _, err := Explain(src, Record{"in", 1, 1}, Options{}); err == nil || !strings.Contains(err.Error(), "the oldest 10 are not held any more") {
		t.Errorf("got %v", err)
	}
	src.Entries = numbered(append(src.Entries, journal.Entry{Kind: journal.RetentionMoved, Topic: "in", First: 3})...)
	if s := mustExplain(t, src, Record{"in", 0, 2}, Options{}); !s.Removed {
		t.Error("in/0@2 counts as being there")
	}
	if s := mustExplain(t, src, Record{"in", 0, 3}, Options{}); s.Removed {
		t.Error("in/0@3 counts as removed")
	}
}

// Records are found by key, by trace or event, and last by their payload, newest first.
func TestFind(t *testing.T) {
	key := journal.Known{Key: journal.HashKey([]byte("ann"))}
	event := journal.Known{Trace: journal.HashKey([]byte("e-1"))}
	src := &journal.Held{
		Entries:  numbered(produced("in", 0, 2, journal.Entry{}, key, event, key), produced("in", 3, 3, journal.Entry{}, journal.Known{}), produced("in", 4, 4, journal.Entry{}, key)),
		Messages: []journal.Message{{Topic: "in", Offset: 3, Value: []byte(`{"id": 12345678901234567890}`)}, {Topic: "in", Offset: 1, Headers: []journal.Header{{Key: "ce-id", Value: []byte("h-1")}}}},
	}
	for text, want := range map[string]string{"ann": "[4 key 2 key 0 key]", "e-1": "[1 event]", "12345678901234567890": "[3 payload]", "h-1": "[1 payload]", "x": "[]"} {
		found, err := Find(src, text, 10)
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprint(f.Record.Offset, " ", f.By))
		}
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
	if found, _ := Find(src, "ann", 2); len(found) != 2 || found[0].Record.Offset != 4 {
		t.Errorf("got %v, want the newest two", found)
	}
}

// A partition that changed its owner has left the batch before it was handed out, so the
// record at index 0 is not the first one that the batch was formed of.
func TestIndexOfABatchThatAPartitionHasLeft(t *testing.T) {
	all := handled1(1, "in", 0, 0)
	other := all[0]
	other.Partition = 1
	entries := []journal.Entry{ranged(journal.RecordsProduced, "in", 0, 0), all[0], other, all[1], all[2]}
	entries[3].Partition = 1 // Records is 1: in/0 is gone
	out := produced("out", 0, 0, all[1], journal.Known{Key: 7})
	out.Each.Origins = []int32{0}
	src := &journal.Held{Entries: numbered(append(entries, out)...)}
	s := mustExplain(t, src, Record{"out", 0, 0}, Options{Direction: Up})
	if len(s.Causes) != 2 || s.Causes[0].Evidence != ByBatch {
		t.Fatalf("got %d causes, the first by %s; want both records, by their batch", len(s.Causes), s.Causes[0].Evidence)
	}
}
