package emulatortest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	ruling "github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/twmb/franz-go/pkg/kgo"
)

// keyedRecords are n records of so many keys in turn, numbered by their values.
func keyedRecords(n, keys int) []*kgo.Record {
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = Record(fmt.Sprintf("k%d", i%keys), strconv.Itoa(i))
	}
	return records
}

// most is how many invocations were open at once.
func most(entries keptEntries) (open int) {
	n := 0
	for _, e := range entries.all() {
		switch e.Kind {
		case journal.InvocationStarted:
			n++
			open = max(open, n)
		case journal.InvocationEnded:
			n--
		}
	}
	return open
}

// disorderly is of how many keys of the topic orders a record was handled before an earlier
// one had ended.
func disorderly(w *World) (n int) {
	for _, m := range w.mappings() {
		h := newHandling(m, w.Records("orders"))
		for order, e := range w.settled().entries().all() {
			h.add(order, e)
		}
		n += len(h.disorders())
	}
	return n
}

// checked is what the checker of the journal finds in a run.
func checked(w *World, domain ruling.Domain) *ruling.Report {
	of := w.Emulator().Description()
	c := ruling.New(ruling.Options{Domain: domain, Of: &of})
	for _, e := range w.settled().entries().all() {
		c.Add(e)
	}
	return c.End()
}

// TestLanes drives one stream with the same handler in all three ways: per partition, one
// batch of it is in flight; per key, several are, and the order of each key holds; freely,
// several are, and it breaks. A batch of the second key fails twice in all of them. Each
// record ends once, and all of them are committed.
func TestLanes(t *testing.T) {
	took := map[string]time.Duration{}
	for _, order := range []string{"partition", "key", "none"} {
		t.Run(order, func(t *testing.T) {
			Run(t, emulator.Config{Seed: new(uint64(4)), Journal: emulator.Journal{Records: true}}, func(t *testing.T, w *World) {
				w.Topic("orders", 1)
				failures := 2
				handler := func(_ context.Context, records []*kgo.Record) error {
					isSecond := func(r *kgo.Record) bool { return string(r.Key) == "k1" }
					if failures > 0 && slices.ContainsFunc(records, isSecond) {
						failures--
						return errors.New("not now")
					}
					return nil
				}
				mapping := []EventOption{BatchSize(5), Window(0), RetryBackoff(time.Second)}
				if order != "partition" {
					mapping = append(mapping, InLanes(order, 8))
				}
				w.Function("ship", handler, On("orders", mapping...),
					ColdStart(100*time.Millisecond, 400*time.Millisecond), Takes(50*time.Millisecond, 500*time.Millisecond))
				w.Produce("orders", keyedRecords(300, 12)...)
				begin := w.Now()
				w.Idle()
				took[order] = w.Now() - begin
				w.Expect(t).NoLoss().Retries("ship").Exactly(2)
				open, broken := most(w.settled().entries()), disorderly(w)
				if (open > 1) != (order != "partition") || open > 8 {
					t.Errorf("%d invocations were open at once", open)
				}
				if (broken > 0) != (order == "none") {
					t.Errorf("records of %d keys were handled out of order", broken)
				}
				byKey, byPartition := checked(w, ruling.ByKey), checked(w, ruling.ByPartition)
				if (byKey.Order > 0) != (order == "none") || (byPartition.Order > 0) != (order != "partition") ||
					byKey.Loss > 0 || byKey.Unchecked > 0 || byKey.Missed > 0 {
					t.Errorf("by key: %+v\nby partition: %+v", byKey, byPartition)
				}
				t.Logf("%s: %d open at once, %d keys out of order (the checker: %d records, by partition %d), %v",
					order, open, broken, byKey.Disordered, byPartition.Disordered, took[order])
			})
		})
	}
	if took["key"] >= took["partition"] || took["none"] >= took["partition"] {
		t.Errorf("lanes are to be quicker than a partition: %v", took)
	}
}

// TestLanesUnderFaults: rebalances, crashes and throttles break no order within a key and
// lose nothing; a run is the same again.
func TestLanesUnderFaults(t *testing.T) {
	hashes := map[string]string{}
	for _, order := range []string{"key", "none"} {
		for try := range 2 {
			Run(t, emulator.Config{Seed: new(uint64(9))}, func(t *testing.T, w *World) {
				w.Topic("orders", 3)
				w.Function("ship", func(context.Context, []*kgo.Record) error { return nil },
					On("orders", BatchSize(4), Window(0), InLanes(order, 5), RetryBackoff(200*time.Millisecond)),
					ColdStart(100*time.Millisecond, 400*time.Millisecond), Takes(50*time.Millisecond, 500*time.Millisecond))
				w.Crash("ship", Chance(0.2))
				w.Throttle("ship", Chance(0.1))
				for range 6 {
					w.Produce("orders", keyedRecords(60, 15)...)
					w.Advance(400 * time.Millisecond)
					w.Rebalance("ship")
					w.Advance(300 * time.Millisecond)
				}
				w.Idle()
				w.Expect(t).NoLoss()
				if order == "key" {
					w.Expect(t).OrderedByKey()
				}
				if hash := w.Hash(); try > 0 && hash != hashes[order] {
					t.Errorf("order %s: two runs differ", order)
				} else {
					hashes[order] = hash
				}
			})
		}
	}
}

// TestLanesHandTheirRecordsOver: a handler gets the records of its lane, also where those of
// others lie between them; a partial response names some of these, and what is tried again
// are they. Bisect, on-failure records and the prefix that is committed go with that.
func TestLanesHandTheirRecordsOver(t *testing.T) {
	Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
		w.Topic("orders", 1)
		w.Topic("dead", 1)
		got := map[string]int{}
		w.Function("ship", func(_ context.Context, in events.KafkaEvent) (any, error) {
			var failed []map[string]any
			for _, r := range in.Records["orders-0"] {
				value := decoded(t, r.Value)
				got[value]++
				if n, _ := strconv.Atoi(value); n%10 == 7 {
					failed = append(failed, map[string]any{"itemIdentifier": map[string]any{"partition": "orders-0", "offset": r.Offset}})
				}
			}
			return map[string]any{"batchItemFailures": failed}, nil
		}, On("orders", BatchSize(6), Window(0), InLanes("key", 4), Partial(), Retries(2), RetryBackoff(time.Second), OnFailure("dead")))
		w.Produce("orders", keyedRecords(100, 9)...)
		w.Idle()
		w.Expect(t).NoLoss().OnFailure("dead", 10)
		for i := range 100 {
			want := 1
			if i%10 == 7 {
				want = 3
			}
			if n := got[strconv.Itoa(i)]; n != want {
				t.Errorf("record %d was handed over %d times, want %d", i, n, want)
			}
		}
	})
}

// decoded is the text of a value in an event document.
func decoded(t *testing.T, value string) string {
	t.Helper()
	var text []byte
	if err := json.Unmarshal([]byte(`"`+value+`"`), &text); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLanesCanBeTurned: another order, or another number of lanes, has the mapping leave its
// group in order and begin at what is committed. Nothing is lost, and within a key nothing
// overtakes while the order is kept.
func TestLanesCanBeTurned(t *testing.T) {
	Run(t, emulator.Config{}, func(t *testing.T, w *World) {
		w.Topic("orders", 2)
		handled := map[string]int{}
		w.Function("ship", func(_ context.Context, records []*kgo.Record) error {
			for _, r := range records {
				handled[string(r.Value)]++
			}
			return nil
		}, On("orders", BatchSize(3), Window(0)), Takes(80*time.Millisecond, 300*time.Millisecond))
		for i, to := range []struct {
			order string
			lanes int
		}{{"key", 0}, {"key", 3}, {"partition", 0}, {"key", 2}, {"", 0}} {
			w.Produce("orders", numberedFrom(i*40, 40)...)
			w.Advance(500 * time.Millisecond)
			_, err := w.Emulator().Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
				c.Functions = slices.Clone(c.Functions)
				f := &c.Functions[0]
				f.Events = slices.Clone(f.Events)
				f.Events[0].Order, f.Events[0].Lanes = to.order, to.lanes
				return c, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		w.Idle()
		w.Expect(t).NoLoss().OrderedByKey()
		if len(handled) != 200 {
			t.Errorf("%d of 200 records were handled", len(handled))
		}
	})
}

// numberedFrom are n records of seven keys, numbered from first on.
func numberedFrom(first, n int) []*kgo.Record {
	records := keyedRecords(n, 7)
	for i, r := range records {
		r.Value = []byte(strconv.Itoa(first + i))
	}
	return records
}
