package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// uiRecordingPattern names the files of recordings as the UI proposes them: a function whose
// code is the project itself would be reloaded with each second of one.
const uiRecordingPattern = "/fixtures/*-[0-9][0-9][0-9][0-9][0-9][0-9].jsonl*"

// uiRecordings are the recordings that a terminal UI begins, one at a time. Its methods are
// safe for concurrent use.
//
// Goroutines: one for a recording, until its file is complete.
type uiRecordings struct {
	project string // the folder in which their files are named
	// stdout and stderr get what came of each; it is seen when the UI is gone.
	stdout, stderr io.Writer

	mu     sync.Mutex // guards all below
	closed bool
	busy   bool // one is being begun, or goes on
	now    *uiRecording
	last   ui.Recording // the one that has ended last
}

// uiRecording is a recording that goes on.
type uiRecording struct {
	*take
	number int
	cancel context.CancelCauseFunc
	over   chan struct{} // closed when the file is complete
}

var (
	errRecording    = errors.New("a recording goes on already: end it first")
	errNoRecordings = errors.New("the terminal UI is being left")
)

// begin begins a recording: open returns what reads it, until there is no more or a context
// ends. An error says that nothing was begun.
func (r *uiRecordings) begin(of ui.RecordingSpec, open func(*take) (func(context.Context) error, error)) error {
	if err := r.reserve(); err != nil {
		return err
	}
	t, err := r.newTake(of)
	var read func(context.Context) error
	if err == nil {
		read, err = open(t)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.busy = false
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	n := &uiRecording{take: t, number: r.last.Number + 1, cancel: cancel, over: make(chan struct{})}
	r.now = n
	if r.closed { // meanwhile
		cancel(errEnough)
	}
	go func() {
		defer close(n.over)
		defer cancel(nil)
		r.ended(n, read(ctx))
	}()
	return nil
}

// reserve says why none can be begun; else one is.
func (r *uiRecordings) reserve() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return errNoRecordings
	case r.busy:
		return errRecording
	}
	r.busy = true
	return nil
}

// ended completes the file of a recording that was read, and notes what came of it.
func (r *uiRecordings) ended(n *uiRecording, err error) {
	over := ui.Recording{Number: n.number, Err: err}
	switch {
	case n.file == nil && errors.Is(err, errEnough):
		over.Said, over.Err = "ended before anything was recorded", nil
	case n.file != nil:
		var done recorded
		done, over.Err = n.end(err)
		over.Records, over.Said = done.Records, saidOf(n.take, &done)
		if err := n.print(&done); err != nil && !errors.Is(err, errReaderGone) {
			over.Err = errors.Join(over.Err, err)
		}
		over.Err = distinct(over.Err)
		if h := (interface{ Hint() string })(nil); over.Err != nil && !errors.As(over.Err, &h) {
			over.Err = &hinted{err: over.Err, hint: "what was recorded by then: " + over.Said}
		}
	}
	if over.Err != nil {
		printError(r.stderr, over.Err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now, r.busy, r.last = nil, false, over
}

// distinct is an error without those of its parts that say the same: what cannot be written
// any more is met several times. The last of them counts, which has the hint.
func distinct(err error) error {
	if err == nil {
		return nil
	}
	var all []error
	for _, e := range parts(err) {
		all = slices.DeleteFunc(all, func(before error) bool { return before.Error() == e.Error() })
		all = append(all, e)
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

// saidOf is what came of a recording, in a line that may be cut at its end.
func saidOf(t *take, done *recorded) string {
	text := fmt.Sprintf("%s: coldbrook replay %s", countOf(int(done.Records)), shellWord(done.File))
	if len(t.topics) < 2 {
		return text
	}
	var of []string
	for _, name := range slices.Sorted(slices.Values(t.topics)) {
		of = append(of, fmt.Sprintf("%s of %s", report.Count(uint64(done.Topics[name])), name))
	}
	return text + " (" + strings.Join(of, ", ") + ")"
}

// end ends the recording that goes on, and waits until its file is complete. It returns the
// cause of ctx if that ends before.
func (r *uiRecordings) end(ctx context.Context) error {
	r.mu.Lock()
	n := r.now
	r.mu.Unlock()
	if n == nil {
		return nil
	}
	n.cancel(errEnough)
	select {
	case <-n.over:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("end the recording into %q: %w", n.path, context.Cause(ctx))
	}
}

// state is the recording that goes on, or else the last.
func (r *uiRecordings) state() ui.Recording {
	r.mu.Lock()
	n, last := r.now, r.last
	r.mu.Unlock()
	if n == nil {
		return last
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return ui.Recording{Number: n.number, Active: true, Records: n.shown.records, Percent: n.share}
}

// close ends the recording that goes on; none is begun from now on.
func (r *uiRecordings) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	_ = r.end(context.Background()) // which does not end
}
