package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// liveRecords is the Kafka of an instance as what a rangeReader reads from, without a
// journal: entries come from elsewhere.
type liveRecords struct {
	journal.Source
	*payloads
}

// Message implements journal.Source.
func (l *liveRecords) Message(topic string, partition int32, offset int64) (*journal.Message, error) {
	return l.payloads.Message(topic, partition, offset)
}

// awaitEntry returns when the journal of the instance has an entry that matches, and
// prints it.
func (o *waiting) awaitEntry(ctx context.Context, cmd *cobra.Command, i *control.Instance) error {
	o.missing = nil
	records, err := newPayloads(ctx, i.Kafka)
	if err != nil {
		return orCause(ctx, err)
	}
	defer records.client.Close()
	stream, end, err := followLive(ctx, &where{instance: i.Path()})
	if err != nil {
		return err
	}
	defer end()
	reader := newRangeReader(&liveRecords{payloads: records})
	var failed error
	var found *journal.Entry
	subject := query.Subject{Records: func(yield func(*journal.Message) bool) {
		failed = errors.Join(failed, reader.records(found, yield))
	}}
	matched := false
	for !matched && failed == nil {
		err := stream.Next(func(_ uint64, e *journal.Entry) bool {
			reader.note(e)
			found, subject.Entry, subject.Now = e, e, e.At
			if matched = o.filter.Match(&subject); matched && failed == nil {
				failed = o.sayEntry(cmd, e)
			}
			return !matched && failed == nil
		})
		switch {
		case matched || failed != nil:
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
			return errEnded
		case err != nil:
			return err
		}
	}
	return failed
}

// sayEntry prints an entry as coldbrook journal does.
func (o *waiting) sayEntry(cmd *cobra.Command, e *journal.Entry) error {
	if o.format.json() {
		_, err := cmd.OutOrStdout().Write(append(e.AppendJSON(nil), '\n'))
		return readerGone(err)
	}
	var text appender
	p := newPlain(cmd.OutOrStdout(), os.Environ())
	p.at = e.At
	p.line(&text, p.styles.text, e.Sentence())
	_, err := whole{colorprofile.NewWriter(cmd.OutOrStdout(), os.Environ())}.Write(text)
	return readerGone(err)
}
