package emulatortest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// busy is a tale of 3 invocations, of which 2 are cold starts, 2 throttles and a
// retry.
func busy() *tale {
	y := newTale()
	throttled := journal.Entry{Kind: journal.Throttled, Function: "ship", Mapping: "ship", Batch: 1, Delay: 1e9, Reason: "limit"}
	y.order(0, "a", "b")
	b := y.batch(0, 0, 0)
	y.add(throttled)
	y.add(journal.Entry{Kind: journal.Throttled, Function: "bill"})
	y.add(journal.Entry{Kind: journal.InvocationStarted, Function: "bill", Invocation: 9, Reason: journal.Cold})
	y.add(throttled)
	y.wait(time.Second)
	i := y.start(b, journal.Cold)
	y.wait(time.Second)
	y.stop(b, i, journal.FunctionError, "boom")
	y.retry(b, time.Second)
	y.wait(time.Second)
	i = y.start(b, journal.Warm)
	y.stop(b, i, journal.Succeeded, "")
	b = y.batch(0, 1, 1)
	y.start(b, journal.Cold)
	return y
}

func TestBounds(t *testing.T) {
	y := busy()
	wantSaid(t, y.judge(func(x *Expectations) {
		x.ColdStarts("ship").Exactly(2).ColdStarts("ship").AtMost(2).ColdStarts("ship").AtLeast(2)
		x.Invocations("ship").Exactly(3).Invocations("ship").Between(3, 4).Invocations("ship").Between(1, 3)
		x.Throttles("ship").Exactly(2).Retries("ship").Exactly(1)
	}), "")
	wantSaid(t, y.judge(func(x *Expectations) { x.ColdStarts("ship").AtMost(1).Retries("ship").AtLeast(1000) }), `
		expected at most 1 cold starts of ship, got 2
		  00:00:01.000  ship: invocation 1 started cold in environment 1 (orders/0 @0, 1 record)
		  00:00:03.000  ship: invocation 3 started cold in environment 1 (orders/0 @1, 1 record)
		run it again with seed 7
		---
		expected at least 1,000 retries of ship, got 1
		  00:00:02.000  ship: attempt 2 of batch 1 in 1 s: boom
		run it again with seed 7`)
	wantSaid(t, y.judge(func(x *Expectations) { x.Throttles("ship").Between(3, 4) }), `
		expected between 3 and 4 throttles of ship, got 2
		  00:00:00.000  ship: throttled: limit, next try in 1 s
		  00:00:00.000  ship: throttled: limit, next try in 1 s
		run it again with seed 7`)
	wantSaid(t, y.judge(func(x *Expectations) { x.Invocations("ship").Between(0, 2).Invocations("ship").Exactly(4) }), `
		expected between 0 and 2 invocations of ship, got 3
		  00:00:01.000  ship: invocation 1 started cold in environment 1 (orders/0 @0, 1 record)
		  00:00:03.000  ship: invocation 2 started warm in environment 1 (orders/0 @0, 1 record, attempt 2)
		  00:00:03.000  ship: invocation 3 started cold in environment 1 (orders/0 @1, 1 record)
		run it again with seed 7
		---
		expected exactly 4 invocations of ship, got 3
		  00:00:01.000  ship: invocation 1 started cold in environment 1 (orders/0 @0, 1 record)
		  00:00:03.000  ship: invocation 2 started warm in environment 1 (orders/0 @0, 1 record, attempt 2)
		  00:00:03.000  ship: invocation 3 started cold in environment 1 (orders/0 @1, 1 record)
		run it again with seed 7`)
}

// delays is a tale of 3 records that took 250 ms, and one that took 1.25 s.
func delays() *tale {
	y := newTale()
	y.assign(0, 0)
	y.order(0, "a", "b", "c")
	y.wait(200 * time.Millisecond)
	y.handle(0, 0, 2, 50*time.Millisecond)
	y.order(0, "d")
	b := y.batch(0, 3, 3)
	i := y.start(b, journal.Warm)
	y.wait(150 * time.Millisecond)
	y.stop(b, i, journal.FunctionError, "boom")
	y.wait(time.Second)
	i = y.start(b, journal.Warm)
	y.wait(100 * time.Millisecond)
	y.stop(b, i, journal.Succeeded, "")
	y.wait(time.Minute) // the outputs are produced
	y.stop(b, i, journal.OutputFailed, "")
	y.end(b, i, 0, 3, 3, journal.Succeeded)
	return y
}

func TestLatency(t *testing.T) {
	y := delays()
	ms := time.Millisecond
	wantSaid(t, y.judge(func(x *Expectations) {
		x.Latency("ship", 75).AtMost(250*ms).Latency("ship", 75).Below(251*ms).Latency("ship", 0.001).Between(250*ms, 250*ms)
		x.Latency("ship", 75.1).Between(1250*ms, 1250*ms).Latency("ship", 100).AtMost(1250 * ms)
		x.Duration("ship", 33).AtMost(50*ms).Duration("ship", 50).AtMost(100*ms).Duration("ship", 100).Between(150*ms, 150*ms)
	}), "")
	wantSaid(t, y.judge(func(x *Expectations) { x.Latency("ship", 99).Below(1250 * ms) }), `
		expected a latency of ship at percentile 99 below 1.25s, got 1.25s
		of 4 records: p50 250ms p90 1.25s p99 1.25s p100 1.25s
		the slowest is orders/0 @3
		the story of orders/0 @3 at ship:
		  00:00:00.000  ship: orders/0 assigned, from offset 0
		  00:00:00.250  orders/0 @3: 1 record (10 B) produced by client test
		  00:00:00.250  ship: batch 2 formed by window (orders/0 @3, 1 record)
		  00:00:00.250  ship: invocation 2 started warm in environment 1 (orders/0 @3, 1 record)
		  00:00:00.400  ship: invocation 2 failed after 10 ms: boom (orders/0 @3, 1 record)
		  00:00:01.400  ship: invocation 3 started warm in environment 1 (orders/0 @3, 1 record, attempt 2)
		  00:00:01.500  ship: invocation 3 succeeded after 10 ms (orders/0 @3, 1 record, attempt 2)
		  00:01:01.500  ship: invocation 3 failed after 10 ms: output failed (orders/0 @3, 1 record, attempt 2)
		  00:01:01.500  ship: 1 record succeeded after invocation 3 (orders/0 @3)
		run it again with seed 7`)
	wantSaid(t, y.judge(func(x *Expectations) { x.Duration("ship", 50).Between(101*ms, time.Hour) }), `
		expected a duration of ship at percentile 50 between 101ms and 1h0m0s, got 100ms
		of 3 invocations: p50 100ms p90 150ms p99 150ms p100 150ms
		the slowest is invocation 2:
		  00:00:00.250  ship: invocation 2 started warm in environment 1 (orders/0 @3, 1 record)
		  00:00:00.400  ship: invocation 2 failed after 10 ms: boom (orders/0 @3, 1 record)
		run it again with seed 7`)
}

func TestLatencyThatCannotBeJudged(t *testing.T) {
	y := newTale()
	y.order(0, "a")
	y.left = []string{"ship: 1 of orders/0, from offset 0 on"}
	wantSaid(t, y.judge(func(x *Expectations) { x.Latency("ship", 99.9).Below(time.Second) }), `
		expected a latency of ship at percentile 99.9, but no record has succeeded there
		in no terminal state:
		  ship: 1 of orders/0, from offset 0 on
		run it again with seed 7`)
	y = newTale()
	y.order(0, "a")
	y.end(y.batch(0, 0, 0), 0, 0, 0, 0, journal.DeadLettered)
	wantSaid(t, y.judge(func(x *Expectations) { x.Latency("ship", 100).Below(0).Duration("ship", 100).AtMost(0) }), `
		expected a latency of ship at percentile 100, but no record has succeeded there
		run it again with seed 7
		---
		expected a duration of ship at percentile 100, but no invocation has ended there
		run it again with seed 7`)
	wantSaid(t, delays().judge(func(x *Expectations) {
		x.Latency("ship", 0).Below(0).Duration("ship", 100.5).Below(0)
	}), `
		percentile 0: it must be over 0 and at most 100
		run it again with seed 7
		---
		percentile 100.5: it must be over 0 and at most 100
		run it again with seed 7`)
}

func TestLatencyOfWhatWasHandledBeforeItWasAcknowledged(t *testing.T) {
	y := newTale()
	y.handle(0, 0, 0, 0)
	y.wait(time.Second)
	y.order(0, "a")
	wantSaid(t, y.judge(func(x *Expectations) { x.Latency("ship", 50).Between(0, 0) }), "")
}

// TestNearestRankBesideSortingAll compares percentiles of weighted samples with
// those of a list of all, where the rank of p in n is that of p*n/100 rounded up.
func TestNearestRankBesideSortingAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var samples []sample
		var all []int64
		for range rapid.IntRange(1, 20).Draw(t, "samples") {
			s := sample{took: rapid.Int64Range(0, 50).Draw(t, "took"), weight: rapid.Int64Range(1, 300).Draw(t, "weight")}
			samples = append(samples, s)
			for range s.weight {
				all = append(all, s.took)
			}
		}
		slices.SortFunc(samples, func(a, b sample) int { return cmp.Compare(a.took, b.took) })
		slices.Sort(all)
		thousandths := rapid.IntRange(1, 100_000).Draw(t, "percentile")
		n := len(all)
		want := all[(thousandths*n+99_999)/100_000-1]
		if got := nearestRank(samples, int64(n), float64(thousandths)/1000); got != want {
			t.Fatalf("percentile %v of %d: got %d, want %d", float64(thousandths)/1000, n, got, want)
		}
	})
}

// TestLatencyBesideOneRecordEach compares latencies by ranges with those of each
// record.
func TestLatencyBesideOneRecordEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := newTale()
		y.assign(0, 0)
		var produced, want []int64
		for range rapid.IntRange(1, 10).Draw(t, "batches") {
			y.wait(time.Duration(rapid.IntRange(0, 9).Draw(t, "wait")))
			n := rapid.IntRange(1, 5).Draw(t, "records")
			y.order(0, make([]string, n)...)
			for range n {
				produced = append(produced, int64(y.now))
			}
		}
		for first := 0; first < len(produced); {
			last := min(first+rapid.IntRange(0, 7).Draw(t, "more"), len(produced)-1)
			y.handle(0, int64(first), int64(last), time.Duration(rapid.IntRange(0, 9).Draw(t, "took")))
			for ; first <= last; first++ {
				want = append(want, int64(y.now)-produced[first])
			}
		}
		var got []int64
		y.history.read(func(t *tally) {
			for _, s := range t.latencies("ship") {
				for range s.weight {
					got = append(got, s.took)
				}
			}
		})
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
