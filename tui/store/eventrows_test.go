package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// told is a run of which entries are told one by one.
type told struct{ v *store.View }

func (r told) add(kind journal.Kind, first, last int64, change func(*journal.Entry)) {
	e := journal.Entry{Kind: kind, Function: "f", Mapping: "m", Topic: "t", First: first, Last: last, Records: int32(last - first + 1)}
	if kind == journal.RecordsArrived {
		e.Each = journal.NewRecords(int(e.Records))
		for i := range e.Each.Each {
			e.Each.KnowHashed(i, uint64(first)+uint64(i)+100, 0, first+int64(i), first, 0)
		}
	}
	if change != nil {
		change(&e)
	}
	r.v.Add(&e)
}

func of(batch, invocation uint64, attempt int32) func(*journal.Entry) {
	return func(e *journal.Entry) {
		e.Batch, e.Invocation, e.Attempt, e.Environment = batch, invocation, attempt, 7
	}
}

// fail is an invocation of a batch that fails.
func (r told) fail(first, last int64, batch, invocation uint64, attempt int32, how journal.Outcome) {
	r.add(journal.InvocationStarted, first, last, of(batch, invocation, attempt))
	r.add(journal.InvocationEnded, first, last, func(e *journal.Entry) {
		of(batch, invocation, attempt)(e)
		e.Outcome, e.Reason, e.Duration = how, "because", 5
	})
}

// rows are the events, as offset state try env records.
func (r told) rows() []string {
	words := map[store.EventState]string{store.EventOK: "ok", store.EventError: "error", store.EventTimeout: "timeout", store.EventThrottled: "throttled",
		store.EventRetry: "retry", store.EventDeadLettered: "dead", store.EventDropped: "dropped", store.EventFiltered: "filtered", store.EventExpired: "expired", store.EventHeld: "held"}
	var all []string
	for n := r.v.Events.First(); n <= r.v.Events.Total; n++ {
		e := r.v.Events.At(n)
		all = append(all, fmt.Sprintf("%d %s %d e%d x%d %s", e.Offset, words[e.State], e.Attempt, e.Environment, e.Records, e.Reason))
	}
	return all
}

func TestRows(t *testing.T) {
	for name, test := range map[string]struct {
		tell func(r told)
		want []string
	}{
		"tried again, then dead-lettered": {func(r told) {
			r.add(journal.RecordsArrived, 5, 6, nil)
			r.add(journal.BatchFormed, 5, 6, of(1, 0, 0))
			r.fail(5, 6, 1, 1, 1, journal.FunctionError)
			r.add(journal.RetryScheduled, 5, 6, of(1, 1, 2))
			r.fail(5, 6, 1, 2, 2, journal.TimedOut)
			r.add(journal.RecordsEnded, 5, 6, func(e *journal.Entry) { of(1, 2, 2)(e); e.Outcome = journal.DeadLettered })
		}, []string{"5 error 1 e7 x1 because", "6 error 1 e7 x1 because", "5 dead 2 e7 x1 because", "6 dead 2 e7 x1 because"}},
		"partly failed": {func(r told) {
			r.add(journal.RecordsArrived, 0, 3, nil)
			r.add(journal.BatchFormed, 0, 3, of(1, 0, 0))
			r.fail(0, 3, 1, 1, 1, journal.PartlyFailed)
			r.add(journal.RecordsEnded, 0, 1, func(e *journal.Entry) { of(1, 1, 1)(e); e.Outcome = journal.Succeeded })
			r.add(journal.RetryScheduled, 2, 3, of(1, 1, 2))
		}, []string{"0 ok 1 e7 x1 ", "1 ok 1 e7 x1 ", "2 retry 1 e7 x1 because", "3 retry 1 e7 x1 because"}},
		"bisected": {func(r told) {
			r.add(journal.RecordsArrived, 0, 1, nil)
			r.add(journal.BatchFormed, 0, 1, of(1, 0, 0))
			r.fail(0, 1, 1, 1, 1, journal.FunctionError)
			for i := range int64(2) {
				r.add(journal.BatchFormed, i, i, func(e *journal.Entry) { e.Batch, e.Reason = 2+uint64(i), "bisect of batch 1" })
			}
			r.add(journal.RecordsEnded, 1, 1, func(e *journal.Entry) { e.Batch, e.Outcome = 3, journal.Succeeded })
		}, []string{"0 error 1 e7 x1 because", "1 error 1 e7 x1 because", "1 ok 0 e0 x1 "}},
		"held": {func(r told) {
			r.add(journal.BatchFormed, 0, 0, of(1, 0, 0))
			r.fail(0, 0, 1, 1, 1, journal.FunctionError)
			r.add(journal.BatchHeld, 0, 0, of(1, 1, 1))
		}, []string{"0 held 1 e7 x1 because"}},
		"a large batch is one row": {func(r told) {
			r.add(journal.RecordsArrived, 0, 199, nil)
			r.add(journal.BatchFormed, 0, 199, of(1, 0, 0))
			r.add(journal.Throttled, 0, 199, func(e *journal.Entry) { e.Batch, e.Reason = 1, "limit" })
			r.fail(0, 199, 1, 1, 1, journal.FunctionError)
			r.add(journal.RetryScheduled, 0, 199, of(1, 1, 2))
		}, []string{"0 throttled 1 e0 x200 limit", "0 error 1 e7 x200 because"}},
		"left out": {func(r told) {
			r.add(journal.RecordsExpired, 0, 999, nil)
			r.add(journal.RecordsArrived, 1000, 1003, nil)
			r.add(journal.RecordsFiltered, 1001, 1002, nil)
			r.add(journal.BatchFormed, 1000, 1003, func(e *journal.Entry) { e.Batch, e.Records = 1, 2 })
			r.add(journal.RecordsEnded, 1000, 1003, func(e *journal.Entry) { e.Batch, e.Records, e.Outcome = 1, 2, journal.Succeeded })
		}, []string{"0 expired 0 e0 x1000 ", "1001 filtered 0 e0 x1 ", "1002 filtered 0 e0 x1 ", "1000 ok 0 e0 x1 ", "1003 ok 0 e0 x1 "}},
		"nothing is known of it": {func(r told) {
			r.add(journal.RecordsEnded, 3, 4, func(e *journal.Entry) { e.Batch, e.Invocation, e.Outcome = 9, 9, journal.Succeeded })
			r.add(journal.Throttled, 5, 5, of(10, 0, 0))
			r.add(journal.RetryScheduled, 5, 5, of(10, 1, 1))
		}, []string{"3 ok 0 e0 x1 ", "4 ok 0 e0 x1 "}},
	} {
		t.Run(name, func(t *testing.T) {
			r := told{store.New(nil)}
			test.tell(r)
			if got := r.rows(); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// Outputs are counted by the input that they were made from, as far as that is known.
func TestOutputs(t *testing.T) {
	produce := func(r told, invocation uint64, origins ...int32) {
		r.add(journal.RecordsProduced, 0, int64(len(origins))-1, func(e *journal.Entry) {
			e.Topic, e.Mapping, e.Invocation, e.Reason = "out", "", invocation, "output"
			e.Each = journal.NewRecords(len(origins))
			e.Each.Origins = origins
		})
	}
	for name, test := range map[string]struct {
		origins []int32
		want    []int32
	}{"none": {nil, []int32{0, 0, 0}}, "bound": {[]int32{2, 0, 2}, []int32{1, 0, 2}}, "one is not bound": {[]int32{0, -1}, []int32{-1, -1, -1}}} {
		r := told{store.New(nil)}
		r.add(journal.RecordsArrived, 10, 12, nil)
		r.add(journal.BatchFormed, 10, 12, of(1, 0, 0))
		r.add(journal.InvocationStarted, 10, 12, of(1, 1, 1))
		if test.origins != nil {
			produce(r, 1, test.origins...)
		}
		r.add(journal.RecordsEnded, 10, 12, func(e *journal.Entry) { of(1, 1, 1)(e); e.Outcome = journal.Succeeded })
		var got []int32
		for n := uint64(1); n <= 3; n++ {
			got = append(got, r.v.Events.At(n).Outputs)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// The ring keeps the newest; older numbers are gone.
func TestRing(t *testing.T) {
	r := told{store.New(nil)}
	for i := range int64(700) {
		r.add(journal.RecordsEnded, i*100, i*100+99, func(e *journal.Entry) { e.Outcome = journal.Succeeded })
	}
	e := &r.v.Events
	if e.Total != 70_000 || e.First() != 70_000-65_536+1 || e.At(e.First()-1) != nil || e.At(e.Total+1) != nil || e.At(0) != nil {
		t.Fatalf("%d to %d", e.First(), e.Total)
	}
	for n := e.First(); n <= e.Total; n++ {
		if row := e.At(n); row.Number != n || row.Offset != int64(n-1) {
			t.Fatalf("event %d is %+v", n, row)
		}
	}
}
