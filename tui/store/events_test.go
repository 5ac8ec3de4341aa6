package store_test

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// shopFile is the finished run of the shop.
func shopFile(t testing.TB) *journalfile.File {
	t.Helper()
	f, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Of a real run, rows are what its entries count, and late is what the check of order
// counts.
func TestEventsOfTheShop(t *testing.T) {
	f := shopFile(t)
	v := store.New(f.Description())
	ended := map[journal.Outcome]int{}
	throttled, failed := 0, 0
	err := journal.ScanAll(f, func(_ uint64, e *journal.Entry) bool {
		v.Add(e)
		switch e.Kind {
		case journal.RecordsEnded:
			ended[e.Outcome] += int(e.Records)
		case journal.Throttled:
			throttled++
		case journal.RetryScheduled:
			failed += int(e.Records)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[store.EventState]int{}
	late, keyLate, outputs := uint64(0), uint64(0), 0
	for n := v.Events.First(); n <= v.Events.Total; n++ {
		e := v.Events.At(n)
		got[e.State]++
		if e.Late > 0 {
			late++
		}
		if e.KeyLate {
			keyLate++
		}
		if e.State == store.EventOK && v.Events.Names[e.Of].Function == "enrich" {
			outputs += int(e.Outputs)
		}
	}
	for state, want := range map[store.EventState]int{
		store.EventOK: ended[journal.Succeeded], store.EventDeadLettered: ended[journal.DeadLettered], store.EventThrottled: throttled,
	} {
		if got[state] != want {
			t.Errorf("state %d: %d rows, want %d", state, got[state], want)
		}
	}
	if n := got[store.EventError] + got[store.EventTimeout] + got[store.EventRetry]; n != failed || failed == 0 {
		t.Errorf("%d rows of failed attempts, want %d", n, failed)
	}
	for domain, got := range map[order.Domain]uint64{order.ByPartition: late, order.ByKey: keyLate} {
		want := v.Order.Report(domain).Count(order.LateCompletion)
		if got != want || want == 0 {
			t.Errorf("domain %d: %d rows are late, the check of order says %d", domain, got, want)
		}
	}
	if outputs == 0 {
		t.Error("no row tells of outputs")
	}
}
