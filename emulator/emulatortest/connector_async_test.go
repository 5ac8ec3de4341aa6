package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// asyncSink has a topic of one partition with 60 records, and a function behind an
// asynchronous connector whose first attempts with the first record fail.
func asyncSink(w *emulatortest.World, failures int, options ...emulatortest.Option) *[]string {
	attempts := new([]string)
	w.Topic("bids", 1)
	options = append(options, emulatortest.Warm(), emulatortest.Takes(100*time.Millisecond, 0),
		emulatortest.On("bids", emulatortest.EventProfile("connect-async")))
	w.Function("accept", lambda.NewHandler(func(_ context.Context, in []sinkElement) error {
		first, last := in[0].Payload.Offset, in[len(in)-1].Payload.Offset
		failed := first == 0 && failures > 0
		*attempts = append(*attempts, fmt.Sprintf("%d-%d failed=%v at %v", first, last, failed, w.Now().Truncate(time.Minute)))
		if failed {
			failures--
			return errors.New("not yet")
		}
		return nil
	}), options...)
	for range 60 {
		w.Produce("bids", emulatortest.Record("k", "1"))
	}
	return attempts
}

// TestAsynchronousConnectorIsOvertaken: the first batch fails and is tried again a
// minute later, when the others are long done; all was committed before.
func TestAsynchronousConnectorIsOvertaken(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		attempts := asyncSink(w, 1)
		w.Advance(30 * time.Second)
		committed := int64(-1)
		for _, e := range journalled(w, journal.OffsetCommitted) {
			committed = max(committed, e.Last)
		}
		if committed != 59 {
			t.Errorf("half a minute on, offset %d is committed, want 59", committed)
		}
		w.Idle()
		got := *attempts
		if len(got) < 4 || !strings.HasPrefix(got[0], "0-") || !strings.HasSuffix(got[0], "failed=true at 0s") {
			t.Fatalf("got attempts %v, want a first one that fails, and the others", got)
		}
		again := strings.Replace(strings.Replace(got[0], "true", "false", 1), "0s", "1m0s", 1)
		if got[len(got)-1] != again {
			t.Errorf("the last attempt is %q, want %q", got[len(got)-1], again)
		}
		for _, e := range journalled(w, journal.RecordsEnded) {
			if e.Outcome != journal.Succeeded || e.Reason != "handed to the asynchronous queue" || e.At > int64(time.Second) {
				t.Errorf("records %d-%d ended at %v as %v: %s", e.First, e.Last, time.Duration(e.At), e.Outcome, e.Reason)
			}
		}
		if n := slices.Index(w.Emulator().TopicNames(), "accept-success"); n >= 0 {
			t.Error("there is a topic for results")
		}
		w.Expect(t).NoLoss().Invocations("accept").Exactly(len(got)).Retries("accept").Exactly(1)
	})
}

// TestAsynchronousConnectorGivesUp: after three attempts the event, which is the
// connector's document, is in the dead-letter queue.
func TestAsynchronousConnectorGivesUp(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		attempts := asyncSink(w, 100, emulatortest.DeadLetter(queueARN+"dead"))
		w.Idle()
		dead := w.Records("coldbrook.destination.dead")
		if len(dead) != 1 || !strings.HasPrefix(string(dead[0].Value), `[{"payload":{`) || !strings.Contains(string(dead[0].Value), `"offset":0,`) {
			t.Errorf("got %d dead letters, want the first batch: %v", len(dead), dead)
		}
		if failed := strings.Count(strings.Join(*attempts, " "), "failed=true"); failed != 3 {
			t.Errorf("%d attempts failed, want 3", failed)
		}
	})
}

// TestAsynchronousConnectorIsDeterministic: documents are made beside the conductor,
// and events are queued in one order all the same.
func TestAsynchronousConnectorIsDeterministic(t *testing.T) {
	var hashes []string
	for range 4 {
		emulatortest.Run(t, emulator.Config{Seed: new(uint64(7))}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("bids", 8)
			w.Function("accept", lambda.NewHandler(func(_ context.Context, in []sinkElement) error {
				if in[0].Payload.Partition == 3 && w.Now() < time.Minute {
					return errors.New("not yet")
				}
				return nil
			}), emulatortest.Takes(50*time.Millisecond, 0), emulatortest.On("bids", emulatortest.EventProfile("connect-async"), emulatortest.Pollers(2)))
			for i := range 400 {
				w.Produce("bids", emulatortest.Record(fmt.Sprint(i%16), "1"))
			}
			w.Idle()
			hashes = append(hashes, w.Hash())
		})
	}
	if len(slices.Compact(hashes)) != 1 {
		t.Errorf("got hashes %v, want one", hashes)
	}
}
