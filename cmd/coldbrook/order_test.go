package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

func about(seq uint64, kind journal.Kind, first, last int64, batch, invocation uint64) journal.Entry {
	e := journal.Entry{Kind: kind, Seq: seq, At: int64(seq) * 1e6, Mapping: "m", Function: "f", Topic: "in",
		First: first, Last: last, Records: int32(last - first + 1), Batch: batch, Invocation: invocation}
	if kind == journal.RecordsArrived {
		e.Each = &journal.Records{}
		for o := first; o <= last; o++ {
			e.Each.Each = append(e.Each.Each, journal.Known{Key: 7 + uint64(o-first), Offset: int32(o - first)})
		}
	}
	return e
}

// serialWithGap is a serial run of which a slow reader was not sent the end of the first
// batch.
func serialWithGap() *journal.Held {
	ended := func(e journal.Entry) journal.Entry {
		e.Outcome = journal.Succeeded
		return e
	}
	return &journal.Held{Gone: 3, Entries: []journal.Entry{
		about(1, journal.PartitionAssigned, 0, 0, 0, 0),
		about(2, journal.RecordsArrived, 0, 0, 0, 0),
		about(3, journal.BatchFormed, 0, 0, 1, 0),
		about(4, journal.InvocationStarted, 0, 0, 1, 1),
		// 5 to 7: the invocation and its record end, and are committed
		about(8, journal.RecordsArrived, 1, 1, 0, 0),
		about(9, journal.BatchFormed, 1, 1, 2, 0),
		about(10, journal.InvocationStarted, 1, 1, 2, 2),
		ended(about(11, journal.InvocationEnded, 1, 1, 2, 2)),
		ended(about(12, journal.RecordsEnded, 1, 1, 2, 2)),
		{Kind: journal.RunStopped, Seq: 13, At: 13e6},
	}}
}

// TestGapInTheMiddleMakesNoViolation: what ended in between is not said to be open.
func TestGapInTheMiddleMakesNoViolation(t *testing.T) {
	c, err := checkSource(context.Background(), serialWithGap(), order.ByKey, nil)
	if r := c.report(); err != nil || r.Missed != 3 || len(r.Groups) != 0 {
		t.Errorf("order: got %+v and %v, want nothing but 3 missing entries", r.Groups, err)
	}
	f, err := report.MeasureFit(serialWithGap(), report.FitOptions{})
	if err != nil || f.Missed != 3 || len(f.Functions) != 1 || len(f.Functions[0].Order.Broken) != 0 {
		t.Errorf("fit: got %+v and %v, want nothing broken", f.Functions, err)
	}
}

// TestConclusionFailsForAnotherDomain: the summary is about keys, and partitions were
// asked for.
func TestConclusionFailsForAnotherDomain(t *testing.T) {
	done := make(chan struct{})
	close(done)
	c := &ordering{done: done, checks: newChecks(order.ByKey, failOn{"partition"}, &journal.Description{})}
	for _, e := range []journal.Entry{ // two keys, one batch each, at the same time
		about(1, journal.PartitionAssigned, 0, 0, 0, 0),
		about(2, journal.RecordsArrived, 0, 1, 0, 0),
		about(3, journal.BatchFormed, 0, 0, 1, 0),
		about(4, journal.BatchFormed, 1, 1, 2, 0),
		about(5, journal.InvocationStarted, 0, 0, 1, 1),
		about(6, journal.InvocationStarted, 1, 1, 2, 2),
	} {
		c.checks.add(&e)
	}
	if err := c.conclude(io.Discard); err == nil || !strings.Contains(err.Error(), "--fail-on partition") {
		t.Errorf("got %v, want that the order of partitions is broken", err)
	}
}
