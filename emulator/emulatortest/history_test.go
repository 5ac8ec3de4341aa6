package emulatortest

import (
	"reflect"
	"sync"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestHistoryKeepsTheNewest(t *testing.T) {
	h := newHistory()
	h.kept = 2 * historyChunk
	const total = 5*historyChunk + 7
	for i := range total {
		h.add([]journal.Entry{{Kind: journal.Throttled, Function: "f", At: int64(i)}})
	}
	k := h.entries()
	if k.total != total || h.len() != total {
		t.Errorf("got length %d and %d, want %d", k.total, h.len(), total)
	}
	if want := uint64(4 * historyChunk); k.dropped != want {
		t.Errorf("got %d dropped, want %d", k.dropped, want)
	}
	next := k.dropped
	for i, e := range k.all() {
		if i != next || e.At != int64(next) {
			t.Fatalf("got entry %d of %d, want %d", i, e.At, next)
		}
		next++
	}
	if next != total {
		t.Errorf("got entries up to %d, want %d", next, total)
	}
	h.read(func(f *tally) {
		if got := f.functions["f"].throttles; got != total {
			t.Errorf("got %d throttles, want %d", got, total)
		}
	})
}

func TestHistoryStopsWhereItIsTold(t *testing.T) {
	h := newHistory()
	h.add(make([]journal.Entry, 10))
	n := 0
	for range h.entries().all() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("got %d entries, want 3", n)
	}
}

// TestHistoryIsReadWhileItGrows is for the race detector: what was handed out
// does not change.
func TestHistoryIsReadWhileItGrows(t *testing.T) {
	h := newHistory()
	h.kept = historyChunk
	var work sync.WaitGroup
	work.Go(func() {
		for i := range 5 * historyChunk {
			h.add([]journal.Entry{{Kind: journal.Note, At: int64(i)}})
		}
	})
	for range 100 {
		k := h.entries()
		n := k.dropped
		for i, e := range k.all() {
			if e.At != int64(i) {
				t.Errorf("got entry of %d, want %d", e.At, i)
			}
			n++
		}
		if n != k.total {
			t.Errorf("got %d entries, want %d", n, k.total)
		}
	}
	work.Wait()
}

func TestTallyCountsRecordsByOutcome(t *testing.T) {
	h := newHistory()
	end := func(outcome journal.Outcome, records int32) journal.Entry {
		return journal.Entry{Kind: journal.RecordsEnded, Mapping: "m", Topic: "t", Outcome: outcome, Records: records}
	}
	expired := end(journal.Expired, 5)
	expired.Kind = journal.RecordsExpired
	h.add([]journal.Entry{end(journal.Succeeded, 1), end(journal.Succeeded, 10), end(journal.DeadLettered, 2), end(journal.Dropped, 3), expired})
	h.read(func(f *tally) {
		want := &[journal.Filtered + 1]int64{journal.Succeeded: 11, journal.DeadLettered: 2, journal.Dropped: 3, journal.Expired: 5}
		if got := f.ended["m"]; !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func BenchmarkHistory(b *testing.B) {
	entries := busyJournal()
	b.ReportAllocs()
	h := newHistory()
	for n := 0; n < b.N; n += len(entries) {
		h.add(entries)
	}
}

// busyJournal is the entries of a batch that goes well.
func busyJournal() []journal.Entry {
	y := newTale()
	y.order(0, make([]string, 100)...)
	y.handle(0, 0, 99, 1)
	var entries []journal.Entry
	for _, e := range y.history.entries().all() {
		entries = append(entries, *e)
	}
	return entries
}
