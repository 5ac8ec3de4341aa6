package emulatortest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	ordering "github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/twmb/franz-go/pkg/kgo"
)

// eachRecord has the journal know every record.
var eachRecord = emulator.Journal{Records: true}

// readBy is a partition as a mapping reads it.
type readBy struct {
	mapping, topic string
	partition      int32
}

// arrivals makes up the arrivals of records where the journal has none: each right
// before the first entry that needs it.
type arrivals struct {
	records map[string]map[int32][]*kgo.Record
	next    map[readBy]int64
}

func (a *arrivals) before(w *emulatortest.World, e *journal.Entry) *journal.Entry {
	at := readBy{e.Mapping, e.Topic, e.Partition}
	if e.Kind == journal.PartitionAssigned {
		a.next[at] = e.First
	}
	if e.Kind != journal.BatchFormed && e.Kind != journal.RecordsFiltered || e.Last < a.next[at] {
		return nil
	}
	if a.records[e.Topic] == nil {
		a.records[e.Topic] = map[int32][]*kgo.Record{}
		for _, r := range w.Records(e.Topic) {
			a.records[e.Topic][r.Partition] = append(a.records[e.Topic][r.Partition], r)
		}
	}
	arrived := journal.Entry{Kind: journal.RecordsArrived, Seq: e.Seq, At: e.At, Mapping: e.Mapping, Function: e.Function,
		Topic: e.Topic, Partition: e.Partition, First: a.next[at], Last: e.Last, Each: &journal.Records{}}
	for _, r := range a.records[e.Topic][e.Partition] {
		if r.Offset < arrived.First || r.Offset > arrived.Last {
			continue
		}
		arrived.Each.Each = append(arrived.Each.Each, journal.Known{Key: journal.HashKey(r.Key), Offset: int32(r.Offset - arrived.First)})
		arrived.Records++
	}
	a.next[at] = e.Last + 1
	return &arrived
}

// ordered is what the checker finds in what a world has done.
func ordered(t *testing.T, w *emulatortest.World, domain ordering.Domain) *ordering.Report {
	t.Helper()
	w.Hash() // everything of this moment has happened
	var all []journal.Entry
	known := false
	r := w.Emulator().Journal().Draw()
	buf := make([]journal.Entry, 1<<10)
	for n, missed := r.Poll(buf); n > 0; n, missed = r.Poll(buf) {
		if missed > 0 {
			t.Fatalf("%d entries missed", missed)
		}
		for i := range n {
			known = known || buf[i].Kind == journal.RecordsArrived
		}
		all = append(all, buf[:n]...)
	}
	c := ordering.New(ordering.Options{Domain: domain})
	a := &arrivals{records: map[string]map[int32][]*kgo.Record{}, next: map[readBy]int64{}}
	for i := range all {
		if !known {
			if e := a.before(w, &all[i]); e != nil {
				c.Add(e)
			}
		}
		c.Add(&all[i])
	}
	report := c.End()
	if report.Unchecked != 0 || report.Ended == 0 {
		t.Errorf("%d records are unchecked, %d ended", report.Unchecked, report.Ended)
	}
	var text strings.Builder
	if err := report.WriteText(&text, ordering.TextOptions{Witnesses: 2}); err != nil {
		t.Error(err)
	}
	t.Logf("\n%s", text.String())
	return report
}

// broken says whether the checker finds what OrderedByKey is about.
func broken(r *ordering.Report) bool {
	return r.Count(ordering.Overtaken)+r.Count(ordering.LateCompletion) > 0
}

// agrees checks that OrderedByKey says the same.
func agrees(t *testing.T, w *emulatortest.World, r *ordering.Report, topics ...string) {
	t.Helper()
	said := &recorder{TB: t}
	w.Expect(said).OrderedByKey(topics...)
	if said.Failed() != broken(r) {
		t.Errorf("OrderedByKey fails: %v, the checker finds disorder: %v: %v", said.Failed(), broken(r), said.errors)
	}
}

// TestCheckerFindsNoDisorderOnAWS: crashes, throttles, slow handlers, retries, cold
// starts and outages break no order where a partition is handled one batch at a time.
func TestCheckerFindsNoDisorderOnAWS(t *testing.T) {
	for seed := range uint64(6) {
		emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned", Seed: &seed, Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
			declareBusy(t, w, 2)
			w.Crash("work-0", emulatortest.Chance(0.05), emulatortest.AfterHandler())
			w.Crash("", emulatortest.Chance(0.02))
			w.Throttle("work-0", emulatortest.Chance(0.1))
			w.BrokerDown(3*time.Second, emulatortest.After(20*time.Second))
			for round := range 30 {
				w.Produce("in-0", records(round, 7)...)
				w.Produce("in-1", records(round, 7)...)
				w.Advance(900 * time.Millisecond)
			}
			w.Idle()
			for _, domain := range []ordering.Domain{ordering.ByKey, ordering.ByPartition} {
				r := ordered(t, w, domain)
				if r.Disordered+r.Loss+r.Duplicates > 0 {
					t.Errorf("seed %d, by %s: got violations", seed, domain)
				}
				agrees(t, w, r, "in-0", "in-1")
			}
		})
	}
}

// TestCheckerFindsNoDisorderInRebalances: neither in one that lets a batch end nor in
// those after an outage, in the middle of batches.
func TestCheckerFindsNoDisorderInRebalances(t *testing.T) {
	for seed := range uint64(4) {
		emulatortest.Run(t, emulator.Config{Seed: &seed, Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("in", 3)
			w.Function("work", emulatortest.Sink(func(context.Context, string) error { return nil }),
				emulatortest.Takes(2*time.Second, 0), emulatortest.On("in", emulatortest.BatchSize(3)))
			w.Rebalance("work", emulatortest.After(time.Duration(seed)*700*time.Millisecond+3*time.Second))
			w.BrokerDown(70*time.Second, emulatortest.After(time.Duration(seed)*300*time.Millisecond+10*time.Second))
			for i := range 60 {
				w.Produce("in", emulatortest.Record(fmt.Sprint(i%7), "x"))
			}
			w.Idle()
			r := ordered(t, w, ordering.ByKey)
			if r.Disordered+r.Loss > 0 {
				t.Errorf("seed %d: got disorder or loss", seed)
			}
			agrees(t, w, r)
		})
	}
}

// TestCheckerFindsAnAsynchronousConnectorOvertaken: the first batch fails, and is tried
// again when the others of its key are done.
func TestCheckerFindsAnAsynchronousConnectorOvertaken(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
		asyncSink(w, 1)
		w.Idle()
		r := ordered(t, w, ordering.ByKey)
		for _, rule := range []ordering.Rule{ordering.StaleRetry, ordering.LateCompletion, ordering.Overtaken} {
			g := groupOf(t, r, rule)
			v := g.Witnesses[0]
			if rule == ordering.Overtaken { // those that came while it waited for its turn, and then while it waits for a retry
				v.Cause = ordering.Retry
			}
			if v.Cause != ordering.Retry || !strings.Contains(v.Fix, "connect-sync") || v.Earlier.Record.Offset != 0 {
				t.Errorf("%v: got cause %v of @%d, fix %q", rule, v.Cause, v.Earlier.Record.Offset, v.Fix)
			}
		}
		if g := groupOf(t, r, ordering.LateCompletion); g.Worst == 0 || r.Loss != 0 {
			t.Errorf("got %d places, %d lost", g.Worst, r.Loss)
		}
	})
}

// TestCheckerFindsColdStartsOfAnAsynchronousConnector: every batch at once, each on an
// environment of its own.
func TestCheckerFindsColdStartsOfAnAsynchronousConnector(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("bids", 1)
		w.Function("accept", lambda.NewHandler(func(context.Context, []sinkElement) error { return nil }),
			emulatortest.Takes(50*time.Millisecond, 400*time.Millisecond), emulatortest.On("bids", emulatortest.EventProfile("connect-async")))
		for range 200 {
			w.Produce("bids", emulatortest.Record("k", "1"))
		}
		w.Idle()
		r := ordered(t, w, ordering.ByPartition)
		causes := map[ordering.Cause]bool{}
		for _, g := range r.Groups {
			for _, c := range g.Causes {
				causes[c.Cause] = true
			}
		}
		if r.Count(ordering.ConcurrentKey) == 0 || r.Count(ordering.LateCompletion) == 0 || !causes[ordering.ColdStart] && !causes[ordering.LongerRun] {
			t.Errorf("got causes %v", causes)
		}
	})
}

// TestCheckerFindsPartialBatches: AWS tries again what a response names, and what was
// done behind it is done before it.
func TestCheckerFindsPartialBatches(t *testing.T) {
	for mode, option := range map[string]emulatortest.EventOption{"items": emulatortest.Partial(), "from lowest": emulatortest.PartialFromLowest()} {
		emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned", Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("orders", 1)
			attempts := 0
			w.Function("accept", func(context.Context, events.KafkaEvent) (any, error) {
				if attempts++; attempts > 1 {
					return nil, nil
				}
				return json.RawMessage(`{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":2}}]}`), nil
			}, emulatortest.On("orders", emulatortest.BatchSize(5), option))
			for range 5 {
				w.Produce("orders", emulatortest.Record("k", "1"))
			}
			w.Idle()
			r := ordered(t, w, ordering.ByKey)
			agrees(t, w, r)
			if mode == "from lowest" {
				if r.Disordered > 0 {
					t.Error("from lowest: got disorder")
				}
				return
			}
			if v := groupOf(t, r, ordering.LateCompletion).Witnesses[0]; v.Cause != ordering.PartialBatch || v.Earlier.Record.Offset != 2 || v.Places != 2 {
				t.Errorf("got cause %v of @%d, %d places late", v.Cause, v.Earlier.Record.Offset, v.Places)
			}
		})
	}
}

// TestCheckerNamesWhatIsLost: what is given up with no destination, and an event that is
// given up when its batch is committed long ago. What a connector sends to its error
// topic is not lost.
func TestCheckerNamesWhatIsLost(t *testing.T) {
	for _, c := range []struct {
		profile string
		option  emulatortest.EventOption
		isLost  bool
	}{
		{"aws-provisioned", emulatortest.Retries(1), true},
		{"connect-async", func(*emulator.Event) {}, true},
		{"connect-sync", emulatortest.OnError("ignore"), false},
	} {
		emulatortest.Run(t, emulator.Config{Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("bids", 1)
			w.Function("accept", lambda.NewHandler(func(_ context.Context, in json.RawMessage) error {
				if strings.Contains(string(in), `"offset":0,`) {
					return errors.New("no")
				}
				return nil
			}), emulatortest.Warm(), emulatortest.On("bids", emulatortest.EventProfile(c.profile), c.option))
			for range 5 {
				w.Produce("bids", emulatortest.Record("k", "1"))
			}
			w.Idle()
			r := ordered(t, w, ordering.ByKey)
			if !c.isLost {
				if r.Loss > 0 {
					t.Errorf("%s: got %d lost", c.profile, r.Loss)
				}
				return
			}
			g := groupOf(t, r, ordering.Lost)
			if v := g.Witnesses[0]; v.Cause != ordering.AtMostOnce || v.Earlier.Record.Offset != 0 || v.Fix == "" || g.Count == 0 {
				t.Errorf("%s: got %d lost, cause %v of @%d, fix %q", c.profile, g.Count, v.Cause, v.Earlier.Record.Offset, v.Fix)
			}
		})
	}
}

func groupOf(t *testing.T, r *ordering.Report, rule ordering.Rule) ordering.Group {
	t.Helper()
	for _, g := range r.Groups {
		if g.Rule == rule && len(g.Witnesses) > 0 {
			return g
		}
	}
	t.Fatalf("no violation of %v", rule)
	return ordering.Group{}
}
