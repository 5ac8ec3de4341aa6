package emulatortest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// scaled are the changes of the number of pollers, with when they came.
func scaled(w *World) (changes []string) {
	for _, e := range w.settled().entries().all() {
		if e.Kind == journal.PollersScaled {
			changes = append(changes, fmt.Sprintf("%v: %d to %d", time.Duration(e.At), e.First, e.Last))
		}
	}
	return changes
}

func countOf(w *World, kind journal.Kind) (n int) {
	for _, e := range w.settled().entries().all() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// slowly declares a function that takes ten seconds for each batch of ten, and
// produces so many batches to each of 10 partitions.
func slowly(w *World, batches int, options ...EventOption) {
	w.Topic("orders", 10)
	w.Function("accept", func(context.Context, []*kgo.Record) error { return nil },
		On("orders", append([]EventOption{BatchSize(10), Window(0)}, options...)...), Takes(10*time.Second, 0), Timeout(60*time.Second), Warm())
	for p := range int32(10) {
		w.ProduceTo("orders", p, numbered(10*batches)...)
	}
}

// TestPollersFollowTheLag is of ten partitions that are behind for some minutes: in
// provisioned mode there are more pollers at the first minute, and as few as
// before when all is done. Each change makes the group rebalance, which loses
// nothing and keeps the order.
func TestPollersFollowTheLag(t *testing.T) {
	Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
		slowly(w, 15, PollersBetween(1, 4))
		w.Idle()
		took := w.Now()
		w.Advance(time.Hour)
		want := []string{"1m0s: 1 to 2"}
		got := scaled(w)
		if len(got) < 2 || got[0] != want[0] || !strings.HasSuffix(got[len(got)-1], " to 1") {
			t.Errorf("got %v, want %v and 1 in the end", got, want)
		}
		// One poller has five invocations at once: 30 rounds of 10 s. Two have ten.
		if took < 150*time.Second || took > 200*time.Second {
			t.Errorf("took %v, want some 180 s", took)
		}
		if n := countOf(w, journal.PartitionRevoked); n != 10*len(got) {
			t.Errorf("%d partitions were revoked, want all 10 with each of %d changes", n, len(got))
		}
		w.Expect(t).NoLoss().OrderedByKey().Invocations("accept").Exactly(150)
	})
}

// TestPollersOnDemandAreLate is the same on demand: a change is done three minutes
// after it was decided.
func TestPollersOnDemandAreLate(t *testing.T) {
	Run(t, emulator.Config{}, func(t *testing.T, w *World) {
		slowly(w, 20)
		w.Idle()
		w.Advance(time.Hour)
		got := scaled(w)
		if len(got) < 2 || got[0] != "4m0s: 1 to 2" || !strings.HasSuffix(got[len(got)-1], " to 1") {
			t.Errorf("got %v, want 1 to 2 at 4m0s, and 1 in the end", got)
		}
		w.Expect(t).NoLoss().OrderedByKey().Invocations("accept").Exactly(200)
	})
}

// TestPollersThatAreFixedDoNotRebalance is of a minimum that is the maximum.
func TestPollersThatAreFixedDoNotRebalance(t *testing.T) {
	for _, option := range []EventOption{Pollers(2), PollersBetween(2, 2)} {
		Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
			slowly(w, 15, option)
			w.Idle()
			if n := len(scaled(w)) + countOf(w, journal.PartitionRevoked); n != 0 {
				t.Errorf("%d changes and revocations, want none", n)
			}
		})
	}
}

// TestPollersScaleWithoutRebalance is of the knob: partitions are divided anew in
// their place, and those in flight stay with their batch.
func TestPollersScaleWithoutRebalance(t *testing.T) {
	Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *World) {
		slowly(w, 15, PollersBetween(1, 4), func(e *emulator.Event) { e.PollerRebalance = new(false) })
		w.Idle()
		took := w.Now()
		w.Advance(time.Hour)
		got := scaled(w)
		if len(got) < 2 || got[0] != "1m0s: 1 to 2" {
			t.Errorf("got %v", got)
		}
		if n := countOf(w, journal.PartitionRevoked); n != 0 {
			t.Errorf("%d partitions were revoked, want none", n)
		}
		// Five at once until 1m0s, and then ten.
		if want := 180 * time.Second; took < want || took > want+11*time.Second {
			t.Errorf("took %v, want %v", took, want)
		}
		w.Expect(t).NoLoss().OrderedByKey().NoDuplicates("orders", func(r *kgo.Record) string { return fmt.Sprint(r.Partition, r.Offset) }).
			Invocations("accept").Exactly(150)
	})
}

// TestFromATimestamp is of a log that a run before has left behind: a group that is
// new begins at the first record that is not older.
func TestFromATimestamp(t *testing.T) {
	dir := t.TempDir()
	noon := time.Date(1999, 12, 31, 12, 0, 0, 0, time.UTC)
	Run(t, emulator.Config{Kafka: emulator.Kafka{DataDir: dir}}, func(t *testing.T, w *World) {
		w.Topic("orders", 1)
		for i := range 4 {
			r := Record("a", fmt.Sprint(i))
			r.Timestamp = noon.Add(time.Duration(i) * time.Hour)
			w.Produce("orders", r)
		}
	})
	for _, c := range []struct {
		hours int
		want  []string
	}{{-1, []string{"0", "1", "2", "3"}}, {2, []string{"2", "3"}}, {4, nil}} {
		Run(t, emulator.Config{Kafka: emulator.Kafka{DataDir: dir}}, func(t *testing.T, w *World) {
			w.Topic("orders", 1)
			var got []string
			w.Function("accept", Sink(func(_ context.Context, s string) error {
				got = append(got, s)
				return nil
			}), On("orders", From(noon.Add(time.Duration(c.hours)*time.Hour)), Group(fmt.Sprintf("from%d", c.hours))))
			w.Advance(time.Minute)
			w.Idle()
			if !slices.Equal(got, c.want) {
				t.Errorf("from %d h on: got %q, want %q", c.hours, got, c.want)
			}
		})
	}
}
