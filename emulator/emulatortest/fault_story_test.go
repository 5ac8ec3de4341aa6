package emulatortest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What a user sees of each fault, from its beginning to the end of the retries.

// sender is a handler that produces to a topic with a client of its own, which
// no platform can take back.
func sender(w *emulatortest.World, topic string) func(context.Context, []*kgo.Record) error {
	return func(ctx context.Context, batch []*kgo.Record) error {
		options, err := w.HandlerOptions(ctx)
		if err != nil {
			return err
		}
		client, err := kgo.NewClient(options...)
		if err != nil {
			return err
		}
		defer client.Close()
		for _, r := range batch {
			client.Produce(ctx, &kgo.Record{Topic: topic, Key: r.Key, Value: r.Value}, nil)
		}
		return client.Flush(ctx)
	}
}

// declareSender declares topics in and out, and a function that sends with a
// client of its own.
func declareSender(w *emulatortest.World, options ...emulatortest.Option) {
	w.Topic("in", 1)
	w.Topic("out", 1)
	options = append([]emulatortest.Option{emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm()}, options...)
	w.Function("work", sender(w, "out"), options...)
}

// hasDuplicates fails the test if NoDuplicates would hold.
func hasDuplicates(t *testing.T, w *emulatortest.World, topic string) {
	t.Helper()
	r := &recorder{TB: t}
	w.Expect(r).NoDuplicates(topic, value)
	if !r.has("expected no duplicates") {
		t.Errorf("got no duplicates in topic %q, want some", topic)
	}
}

// outcomes counts the invocations that ended, by how they did.
func outcomes(w *emulatortest.World) map[journal.Outcome]int {
	counts := map[journal.Outcome]int{}
	for _, e := range journalled(w, journal.InvocationEnded) {
		counts[e.Outcome]++
	}
	return counts
}

func TestCrashBeforeTheHandlerIsARetryThatNobodySees(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareSender(w)
		w.Crash("work", emulatortest.Nth(2))
		produceEach(w, 4)
		w.Idle()
		w.Expect(t).Delivered("out", 4).NoLoss().OrderedByKey().NoDuplicates("out", value).
			Retries("work").Exactly(1).
			Invocations("work").Exactly(5).
			ColdStarts("work").Exactly(1)
		crashed := journalled(w, journal.InvocationEnded)[1]
		if crashed.Outcome != journal.Exited || !strings.Contains(crashed.Reason, "Runtime.ExitError") {
			t.Errorf("got %s, want an exit", crashed.Sentence())
		}
		if gone := journalled(w, journal.EnvironmentReset)[0]; gone.Environment != crashed.Environment || gone.At != crashed.At {
			t.Errorf("got %s at %d, want it with the crash at %d", gone.Sentence(), gone.At, crashed.At)
		}
	})
}

func TestCrashAfterTheHandlerDuplicatesDownstream(t *testing.T) {
	for _, duration := range []time.Duration{0, 2 * time.Second} {
		t.Run(duration.String(), func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
				var options []emulatortest.Option
				if duration > 0 {
					options = append(options, emulatortest.Takes(duration, 0))
				}
				declareSender(w, options...)
				w.Crash("work", emulatortest.Nth(2), emulatortest.AfterHandler())
				produceEach(w, 4)
				w.Idle()
				w.Expect(t).NoLoss().OrderedByKey().Retries("work").Exactly(1)
				seen := map[string]int{}
				for _, r := range w.Records("out") {
					seen[value(r)]++
				}
				if seen["v0"] != 1 || seen["v1"] != 2 || seen["v2"] != 1 || seen["v3"] != 1 {
					t.Errorf("got %v, want the second record twice", seen)
				}
				hasDuplicates(t, w, "out")
				crashed := journalled(w, journal.InvocationEnded)[1]
				started := journalled(w, journal.InvocationStarted)[1]
				if took := time.Duration(crashed.At - started.At); crashed.Outcome != journal.Exited || took != duration {
					t.Errorf("got %s after %v, want an exit after %v", crashed.Sentence(), took, duration)
				}
			})
		})
	}
}

// TestThrottledForAnHour: a throttle is no attempt, so that nothing is given up
// although the retries would be exhausted in seconds.
func TestThrottledForAnHour(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("dead", 1)
		declareWork(w, pass, emulatortest.With(func(f *emulator.Function) {
			f.Events[0].Retries, f.Events[0].OnFailure = new(1), "kafka://dead"
		}))
		f := w.Throttle("work", emulatortest.For(time.Hour))
		produceEach(w, 60)
		w.Advance(58 * time.Minute)
		w.Expect(t).Delivered("out", 0).OnFailure("dead", 0).Invocations("work").Exactly(0)
		w.Idle()
		if now := w.Now(); now < time.Hour || now > time.Hour+5*time.Minute { // the longest back-off
			t.Errorf("all came through after %v, want that within five minutes after the hour", now)
		}
		w.Expect(t).Delivered("out", 60).NoLoss().OrderedByKey().NoDuplicates("out", value).
			OnFailure("dead", 0).
			Retries("work").Exactly(0).
			Throttles("work").Exactly(f.Fired()).
			Throttles("work").AtLeast(3 * 12) // partitions, and back-offs of five minutes at most
		for _, e := range journalled(w, journal.InvocationStarted) {
			if e.Attempt != 1 {
				t.Errorf("got attempt %d, want the first: a throttle is none", e.Attempt)
			}
		}
	})
}

func TestThrottleThatIsStopped(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass)
		f := w.Throttle("work")
		produceEach(w, 10)
		w.Expect(t).Delivered("out", 0)
		f.Stop()
		fired := f.Fired()
		w.Idle()
		w.Expect(t).Delivered("out", 10).NoLoss().OrderedByKey().NoDuplicates("out", value).Throttles("work").Exactly(fired)
		if again := f.Fired(); again != fired || fired == 0 {
			t.Errorf("fired %d times, %d after Stop; want some and no more", fired, again)
		}
	})
}

func TestSlowPastTheTimeoutIsRetried(t *testing.T) {
	for name, own := range map[string]bool{"output": false, "own client": true} {
		t.Run(name, func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
				if own {
					declareSender(w, emulatortest.Timeout(3*time.Second))
				} else {
					declareWork(w, pass, emulatortest.Timeout(3*time.Second))
				}
				w.Slow("work", 5*time.Second, emulatortest.Times(2))
				w.Produce("in", emulatortest.Record("k", "v"))
				w.Idle()
				if got := outcomes(w); got[journal.TimedOut] != 2 || got[journal.Succeeded] != 1 {
					t.Errorf("got invocations %v, want two timeouts and a success", got)
				}
				for _, e := range journalled(w, journal.InvocationEnded)[:2] {
					if !strings.Contains(e.Reason, "Task timed out after 3.00 seconds") {
						t.Errorf("got %s, want the text of AWS", e.Sentence())
					}
				}
				w.Expect(t).NoLoss().OrderedByKey().Retries("work").Exactly(2)
				if own { // the handler had done its work each time
					w.Expect(t).Delivered("out", 3)
					hasDuplicates(t, w, "out")
				} else {
					w.Expect(t).Delivered("out", 1)
				}
				if now, want := w.Now(), 3*time.Second+time.Second+3*time.Second+2*time.Second; now != want {
					t.Errorf("it took %v, want %v: two timeouts and the back-offs after them", now, want)
				}
			})
		})
	}
}

func TestSlowWithinTheTimeoutOnlyTakesLonger(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass, emulatortest.Takes(100*time.Millisecond, 0))
		w.Slow("work", 2*time.Second, emulatortest.Nth(2))
		w.Slow("work", 500*time.Millisecond, emulatortest.Nth(2)) // several add up
		produceEach(w, 4)
		w.Idle()
		w.Expect(t).Delivered("out", 4).NoLoss().OrderedByKey().NoDuplicates("out", value).
			Duration("work", 50).Between(100*time.Millisecond, 100*time.Millisecond).
			Duration("work", 100).Between(2600*time.Millisecond, 2600*time.Millisecond).
			Retries("work").Exactly(0)
	})
}

// TestRebalanceWaitsForTheBatch: a batch in flight is let end, committed, and not
// delivered again.
func TestRebalanceWaitsForTheBatch(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareSender(w, emulatortest.Timeout(time.Minute), emulatortest.Takes(30*time.Second, 0))
		produceEach(w, 5)
		f := w.Rebalance("work")
		w.Advance(10 * time.Second)
		if n := len(journalled(w, journal.PartitionRevoked)); n != 0 || f.Fired() != 1 {
			t.Errorf("got %d partitions revoked while a batch is in flight, after %d rebalances; want none, 1", n, f.Fired())
		}
		produceEach(w, 5)
		w.Idle()
		revoked, assigned := journalled(w, journal.PartitionRevoked), journalled(w, journal.PartitionAssigned)
		if len(revoked) != 1 || revoked[0].Reason != "released" || revoked[0].At != int64(30*time.Second) {
			t.Errorf("got revocations %+v, want one when the batch had ended", revoked)
		}
		if len(assigned) != 2 || assigned[1].First != 1 {
			t.Errorf("got assignments %+v, want a second one from offset 1", assigned)
		}
		w.Expect(t).NoLoss().OrderedByKey().Delivered("out", 10).
			Retries("work").Exactly(0)
	})
}

// TestRebalanceLongerThanTheGrace: the batch in flight is not waited for any
// longer. Its records are delivered again, and what it answers in the end counts
// for nothing.
func TestRebalanceLongerThanTheGrace(t *testing.T) {
	const grace = 45 * time.Second
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareSender(w, emulatortest.Timeout(3*time.Minute), emulatortest.Takes(100*time.Second, 0))
		w.Produce("in", emulatortest.Record("k", "v0"))
		w.Advance(5 * time.Second)
		w.Rebalance("work")
		w.Advance(grace)
		revoked := journalled(w, journal.PartitionRevoked)
		if len(revoked) != 1 || revoked[0].Reason != "lost" || revoked[0].At != int64(5*time.Second+grace) {
			t.Errorf("got revocations %+v, want one, lost, when the grace was over", revoked)
		}
		if !hasWarning(w, "not released within 45s") {
			t.Error("got no warning that the batch was given up")
		}
		w.Advance(55 * time.Second) // the first invocation ends: a zombie
		if got, committed := outcomes(w)[journal.Succeeded], len(journalled(w, journal.OffsetCommitted)); got != 1 || committed != 0 {
			t.Errorf("got %d invocations that ended, %d commits, want 1 and none", got, committed)
		}
		if n := len(journalled(w, journal.RecordsEnded)); n != 0 {
			t.Errorf("got %d ranges that ended by an invocation that counts no more, want none", n)
		}
		w.Idle()
		w.Expect(t).NoLoss().OrderedByKey().Delivered("out", 2).Invocations("work").Exactly(2).Retries("work").Exactly(0)
		hasDuplicates(t, w, "out")
	})
}

// TestRebalanceWhileABatchWaitsForItsRetry: the batch ends, for its records are
// the next owner's.
func TestRebalanceWhileABatchWaitsForItsRetry(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass, emulatortest.With(func(f *emulator.Function) { f.Events[0].RetryBackoff = new(time.Minute) }))
		w.Crash("work", emulatortest.Nth(1))
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Advance(10 * time.Second)
		w.Rebalance("work")
		w.Idle()
		if now := w.Now(); now != 10*time.Second {
			t.Errorf("idle at %v, want that at once: the new owner knows of no back-off", now)
		}
		w.Expect(t).NoLoss().OrderedByKey().Delivered("out", 1)
		starts := journalled(w, journal.InvocationStarted)
		if len(starts) != 2 || starts[1].Attempt != 1 || starts[1].Batch == starts[0].Batch {
			t.Errorf("got invocations %+v, want the first of another batch after the crash", starts)
		}
	})
}

func TestBrokerDown(t *testing.T) {
	for _, c := range []struct {
		outage  time.Duration
		expires bool // the sessions of members do
	}{{30 * time.Second, false}, {10 * time.Minute, true}} {
		t.Run(c.outage.String(), func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
				declareWork(w, pass, emulatortest.Takes(2*time.Second, 0))
				for i := range 30 {
					w.Produce("in", emulatortest.Record(fmt.Sprint("key-", i%5), fmt.Sprint("v", i)))
				}
				w.Advance(time.Second) // three invocations are in flight
				begun := w.Now()
				w.BrokerDown(c.outage)
				if got := len(w.Records("in")); got != 30 {
					t.Errorf("got %d records during the outage, want what is there: the test is no client", got)
				}
				w.Produce("in", emulatortest.Record("late", "v30")) // it is tried until the broker is back
				if took := w.Now() - begun; took < c.outage || took > c.outage+10*time.Second {
					t.Errorf("produced after %v, want that soon after the outage of %v", took, c.outage)
				}
				w.Idle()
				w.Expect(t).Delivered("out", 31).NoLoss().OrderedByKey().NoDuplicates("out", value)
				if left := w.Emulator().Outstanding(); len(left) > 0 {
					t.Errorf("got %v outstanding, want all committed", left)
				}
				lost := 0
				for _, e := range journalled(w, journal.PartitionRevoked) {
					if e.Reason == "lost" {
						lost++
					}
				}
				if (lost == 3) != c.expires || lost != 0 && !c.expires {
					t.Errorf("got %d partitions lost, want that %v of all three", lost, c.expires)
				}
			})
		})
	}
}

// TestBrokerDownBetweenAHandlerAndItsCommit: an offset that could not be
// committed is committed when it can be, also if nothing comes after it; or the
// records are delivered again.
func TestBrokerDownBetweenAHandlerAndItsCommit(t *testing.T) {
	for _, outage := range []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute} {
		t.Run(outage.String(), func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
				handled := 0
				w.Topic("in", 1)
				w.Function("work", func(context.Context, []*kgo.Record) error { handled++; return nil },
					emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm(), emulatortest.Takes(2*time.Second, 0))
				w.Produce("in", emulatortest.Record("k", "v"))
				w.Advance(time.Second)
				w.BrokerDown(outage)
				w.Idle()
				w.Expect(t).NoLoss()
				if left := w.Emulator().Outstanding(); len(left) > 0 {
					t.Errorf("got %v outstanding when idle, want all committed", left)
				}
				before := handled
				w.Rebalance("work") // nothing is left to be delivered again
				w.Advance(time.Minute)
				if want := map[bool]int{false: 1, true: 2}[outage > 5*time.Minute]; before != want || handled != before {
					t.Errorf("handled %d times, %d after a rebalance, want %d", before, handled, want)
				}
			})
		})
	}
}

// TestManyFaultsAtOnce: whatever happens, nothing is lost, order holds, and a
// second run is the same.
func TestManyFaultsAtOnce(t *testing.T) {
	for seed := range uint64(8) {
		first, fired := manyFaults(t, seed)
		if again, _ := manyFaults(t, seed); again != first {
			t.Errorf("seed %d: hash %s after %s", seed, again, first)
		}
		if fired < 20 {
			t.Errorf("seed %d: faults fired %d times, want at least 20", seed, fired)
		}
	}
}

func manyFaults(t *testing.T, seed uint64) (hash string, fired int) {
	emulatortest.Run(t, emulator.Config{Seed: &seed}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass, emulatortest.Takes(200*time.Millisecond, 4*time.Second), emulatortest.Reserved(2))
		w.Crash("work", emulatortest.Chance(0.1))
		w.Crash("work", emulatortest.Chance(0.1), emulatortest.AfterHandler())
		w.Throttle("", emulatortest.Chance(0.2))
		w.Slow("work", 2500*time.Millisecond, emulatortest.Chance(0.2))
		w.Rebalance("work", emulatortest.Chance(0.05))
		w.Rebalance("", emulatortest.After(100*time.Second))
		w.BrokerDown(20*time.Second, emulatortest.Chance(0.02))
		w.BrokerDown(7*time.Minute, emulatortest.After(2*time.Minute))
		w.Slow("work", 80*time.Second, emulatortest.Nth(20)) // times out
		for i := range 200 {
			w.Produce("in", emulatortest.Record(fmt.Sprint("key-", i%7), fmt.Sprint("v", i)))
			w.Advance(700 * time.Millisecond)
		}
		w.Idle()
		w.Expect(t).NoLoss().OrderedByKey()
		seen := map[string]bool{}
		for _, r := range w.Records("out") {
			seen[value(r)] = true
		}
		if len(seen) != 200 {
			t.Errorf("seed %d: got %d of 200 records in topic out", seed, len(seen))
		}
		hash, fired = w.Hash(), len(faultTimes(w))
	})
	return hash, fired
}

func hasWarning(w *emulatortest.World, text string) bool {
	for _, e := range journalled(w, journal.Warning) {
		if strings.Contains(e.Text, text) {
			return true
		}
	}
	return false
}
