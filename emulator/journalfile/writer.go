package journalfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

const (
	// flushEvery is how long what happened may be missing in the file.
	flushEvery = time.Second
	// pendingMost is how many bytes of batches wait until who produces is held back.
	pendingMost = 8 << 20
	// readAtOnce is how many entries are taken from the journal at a time.
	readAtOnce = 512
)

// Writer writes the journal of a run to a file: Create, Run once the run has started, and
// Batch meanwhile, which many goroutines may call. Discard is for a run that did not start.
type Writer struct {
	path    string
	out     *os.File
	made    bool // the file was not there
	regular bool // it can be emptied; pipes cannot

	mu      sync.Mutex // guards all below
	pending gathered
	wake    context.CancelFunc // has Run look at pending; nil while it is not waiting
	room    chan struct{}      // closed when pending was taken; nil while nobody waits
	ended   bool               // what comes is dropped
	yields  bool               // what finds no room is dropped
	total   Total
}

// Total is how much a Writer has written.
type Total struct {
	Entries uint64
	Bytes   int64
}

// NotJournalError is returned by Create for a file that holds something else, and by Open
// for what is no journal.
type NotJournalError struct {
	Path string
	// Write says that it would have been overwritten.
	Write bool
}

func (e *NotJournalError) Error() string {
	if e.Write {
		return fmt.Sprintf("write journal to %q: the file is there and holds something else", e.Path)
	}
	return fmt.Sprintf("read journal %q: it does not begin as a journal file", e.Path)
}

// Hint says what to do.
func (e *NotJournalError) Hint() string {
	if e.Write {
		return "only a journal or an empty file is replaced: name another file, or remove this one"
	}
	return "coldbrook run --journal FILE writes one"
}

// Create opens the file for a journal. One that is there is replaced, as those of other
// recorders are, but only once Run begins, and only if it is empty or a journal; else it
// returns a *NotJournalError, and an *InUseError if another run writes to it. What is no
// regular file, such as a pipe, is written to as it is.
func Create(path string) (*Writer, error) {
	out, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	w := &Writer{path: path, made: true, regular: true}
	if errors.Is(err, os.ErrExist) {
		w.made = false
		out, err = w.openOld()
	}
	if err != nil {
		if _, ok := errors.AsType[*NotJournalError](err); ok {
			return nil, err
		}
		return nil, fmt.Errorf("write journal: %w", err)
	}
	if w.regular {
		if err := claim(out, path); err != nil {
			out.Close()
			return nil, err
		}
	}
	w.out = out
	return w, nil
}

// openOld opens a file that is there.
func (w *Writer) openOld() (*os.File, error) {
	info, err := os.Stat(w.path)
	if err != nil {
		return nil, err
	}
	if w.regular = info.Mode().IsRegular(); !w.regular {
		return os.OpenFile(w.path, os.O_WRONLY, 0)
	}
	out, err := os.OpenFile(w.path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	begin := make([]byte, len(magic))
	if _, err := io.ReadFull(out, begin); err != io.EOF && string(begin) != magic {
		out.Close()
		return nil, &NotJournalError{Path: w.path, Write: true}
	}
	return out, nil
}

// Discard gives the file up before Run, and removes it if it was not there.
func (w *Writer) Discard() {
	w.stop()
	w.out.Close()
	if w.made {
		os.Remove(w.path)
	}
}

// Path is the file as it was named.
func (w *Writer) Path() string { return w.path }

// Total is how much was written until now.
func (w *Writer) Total() Total {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

// Batch adds a batch as it stands in the log, and copies it. It blocks while many are
// waiting to be written. After Run has ended, or failed, it does nothing.
func (w *Writer) Batch(topic string, partition int32, base int64, batch []byte) {
	for {
		room := w.add(topic, partition, base, batch)
		if room == nil {
			return
		}
		<-room // closed by Run at each turn and at its end, or by Discard
	}
}

// add adds a batch unless there is no room; then it returns what is closed once there may be.
func (w *Writer) add(topic string, partition int32, base int64, batch []byte) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.ended, w.yields && len(w.pending.data) >= pendingMost:
		return nil
	case len(w.pending.data) >= pendingMost:
		if w.room == nil {
			w.room = make(chan struct{})
		}
		return w.room
	}
	w.pending.add(topic, partition, base, batch)
	if len(w.pending.data) >= batchesPerChunk && w.wake != nil {
		w.wake()
	}
	return nil
}

// Yield lets Batch hold nobody back any more: what finds no room is dropped. It is for a run
// that is to end at once, however slow the file is.
func (w *Writer) Yield() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.yields = true
	w.release()
}

// stop drops what comes from now on.
func (w *Writer) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended, w.pending = true, gathered{}
	w.release()
}

// release lets who is held back look again. mu is held.
func (w *Writer) release() {
	if w.room != nil {
		close(w.room)
		w.room = nil
	}
}

// take swaps what is pending for g, which is empty.
func (w *Writer) take(g *gathered) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*g, w.pending = w.pending, *g
	w.release()
}

// due reports whether there are enough batches for a chunk, and otherwise has wake called
// when there are; nil takes that back.
func (w *Writer) due(wake context.CancelFunc) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wake = wake
	return len(w.pending.data) >= batchesPerChunk
}

// Run writes what happened and what happens, until the log is closed: then it ends the
// file with its index, and returns nil. r must be one that keeps; Run detaches it. An
// error, of the file or the cause of ctx, ends the writing and not the run: r does not hold
// it back any more, nor does Batch. What was written until then opens.
func (w *Writer) Run(ctx context.Context, d *journal.Description, r *journal.Reader) error {
	defer w.stop()
	defer r.Detach()
	err := w.run(ctx, d, r)
	if err != nil && w.regular {
		w.out.Truncate(w.Total().Bytes) // half a chunk says nothing
	}
	if closed := w.out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("journal %q ends at entry %d: %w", w.path, w.Total().Entries, err)
	}
	return nil
}

func (w *Writer) run(ctx context.Context, d *journal.Description, r *journal.Reader) error {
	if w.regular {
		if _, err := w.out.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := w.out.Truncate(0); err != nil {
			return err
		}
	}
	s, err := newSink(w.out, d)
	if err != nil {
		return err
	}
	defer s.close()
	t := turn{w: w, sink: s, r: r, entries: make([]journal.Entry, readAtOnce), flush: time.Now().Add(flushEvery)}
	for {
		end, err := t.once(ctx)
		if err == nil && end {
			err = s.end()
		}
		w.count(s)
		if err != nil || end {
			return err
		}
	}
}

func (w *Writer) count(s *sink) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total = Total{Entries: s.count, Bytes: s.at}
}

// turn is what Run does again and again.
type turn struct {
	w       *Writer
	sink    *sink
	r       *journal.Reader
	entries []journal.Entry
	batches gathered
	flush   time.Time // when all is to be in the file again
}

// once takes what there is, or waits for something, and reports whether it was the last.
func (t *turn) once(ctx context.Context) (end bool, err error) {
	n, _ := t.r.Poll(t.entries)
	if n == 0 && !t.w.due(nil) && time.Now().Before(t.flush) {
		n, end, err = t.wait(ctx)
	}
	if err != nil {
		return false, err
	}
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	for i := range t.entries[:n] {
		if err := t.sink.add(&t.entries[i]); err != nil {
			return false, err
		}
	}
	late := !time.Now().Before(t.flush)
	if end || late || t.w.due(nil) {
		t.batches.reset()
		t.w.take(&t.batches)
		if err := t.sink.batches(&t.batches); err != nil {
			return false, err
		}
	}
	if late {
		t.flush = time.Now().Add(flushEvery)
		return end, t.sink.flush()
	}
	return end, nil
}

// wait waits for entries, for enough batches, or until it is time to flush.
func (t *turn) wait(ctx context.Context) (n int, end bool, err error) {
	waiting, cancel := context.WithDeadline(ctx, t.flush)
	defer cancel()
	if t.w.due(cancel) {
		cancel()
	}
	n, _, err = t.r.Next(waiting, t.entries)
	t.w.due(nil)
	switch {
	case err == io.EOF:
		return 0, true, nil
	case err != nil && ctx.Err() == nil:
		return 0, false, nil // woken
	}
	return n, false, err
}
