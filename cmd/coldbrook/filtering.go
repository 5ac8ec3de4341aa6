package main

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// misfiltered makes a mistake of the command line of a mistake in a filter.
func misfiltered(err error) error {
	if e, ok := errors.AsType[*query.Error](err); ok {
		return &usageError{err: e, hint: e.Hint()}
	}
	return err
}

// filterOption is --filter of commands that print as it happens.
type filterOption struct{ text string }

func (o *filterOption) add(cmd *cobra.Command, what string) {
	cmd.Flags().StringVar(&o.text, "filter", "", "print only "+what+"; coldbrook journal --help tells the language")
}

// parse reads the filter for what is printed of a run; nil if there is none. Payloads are
// not at hand there.
func (o *filterOption) parse() (*query.Query, error) {
	if o.text == "" {
		return nil, nil
	}
	q, err := query.Parse(o.text)
	if err == nil {
		err = q.Check("an entry as it is printed", func(_ *query.Field, payload bool) bool { return !payload })
	}
	return q, misfiltered(err)
}

// entryFilter chooses what is printed of a run. nil lets all pass.
type entryFilter struct {
	query  *query.Query
	hidden atomic.Uint64 // how many were not printed because of it
}

func newEntryFilter(q *query.Query) *entryFilter {
	if q == nil {
		return nil
	}
	return &entryFilter{query: q}
}

// shows reports whether an entry is to be printed. What is not, but would be without the
// filter, is counted.
func (f *entryFilter) shows(e *journal.Entry, without bool) bool {
	if f == nil {
		return without
	}
	// What is printed as it happens is as old as nothing.
	if f.query.Match(&query.Subject{Entry: e, Now: e.At}) {
		return true
	}
	if without {
		f.hidden.Add(1)
	}
	return false
}

// sayHidden says how much was hidden, if there is a filter.
func (f *entryFilter) sayHidden(w io.Writer) error {
	if f == nil {
		return nil
	}
	_, err := fmt.Fprintf(w, "%s hidden by the filter\n", report.Count(f.hidden.Load()))
	return err
}

// recordFilter chooses records. It is for one goroutine; nil lets all pass.
type recordFilter struct {
	query   *query.Query
	subject query.Subject
	entry   journal.Entry
	message journal.Message
	hidden  uint64
}

func (o *filterOption) parseForRecords() (*recordFilter, error) {
	if o.text == "" {
		return nil, nil
	}
	q, err := query.Parse(o.text)
	if err == nil {
		err = q.Check("a record", func(f *query.Field, _ bool) bool { return f != nil && f.Of != query.OfEntry })
	}
	if err != nil {
		return nil, misfiltered(err)
	}
	f := &recordFilter{query: q}
	f.subject.Entry = &f.entry
	f.subject.Records = func(yield func(*journal.Message) bool) { yield(&f.message) }
	return f, nil
}

// shows reports whether a record is to be printed; others are counted.
func (f *recordFilter) shows(r *kgo.Record) bool {
	if f == nil {
		return true
	}
	return f.chooses(messageOf(r))
}

func (f *recordFilter) sayHidden(w io.Writer) {
	if f != nil {
		fmt.Fprintf(w, "%s hidden by the filter\n", report.Count(f.hidden))
	}
}

// messageOf is a record as the journal has it.
func messageOf(r *kgo.Record) *journal.Message {
	m := &journal.Message{}
	setMessage(m, r)
	return m
}

// setMessage makes a message that of a record.
func setMessage(m *journal.Message, r *kgo.Record) {
	*m = journal.Message{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli(), Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		m.Headers = append(m.Headers, journal.Header{Key: h.Key, Value: h.Value})
	}
}
