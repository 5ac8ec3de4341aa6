package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// recording is a run being written to the file of --journal. Its methods do nothing on a
// nil one.
//
// Goroutines: one writes, from start on until the run has ended.
type recording struct {
	writer *journalfile.Writer
	stderr io.Writer
	reader *journal.Reader         // set by start, like cancel
	cancel context.CancelCauseFunc // gives it up
	done   chan struct{}           // closed when the file is at its end
	err    error                   // written before done is closed
}

// addJournal adds --journal.
func (o *runOptions) addJournal(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.journal, "journal", "", "write everything that happens, with the records, to this file, which coldbrook journal, order, explain and fit read; a journal that is there is replaced")
	cmd.MarkFlagFilename("journal")
}

// record opens the file that was asked for, if any was.
func (o *runOptions) record(stderr io.Writer) (err error) {
	if o.journal == "" {
		return nil
	}
	w, err := journalfile.Create(o.journal)
	if err == nil {
		o.recording = &recording{writer: w, stderr: stderr, done: make(chan struct{})}
	}
	return err
}

// configure has the run look at all that the file holds, and not take the file for code
// that was saved.
func (r *recording) configure(cfg *emulator.Config) {
	if r == nil {
		return
	}
	cfg.Journal.Records, cfg.Journal.Batches = true, r.writer.Batch
	if pattern := patternOf(cfg.Dir, r.writer.Path()); pattern != "" {
		cfg.Watch.Exclude = append(slices.Clone(cfg.Watch.Exclude), pattern)
	}
}

// patternOf is the pattern, relative to a folder, that names a file and nothing else; "" if
// there is none, as for one on another drive.
func patternOf(dir, file string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	if file, err = filepath.Abs(file); err != nil {
		return ""
	}
	if file, err = filepath.Rel(dir, file); err != nil {
		return ""
	}
	file = filepath.ToSlash(file)
	if strings.Contains(file, `\`) { // which patterns cannot name
		return ""
	}
	pattern := strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(file)
	if strings.HasPrefix(pattern, "../") {
		return pattern
	}
	return "/" + pattern
}

// discard gives the file up for a run that did not start.
func (r *recording) discard() {
	if r != nil {
		r.writer.Discard()
	}
}

// start writes from the beginning of the run on.
func (r *recording) start(e *emulator.Emulator) {
	if r == nil {
		return
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	r.reader, r.cancel = e.Journal().Keep("the journal file "+r.writer.Path()), cancel
	go func() {
		defer close(r.done)
		r.err = r.writer.Run(ctx, describe(e), r.reader)
		if r.err != nil {
			fmt.Fprintf(r.stderr, "coldbrook: %v; the run goes on\n", r.err)
		}
	}()
}

// banner is the line of the banner about the file, with its end.
func (r *recording) banner() string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("journal: %s\n", r.writer.Path())
}

// yield lets the file hold the run back no more, which is to end at once.
func (r *recording) yield() {
	if r != nil {
		r.reader.Detach()
		r.writer.Yield()
	}
}

// await waits until the rest of the run, which has ended, is written; but not for ever
// after giveUp is closed: the file may be a pipe that nobody reads. It says what was
// written. Its error was said when it came up.
func (r *recording) await(giveUp <-chan struct{}) error {
	if r == nil {
		return nil
	}
	defer r.cancel(nil)
	if !awaitWithGrace(r.done, giveUp) {
		return errors.New("the file of --journal was not taken to its end")
	}
	if r.err != nil {
		return &said{r.err}
	}
	total := r.writer.Total()
	fmt.Fprintf(r.stderr, "journal in %s: %s entries, %s\n", r.writer.Path(), report.Count(total.Entries), journal.Bytes(total.Bytes))
	return nil
}

// said is an error that was printed when it came up.
type said struct{ error }

// Unwrap returns it.
func (s *said) Unwrap() error { return s.error }

// describe is what the run consists of.
func describe(e *emulator.Emulator) *journal.Description {
	d := e.Description()
	d.Version = thisBuild().Version
	return &d
}

// Journal sends the journal as a journal file, as far as the log still holds it; with
// follow it goes on until the run has ended. A reader that is slow misses entries, and is
// told so: only those of this process may hold the run back.
func (d driven) Journal(ctx context.Context, w io.Writer, flush func(), follow bool) error {
	log := d.s.emulator.Journal()
	r := log.Draw()
	defer r.Detach()
	last := log.Last()
	if follow {
		last = math.MaxUint64
	}
	return journalfile.Send(ctx, w, flush, describe(d.s.emulator), r, last)
}
