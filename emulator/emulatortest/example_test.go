package emulatortest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The tests of this file are examples, one for each thing that the package does.
// docs/testing.md has them with more words.

// sale is the value of records.
type sale struct {
	Item  string `json:"item"`
	Cents int    `json:"cents"`
}

var lamp, chair = sale{"lamp", 1200}, sale{"chair", 3400}

// book is a handler that works.
func book(context.Context, sale) error { return nil }

// A handler of values: each gives one, which keeps the key.
func TestExampleEach(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 3)
		w.Topic("invoices", 3)
		w.Function("invoice", emulatortest.Each(func(_ context.Context, s sale) (string, error) {
			return fmt.Sprintf("%s: %d.%02d", s.Item, s.Cents/100, s.Cents%100), nil
		}), emulatortest.On("sales"), emulatortest.To("invoices"))
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		invoice := w.Records("invoices")[0]
		if string(invoice.Key) != "ann" || string(invoice.Value) != "lamp: 12.00" {
			t.Errorf("got invoice %q for %q", invoice.Value, invoice.Key)
		}
	})
}

// A handler of batches: what it returns may go to several topics.
func TestExampleBatch(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Topic("dear", 1)
		w.Topic("cheap", 1)
		type message = emulatortest.Message[sale]
		w.Function("sort", emulatortest.Batch(func(_ context.Context, batch []message) ([]message, error) {
			var sorted []message
			for _, m := range batch {
				topic := "cheap"
				if m.Value.Cents > 2000 {
					topic = "dear"
				}
				sorted = append(sorted, message{Topic: topic, Key: m.Key, Value: m.Value})
			}
			return sorted, nil
		}), emulatortest.On("sales"), emulatortest.To("cheap"))
		w.Produce("sales", emulatortest.Record("ann", lamp), emulatortest.Record("ann", chair))
		w.Idle()
		w.Expect(t).Invocations("sort").Exactly(1).Delivered("dear", 1).Delivered("cheap", 1)
	})
}

// A handler of records, as the Kafka client has them.
func TestExampleRecords(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		var seen []string
		w.Function("see", func(_ context.Context, records []*kgo.Record) error {
			for _, r := range records {
				seen = append(seen, fmt.Sprintf("%s/%d@%d", r.Topic, r.Partition, r.Offset))
			}
			return nil
		}, emulatortest.On("sales", emulatortest.BatchSize(1)))
		w.Produce("sales", emulatortest.Record("", "x"), emulatortest.Record("", "y"))
		w.Idle()
		if !slices.Equal(seen, []string{"sales/0@0", "sales/0@1"}) {
			t.Errorf("saw %v", seen)
		}
	})
}

// A handler of aws-lambda-go gets the event document and the invocation's context.
func TestExampleLambda(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Function("tell", func(ctx context.Context, e events.KafkaEvent) error {
			invocation, _ := lambdacontext.FromContext(ctx)
			r := e.Records["sales-0"][0]
			if e.EventSource != "SelfManagedKafka" || r.Key != "YW5u" || !strings.HasSuffix(invocation.InvokedFunctionArn, ":tell") {
				t.Errorf("got key %q from %s at %s", r.Key, e.EventSource, invocation.InvokedFunctionArn)
			}
			return nil
		}, emulatortest.On("sales"))
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		w.Expect(t).Invocations("tell").Exactly(1)
	})
}

// Retries that are used up lead to the on-failure topic.
func TestExampleOnFailure(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 3)
		w.Topic("failed", 1)
		w.Function("book", emulatortest.Sink(func(context.Context, sale) error {
			return errors.New("the books are closed")
		}), emulatortest.On("sales", emulatortest.Retries(3), emulatortest.OnFailure("failed")))
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		w.Expect(t).Retries("book").Exactly(3).OnFailure("failed", 1).NoLoss()
	})
}

// Advance lets time pass: hours of retries, then the database is back.
func TestExampleAdvance(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		opens := time.Now().Add(6 * time.Hour)
		w.Topic("sales", 3)
		w.Function("book", emulatortest.Sink(func(context.Context, sale) error {
			if time.Now().Before(opens) {
				return errors.New("the books are closed")
			}
			return nil
		}), emulatortest.On("sales"))
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Advance(5 * time.Hour)
		w.Expect(t).Retries("book").AtLeast(300)
		w.Idle()
		w.Expect(t).NoLoss().Latency("book", 100).Between(6*time.Hour, 6*time.Hour+time.Minute)
	})
}

// Takes says how long invocations take in the cloud, and a timeout counts from it.
func TestExampleTakes(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Function("book", emulatortest.Sink(book),
			emulatortest.On("sales", emulatortest.Window(0)), emulatortest.Takes(80*time.Millisecond, 0), emulatortest.Warm())
		w.Slow("book", 5*time.Second, emulatortest.Once()) // beyond the timeout of 3 s
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		w.Expect(t).Retries("book").Exactly(1).Duration("book", 50).Between(80*time.Millisecond, 90*time.Millisecond)
		w.Expect(t).Duration("book", 100).Between(3*time.Second, 3*time.Second)
	})
}

// Crash with AfterHandler: the work is done and the platform does not know, so
// that it is done again, in the same environment: that was reset, which is no cold
// start.
func TestExampleCrash(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		booked := 0
		w.Function("book", emulatortest.Sink(func(context.Context, sale) error {
			booked++
			return nil
		}), emulatortest.On("sales"))
		crash := w.Crash("book", emulatortest.Times(2), emulatortest.AfterHandler())
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("book").Exactly(1)
		if booked != 3 || crash.Fired() != 2 {
			t.Errorf("booked %d times with %d crashes, want 3 with 2", booked, crash.Fired())
		}
	})
}

// Throttle: no concurrency is left for an hour. Records wait, and no attempt
// counts.
func TestExampleThrottle(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Function("book", emulatortest.Sink(book), emulatortest.On("sales"))
		w.Throttle("book", emulatortest.For(time.Hour))
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		w.Expect(t).NoLoss().Throttles("book").AtLeast(10).Retries("book").Exactly(0)
	})
}

// Rebalance and BrokerDown: the event source loses its partitions, and Kafka.
func TestExampleOutages(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 3)
		w.Function("book", emulatortest.Sink(book), emulatortest.On("sales"))
		w.Rebalance("book", emulatortest.Nth(2))
		w.BrokerDown(time.Minute, emulatortest.After(10*time.Second))
		for range 60 {
			w.Produce("sales", emulatortest.Record("ann", lamp), emulatortest.Record("bob", chair))
			w.Advance(time.Second)
		}
		w.Idle()
		w.Expect(t).Delivered("sales", 120).NoLoss().OrderedByKey()
	})
}

// NoDuplicates and InOrder look at what was produced.
func TestExampleOutput(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 3)
		w.Topic("booked", 3)
		w.Function("book", emulatortest.Each(func(_ context.Context, s string) (string, error) {
			return s, nil
		}), emulatortest.On("sales"), emulatortest.To("booked"))
		w.Crash("book", emulatortest.Nth(3)) // before the handler: nothing is produced twice
		for n := range 20 {
			w.Produce("sales", emulatortest.Record("ann", fmt.Sprintf("sale %02d", n)))
			w.Advance(time.Second)
		}
		w.Idle()
		w.Expect(t).Delivered("booked", 20).
			NoDuplicates("booked", func(r *kgo.Record) string { return string(r.Value) }).
			InOrder("booked", func(a, b *kgo.Record) int { return bytes.Compare(a.Value, b.Value) })
	})
}

// A Kafka client of the test, in a consumer group of its own.
func TestExampleKafkaOptions(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		client, err := kgo.NewClient(append(w.KafkaOptions(), kgo.ConsumerGroup("audit"), kgo.ConsumeTopics("sales"))...)
		if err != nil {
			t.Fatal(err)
		}
		w.Produce("sales", emulatortest.Record("ann", lamp))
		if got := emulatortest.Decode[sale](t, client.PollFetches(t.Context()).Records()); !slices.Equal(got, []sale{lamp}) {
			t.Errorf("got %v", got)
		}
	}) // the client is closed by itself
}

// A Kafka client in a handler: what it produces is known to be the handler's.
func TestExampleHandlerOptions(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Topic("booked", 1)
		w.Function("book", func(ctx context.Context, records []*kgo.Record) error {
			options, err := w.HandlerOptions(ctx)
			if err != nil {
				return err
			}
			client, err := kgo.NewClient(append(options, kgo.DefaultProduceTopic("booked"))...)
			if err != nil {
				return err
			}
			defer client.Close()
			return client.ProduceSync(ctx, kgo.KeySliceRecord(records[0].Key, records[0].Value)).FirstErr()
		}, emulatortest.On("sales"))
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Idle()
		w.Expect(t).Delivered("booked", 1)
	})
}

// Golden compares the run, to its last detail, with a file.
func TestExampleGolden(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Function("book", emulatortest.Sink(book), emulatortest.On("sales"),
			emulatortest.Takes(80*time.Millisecond, time.Second))
		w.Produce("sales", emulatortest.Record("ann", lamp), emulatortest.Record("bob", chair))
		w.Idle()
		w.Expect(t).Golden("testdata/example.txt")
	})
}

// Invoke is what a client of the Invoke API does; InvokeAsync puts an event into
// the asynchronous queue, where it is tried again after one and two minutes.
func TestExampleInvoke(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Function("price", func(_ context.Context, s sale) (int, error) {
			if s.Cents <= 0 {
				return 0, errors.New("no price")
			}
			return s.Cents, nil
		})
		result, err := w.Invoke("price", lamp)
		if err != nil || string(result.Payload) != "1200" {
			t.Errorf("got %s, %v, want 1200", result.Payload, err)
		}
		if _, err := w.InvokeAsync("price", sale{Item: "gift"}); err != nil {
			t.Fatal(err)
		}
		w.Idle()
		w.Expect(t).Retries("price").Exactly(2)
	})
}

// Explore runs a test with many seeds, in which chance falls differently.
func TestExampleExplore(t *testing.T) {
	emulatortest.Explore(t, emulator.Config{}, 10, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 3)
		w.Function("book", emulatortest.Sink(book), emulatortest.On("sales"),
			emulatortest.Takes(80*time.Millisecond, time.Second))
		w.Crash("book", emulatortest.Chance(0.3))
		for range 20 {
			w.Produce("sales", emulatortest.Record("ann", lamp), emulatortest.Record("bob", chair))
			w.Advance(time.Second)
		}
		w.Idle()
		w.Expect(t).NoLoss().OrderedByKey()
	})
}

// Epoch and Seed: which day it is, and where chance begins.
func TestExampleEpoch(t *testing.T) {
	newYear := time.Date(2030, 12, 31, 23, 59, 59, 0, time.UTC)
	emulatortest.Run(t, emulator.Config{Seed: new(uint64(7))}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("sales", 1)
		w.Produce("sales", emulatortest.Record("ann", lamp))
		w.Advance(time.Second)
		w.Produce("sales", emulatortest.Record("ann", chair))
		if r := w.Records("sales"); r[0].Timestamp.UTC().Year() != 2030 || r[1].Timestamp.UTC().Year() != 2031 {
			t.Errorf("sold at %v and %v", r[0].Timestamp, r[1].Timestamp)
		}
	}, emulatortest.Epoch(newYear))
}

// Start is the same World in real time, over TCP.
func TestExampleStart(t *testing.T) {
	w := emulatortest.Start(t, emulator.Config{})
	w.Topic("sales", 3)
	w.Function("book", emulatortest.Sink(book), emulatortest.On("sales", emulatortest.Window(0)), emulatortest.Warm())
	w.Produce("sales", emulatortest.Record("ann", lamp))
	w.Idle()
	w.Expect(t).NoLoss().Latency("book", 100).Below(time.Minute)
}
