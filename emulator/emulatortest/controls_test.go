package emulatortest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// numbered are records with the numbers from 0 to n-1 as values.
func numbered(n int) []*kgo.Record {
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = Record("a", strconv.Itoa(i))
	}
	return records
}

// TestBisectFindsTwoNeighbouringPoisonRecords is of 57 and 58 of 100: the
// invocations are those that halving gives, the two end in the failure topic, all
// others succeed once and in order.
func TestBisectFindsTwoNeighbouringPoisonRecords(t *testing.T) {
	Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
		w.Topic("orders", 1)
		w.Topic("dead", 1)
		var tree []string
		var done []int64
		w.Function("accept", func(_ context.Context, records []*kgo.Record) error {
			first, last := records[0].Offset, records[len(records)-1].Offset
			tree = append(tree, fmt.Sprintf("%d-%d", first, last))
			if first <= 58 && last >= 57 {
				return errors.New("poison")
			}
			for _, r := range records {
				done = append(done, r.Offset)
			}
			return nil
		}, On("orders", BatchSize(100), Bisect(), Retries(0), OnFailure("dead")))
		w.Produce("orders", numbered(100)...)
		w.Idle()
		want := strings.Fields("0-99 0-49 50-99 50-74 50-61 50-55 56-61 56-58 56-56 57-58 57-57 58-58 59-61 62-74 75-99")
		if !slices.Equal(tree, want) {
			t.Errorf("invocations: got %v\nwant %v", tree, want)
		}
		if len(done) != 98 || !slices.IsSorted(done) || slices.Contains(done, 57) || slices.Contains(done, 58) {
			t.Errorf("succeeded: %v", done)
		}
		w.Expect(t).OnFailure("dead", 2).NoLoss().OrderedByKey().NoDuplicates("dead", func(r *kgo.Record) string { return string(r.Value) }).
			Retries("accept").Exactly(0).Invocations("accept").Exactly(15)
		var offsets []string
		for _, r := range w.Records("dead") {
			offsets = append(offsets, failureOf(t, r).KafkaBatchInfo.RecordInfo.Offset)
		}
		if !slices.Equal(offsets, []string{"57", "58"}) {
			t.Errorf("failure records of %v, want 57 and 58", offsets)
		}
	})
}

// failure is what failure records of both shapes have.
type failure struct {
	RequestContext  struct{ Condition string }
	ResponseContext *struct{ FunctionError string }
	KafkaBatchInfo  struct {
		BatchSize   int
		RecordInfo  struct{ Offset string }
		RecordsInfo map[string]struct{ FirstRecordOffset, LastRecordOffset string }
	}
	Payload json.RawMessage
}

func failureOf(t *testing.T, r *kgo.Record) failure {
	t.Helper()
	var f failure
	if err := json.Unmarshal(r.Value, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestRecordsThatAreTooOldAreNotTried is of a record that becomes too old while it
// is tried again and again.
func TestRecordsThatAreTooOldAreNotTried(t *testing.T) {
	Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
		w.Topic("orders", 1)
		w.Topic("dead", 1)
		var last time.Time
		began := time.Now()
		w.Function("accept", func(context.Context, []*kgo.Record) error {
			last = time.Now()
			return errors.New("no")
		}, On("orders", MaximumRecordAge(10*time.Minute), Retries(10_000), OnFailure("dead")))
		w.Produce("orders", Record("a", "one lamp"))
		w.Idle()
		w.Expect(t).OnFailure("dead", 1).NoLoss().Retries("accept").AtLeast(10)
		if tried := last.Sub(began); tried > 10*time.Minute || tried < 8*time.Minute {
			t.Errorf("tried for %v, want up to 10 minutes", tried)
		}
		if f := failureOf(t, w.Records("dead")[0]); f.RequestContext.Condition != "RecordAgeExceeded" {
			t.Errorf("condition %q", f.RequestContext.Condition)
		}
	})
}

// TestQueuesTopicsAndBucketsAreDestinationsOnDemand is of destinations that are no
// Kafka topic: retries end after 10, and one record of the batch lands in a topic.
func TestQueuesTopicsAndBucketsAreDestinationsOnDemand(t *testing.T) {
	for arn, hasPayload := range map[string]bool{
		"arn:aws:sqs:us-east-1:123456789012:failed": false,
		"arn:aws:sns:us-east-1:123456789012:failed": false,
		"arn:aws:s3:::failed":                       true,
	} {
		Run(t, emulator.Config{Kafka: emulator.Kafka{AutoCreate: new(false)}}, func(t *testing.T, w *World) {
			w.Topic("orders", 1)
			w.Function("accept", func(context.Context, []*kgo.Record) error { return errors.New("no") }, On("orders", OnFailure(arn)))
			w.Produce("orders", Record("a", strings.Repeat("x", 900_000)), Record("b", strings.Repeat("y", 900_000)))
			w.Idle()
			w.Expect(t).Retries("accept").Exactly(10)
			records := w.Records("coldbrook.destination.failed")
			if len(records) != 1 {
				t.Fatalf("%s: %d failure records, want 1", arn, len(records))
			}
			f := failureOf(t, records[0])
			part := f.KafkaBatchInfo.RecordsInfo["orders-0"]
			if f.RequestContext.Condition != "RetryAttemptsExhausted" || f.KafkaBatchInfo.BatchSize != 2 || part.FirstRecordOffset != "0" || part.LastRecordOffset != "1" {
				t.Errorf("%s: got %+v, %+v", arn, f.RequestContext, f.KafkaBatchInfo)
			}
			if got := len(f.Payload) > 2_400_000 && f.Payload[0] == '"'; got != hasPayload || (len(f.Payload) > 0) != hasPayload {
				t.Errorf("%s: payload of %d bytes, want one: %v", arn, len(f.Payload), hasPayload)
			}
			if got := strings.HasPrefix(string(records[0].Key), "aws/lambda/"); got != hasPayload {
				t.Errorf("%s: key %q", arn, records[0].Key)
			}
		})
	}
}

// TestPartialResponsesInBothReadings is of 5 records of which the handler fails the
// third, once: what is tried again is that one, or all from there on.
func TestPartialResponsesInBothReadings(t *testing.T) {
	for mode, c := range map[string]struct {
		option EventOption
		want   []string
	}{"items": {Partial(), []string{"0-4", "2-2"}}, "from lowest": {PartialFromLowest(), []string{"0-4", "2-4"}}} {
		Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
			w.Topic("orders", 1)
			var got []string
			w.Function("accept", func(_ context.Context, e events.KafkaEvent) (any, error) {
				records := e.Records["orders-0"]
				got = append(got, fmt.Sprintf("%d-%d", records[0].Offset, records[len(records)-1].Offset))
				if len(got) > 1 {
					return nil, nil
				}
				return json.RawMessage(`{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":2}}]}`), nil
			}, On("orders", BatchSize(5), c.option))
			w.Produce("orders", numbered(5)...)
			w.Idle()
			w.Expect(t).NoLoss()
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: invocations %v, want %v", mode, got, c.want)
			}
		})
	}
}

// TestStringIdentifiersFailTheBatchWithOneWarning is of a handler that answers as
// one for SQS would.
func TestStringIdentifiersFailTheBatchWithOneWarning(t *testing.T) {
	Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
		w.Topic("orders", 1)
		w.Function("accept", func(context.Context, events.KafkaEvent) (any, error) {
			return json.RawMessage(`{"batchItemFailures":[{"itemIdentifier":"orders-0-2"}]}`), nil
		}, On("orders", BatchSize(5), Partial(), Retries(2)))
		w.Produce("orders", numbered(5)...)
		w.Idle()
		if got := warningsWith(w, "counts as failed"); got != 1 {
			t.Errorf("%d warnings of the identifiers, want 1", got)
		}
		if got := warningsWith(w, "passes records that failed"); got != 1 {
			t.Errorf("%d warnings of the commit, want 1", got)
		}
		w.Expect(t).Invocations("accept").Exactly(3)
	})
}

// TestStartingPositionIsNotSaidToBeIgnoredByTheOwnGroup is of a group that finds
// the offsets again, after a rebalance, that it has committed itself.
func TestStartingPositionIsNotSaidToBeIgnoredByTheOwnGroup(t *testing.T) {
	Run(t, emulator.Config{}, func(t *testing.T, w *World) {
		w.Topic("orders", 1)
		w.Function("accept", Sink(func(context.Context, string) error { return nil }), On("orders", Latest()), Warm())
		w.Produce("orders", numbered(3)...)
		w.Rebalance("accept", After(time.Minute))
		w.Advance(2 * time.Minute)
		w.Idle()
		if n := warningsWith(w, "startingPosition LATEST is ignored"); n != 0 {
			t.Errorf("%d warnings after a rebalance of a new group, want none", n)
		}
	})
}

func warningsWith(w *World, text string) (n int) {
	for _, e := range w.settled().entries().all() {
		if e.Kind == journal.Warning && strings.Contains(e.Text, text) {
			n++
		}
	}
	return n
}
