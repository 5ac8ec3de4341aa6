package emulatortest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

func noLoss(y *tale) string { return y.judge(func(x *Expectations) { x.NoLoss() }) }

// TestNoLossHolds is of runs in which nothing was lost.
func TestNoLossHolds(t *testing.T) {
	for name, tell := range map[string]func(*tale){
		"nothing happened": func(*tale) {},
		"one batch": func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b")
			y.handle(0, 0, 1, time.Second)
		},
		"arrived before the produce was acknowledged": func(y *tale) {
			y.assign(0, 0)
			y.handle(0, 0, 1, 0)
			y.order(0, "a", "b")
		},
		"dead-lettered": func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a")
			y.end(y.batch(0, 0, 0), 0, 0, 0, 0, journal.DeadLettered)
			y.commit(0, 0)
		},
		"began at the end of the topic": func(y *tale) {
			y.order(0, "a", "b")
			y.assign(0, 2)
			y.order(0, "c")
			y.handle(0, 2, 2, 0)
		},
		"delivered again after a rebalance": func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b")
			b := y.batch(0, 0, 1)
			i := y.start(b, journal.Cold)
			y.stop(b, i, journal.Succeeded, "")
			y.end(b, i, 0, 0, 1, journal.Succeeded)
			y.lose(0)
			y.assign(0, 0)
			y.handle(0, 0, 1, 0)
		},
		"an aborted transaction": func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b", "c")
			y.records["orders"] = append(y.records["orders"][:1], y.records["orders"][2:]...)
			y.handle(0, 0, 0, 0)
			y.handle(0, 2, 2, 0)
		},
		"two mappings": func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a")
			y.handle(0, 0, 0, 0)
			y.maps = append(y.maps, mappingInfo{"bill", "bill", "orders"})
			y.shipMapping = "bill"
			y.assign(0, 0)
			y.handle(0, 0, 0, 0)
		},
	} {
		y := newTale()
		tell(y)
		if got := noLoss(y); got != "" {
			t.Errorf("%s: got failure\n%s", name, got)
		}
	}
}

func TestNoLossTellsTheStory(t *testing.T) {
	y := newTale()
	y.assign(0, 0)
	y.wait(1250 * time.Millisecond)
	y.order(0, "a", "b", "c")
	b := y.batch(0, 0, 2)
	i := y.start(b, journal.Cold)
	y.wait(14 * time.Millisecond)
	y.stop(b, i, journal.FunctionError, "Error: boom")
	y.retry(b, time.Second)
	y.wait(time.Second)
	i = y.start(b, journal.Warm)
	y.stop(b, i, journal.PartlyFailed, "")
	y.end(b, i, 0, 0, 1, journal.Succeeded)
	y.commit(0, 1)
	y.left = []string{"ship: 1 of orders/0, from offset 2 on"}
	wantSaid(t, noLoss(y), `
		expected every record to end well and once at every mapping, and be committed after that; got:
		  ship: orders/0 @2 (1 record): in no terminal state
		in no terminal state:
		  ship: 1 of orders/0, from offset 2 on
		the story of orders/0 @2 at ship:
		  00:00:00.000  ship: orders/0 assigned, from offset 0
		  00:00:01.250  orders/0 @0-2: 3 records (30 B) produced by client test
		  00:00:01.250  ship: batch 1 formed by window (orders/0 @0-2, 3 records)
		  00:00:01.250  ship: invocation 1 started cold in environment 1 (orders/0 @0-2, 3 records)
		  00:00:01.264  ship: invocation 1 failed after 10 ms: Error: boom (orders/0 @0-2, 3 records)
		  00:00:01.264  ship: attempt 2 of batch 1 in 1 s: boom
		  00:00:02.264  ship: invocation 2 started warm in environment 1 (orders/0 @0-2, 3 records, attempt 2)
		  00:00:02.264  ship: invocation 2 partly failed after 10 ms (orders/0 @0-2, 3 records, attempt 2)
		run it again with seed 7`)
}

// TestNoLossFinds is of losses, each said in the first line of the list.
// It is long because it is one table: each case stands for itself.
func TestNoLossFinds(t *testing.T) {
	for _, c := range []struct {
		want string
		tell func(*tale)
	}{
		{"ship: orders/3 @0-1 (2 records): in no terminal state: the partition was never assigned", func(y *tale) {
			y.order(3, "a", "b")
		}},
		{"ship: orders/0 @1-2 (2 records): in no terminal state, but committed", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b", "c", "d")
			y.handle(0, 0, 0, 0)
			y.lose(0)
			y.commit(0, 2)
			y.assign(0, 3)
			y.handle(0, 3, 3, 0)
		}},
		{"ship: orders/0 @0-1 (2 records): committed before it had ended", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b")
			y.commit(0, 1)
			y.handle(0, 0, 1, 0)
		}},
		{"ship: orders/0 @0-2 (3 records): committed before it had ended", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b", "c")
			y.commit(0, 2)
			y.commit(0, 0)
			y.end(y.batch(0, 0, 2), 0, 0, 0, 2, journal.Succeeded)
		}},
		{"ship: orders/0 @1 (1 record): dropped", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b", "c")
			y.handle(0, 0, 0, 0)
			b := y.batch(0, 1, 2)
			y.end(b, 1, 0, 1, 1, journal.Dropped)
		}},
		{"ship: orders/0 @0-4 (5 records): expired", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b", "c", "d", "e")
			y.add(journal.Entry{Kind: journal.RetentionMoved, Topic: "orders", First: 5})
			y.records["orders"] = nil
			y.add(journal.Entry{Kind: journal.RecordsExpired, Mapping: "ship", Topic: "orders", Last: 4, Records: 5, Outcome: journal.Expired})
		}},
		{"ship: orders/0 @0-1 (2 records): in no terminal state, but committed", func(y *tale) { // retention, and nothing says so
			y.assign(0, 0)
			y.order(0, "a", "b", "c")
			y.add(journal.Entry{Kind: journal.RetentionMoved, Topic: "orders", First: 2})
			y.records["orders"] = y.records["orders"][2:]
			y.handle(0, 2, 2, 0)
		}},
		{"ship: orders/0 @1 (1 record): ended 2 times in one assignment", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a", "b", "c")
			y.handle(0, 0, 1, 0)
			y.handle(0, 1, 2, 0)
		}},
		{"bill: orders/0 @0 (1 record): in no terminal state: the partition was never assigned", func(y *tale) {
			y.assign(0, 0)
			y.order(0, "a")
			y.handle(0, 0, 0, 0)
			y.maps = append(y.maps, mappingInfo{"bill", "bill", "orders"})
		}},
	} {
		y := newTale()
		c.tell(y)
		got := noLoss(y)
		if second := lineOf(got, 1); second != "  "+c.want {
			t.Errorf("got %q, want %q, in\n%s", second, "  "+c.want, got)
		}
	}
}

// TestNoLossBesideOneRecordEach compares what NoLoss says of ranges with a list
// of what happened to each record.
func TestNoLossBesideOneRecordEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const records = 12
		y := newTale()
		y.assign(0, 0)
		y.order(0, make([]string, records)...)
		var ends [records][]int // in which assignment
		var bad [records]bool
		assignment, step := 1, 0
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			first := rapid.IntRange(0, records-1).Draw(t, "first")
			last := min(first+rapid.IntRange(0, 5).Draw(t, "more"), records-1)
			outcome := rapid.SampledFrom([]journal.Outcome{journal.Succeeded, journal.Succeeded, journal.DeadLettered,
				journal.Dropped, journal.NoOutcome}).Draw(t, "outcome")
			if outcome == journal.NoOutcome {
				assignment++
				y.assign(0, int64(first))
				continue
			}
			step++
			y.end(uint64(step), 0, 0, int64(first), int64(last), outcome)
			for r := first; r <= last; r++ {
				for _, before := range ends[r] {
					bad[r] = bad[r] || before == assignment
				}
				ends[r] = append(ends[r], assignment)
				bad[r] = bad[r] || outcome == journal.Dropped
			}
		}
		lost := map[int64]bool{}
		for _, l := range lossesAt(y.history, y.maps[0], existing(y.Records("orders"))) {
			for r := l.offsets.first; r <= l.offsets.last; r++ {
				lost[r] = true
			}
		}
		for r := range bad {
			if want := bad[r] || len(ends[r]) == 0; lost[int64(r)] != want {
				t.Fatalf("offset %d: got lost %v, want %v", r, lost[int64(r)], want)
			}
		}
	})
}

func TestNoLossListsNoMoreThanItMust(t *testing.T) {
	y := newTale()
	y.assign(0, 0)
	y.order(0, make([]string, 60)...)
	for i := int64(0); i < 60; i += 2 {
		y.handle(0, i, i, 0)
		y.lose(0)
	}
	got := noLoss(y)
	if want := "  and 10 ranges more"; lineOf(got, 1+lossesListed) != want {
		t.Errorf("got %q, want %q, in\n%s", lineOf(got, 1+lossesListed), want, got)
	}
}

func lineOf(text string, n int) string {
	lines := append(splitLines(text), make([]string, n+1)...)
	return lines[n]
}

func TestStoryHasOnlyWhatIsOfTheRecord(t *testing.T) {
	y := newTale()
	y.order(0, "a", "b", "c")
	moved := journal.Entry{Kind: journal.RetentionMoved, Topic: "orders", First: 1}
	y.add(moved)
	y.handle(0, 0, 0, 0)
	failed := journal.Entry{Kind: journal.CommitFailed, Mapping: "ship", Topic: "orders", Last: 1, Reason: "no answer"}
	y.add(failed)
	y.handle(0, 1, 1, 0)
	y.add(failed)
	y.commit(0, 2)
	y.order(1, "x")
	moved.First = 2
	y.add(moved)
	y.add(journal.Entry{Kind: journal.Output, Function: "ship", Invocation: 2, Text: "hello"})
	y.add(journal.Entry{Kind: journal.InvocationLate, Function: "ship", Invocation: 2})
	wantSaid(t, strings.Join(y.history.entries().story(recordID{mapping: "ship", topic: "orders", offset: 1}), "\n"), `
		the story of orders/0 @1 at ship:
		  00:00:00.000  orders/0 @0-2: 3 records (30 B) produced by client test
		  00:00:00.000  ship: orders/0 could not be committed up to offset 1: no answer
		  00:00:00.000  ship: batch 2 formed by window (orders/0 @1, 1 record)
		  00:00:00.000  ship: invocation 2 started warm in environment 1 (orders/0 @1, 1 record)
		  00:00:00.000  ship: invocation 2 succeeded after 10 ms (orders/0 @1, 1 record)
		  00:00:00.000  ship: 1 record succeeded after invocation 2 (orders/0 @1)
		  00:00:00.000  ship: orders/0 committed up to offset 1
		  00:00:00.000  orders/0: retention removed the records before offset 2
		  00:00:00.000  ship: late response of invocation 2, it had been given up`)
}

func TestStoryLeavesOutItsMiddle(t *testing.T) {
	y := newTale()
	y.assign(0, 0)
	y.order(0, "a")
	b := y.batch(0, 0, 0)
	for range 30 {
		i := y.start(b, journal.Warm)
		y.stop(b, i, journal.FunctionError, "boom")
		y.retry(b, time.Second)
		y.wait(time.Hour)
	}
	story := y.history.entries().story(recordID{topic: "orders"})
	if got, want := len(story), storyLines+1; got != want {
		t.Errorf("got %d lines, want %d", got, want)
	}
	if got, want := story[1+storyLines/2], fmt.Sprintf("  ... %d entries are left out ...", 93-storyLines+1); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := story[len(story)-1], "  29:00:00.000  ship: attempt 31 of batch 1 in 1 s: boom"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
