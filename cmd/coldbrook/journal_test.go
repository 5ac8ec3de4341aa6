package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// twoPartitions is a source with two records in each of two partitions.
func twoPartitions() *journal.Held {
	h := &journal.Held{}
	for p := range int32(2) {
		for offset := range int64(2) {
			h.Messages = append(h.Messages, journal.Message{Topic: "in", Partition: p, Offset: offset, Value: fmt.Appendf(nil, "%d@%d", p, offset)})
		}
	}
	return h
}

// valuesOf are the payloads of the records of an entry.
func valuesOf(t *testing.T, r *rangeReader, e *journal.Entry, most int) []string {
	t.Helper()
	var all []string
	if err := r.records(e, func(m *journal.Message) bool {
		all = append(all, string(m.Value))
		return len(all) < most
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRangeReaderFindsTheRecordsOfABatch(t *testing.T) {
	r := newRangeReader(twoPartitions())
	formed := []journal.Entry{
		{Kind: journal.BatchFormed, Batch: 7, Topic: "in", Partition: 0, First: 1, Last: 1, Records: 1},
		{Kind: journal.BatchFormed, Batch: 7, Topic: "in", Partition: 1, First: 0, Last: 1, Records: 2},
	}
	for i := range formed {
		r.note(&formed[i])
	}
	started := &journal.Entry{Kind: journal.InvocationStarted, Batch: 7, Topic: "in", First: 1, Last: 1, Records: 3}
	for _, c := range []struct {
		e    *journal.Entry
		most int
		want []string
	}{
		{started, 9, []string{"0@1", "1@0", "1@1"}},
		{started, 2, []string{"0@1", "1@0"}},
		{&journal.Entry{Kind: journal.InvocationEnded, Batch: 8, Topic: "in", First: 0, Last: 0, Records: 1}, 9, []string{"0@0"}},
		{&formed[1], 9, []string{"1@0", "1@1"}},
		{&journal.Entry{Kind: journal.RecordsEnded, Topic: "in", First: 1, Last: 5, Records: 2}, 9, []string{"0@1"}},
		{&journal.Entry{Kind: journal.OffsetCommitted, Topic: "in", Last: 1}, 9, nil},
		{&journal.Entry{Kind: journal.RecordsArrived, Topic: "in", First: 0, Last: 1, Records: 1,
			Each: &journal.Records{Each: []journal.Known{{Offset: 1}}}}, 9, []string{"0@1"}},
	} {
		if got := valuesOf(t, r, c.e, c.most); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %q, want %q", c.e.Sentence(), got, c.want)
		}
	}
}

func TestRangeReaderIsBounded(t *testing.T) {
	r := newRangeReader(twoPartitions())
	for batch := uint64(1); batch <= 3*batchesKept; batch++ {
		r.note(&journal.Entry{Kind: journal.BatchFormed, Batch: batch, Topic: "in", Records: 1})
	}
	if len(r.batches) != batchesKept || len(r.order) != batchesKept {
		t.Errorf("got %d batches and %d numbers, want %d", len(r.batches), len(r.order), batchesKept)
	}
	if _, there := r.batches[3*batchesKept]; !there {
		t.Error("the newest batch is not known")
	}
}

func TestPlainShowsWhatTheFilterChooses(t *testing.T) {
	q, err := query.Parse("fn=ship !kind=throttled")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	p := newPlain(&out, nil)
	p.filter = newEntryFilter(q)
	for i, e := range []journal.Entry{
		{Kind: journal.InvocationStarted, Function: "ship", Invocation: 1}, // else not shown
		{Kind: journal.Output, Function: "enrich", Text: "hidden"},
		{Kind: journal.Throttled, Function: "ship", Reason: "hidden"},
		{Kind: journal.InvocationStarted, Function: "enrich", Invocation: 2}, // not shown anyway
		{Kind: journal.Output, Function: "ship", Text: "shown"},
	} {
		e.Seq = uint64(i + 1)
		p.entry(&out, &e)
	}
	text := out.String()
	if !strings.Contains(text, "invocation 1 started") || !strings.Contains(text, "ship | shown") ||
		strings.Contains(text, "hidden") || strings.Contains(text, "invocation 2") {
		t.Errorf("got\n%s", text)
	}
	out.Reset()
	if err := p.filter.sayHidden(&out); err != nil || out.String() != "2 hidden by the filter\n" {
		t.Errorf("got %q and %v", out.String(), err)
	}
}

func TestNoFilterShowsWhatIsShownElse(t *testing.T) {
	var f *entryFilter
	e := &journal.Entry{}
	if !f.shows(e, true) || f.shows(e, false) {
		t.Error("no filter changes what is shown")
	}
	var out strings.Builder
	if err := f.sayHidden(&out); err != nil || out.Len() > 0 {
		t.Errorf("no filter says %q, and %v", out.String(), err)
	}
}

func TestMessagesAreShownInOneLineWithoutOrders(t *testing.T) {
	if got, want := shown([]byte("a\n\x1b[31mü\xff 日")), "a··[31mü· 日"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMisfilteredIsWrongUsage(t *testing.T) {
	_, err := query.Parse("fn=")
	var u *usageError
	if err = misfiltered(err); !errors.As(err, &u) || !strings.Contains(u.Hint(), "fn=\n   ^") {
		t.Errorf("got %v", err)
	}
	if other := errors.New("other"); misfiltered(other) != other || misfiltered(nil) != nil {
		t.Error("another error is changed")
	}
}
