package order

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// planted is a run in which one thing goes wrong.
type planted struct {
	name   string
	domain Domain
	plant  func(s *script)
	rule   Rule
	cause  Cause
	// earlier and later are the offsets of the witness; later -1 for none.
	earlier, later int64
	says           string // part of its sentence
	fix            string // part of the fix
}

// two brings records 0 and 1 of one key, in a batch each.
func two(s *script) (first, second uint64) {
	s.assign(0, 0)
	s.arrive(0, 0, 7, 7)
	return s.form(0, 0, 0, "size"), s.form(0, 1, 1, "size")
}

// handle hands one batch out and ends it well.
func (s *script) handle(batch uint64, attempt int32, first, last int64, how string) {
	i := s.start(batch, attempt, how)
	s.finish(batch, i, journal.Succeeded)
	s.end(batch, i, 0, first, last, journal.Succeeded)
}

func (s *script) note(kind journal.Kind, batch uint64, outcome journal.Outcome) {
	s.add(journal.Entry{Kind: kind, Mapping: "m", Function: "f", Batch: batch, Outcome: outcome})
}

// fail hands a batch out and lets it fail.
func (s *script) fail(batch uint64, attempt int32, outcome journal.Outcome) {
	i := s.start(batch, attempt, journal.Warm)
	s.finish(batch, i, outcome)
}

var plantedRuns = []planted{
	{"longer run", ByKey, func(s *script) {
		a, b := two(s)
		i := s.start(a, 1, journal.Warm)
		s.handle(b, 1, 1, 1, journal.Warm)
		s.finish(a, i, journal.Succeeded)
		s.end(a, i, 0, 0, 0, journal.Succeeded)
	}, LateCompletion, LongerRun, 0, 1, "ran 4 ms against 1 ms", "kafka: order: "},
	{"concurrent", ByKey, func(s *script) {
		a, b := two(s)
		s.start(a, 1, journal.Warm)
		s.start(b, 1, journal.Warm)
	}, ConcurrentKey, LongerRun, 0, 1, "still running", "kafka: order: "},
	{"cold start", ByKey, func(s *script) {
		a, b := two(s)
		s.handle(b, 1, 1, 1, journal.Warm)
		s.handle(a, 1, 0, 0, journal.Cold)
	}, StartedOutOfOrder, ColdStart, 0, 1, "waited 5 ms for a cold start", "kafka: order: "},
	{"waits for an environment", ByPartition, func(s *script) {
		_, b := two(s)
		s.handle(b, 1, 1, 1, journal.Warm)
	}, Skipped, ColdStart, 0, 1, "waits for a cold start", "kafka: order: "},
	{"behind another batch", ByKey, func(s *script) {
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7)
		s.handle(s.form(0, 1, 1, "size"), 1, 1, 1, journal.Warm)
		s.handle(s.form(0, 0, 0, "size"), 1, 0, 0, journal.Warm)
	}, LateCompletion, Behind, 0, 1, "had to wait", "kafka: order: "},
	{"retry", ByKey, func(s *script) {
		a, b := two(s)
		s.fail(a, 1, journal.FunctionError)
		s.note(journal.RetryScheduled, a, journal.FunctionError)
		s.handle(b, 1, 1, 1, journal.Warm)
		s.handle(a, 2, 0, 0, journal.Warm)
	}, StaleRetry, Retry, 0, 1, "tried again, attempt 2", "kafka: order: "},
	{"overtaken by waiting for a retry", ByKey, func(s *script) {
		a, b := two(s)
		s.fail(a, 1, journal.FunctionError)
		s.note(journal.RetryScheduled, a, journal.FunctionError)
		s.handle(b, 1, 1, 1, journal.Warm)
	}, Overtaken, Retry, 0, 1, "failed and is tried again", "kafka: order: "},
	{"throttle", ByKey, func(s *script) {
		a, b := two(s)
		s.note(journal.Throttled, a, 0)
		s.handle(b, 1, 1, 1, journal.Warm)
		s.handle(a, 1, 0, 0, journal.Warm)
	}, LateCompletion, Throttle, 0, 1, "throttled and waited", "kafka: order: "},
	{"held for a reload", ByKey, func(s *script) {
		a, b := two(s)
		s.fail(a, 1, journal.FunctionError)
		s.note(journal.BatchHeld, a, journal.FunctionError)
		s.handle(b, 1, 1, 1, journal.Warm)
		s.handle(a, 2, 0, 0, journal.Warm)
	}, LateCompletion, Reload, 0, 1, "new revision", "kafka: order: "},
	{"partial batch", ByKey, func(s *script) {
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7)
		b := s.form(0, 0, 1, "size")
		i := s.start(b, 1, journal.Warm)
		s.finish(b, i, journal.PartlyFailed)
		s.end(b, i, 0, 1, 1, journal.Succeeded)
		s.note(journal.RetryScheduled, b, journal.PartlyFailed)
		s.handle(b, 2, 0, 0, journal.Warm)
	}, LateCompletion, PartialBatch, 0, 1, "named the first", "from-lowest"},
	{"bisect, right half first", ByKey, func(s *script) {
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7)
		b := s.form(0, 0, 1, "size")
		s.fail(b, 1, journal.FunctionError)
		left := s.form(0, 0, 0, "bisect of batch 1")
		right := s.form(0, 1, 1, "bisect of batch 1")
		s.handle(right, 1, 1, 1, journal.Warm)
		s.handle(left, 1, 0, 0, journal.Warm)
	}, LateCompletion, Bisect, 0, 1, "split", "connect-sync"},
	{"two spans in the wrong order", ByKey, func(s *script) {
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7)
		s.more(s.form(0, 1, 1, "size"), 0, 0, 0, "size")
	}, DisorderInBatch, UnknownCause, 0, -1, "behind a later one", ""},
	{"rebalance", ByKey, func(s *script) {
		a, _ := two(s)
		s.handle(a, 1, 0, 0, journal.Warm)
		s.revoke(0)
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7)
		s.start(s.form(0, 0, 1, "size"), 1, journal.Warm)
	}, DuplicateWindow, Rebalance, 0, -1, "delivered again", "batchSize"},
	{"handled twice", ByKey, func(s *script) {
		a, _ := two(s)
		s.handle(a, 1, 0, 0, journal.Warm)
		s.revoke(0)
		s.assign(0, 0)
		s.arrive(0, 0, 7)
		s.handle(s.form(0, 0, 0, "size"), 1, 0, 0, journal.Warm)
	}, HandledTwice, Rebalance, 0, 0, "again as @0", "duplicates"},
	{"zombie", ByKey, func(s *script) {
		a, _ := two(s)
		i := s.start(a, 1, journal.Warm)
		s.revoke(0)
		s.assign(0, 0)
		s.arrive(0, 0, 7)
		s.start(s.form(0, 0, 0, "size"), 1, journal.Warm)
		s.finish(a, i, journal.Succeeded)
	}, Zombie, Rebalance, 0, 0, "old owner", "batchSize"},
	{"commit too early", ByKey, func(s *script) {
		a, _ := two(s)
		s.start(a, 1, journal.Warm)
		s.commit(0, 0)
	}, CommitPastOpen, RunEnded, 0, -1, "before it had ended", "connect-sync"},
	{"at most once with a crash", ByKey, func(s *script) {
		a, _ := two(s)
		s.commit(0, 0)
		s.fail(a, 1, journal.Exited)
	}, Lost, AtMostOnce, 0, -1, "@0 (invocation 1, environment 2): its last attempt ended with exited", "onFailure"},
	{"given up", ByKey, func(s *script) {
		a, _ := two(s)
		s.fail(a, 1, journal.FunctionError)
		s.end(a, 1, 0, 0, 0, journal.Dropped)
	}, Lost, AtMostOnce, 0, -1, "kept nowhere", "onFailure"},
	{"event of a queue that the run outlives", ByKey, func(s *script) {
		a, _ := two(s)
		e := about(journal.EventQueued, 0, 0, 0)
		e.Batch, e.Request = a, 9
		s.add(e)
		s.end(a, 0, 0, 0, 0, journal.Succeeded)
		s.commit(0, 0)
	}, Lost, AtMostOnce, 0, -1, "committed, and never handled", "profile: aws"},
	{"expired", ByKey, func(s *script) {
		s.assign(0, 0)
		e := about(journal.RecordsExpired, 0, 0, 4)
		e.Outcome = journal.Expired
		s.add(e)
	}, Lost, Retention, 0, -1, "retention removed it", "retention"},
	{"stuck", ByKey, func(s *script) {
		a, _ := two(s)
		s.fail(a, 1, journal.FunctionError)
		s.note(journal.RetryScheduled, a, journal.FunctionError)
	}, Stuck, Retry, 0, -1, "never ended", "onFailure"},
	{"key in two partitions", ByKey, func(s *script) {
		two(s)
		s.assign(1, 0)
		s.arrive(1, 0, 7)
	}, KeyInTwoPartitions, Partitioning, 0, 0, "in/0@0 has the key of in/1@0", "partitioner"},
	{"outputs out of order", ByKey, func(s *script) {
		a, b := two(s)
		i := s.start(a, 1, journal.Warm)
		k := s.start(b, 1, journal.Warm)
		for _, from := range []uint64{k, i} {
			s.add(journal.Entry{Kind: journal.RecordsProduced, Mapping: "m", Function: "f", Invocation: from, Reason: "output",
				Topic: "out", Each: &journal.Records{Each: []journal.Known{{}}, Origins: []int32{0}}})
		}
	}, OutputDisorder, LongerRun, 0, 1, "produced from after the output of", "kafka: order: "},
	{"outputs out of order, by their keys", ByKey, func(s *script) {
		a, b := two(s)
		i := s.start(a, 1, journal.Warm)
		k := s.start(b, 1, journal.Warm)
		for _, from := range []uint64{k, i} {
			s.add(journal.Entry{Kind: journal.RecordsProduced, Function: "f", Environment: 1, Invocation: from,
				Topic: "out", Each: &journal.Records{Each: []journal.Known{{Key: 7}}}})
		}
	}, OutputDisorder, LongerRun, 0, 1, "produced from after the output of", "kafka: order: "},
	{"outputs out of order, of several with one key", ByKey, func(s *script) {
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7, 7, 7)
		a, b := s.form(0, 0, 1, "size"), s.form(0, 2, 3, "size")
		i := s.start(a, 1, journal.Warm)
		k := s.start(b, 1, journal.Warm)
		for _, from := range []uint64{k, i, k, k} {
			s.add(journal.Entry{Kind: journal.RecordsProduced, Function: "f", Environment: 1, Invocation: from,
				Topic: "out", Each: &journal.Records{Each: []journal.Known{{Key: 7}, {Key: 7}}}})
		}
	}, OutputDisorder, LongerRun, 1, 2, "produced from after the output of", "kafka: order: "},
	{"by time, over partitions", ByTopic, func(s *script) {
		s.assign(0, 0)
		s.assign(1, 0)
		s.arrive(0, 5, 1)
		s.arrive(1, 6, 2)
		a, b := s.form(0, 5, 5, "size"), s.form(1, 6, 6, "size")
		i := s.start(b, 1, journal.Warm)
		s.finish(b, i, journal.Succeeded)
		s.end(b, i, 1, 6, 6, journal.Succeeded)
		s.handle(a, 1, 5, 5, journal.Cold)
	}, LateCompletion, ColdStart, 5, 6, "in/0@5", "provisionedConcurrency"},
}

// TestPlantedViolationsAreFound: each with its cause, its witness and its fix.
func TestPlantedViolationsAreFound(t *testing.T) {
	for _, p := range plantedRuns {
		t.Run(p.name, func(t *testing.T) {
			s := &script{}
			p.plant(s)
			r := s.checked(Options{Domain: p.domain})
			var found *Violation
			for i := range r.Groups {
				if r.Groups[i].Rule == p.rule {
					found = &r.Groups[i].Witnesses[0]
				}
			}
			if found == nil {
				t.Fatalf("not found; got %v", counted(r))
			}
			later := int64(-1)
			if found.Later != nil {
				later = found.Later.Record.Offset
			}
			if found.Cause != p.cause || found.Earlier.Record.Offset != p.earlier || later != p.later {
				t.Errorf("got cause %v, @%d and @%d, want %v, @%d and @%d", found.Cause, found.Earlier.Record.Offset, later, p.cause, p.earlier, p.later)
			}
			if got := found.Sentence(); !strings.Contains(got, p.says) {
				t.Errorf("got sentence %q, want %q in it", got, p.says)
			}
			if !strings.Contains(found.Fix, p.fix) || (p.fix == "") != (found.Fix == "") {
				t.Errorf("got fix %q, want %q in it", found.Fix, p.fix)
			}
			var text bytes.Buffer
			if err := r.WriteText(&text, TextOptions{}); err != nil || !strings.Contains(text.String(), p.rule.ID()+" "+p.rule.String()) {
				t.Errorf("text: %v\n%s", err, text.String())
			}
			again := &Report{}
			if object, err := json.Marshal(r); err != nil || json.Unmarshal(object, again) != nil || !reflect.DeepEqual(again, r) {
				t.Errorf("as JSON and back: %v\n%s\n%+v", err, object, again)
			}
			sum := MappingReport{}
			for i := range r.Mappings {
				sum.Disordered += r.Mappings[i].Disordered
				sum.Records += r.Mappings[i].Records
			}
			if sum.Disordered != r.Disordered || sum.Records != r.Records || r.Records > r.Arrived {
				t.Errorf("the mappings have %+v, all %d of %d", sum, r.Disordered, r.Records)
			}
			if err := r.WriteBrief(&text); err != nil {
				t.Error(err)
			}
			t.Logf("\n%s", text.String())
		})
	}
}

// TestArrivalsOutOfOrderAreSorted: a record that arrives behind a later one is earlier.
func TestArrivalsOutOfOrderAreSorted(t *testing.T) {
	s := &script{}
	s.assign(0, 0)
	for _, o := range []int64{4, 8, 2, 6} {
		s.arrive(0, o, 7)
	}
	for _, o := range []int64{6, 8, 4, 2} {
		s.handle(s.form(0, o, o, "size"), 1, o, o, journal.Warm)
	}
	r := s.checked(Options{})
	for rule, want := range map[Rule]uint64{Skipped: 3, Overtaken: 3, StartedOutOfOrder: 2, LateCompletion: 2} {
		if got := r.Count(rule); got != want {
			t.Errorf("%v: got %d, want %d", rule, got, want)
		}
	}
	if v := r.Groups[0].Witnesses[0]; v.Earlier.Record.Offset != 4 || v.Later.Record.Offset != 8 {
		t.Errorf("got @%d and @%d, want @4 after @8", v.Earlier.Record.Offset, v.Later.Record.Offset)
	}
}

// TestPlacesCountThoseThatOvertook: a record that three later ones of its key overtook,
// and four of its partition.
func TestPlacesCountThoseThatOvertook(t *testing.T) {
	for domain, want := range map[Domain]int{ByKey: 3, ByPartition: 4} {
		s := &script{}
		s.assign(0, 0)
		s.arrive(0, 0, 7, 7, 8, 7, 7, 7)
		late := s.form(0, 0, 0, "size")
		i := s.start(late, 1, journal.Warm)
		for o := int64(1); o < 5; o++ {
			s.handle(s.form(0, o, o, "size"), 1, o, o, journal.Warm)
		}
		s.finish(late, i, journal.Succeeded)
		s.end(late, i, 0, 0, 0, journal.Succeeded)
		s.handle(s.form(0, 5, 5, "size"), 1, 5, 5, journal.Warm)
		r := s.checked(Options{Domain: domain})
		if n := r.Count(LateCompletion); n != 1 {
			t.Errorf("%v: got %d late records, want 1", domain, n)
		}
		for _, g := range r.Groups {
			if g.Rule == LateCompletion && g.Witnesses[0].Places != want {
				t.Errorf("%v: got %d places, want %d", domain, g.Witnesses[0].Places, want)
			}
		}
	}
}

// TestMissedEntriesAreNotGuessed: what was open is not judged, and counted.
func TestMissedEntriesAreNotGuessed(t *testing.T) {
	s := &script{}
	a, b := two(s)
	i := s.start(a, 1, journal.Warm)
	gap := len(s.entries)
	s.handle(b, 1, 1, 1, journal.Warm)
	s.finish(a, i, journal.Succeeded)
	s.end(a, i, 0, 0, 0, journal.Succeeded)
	s.arrive(0, 2, 7)
	s.handle(s.form(0, 2, 2, "size"), 1, 2, 2, journal.Warm)
	c := New(Options{})
	for k := range s.entries {
		if k == gap {
			c.Missed(3)
		}
		c.Add(&s.entries[k])
	}
	r := c.End()
	if len(r.Groups) != 0 || r.Missed != 3 || r.Unchecked != 2 {
		t.Errorf("got %v, %d missed, %d unchecked; want none, 3 and 2", counted(r), r.Missed, r.Unchecked)
	}
}

// TestRangesAreEnoughForPartitions: nobody looked at each record.
func TestRangesAreEnoughForPartitions(t *testing.T) {
	s := &script{}
	s.assign(0, 0)
	a, b := s.form(0, 0, 4, "size"), s.form(0, 5, 9, "size")
	i := s.start(a, 1, journal.Warm)
	s.handle(b, 1, 5, 9, journal.Warm)
	s.finish(a, i, journal.Succeeded)
	s.end(a, i, 0, 0, 4, journal.Succeeded)
	if r := s.checked(Options{Domain: ByPartition}); r.Count(LateCompletion) != 5 || r.Unchecked != 0 {
		t.Errorf("by partition: got %v, %d unchecked; want 5 late", counted(r), r.Unchecked)
	}
	if r := s.checked(Options{}); r.Count(LateCompletion) != 0 || r.Unchecked != 10 {
		t.Errorf("by key: got %v, %d unchecked; want 10 unchecked", counted(r), r.Unchecked)
	}
}

// TestNobodyIsAZombieBehindAGap: who has the partition now was told where entries are
// missing.
func TestNobodyIsAZombieBehindAGap(t *testing.T) {
	s := &script{}
	s.assign(0, 0)
	s.arrive(0, 0, 7)
	s.handle(s.form(0, 0, 0, "size"), 1, 0, 0, journal.Warm)
	s.revoke(0)
	gap := len(s.entries) // in which the partition is assigned again
	s.arrive(0, 1, 7, 7)
	s.handle(s.form(0, 1, 1, "size"), 1, 1, 1, journal.Warm)
	s.handle(s.form(0, 2, 2, "size"), 1, 2, 2, journal.Warm)
	c := New(Options{})
	for k := range s.entries {
		if k == gap {
			c.Missed(1)
		}
		c.Add(&s.entries[k])
	}
	if r := c.End(); len(r.Groups) != 0 {
		t.Errorf("got %v, want none", counted(r))
	}
}
