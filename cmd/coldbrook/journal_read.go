package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// journalReading is one run of journal. It is for one goroutine.
type journalReading struct {
	options *journalOptions
	ctx     context.Context
	out     *bufio.Writer
	plain   *plain
	subject query.Subject
	reader  *rangeReader
	late    *lateness // nil if the filter does not ask

	text  []byte   // of the entry at hand
	last  [][]byte // with --tail: the texts of the last ones, from the oldest at matched%N on
	found uint64   // how many entries matched
	seq   uint64   // of the last entry that was read
	err   error    // what stopped it
}

func (o *journalOptions) run(cmd *cobra.Command) error {
	source, closeSource, err := o.open(cmd)
	if err != nil {
		return err
	}
	// Not before: opening a pipe waits for its writer, and only the signal itself ends that.
	ctx, end := untilSignal(cmd.Context())
	defer end()
	out := cmd.OutOrStdout()
	r := &journalReading{options: o, ctx: ctx, plain: newPlain(out, os.Environ()), reader: newRangeReader(source),
		out: bufio.NewWriterSize(whole{colorprofile.NewWriter(out, os.Environ())}, 1<<16)}
	r.subject.Records = func(yield func(*journal.Message) bool) { r.keep(r.reader.records(r.subject.Entry, yield)) }
	if o.asksLate {
		r.late = newLateness(source.Description())
		r.subject.Told = r.late.told
	}
	if n := source.Missed(); n > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s entries are gone, the oldest as a rule; the journal holds the others\n", report.Count(n))
	}
	err = r.scan(source)
	if err == nil && o.follow {
		err = r.follow(cmd)
	}
	err = errors.Join(err, closeSource())
	if errors.Is(err, errInterrupted) {
		err = nil // that is how it may end
	}
	return errors.Join(err, readerGone(r.out.Flush()))
}

// scan prints what the source has.
func (r *journalReading) scan(source journal.Source) error {
	o := r.options
	if err := source.Scan(journal.Want{From: source.Last()}, func(e *journal.Entry) bool {
		r.subject.Now = e.At
		return true
	}); err != nil {
		return err
	}
	want := journal.Want{}
	if !o.payload && !o.filter.AboutRecords() && r.late == nil && !o.around.wanted() { // else all that tells which records a batch has is needed
		want = o.filter.Want()
	}
	if err := errors.Join(source.Scan(want, r.entry), r.err); err != nil {
		return err
	}
	r.seq = source.Last()
	if o.count {
		return r.printCount()
	}
	for i := range r.last {
		if _, err := r.out.Write(r.last[(r.found+uint64(i))%uint64(len(r.last))]); err != nil {
			return readerGone(err)
		}
	}
	r.last, o.tail = nil, 0
	return nil
}

func (r *journalReading) printCount() error {
	if r.options.format.json() {
		_, err := fmt.Fprintf(r.out, "{\"count\":%d}\n", r.found)
		return readerGone(err)
	}
	_, err := fmt.Fprintln(r.out, r.found)
	return readerGone(err)
}

// follow prints what comes until the instance ends.
func (r *journalReading) follow(cmd *cobra.Command) error {
	stream, end, err := followLive(r.ctx, &r.options.where)
	if err != nil {
		return err
	}
	defer end()
	for {
		if err := r.out.Flush(); err != nil {
			return readerGone(err)
		}
		err := stream.Next(func(missed uint64, e *journal.Entry) bool {
			if e.Seq <= r.seq {
				return true
			}
			if missed = min(missed, e.Seq-r.seq-1); missed > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: %s entries are gone: this was slower than the run\n", report.Count(missed))
			}
			r.subject.Now = e.At
			return r.entry(e)
		})
		if r.err != nil {
			return r.err
		}
		if err == io.EOF {
			return nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) && r.ctx.Err() == nil {
			return errors.New("the instance is gone: its journal broke off")
		}
		if err != nil {
			return orCause(r.ctx, err)
		}
	}
}

// keep notes what went wrong first.
func (r *journalReading) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// entry prints an entry if it matches; it returns false when that is enough.
func (r *journalReading) entry(e *journal.Entry) bool {
	r.reader.note(e)
	if r.late != nil {
		r.late.add(e)
	}
	r.subject.Entry = e
	matches := r.options.filter.Match(&r.subject)
	if r.ctx.Err() != nil {
		r.keep(context.Cause(r.ctx))
	}
	switch {
	case r.err != nil || r.options.count:
	case r.options.around.wanted():
		r.keep(r.options.around.entry(e, matches, r.print, r.writeGap))
	case matches:
		r.keep(r.print(e))
	}
	if matches {
		r.found++
	}
	return r.err == nil
}

// print prints an entry, or with --tail keeps its text.
func (r *journalReading) print(e *journal.Entry) error {
	w := appender(r.text[:0])
	if err := r.write(&w, e); err != nil {
		return err
	}
	r.text = w
	n := r.options.tail
	switch {
	case n == 0:
		_, err := r.out.Write(r.text)
		return readerGone(err)
	case len(r.last) < n:
		r.last = append(r.last, append([]byte(nil), r.text...))
	default:
		at := &r.last[r.found%uint64(n)]
		*at = append((*at)[:0], r.text...)
	}
	return nil
}

// write writes an entry as the user asked.
func (r *journalReading) write(w *appender, e *journal.Entry) error {
	if !r.options.format.json() {
		r.plain.at = e.At
		r.plain.line(w, r.plain.style(e), e.Sentence())
		if r.options.payload {
			return r.reader.records(e, func(m *journal.Message) bool {
				r.plain.message(w, m)
				return true
			})
		}
		return nil
	}
	*w = e.AppendJSON(*w)
	if r.options.payload {
		if err := r.appendMessages(w, e); err != nil {
			return err
		}
	}
	*w = append(*w, '\n')
	return nil
}

// appendMessages adds the records to the object of an entry.
func (r *journalReading) appendMessages(w *appender, e *journal.Entry) error {
	before := `,"messages":[`
	*w = (*w)[:len(*w)-1]
	err := r.reader.records(e, func(m *journal.Message) bool {
		*w = append(*w, before...)
		*w = appendMessage(*w, m)
		before = ","
		return true
	})
	if before == "," {
		*w = append(*w, ']')
	}
	*w = append(*w, '}')
	return err
}
