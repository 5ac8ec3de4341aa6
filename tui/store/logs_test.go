package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestLogsKeepTheNewestLines(t *testing.T) {
	var l Logs
	for i := range mostLines + 500 {
		l.add(&journal.Entry{Kind: journal.Output, Function: "f", At: int64(i), Text: fmt.Sprint("line ", i)})
	}
	if l.Total != mostLines+500 || l.First() != 501 || l.At(500) != nil {
		t.Fatalf("got lines %d to %d", l.First(), l.Total)
	}
	for n := l.First(); n <= l.Total; n++ {
		if got := l.At(n); got.Number != n || got.Entry.Text != fmt.Sprint("line ", n-1) {
			t.Fatalf("line %d is %d: %q", n, got.Number, got.Entry.Text)
		}
	}
}

func TestLogsAreBoundedInBytes(t *testing.T) {
	var l Logs
	for i := range 10_000 {
		l.add(&journal.Entry{Kind: journal.Output, Function: "f", Text: fmt.Sprint(i, strings.Repeat("x", 5000))})
	}
	held := 0
	for n := l.First(); n <= l.Total; n++ {
		held += len(l.At(n).Entry.Text)
	}
	if held > mostLineBytes || l.Total != 10_000 || held < mostLineBytes/2 {
		t.Errorf("%d bytes are held of %d lines", held, l.Total)
	}
}

func TestTheSameLineIsCounted(t *testing.T) {
	var l Logs
	for i := range 41 {
		l.add(&journal.Entry{Kind: journal.Output, Function: "f", At: int64(i), Text: "retrying"})
	}
	l.add(&journal.Entry{Kind: journal.Output, Function: "g", Text: "retrying"})
	if l.Total != 2 || l.At(1).Repeated != 40 || l.At(1).LastAt != 40 {
		t.Errorf("got %d lines, %+v", l.Total, l.At(1))
	}
}

// A line of a handler names the first record of the batch that it was invoked with.
func TestLinesNameTheirRecord(t *testing.T) {
	var l Logs
	l.add(&journal.Entry{Kind: journal.BatchFormed, Batch: 7, Topic: "orders", Partition: 3, First: 42, Last: 50})
	l.add(&journal.Entry{Kind: journal.BatchFormed, Batch: 7, Topic: "orders", Partition: 5, First: 1, Last: 2})
	l.add(&journal.Entry{Kind: journal.InvocationStarted, Batch: 7, Invocation: 9})
	l.add(&journal.Entry{Kind: journal.Output, Invocation: 9, Text: "ERROR no"})
	l.add(&journal.Entry{Kind: journal.Output, Text: "of no invocation"})
	if got := l.At(1); got.Topic != "orders" || got.Partition != 3 || got.Offset != 42 || got.Level != Error {
		t.Errorf("got %+v", got)
	}
	if got := l.At(2); got.Topic != "" {
		t.Errorf("got %+v", got)
	}
}

func TestAHeldLogStands(t *testing.T) {
	v := New(nil)
	v.Logs.add(&journal.Entry{Kind: journal.Output, Text: "first"})
	held := v.Clone()
	for range 2 {
		v.Logs.add(&journal.Entry{Kind: journal.Output, Text: "first"})
	}
	v.Logs.add(&journal.Entry{Kind: journal.Output, Text: "second"})
	if held.Logs.Total != 1 || held.Logs.At(1).Repeated != 0 || v.Logs.At(1).Repeated != 2 {
		t.Errorf("got %+v", held.Logs.At(1))
	}
}
