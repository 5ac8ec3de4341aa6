package main

import (
	"reflect"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// overtakingRun is a run in which a record of a key is behind the next one.
func overtakingRun() *journal.Held {
	at := func(kind journal.Kind, batch uint64, first, last int64, of func(*journal.Entry)) journal.Entry {
		e := journal.Entry{Kind: kind, Function: "f", Mapping: "m", Topic: "in", First: first, Last: last, Records: int32(last - first + 1), Batch: batch, Invocation: batch}
		if of != nil {
			of(&e)
		}
		return e
	}
	succeeded := func(e *journal.Entry) { e.Outcome = journal.Succeeded }
	entries := []journal.Entry{
		at(journal.RecordsProduced, 0, 0, 1, func(e *journal.Entry) { e.Function, e.Mapping, e.Process = "", "", "feed" }),
		at(journal.PartitionAssigned, 0, 0, 0, nil),
		at(journal.RecordsArrived, 0, 0, 1, func(e *journal.Entry) {
			e.Each = &journal.Records{Each: []journal.Known{{Key: 7}, {Key: 7, Offset: 1}}}
		}),
		at(journal.BatchFormed, 1, 0, 0, nil), at(journal.BatchFormed, 2, 1, 1, nil),
		at(journal.InvocationStarted, 1, 0, 0, func(e *journal.Entry) { e.Attempt, e.Environment = 1, 1 }),
		at(journal.InvocationStarted, 2, 1, 1, func(e *journal.Entry) { e.Attempt, e.Environment = 1, 2 }),
		at(journal.InvocationEnded, 2, 1, 1, succeeded), at(journal.RecordsEnded, 2, 1, 1, succeeded),
		at(journal.InvocationEnded, 1, 0, 0, succeeded), at(journal.RecordsEnded, 1, 0, 0, succeeded),
	}
	for i := range entries {
		entries[i].Seq, entries[i].At = uint64(i+1), int64(i)*1e6
	}
	return &journal.Held{Entries: entries, Of: journal.Description{Mappings: []journal.DescribedMapping{{Group: "m", Function: "f", Topic: "in"}}}}
}

func TestExplainKnowsWhatARecordWasOvertakenBy(t *testing.T) {
	src := overtakingRun()
	for offset, want := range []*lineage.Record{{Topic: "in", Offset: 1}, nil} {
		s, err := lineage.Explain(src, lineage.Record{Topic: "in", Offset: int64(offset)}, lineage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := overtaken(src, s)
		if err != nil {
			t.Fatal(err)
		}
		var got *lineage.Record
		for i := range all {
			if all[i].Record == s.Record && all[i].Mapping == "m" {
				got = &all[i].By
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("@%d: overtaken by %v, want %v, of %+v", offset, got, want, all)
		}
	}
}

// TestExplainTellsOneThingOfEachRecord: the worst, which comes first in a report.
func TestExplainTellsOneThingOfEachRecord(t *testing.T) {
	at := order.Delivery{Record: order.Ref{Topic: "in", Offset: 3}}
	later := &order.Delivery{Record: order.Ref{Topic: "in", Offset: 5}}
	alone := order.Violation{Rule: order.Lost, Mapping: "m", Earlier: at}
	r := &order.Report{Groups: []order.Group{
		{Rule: order.Lost, Witnesses: []order.Violation{alone}},
		{Rule: order.LateCompletion, Witnesses: []order.Violation{{Rule: order.LateCompletion, Mapping: "m", Earlier: at, Later: later}}},
		{Rule: order.Skipped, Witnesses: []order.Violation{{Rule: order.Skipped, Mapping: "m", Earlier: at, Later: later}}},
	}}
	if all := worstOf(r); len(all) != 1 || all[0].Rule != "O5 late" || all[0].By.Offset != 5 {
		t.Errorf("got %+v", all)
	}
}
