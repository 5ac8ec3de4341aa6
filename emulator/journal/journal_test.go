package journal

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
)

// fill appends n notes.
func fill(l *Log, n int) {
	for range n {
		l.Append(Entry{Kind: Note})
	}
}

// drain polls r to its end and returns what it saw: the numbers of the first
// and last entry, how many, and how many it missed.
func drain(t *testing.T, r *Reader) (first, last, n, missed uint64) {
	t.Helper()
	buf := make([]Entry, 100)
	for {
		k, m := r.Poll(buf)
		missed += m
		if k == 0 {
			return first, last, n, missed
		}
		for _, e := range buf[:k] {
			if n > 0 && e.Seq != last+1 {
				t.Fatalf("entry %d follows entry %d", e.Seq, last)
			}
			if n++; n == 1 {
				first = e.Seq
			}
			last = e.Seq
		}
	}
}

func TestReaderSeesAllInOrder(t *testing.T) {
	l := NewLog(0)
	fill(l, 10)
	r := l.Draw()
	first, last, n, missed := drain(t, r)
	if first != 1 || last != 10 || n != 10 || missed != 0 {
		t.Errorf("got %d to %d, %d entries, %d missed; want 1 to 10, 10, 0", first, last, n, missed)
	}
	l.Append()
	fill(l, 1)
	if first, _, n, _ := drain(t, r); first != 11 || n != 1 {
		t.Errorf("got entry %d, %d entries; want entry 11 alone", first, n)
	}
}

func TestLogIsBoundedAndReaderToldWhatItMissed(t *testing.T) {
	l := NewLog(1) // the least there is
	late := l.Draw()
	total := 3*int(l.capacity) + 17
	fill(l, total)

	_, last, n, missed := drain(t, late)
	if n != l.capacity || missed != uint64(total)-l.capacity || last != uint64(total) {
		t.Errorf("late reader: got %d entries to %d, %d missed; want %d to %d, %d missed", n, last, missed,
			l.capacity, total, uint64(total)-l.capacity)
	}
	// One that comes late has missed nothing: it starts with the oldest there is.
	first, _, n, missed := drain(t, l.Draw())
	if n != l.capacity || missed != 0 || first != uint64(total)-l.capacity+1 {
		t.Errorf("new reader: got %d entries from %d, %d missed", n, first, missed)
	}
	if got := l.Counts().Entries[Note]; got != uint64(total) {
		t.Errorf("counts: got %d notes, want %d", got, total)
	}
}

func TestShortRunStaysSmall(t *testing.T) {
	l := NewLog(0)
	fill(l, chunkSize/2)
	allocated := 0
	for _, c := range l.chunks {
		if c != nil {
			allocated++
		}
	}
	if allocated != 1 {
		t.Errorf("%d chunks allocated for half a chunk of entries, want 1", allocated)
	}
}

func standsStill(l *Log) bool {
	room, _ := l.Room()
	return room != nil
}

func TestKeeperPushesBack(t *testing.T) {
	l := NewLog(1)
	l.Draw() // one that draws never pushes back
	keep := l.Keep("a test")
	appended := uint64(0)
	for !standsStill(l) {
		fill(l, 1)
		if appended++; appended > l.capacity {
			t.Fatal("room for more than the log holds")
		}
	}
	if appended < l.capacity-headroom {
		t.Errorf("pushed back after %d entries, capacity is %d", appended, l.capacity)
	}
	fill(l, headroom) // what one step may still append
	room, whom := l.Room()
	if whom != "a test" {
		t.Errorf("stands still for %q", whom)
	}
	select {
	case <-room:
		t.Fatal("room before the reader moved")
	default:
	}

	first, last, _, missed := drain(t, keep)
	if first != 1 || last != appended+headroom || missed != 0 {
		t.Errorf("got %d to %d, %d missed; want 1 to %d, 0 missed", first, last, missed, appended+headroom)
	}
	select {
	case <-room:
	default:
		t.Error("the reader moved, but room was not announced")
	}
	if standsStill(l) {
		t.Error("no room after everything was read")
	}
}

func TestDetachedKeeperHoldsNothingBack(t *testing.T) {
	l := NewLog(1)
	keep := l.Keep("a test")
	fill(l, int(l.capacity))
	room, _ := l.Room()
	if room == nil {
		t.Fatal("room although nothing was read")
	}
	keep.Detach()
	<-room
	if standsStill(l) {
		t.Error("no room after the only keeper left")
	}
}

func TestNextWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLog(1)
		buf := make([]Entry, 10)
		got := make(chan int)
		r := l.Draw()
		go func() {
			for {
				n, _, err := r.Next(t.Context(), buf)
				if err != nil {
					close(got)
					return
				}
				got <- n
			}
		}()
		synctest.Wait() // it waits: there is nothing
		fill(l, 1)
		if n := <-got; n != 1 {
			t.Errorf("got %d entries, want 1", n)
		}
		synctest.Wait()
		l.Append(Entry{Kind: Note}, Entry{Kind: Note})
		if n := <-got; n != 2 {
			t.Errorf("got %d entries, want 2", n)
		}
		synctest.Wait()
		l.Close()
		l.Close()
		if _, open := <-got; open {
			t.Error("an entry after Close")
		}
	})
}

func TestNextReadsToTheEndBeforeEOF(t *testing.T) {
	l := NewLog(1)
	fill(l, 15)
	l.Close()
	buf := make([]Entry, 10)
	r := l.Draw()
	for _, want := range []int{10, 5} {
		if n, _, err := r.Next(t.Context(), buf); n != want || err != nil {
			t.Errorf("Next = %d, %v; want %d entries", n, err, want)
		}
	}
	for range 2 {
		if n, _, err := r.Next(t.Context(), buf); n != 0 || err != io.EOF {
			t.Errorf("Next at the end = %d, %v; want io.EOF", n, err)
		}
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	cause := errors.New("the reader has had enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, _, err := NewLog(1).Draw().Next(ctx, make([]Entry, 1)); err != cause {
		t.Errorf("Next = %v, want the cause of its context", err)
	}
}

func TestCounts(t *testing.T) {
	l := NewLog(1)
	ended := func(kind Kind, o Outcome, n int32) Entry {
		return Entry{Kind: kind, Mapping: "m", Outcome: o, Records: n}
	}
	l.Append(
		Entry{Kind: RecordsProduced, Topic: "a", Records: 5},
		Entry{Kind: RecordsProduced, Topic: "a", Records: 2},
		ended(RecordsEnded, Succeeded, 4), ended(RecordsEnded, DeadLettered, 3), ended(RecordsEnded, Dropped, 2),
		ended(RecordsExpired, Expired, 1), ended(RecordsFiltered, Filtered, 5),
		Entry{Kind: InvocationStarted, Function: "f", Reason: Cold, Records: 4},
		Entry{Kind: InvocationEnded, Function: "f", Outcome: FunctionError, Measured: Measured{Took: 10}},
		Entry{Kind: RetryScheduled, Function: "f"},
		Entry{Kind: Throttled, Function: "f"},
		Entry{Kind: InvocationStarted, Function: "f", Reason: Warm, Records: 4},
		Entry{Kind: InvocationEnded, Function: "f", Outcome: Succeeded, Measured: Measured{Took: 5}},
	)
	c := l.Counts()
	if c.Produced["a"] != 7 {
		t.Errorf("produced %d, want 7", c.Produced["a"])
	}
	if want := (Ended{Succeeded: 4, DeadLettered: 3, Dropped: 2, Expired: 1, Filtered: 5}); c.Ended["m"] != want || want.Total() != 15 {
		t.Errorf("ended %+v, want %+v", c.Ended["m"], want)
	}
	if want := (FunctionCounts{Invocations: 2, ColdStarts: 1, Failures: 1, Throttles: 1, Retries: 1, Records: 8, Took: 15}); c.Functions["f"] != want {
		t.Errorf("function %+v, want %+v", c.Functions["f"], want)
	}
	c.Produced["a"] = 0
	if got := l.Counts().Produced["a"]; got != 7 {
		t.Error("counts share their maps with the log")
	}
}

// One conductor that minds Room, keepers and drawers beside it, some of which
// leave early: no keeper misses anything, and each drawer accounts for all.
func TestConcurrentReaders(t *testing.T) {
	l := NewLog(1)
	const total = 50_000
	readers := make([]*Reader, 6)
	for i := range readers {
		if readers[i] = l.Draw(); i%2 == 0 {
			readers[i] = l.Keep("a test")
		}
	}
	quitter := l.Keep("a test")
	var wg sync.WaitGroup
	wg.Go(func() {
		buf := make([]Entry, 7)
		quitter.Next(t.Context(), buf)
		quitter.Detach()
	})
	for i, r := range readers {
		wg.Go(func() {
			buf := make([]Entry, 64)
			var seen, missed uint64
			for {
				n, m, err := r.Next(t.Context(), buf)
				if err != nil {
					break
				}
				seen, missed = seen+uint64(n), missed+m
			}
			if seen+missed != total || i%2 == 0 && missed != 0 {
				t.Errorf("reader %d (keeps: %v): %d seen, %d missed of %d", i, i%2 == 0, seen, missed, total)
			}
		})
	}
	for n := 0; n < total; n += 100 {
		for room, _ := l.Room(); room != nil; room, _ = l.Room() {
			<-room
		}
		l.Append(make([]Entry, 100)...)
		l.Counts()
	}
	l.Close()
	wg.Wait()
}
