package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// interruptGrace is how long records that were handed over may still take to arrive when the
// user ends a replay.
const interruptGrace = 5 * time.Second

// errStopped is the cause with which records are given up behind one that did not arrive: if
// they went on, the order of its partition would have a hole.
var errStopped = errors.New("a record before it did not arrive")

// replaySink is a fixtures.Sink that sends to Kafka. It is for one goroutine, and its tally
// for several.
type replaySink struct {
	client *kgo.Client
	how    replayHow
	tally  *replayTally
	// files are the names of the fixtures; file and round are the one that is played.
	files       []string
	file, round int
	// sending is what records are produced under. It ends, by giveUp, when one failed.
	sending context.Context
	giveUp  context.CancelCauseFunc
	// alive ends when the instance has.
	alive context.Context
}

// newReplaySink returns a sink that sends until the instance has ended, or a while longer
// than ctx: what was handed over is to arrive. Call finish at the end.
func newReplaySink(ctx context.Context, client *kgo.Client, how replayHow, files []string) *replaySink {
	s := &replaySink{client: client, how: how, tally: newReplayTally(), files: files}
	var ended context.CancelCauseFunc
	s.alive, ended = context.WithCancelCause(context.WithoutCancel(ctx))
	s.sending, s.giveUp = context.WithCancelCause(s.alive)
	context.AfterFunc(ctx, func() {
		cause := context.Cause(ctx)
		if errors.Is(cause, errEnded) {
			ended(cause)
			return
		}
		time.AfterFunc(interruptGrace, func() { s.giveUp(cause) })
	})
	return s
}

// Send implements fixtures.Sink. It waits while there are too many records on their way, and
// returns the first error of any.
func (s *replaySink) Send(_ context.Context, p fixtures.Played) error {
	if err := s.tally.err(); err != nil {
		return err
	}
	at := replayPlace{Place: p.Place, File: s.file, Round: s.round}
	number := s.tally.add(at, p.Late)
	s.client.Produce(s.sending, s.how.record(p.Record), func(r *kgo.Record, err error) {
		if err == nil {
			s.tally.arrived(number, r.Topic, len(r.Key)+len(r.Value))
			return
		}
		if s.sending.Err() != nil {
			err = context.Cause(s.sending)
		}
		s.tally.fail(produceError(err, r.Topic, s.place(at)+": "))
		s.giveUp(errStopped)
	})
	return nil
}

// place says where something is: line 713 of orders.jsonl, at 12.5 s.
func (s *replaySink) place(at replayPlace) string {
	round := ""
	if at.Round > 0 {
		round = fmt.Sprintf(", round %d", at.Round+1)
	}
	return fmt.Sprintf("line %d of %s, at %s%s", at.Line, s.files[at.File], journal.Duration(int64(at.Position)), round)
}

// finish waits for what is on its way and returns the first error of a record.
func (s *replaySink) finish() error {
	flushing, cancel := context.WithTimeout(s.alive, deliveryTimeout)
	defer cancel()
	if err := s.client.Flush(flushing); err != nil {
		s.giveUp(fmt.Errorf("records did not arrive within %v", deliveryTimeout))
		last, end := context.WithTimeout(s.alive, interruptGrace)
		defer end()
		s.client.Flush(last) // the tally knows what still did not arrive
	}
	s.giveUp(nil)
	return s.tally.err()
}
