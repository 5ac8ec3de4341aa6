package order_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/twmb/franz-go/pkg/kgo"
)

// found is what a checker finds in the run of a world that has come to rest.
func found(t *testing.T, w *emulatortest.World, by order.Domain) *order.Report {
	t.Helper()
	of := w.Emulator().Description()
	c := order.New(order.Options{Domain: by, Of: &of, Witnesses: 2})
	buf := make([]journal.Entry, 1<<10)
	for r := w.Emulator().Journal().Draw(); ; {
		n, missed := r.Poll(buf)
		c.Missed(missed)
		if n == 0 {
			return c.End()
		}
		for i := range buf[:n] {
			c.Add(&buf[i])
		}
	}
}

// serial is a way to drive a stream that keeps the order of partitions.
type serial struct {
	options []emulatortest.EventOption
	// loses says that records may be given up.
	loses bool
}

// shaky fails every so often, and else answers with a record for each that it was given.
func shaky(r *rand.Rand, rate float64) func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
	return func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		if r.Float64() < rate {
			return nil, errors.New("shaky")
		}
		var out []*kgo.Record
		for _, in := range records {
			out = append(out, &kgo.Record{Key: in.Key, Value: in.Value})
		}
		return out, nil
	}
}

// TestSerialWorldsHaveNoViolation: whatever goes wrong, a platform that has one batch of a
// partition in flight breaks no order, and only what may lose records does.
func TestSerialWorldsHaveNoViolation(t *testing.T) {
	ways := map[string]serial{
		"plain":    {},
		"batches":  {options: []emulatortest.EventOption{emulatortest.BatchSize(3), emulatortest.Window(0)}},
		"bisect":   {options: []emulatortest.EventOption{emulatortest.BatchSize(9), emulatortest.Bisect()}},
		"give up":  {options: []emulatortest.EventOption{emulatortest.BatchSize(4), emulatortest.Retries(1)}, loses: true},
		"dlq":      {options: []emulatortest.EventOption{emulatortest.BatchSize(4), emulatortest.Retries(1), emulatortest.OnFailure("dlq")}},
		"old":      {options: []emulatortest.EventOption{emulatortest.BatchSize(4), emulatortest.MaximumRecordAge(time.Minute)}, loses: true},
		"filtered": {options: []emulatortest.EventOption{emulatortest.BatchSize(4), emulatortest.Filter(`{"value": {"n": [{"numeric": ["<", 5]}]}}`)}},
		"pollers":  {options: []emulatortest.EventOption{emulatortest.BatchSize(2), emulatortest.PollersBetween(1, 3)}},
		"latest":   {options: []emulatortest.EventOption{emulatortest.BatchSize(4), emulatortest.Latest()}, loses: true}, // what is not committed when the owner changes
		"connect":  {options: []emulatortest.EventOption{emulatortest.EventProfile("connect-sync"), emulatortest.OnError("ignore")}, loses: true},
		"by key":   {options: []emulatortest.EventOption{emulatortest.BatchSize(3), emulatortest.InLanes("key", 4)}},
	}
	for name, way := range ways {
		for seed := range uint64(6) {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) { runSerial(t, name, &way, seed) })
		}
	}
}

func runSerial(t *testing.T, name string, way *serial, seed uint64) {
	profile := "aws-provisioned"
	cfg := emulator.Config{Profile: profile, Seed: &seed, Journal: emulator.Journal{Records: true}}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		r := rand.New(rand.NewPCG(seed, 11))
		for topic, partitions := range map[string]int{"in": 3, "out": 2, "dlq": 1} {
			w.Topic(topic, partitions)
		}
		w.Function("f", shaky(r, 0.1), emulatortest.On("in", way.options...), emulatortest.To("out"), emulatortest.Takes(20*time.Millisecond, 300*time.Millisecond))
		w.Crash("f", emulatortest.Chance(0.05))
		w.Crash("f", emulatortest.Chance(0.05), emulatortest.AfterHandler())
		w.Throttle("f", emulatortest.Chance(0.05))
		w.Slow("f", 2*time.Second, emulatortest.Chance(0.05))
		w.Rebalance("f", emulatortest.After(3*time.Second), emulatortest.Times(1+int(seed%3)))
		produceShaky(t, w, r)
		w.Reload("f", shaky(r, 0.05))
		produceShaky(t, w, r)
		w.IdleWithin(10 * time.Minute)
		for _, by := range []order.Domain{order.ByKey, order.ByPartition} {
			if by == order.ByPartition && name == "by key" {
				continue
			}
			report := found(t, w, by)
			for range 8 {
				wantNothingNew(t, w, by, report, r)
			}
			if report.Order > 0 || report.Loss > 0 && !way.loses || report.Arrived == 0 || report.Unchecked+report.Missed+report.UnjudgedOutputs > 0 {
				var b strings.Builder
				report.WriteText(&b, order.TextOptions{Witnesses: 2})
				t.Errorf("by %s:\n%s", by, b.String())
			}
		}
	})
}

// wantNothingNew looks at the run with gaps: what is not known is not said to be wrong.
func wantNothingNew(t *testing.T, w *emulatortest.World, by order.Domain, whole *order.Report, r *rand.Rand) {
	t.Helper()
	of := w.Emulator().Description()
	c := order.New(order.Options{Domain: by, Of: &of, Witnesses: 2})
	left, missed := 0, uint64(0)
	buf := make([]journal.Entry, 1)
	for reader := w.Emulator().Journal().Draw(); ; {
		if n, _ := reader.Poll(buf); n == 0 {
			break
		}
		if left == 0 && r.IntN(80) == 0 {
			left = 1 + r.IntN(120)
		}
		if left > 0 {
			left--
			missed++
			continue
		}
		c.Missed(missed)
		missed = 0
		c.Add(&buf[0])
	}
	c.Missed(missed)
	if report := c.End(); report.Order > 0 || report.Loss > whole.Loss || report.Duplicates > whole.Duplicates {
		var b strings.Builder
		report.WriteText(&b, order.TextOptions{Witnesses: 2})
		t.Errorf("with gaps, by %s:\n%s", by, b.String())
	}
}

// produceShaky produces records, some in transactions of which some are aborted.
func produceShaky(t *testing.T, w *emulatortest.World, r *rand.Rand) {
	t.Helper()
	options := append(w.KafkaOptions(), kgo.ProducerLinger(0), kgo.TransactionalID("tx"), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	client, err := kgo.NewClient(options...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for range 25 {
		var records []*kgo.Record
		for range r.IntN(12) {
			key := r.IntN(7)
			records = append(records, &kgo.Record{Topic: "in", Partition: int32(key % 3), Key: fmt.Append(nil, "k", key), Value: fmt.Appendf(nil, `{"n": %d}`, r.IntN(10))})
		}
		if r.IntN(2) == 0 {
			inTransaction(t, client, records, kgo.TransactionEndTry(r.IntN(3) > 0))
		} else {
			for _, record := range records {
				w.ProduceTo("in", record.Partition, record)
			}
		}
		w.Advance(time.Duration(r.IntN(1500)) * time.Millisecond)
	}
}

func inTransaction(t *testing.T, client *kgo.Client, records []*kgo.Record, end kgo.TransactionEndTry) {
	t.Helper()
	if err := client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := client.ProduceSync(context.Background(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := client.EndTransaction(context.Background(), end); err != nil {
		t.Fatal(err)
	}
}

// TestRestartAndRetentionAreNoDisorder: offsets begin above 0, and some are gone before
// they are read.
func TestRestartAndRetentionAreNoDisorder(t *testing.T) {
	dir := t.TempDir()
	for run := range uint64(3) {
		cfg := emulator.Config{Seed: &run, Journal: emulator.Journal{Records: true}, Kafka: emulator.Kafka{DataDir: dir, Retention: 1 << 20}}
		emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
			w.Topic("in", 2)
			w.Topic("out", 1)
			r := rand.New(rand.NewPCG(run, 12))
			w.Function("f", shaky(r, 0.1), emulatortest.On("in", emulatortest.BatchSize(3)), emulatortest.To("out"), emulatortest.Takes(time.Second, 0))
			for range 40 {
				for range r.IntN(8) {
					key := r.IntN(5)
					w.ProduceTo("in", int32(key%2), &kgo.Record{Key: fmt.Append(nil, key), Value: make([]byte, 20_000)})
				}
				w.Advance(time.Second)
			}
			w.IdleWithin(time.Hour)
			for _, by := range []order.Domain{order.ByKey, order.ByPartition} {
				report := found(t, w, by)
				if report.Order > 0 || report.Loss != report.Count(order.Lost) || report.Duplicates > 0 {
					var b strings.Builder
					report.WriteText(&b, order.TextOptions{Witnesses: 2})
					t.Errorf("run %d by %s: want what retention removed at most:\n%s", run, by, b.String())
				}
			}
		})
	}
}

// TestConcurrentWorldsHaveViolations: a checker that finds nothing would pass the rest.
func TestConcurrentWorldsHaveViolations(t *testing.T) {
	for _, option := range []emulatortest.EventOption{emulatortest.InLanes("none", 4), emulatortest.EventProfile("connect-async")} {
		cfg := emulator.Config{Seed: new(uint64(3)), Journal: emulator.Journal{Records: true}}
		emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
			w.Topic("in", 3)
			accept := func(context.Context, emulator.Invocation) ([]byte, error) { return nil, nil }
			w.Function("f", accept, emulatortest.On("in", emulatortest.BatchSize(2), option), emulatortest.Takes(20*time.Millisecond, 300*time.Millisecond))
			produceShaky(t, w, rand.New(rand.NewPCG(4, 13)))
			w.IdleWithin(10 * time.Minute)
			if report := found(t, w, order.ByKey); report.Disordered == 0 {
				t.Error("got none out of order, want some")
			}
		})
	}
}
