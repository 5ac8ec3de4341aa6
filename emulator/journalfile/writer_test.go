package journalfile

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestFileOfAKilledWriter: wherever its writer was killed, a file opens with what is whole.
func TestFileOfAKilledWriter(t *testing.T) {
	l, all := logged(some(60))
	f := chunked(t, l, 9)
	whole, ends := bytesOf(t, f), []int64{}
	for i := range f.entries {
		ends = append(ends, f.entries[i].at+f.entries[i].size)
	}
	start := f.entries[0].at
	f.Close()
	for cut := start; cut < int64(len(whole)); cut++ {
		f, err := open("cut", strings.NewReader(string(whole[:cut])), cut)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		chunks := 0
		for chunks < len(ends) && ends[chunks] <= cut {
			chunks++
		}
		got := scan(t, f, journal.Want{})
		if len(got) != min(9*chunks, len(all)) || f.Damaged() == "" || f.Last() != uint64(len(got)) {
			t.Fatalf("cut at %d: %d entries of %d whole chunks, damaged %q", cut, len(got), chunks, f.Damaged())
		}
		f.Close()
	}
	for cut := range start {
		if f, err := open("cut", strings.NewReader(string(whole[:cut])), cut); err == nil {
			t.Errorf("a file of %d bytes opens with %d entries", cut, f.Entries())
		}
	}
}

func bytesOf(t *testing.T, f *File) []byte {
	t.Helper()
	b := make([]byte, f.size)
	if _, err := f.r.ReadAt(b, 0); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return b
}

// TestBrokenBytes: no single wrong bit goes unnoticed.
func TestBrokenBytes(t *testing.T) {
	l, all := logged(some(12))
	f := chunked(t, l, 5)
	whole := bytesOf(t, f)
	f.Close()
	for i := range whole {
		broken := slices.Clone(whole)
		broken[i] ^= 1 << (i % 8)
		f, err := open("broken", strings.NewReader(string(broken)), int64(len(broken)))
		if err != nil {
			continue
		}
		n := 0
		err = f.Scan(journal.Want{}, func(e *journal.Entry) bool {
			if !same(e, &all[e.Seq-1]) {
				t.Errorf("byte %d: entry %d is %+v", i, e.Seq, *e)
			}
			n++
			return true
		})
		padding := len(whole) - 12 // four zeros in the trailer
		if err == nil && f.Damaged() == "" && n == len(all) && (i < padding || i >= padding+4) {
			t.Errorf("byte %d of %d is wrong and nothing is said", i, len(whole))
		}
		f.Close()
	}
}

// TestRunKeepsUp: what is in the log at its end, and what many produced meanwhile, is in the
// file, and a file that is behind holds them back.
func TestRunKeepsUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	l := journal.NewLog(0)
	r := l.Keep("a test")
	batch := batchOf(0, strings.Repeat("x", 100<<10)) // the writer fills its offset in
	const each = 60
	var producing sync.WaitGroup
	for p := range 4 {
		producing.Go(func() {
			for i := range each {
				w.Batch("bids", int32(p), int64(i), batch)
			}
		})
	}
	for w.waiting() == nil { // 24 MB do not find room
		runtime.Gosched()
	}
	done := make(chan error)
	go func() { done <- w.Run(context.Background(), &description, r) }()
	producing.Wait() // though no entry ever wakes the writer
	for i := range some(1000) {
		l.Append(some(1000)[i])
	}
	l.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	f := opened(t, path)
	if got := scan(t, f, journal.Want{}); len(got) != 1000 || f.Damaged() != "" {
		t.Errorf("%d entries, damaged %q", len(got), f.Damaged())
	}
	for p := range int32(4) {
		for i := range int64(each) {
			if m, err := f.Message("bids", p, i); err != nil || m == nil {
				t.Fatalf("bids/%d@%d: %v, %v", p, i, m, err)
			}
		}
	}
	if total, info := w.Total(), f.size; total.Entries != 1000 || total.Bytes != info {
		t.Errorf("total %+v, the file has %d bytes", total, info)
	}
	w.Batch("bids", 0, each, batch) // dropped, and does not block
}

func (w *Writer) waiting() chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.room
}

// TestFlushedEachSecond: who looks into the file of a run that goes on misses a second.
func TestFlushedEachSecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	synctest.Test(t, func(t *testing.T) {
		w, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		l := journal.NewLog(0)
		done := make(chan error)
		r := l.Keep("a test")
		go func() { done <- w.Run(t.Context(), &description, r) }()
		synctest.Wait()
		l.Append(some(7)...)
		w.Batch("bids", 0, 0, batchOf(0, "x"))
		time.Sleep(flushEvery) // virtual: a flush is due then
		synctest.Wait()
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if m, err := f.Message("bids", 0, 0); f.Entries() != 7 || m == nil || err != nil || f.Damaged() == "" {
			t.Errorf("%d entries, message %v, %v, damaged %q", f.Entries(), m, err, f.Damaged())
		}
		l.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestFailedFile: an error of the file ends the writing, and holds nobody back.
func TestFailedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.out.Close()
	if w.out, err = os.Open(path); err != nil { // which cannot be written to
		t.Fatal(err)
	}
	l := journal.NewLog(0)
	l.Append(some(5)...)
	err = w.Run(t.Context(), &description, l.Keep("a test"))
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	for range 2 * journal.DefaultCapacity {
		l.Append(journal.Entry{Kind: journal.Note})
	}
	if room, _ := l.Room(); room != nil {
		t.Error("the reader still holds the run back")
	}
	for range 2 {
		w.Batch("bids", 0, 0, make([]byte, pendingMost))
	}
}

// TestYield: who is held back, and who comes then, is let go.
func TestYield(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	big := make([]byte, pendingMost)
	w.Batch("bids", 0, 0, big)
	held := make(chan struct{})
	go func() {
		defer close(held)
		w.Batch("bids", 0, 1, big)
	}()
	for w.waiting() == nil {
		runtime.Gosched()
	}
	w.Yield()
	<-held
	w.Batch("bids", 0, 2, big)
}

func TestRunEndsWithItsContext(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "journal"))
	if err != nil {
		t.Fatal(err)
	}
	over := errors.New("over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(over)
	if err := w.Run(ctx, &description, journal.NewLog(0).Keep("a test")); !errors.Is(err, over) {
		t.Errorf("got %v", err)
	}
}

// TestReplaced: a journal is replaced once the run begins, not before.
func TestReplaced(t *testing.T) {
	path := written(t, some(500))
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Discard()
	if f := opened(t, path); f.Entries() != 500 {
		t.Errorf("after Discard: %d entries", f.Entries())
	}
	w, err = Create(path)
	if err != nil {
		t.Fatal(err)
	}
	l, _ := logged(some(3))
	if err := w.Run(t.Context(), &description, l.Keep("a test")); err != nil {
		t.Fatal(err)
	}
	if f := opened(t, path); f.Entries() != 3 || f.Damaged() != "" {
		t.Errorf("%d entries, damaged %q", f.Entries(), f.Damaged())
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if w, err = Create(fresh); err != nil {
		t.Fatal(err)
	}
	w.Discard()
	if _, err := os.Stat(fresh); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that was made is left: %v", err)
	}
}

// TestSendTellsWhatWasGone: a reader that draws skips, and what it skipped is counted.
func TestSendTellsWhatWasGone(t *testing.T) {
	l := journal.NewLog(1)
	r := l.Draw()
	for range 5 {
		l.Append(some(4000)...)
	}
	in, out := io.Pipe()
	go func() { out.CloseWithError(Send(t.Context(), out, nil, &description, r, l.Last())) }()
	f, err := Read(in, "live")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	first := scan(t, f, journal.Want{})[0].Seq
	if first == 1 || f.Missed() != first-1 || f.Last() != 20000 || f.Damaged() != "" {
		t.Errorf("from %d to %d, %d missed, damaged %q", first, f.Last(), f.Missed(), f.Damaged())
	}
}

// TestFollow: entries come while the run goes on, gaps are told, and its end is.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := journal.NewLog(0)
		l.Append(some(3)...)
		in, out := io.Pipe()
		r := l.Draw()
		go func() { out.CloseWithError(Send(t.Context(), out, nil, &description, r, math.MaxUint64)) }()
		s, err := Follow(in)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var seen []uint64
		next := func() error {
			return s.Next(func(_ uint64, e *journal.Entry) bool { seen = append(seen, e.Seq); return true })
		}
		for _, more := range []int{2, 1} {
			if err := next(); err != nil {
				t.Fatal(err)
			}
			l.Append(some(more)...)
		}
		l.Close()
		err = next()
		if err == nil {
			err = next()
		}
		if !slices.Equal(seen, []uint64{1, 2, 3, 4, 5, 6}) || err != io.EOF {
			t.Errorf("saw %d, then %v", seen, err)
		}
	})
}

func TestFollowOfAKilledRun(t *testing.T) {
	l, _ := logged(some(3))
	whole := bytesOf(t, chunked(t, l, 5))
	s, err := Follow(strings.NewReader(string(whole[:len(whole)-200])))
	for err == nil {
		err = s.Next(func(uint64, *journal.Entry) bool { return true })
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}
