package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// oneFunction is a configuration with topics in, out and dead, and one
// in-process function on in.
func oneFunction(handler func(context.Context, []*kgo.Record) ([]*kgo.Record, error)) emulator.Config {
	cfg := throughputConfig(handler)
	cfg.Profile = "aws-provisioned"
	cfg.Topics = append(cfg.Topics, emulator.Topic{Name: "dead", Partitions: 1})
	cfg.Functions[0].Events[0].BatchSize = 10
	cfg.Functions[0].Events[0].RetryBackoff = new(10 * time.Millisecond)
	cfg.Functions[0].Events[0].ThrottleBackoff = new(5 * time.Millisecond)
	return cfg
}

func (s *started) produce(records ...*kgo.Record) {
	s.tb.Helper()
	if err := s.client().ProduceSync(context.Background(), records...).FirstErr(); err != nil {
		s.tb.Fatal(err)
	}
}

// read returns the first n records of a topic.
func (s *started) read(topic string, n int) []*kgo.Record {
	s.tb.Helper()
	c := s.client(kgo.ConsumeTopics(topic))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var records []*kgo.Record
	for len(records) < n {
		fetches := c.PollFetches(ctx)
		if ctx.Err() != nil {
			s.tb.Fatalf("topic %s: got %d records, want %d", topic, len(records), n)
		}
		records = append(records, fetches.Records()...)
	}
	return records
}

func TestEveryRecordGoesThroughInOrder(t *testing.T) {
	var mu sync.Mutex
	seen := map[int32][]int64{}
	s := start(t, oneFunction(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range records {
			seen[r.Partition] = append(seen[r.Partition], r.Offset)
		}
		return pass(ctx, records)
	}))
	s.run()
	s.fill("in", 5, 1000)
	s.awaitEnded(1000)
	mu.Lock()
	defer mu.Unlock()
	for p, offsets := range seen {
		for i, o := range offsets {
			if o != int64(i) {
				t.Fatalf("partition %d: delivery %d is offset %d", p, i, o)
			}
		}
	}
	if out := s.read("out", 1000); len(out) != 1000 {
		t.Errorf("got %d outputs, want 1000", len(out))
	}
}

func TestFailedBatchIsRetriedThenDeadLettered(t *testing.T) {
	cfg := oneFunction(func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		if string(records[0].Value) == "poison" {
			return nil, errors.New("cannot digest this")
		}
		return nil, nil
	})
	cfg.Functions[0].Events[0].Retries = new(2)
	cfg.Functions[0].Events[0].OnFailure = "kafka://dead"
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		w.Produce("in", emulatortest.Record("k", "poison"))
		w.Idle()
		if took := w.Now(); took != 30*time.Millisecond {
			t.Errorf("given up after %v, want 30ms: back-offs of 10 and 20 ms", took)
		}
		w.Expect(t).OnFailure("dead", 1)
		if dead := w.Records("dead")[0]; string(dead.Key) != "k" || !strings.Contains(string(dead.Value), `"condition":"RetriesExhausted"`) {
			t.Errorf("got on-failure record %s: %s", dead.Key, dead.Value)
		}
		w.Produce("in", emulatortest.Record("", "food"))
		w.Idle()
		counts := w.Emulator().Journal().Counts()
		if got := counts.Ended["f"]; got.DeadLettered != 1 || got.Succeeded != 1 {
			t.Errorf("got ended %+v, want 1 dead-lettered and 1 succeeded", got)
		}
		if got := counts.Functions["f"]; got.Invocations != 4 || got.Retries != 2 {
			t.Errorf("got %d invocations and %d retries, want 4 and 2", got.Invocations, got.Retries)
		}
		w.Expect(t).NoLoss().OrderedByKey()
	})
}

func TestReservedConcurrencyThrottles(t *testing.T) {
	const work = 2 * time.Millisecond
	var mu sync.Mutex
	open, most := 0, 0
	cfg := oneFunction(func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
		mu.Lock()
		open++
		most = max(most, open)
		mu.Unlock()
		time.Sleep(work) // why: it is the handler's work, in virtual time
		mu.Lock()
		open--
		mu.Unlock()
		return nil, nil
	})
	cfg.Functions[0].ReservedConcurrency = new(2)
	cfg.Functions[0].Events[0].RequestLimit = "off" // else 20 invocations/s
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		for p := range int32(5) {
			var records []*kgo.Record
			for i := range 100 {
				records = append(records, emulatortest.Record("k", fmt.Sprint(i)))
			}
			w.ProduceTo("in", p, records...)
		}
		w.Idle()
		if most != 2 {
			t.Errorf("got %d invocations at once, want the reserved concurrency, 2", most)
		}
		batches := 500/10 + 5 // the first of a partition may be smaller
		if took, least := w.Now(), 500/10*work/2; took < least || took > time.Duration(batches)*work {
			t.Errorf("took %v, want at least %v: two at once", took, least)
		}
		w.Expect(t).NoLoss().OrderedByKey().
			ColdStarts("f").Exactly(2).
			Throttles("f").AtLeast(1)
	})
}

func TestTimeoutFailsTheInvocation(t *testing.T) {
	var once sync.Once
	cfg := oneFunction(func(ctx context.Context, _ []*kgo.Record) ([]*kgo.Record, error) {
		once.Do(func() { <-ctx.Done() })
		return nil, nil
	})
	cfg.Functions[0].Timeout = time.Second
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		w.Produce("in", emulatortest.Record("", "x"))
		w.Idle()
		w.Expect(t).NoLoss().Retries("f").Exactly(1).
			Duration("f", 100).Between(time.Second, time.Second)
		timedOut := false
		r := w.Emulator().Journal().Draw()
		buf := make([]journal.Entry, 256)
		for n, _ := r.Poll(buf); n > 0; n, _ = r.Poll(buf) {
			for i := range buf[:n] {
				e := &buf[i]
				timedOut = timedOut || e.Kind == journal.InvocationEnded && e.Outcome == journal.TimedOut &&
					strings.Contains(e.Reason, "Task timed out after 1.00 seconds")
			}
		}
		if !timedOut {
			t.Error("got no invocation that timed out")
		}
	})
}

func TestStopLetsRunningInvocationsEndAndCommits(t *testing.T) {
	entered, leave := make(chan bool, 8), make(chan bool)
	s := start(t, oneFunction(func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
		entered <- true
		<-leave
		return nil, nil
	}))
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("x")})
	<-entered
	s.Stop("test")
	s.await(func(e *journal.Entry) bool { return e.Kind == journal.RunStopping })
	close(leave)
	s.end()
	if got := s.Journal().Counts().Ended["f"].Succeeded; got != 1 {
		t.Errorf("got %d records succeeded, want 1", got)
	}
	if got := s.Journal().Counts().Entries[journal.OffsetCommitted]; got != 1 {
		t.Errorf("got %d commits, want 1", got)
	}
}

func TestAbortEndsAtOnce(t *testing.T) {
	entered := make(chan bool, 8)
	cfg := oneFunction(func(ctx context.Context, _ []*kgo.Record) ([]*kgo.Record, error) {
		entered <- true
		<-ctx.Done()
		return nil, nil
	})
	cfg.Functions[0].Timeout = 10 * time.Minute
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("x")})
	<-entered
	s.Abort()
	s.end()
	if got := s.Journal().Counts().Ended["f"].Total(); got != 0 {
		t.Errorf("got %d records ended, want 0: the invocation was killed", got)
	}
}

func TestDrainWaitsUntilEverythingIsTerminal(t *testing.T) {
	const takes, quiet = 20 * time.Millisecond, 100 * time.Millisecond
	cfg := oneFunction(func(ctx context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		time.Sleep(takes) // why: it is the handler's work, in virtual time
		return pass(ctx, records)
	})
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		for p := range int32(5) {
			var records []*kgo.Record
			for i := range 400 {
				records = append(records, emulatortest.Record("", fmt.Sprint(i)))
			}
			w.ProduceTo("in", p, records...)
		}
		begun := w.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := w.Emulator().Drain(ctx, quiet); err != nil {
			t.Fatal(err)
		}
		if left := w.Emulator().Outstanding(); len(left) > 0 {
			t.Errorf("got outstanding %v, want none", left)
		}
		if got := w.Emulator().Journal().Counts().Ended["f"].Succeeded; got != 2000 {
			t.Errorf("got %d records succeeded, want 2000", got)
		}
		if took, least := w.Now()-begun, 400/10*takes+quiet; took < least || took > least+time.Second {
			t.Errorf("drained after %v, want %v or little more: all batches and %v of rest", took, least, quiet)
		}
	})
}

func TestStatus(t *testing.T) {
	s := start(t, oneFunction(pass))
	s.run()
	s.fill("in", 5, 100)
	s.awaitEnded(100)
	got := s.Status()
	if got.Kafka != s.KafkaAddr() || got.Seed != 1 || got.Profile != "aws-provisioned" {
		t.Errorf("got status %+v", got)
	}
	if f := got.Functions[0]; f.Name != "f" || f.Invocations == 0 || f.Starting+f.Idle+f.Busy == 0 {
		t.Errorf("got function %+v, want invocations and environments", f)
	}
	if m := fmt.Sprint(got.Mappings); !strings.Contains(m, "in f") {
		t.Errorf("got mappings %s", m)
	}
}
