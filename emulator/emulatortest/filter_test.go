package emulatortest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

const dear = `{"value":{"price":[{"numeric":[">=",10]}]}}`

// priced is a record whose price is its number.
func priced(n int) *kgo.Record {
	return emulatortest.Record(fmt.Sprint("key-", n%4), fmt.Sprintf(`{"price":%d}`, n))
}

// isDear says whether the filter above lets a value through.
func isDear(value []byte) bool {
	var item struct{ Price float64 }
	return json.Unmarshal(value, &item) != nil || item.Price >= 10
}

// Of 200 records with prices from 0 to 19 a filter lets half through; batches
// count those only, and a rebalance, a crash and retries lose and repeat none.
func TestFilteredRecordsReachNoFunction(t *testing.T) {
	var hashes []string
	for range 2 {
		emulatortest.Run(t, emulator.Config{Seed: new(uint64(5))}, func(t *testing.T, w *emulatortest.World) {
			var sizes []int
			handler := func(ctx context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
				sizes = append(sizes, len(batch))
				for _, r := range batch {
					if !isDear(r.Value) {
						t.Errorf("the function got %s/%d@%d: %s", r.Topic, r.Partition, r.Offset, r.Value)
					}
				}
				return pass(ctx, batch)
			}
			w.Topic("in", 3)
			w.Topic("out", 1)
			w.Function("work", handler, emulatortest.Warm(), emulatortest.To("out"), emulatortest.Takes(100*time.Millisecond, 0),
				emulatortest.On("in", emulatortest.Filter(dear), emulatortest.BatchSize(7), emulatortest.Window(2*time.Second)))
			w.Crash("work", emulatortest.Nth(3))
			w.Rebalance("work", emulatortest.Nth(5))
			for i := range 10 {
				for j := range 20 {
					w.Produce("in", priced((i+j)%20))
				}
				w.Advance(time.Second)
			}
			w.Idle()
			w.Expect(t).NoLoss().OrderedByKey("in")
			w.Expect(t).Latency("work", 100).Below(time.Minute)
			if got := w.Emulator().Journal().Counts().Ended["work"]; got.Succeeded < 100 || got.Filtered < 100 {
				t.Errorf("got %+v, want 100 filtered and 100 succeeded at least", got)
			}
			if n := slices.Max(sizes); n != 7 {
				t.Errorf("the largest batch has %d records, want a full one of 7", n)
			}
			hashes = append(hashes, w.Hash())
		})
	}
	if hashes[0] != hashes[1] {
		t.Errorf("two runs differ: %v", hashes)
	}
}

// A topic of which nothing matches is committed without an invocation, with the
// knob that waits for a batch, too, once that comes.
func TestTopicsOfWhichNothingMatches(t *testing.T) {
	for _, when := range []string{"poll", "batch"} {
		emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("in", 1)
			w.Function("work", pass, emulatortest.Warm(), emulatortest.With(func(f *emulator.Function) {
				f.Output = "in"
				f.Events = []emulator.Event{{Topic: "in", Filters: []string{dear}, CommitFiltered: when}}
			}))
			for range 5 {
				w.Produce("in", priced(1))
			}
			w.Idle()
			w.Expect(t).NoLoss().Invocations("work").Exactly(0)
			committed := len(journalled(w, journal.OffsetCommitted)) > 0
			if want := when == "poll"; committed != want {
				t.Errorf("commitFiltered %s: committed %v, want %v", when, committed, want)
			}
		})
	}
}

// What a filter cannot look at reaches the function, with one warning; records
// without a value do as the knob says.
func TestFiltersFailOpen(t *testing.T) {
	for nulls, want := range map[string]int{"pass": 4, "drop": 3} {
		emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
			got := 0
			w.Topic("in", 1)
			handler := func(_ context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
				got += len(batch)
				return nil, nil
			}
			w.Function("work", handler, emulatortest.Warm(),
				emulatortest.On("in", emulatortest.Filter(dear), func(e *emulator.Event) { e.FilterNulls = nulls }))
			for _, value := range []string{`{"price":12}`, `{"price":1}`, "no JSON", "neither"} {
				w.Produce("in", &kgo.Record{Value: []byte(value)})
			}
			w.Produce("in", &kgo.Record{Key: []byte("tombstone")})
			w.Idle()
			w.Expect(t).NoLoss()
			if got != want {
				t.Errorf("filterNulls %s: the function got %d records, want %d", nulls, got, want)
			}
			var warnings []string
			for _, e := range journalled(w, journal.Warning) {
				if strings.Contains(e.Text, "open") {
					warnings = append(warnings, e.Text)
				}
			}
			if want := []string{"the filter failed open for in/0@2: the value is no JSON"}; !slices.Equal(warnings, want) {
				t.Errorf("got warnings %q, want %q", warnings, want)
			}
		})
	}
}
