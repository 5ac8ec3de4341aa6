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
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte("poison")})
	dead := s.read("dead", 1)
	if string(dead[0].Key) != "k" || !strings.Contains(string(dead[0].Value), `"condition":"RetriesExhausted"`) {
		t.Errorf("got on-failure record %s: %s", dead[0].Key, dead[0].Value)
	}
	s.produce(&kgo.Record{Topic: "in", Value: []byte("food")})
	s.awaitEnded(2)
	counts := s.Journal().Counts()
	if got := counts.Ended["f"]; got.DeadLettered != 1 || got.Succeeded != 1 {
		t.Errorf("got ended %+v, want 1 dead-lettered and 1 succeeded", got)
	}
	if got := counts.Functions["f"]; got.Invocations != 4 || got.Retries != 2 {
		t.Errorf("got %d invocations and %d retries, want 4 and 2", got.Invocations, got.Retries)
	}
}

func TestReservedConcurrencyThrottles(t *testing.T) {
	var mu sync.Mutex
	open, most := 0, 0
	cfg := oneFunction(func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
		mu.Lock()
		open++
		most = max(most, open)
		mu.Unlock()
		time.Sleep(2 * time.Millisecond) // why: it is the handler's work
		mu.Lock()
		open--
		mu.Unlock()
		return nil, nil
	})
	cfg.Functions[0].ReservedConcurrency = new(2)
	s := start(t, cfg)
	s.fill("in", 5, 500)
	s.run()
	s.awaitEnded(500)
	if most > 2 {
		t.Errorf("got %d invocations at once, reserved concurrency is 2", most)
	}
	if s.Journal().Counts().Functions["f"].Throttles == 0 {
		t.Error("got no throttle with five partitions and a concurrency of 2")
	}
}

func TestTimeoutFailsTheInvocation(t *testing.T) {
	var once sync.Once
	cfg := oneFunction(func(ctx context.Context, _ []*kgo.Record) ([]*kgo.Record, error) {
		once.Do(func() { <-ctx.Done() })
		return nil, nil
	})
	cfg.Functions[0].Timeout = time.Second
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("x")})
	timedOut := false
	s.await(func(e *journal.Entry) bool {
		timedOut = timedOut || e.Kind == journal.InvocationEnded && e.Outcome == journal.TimedOut &&
			strings.Contains(e.Reason, "Task timed out after 1.00 seconds")
		return e.Kind == journal.RecordsEnded
	})
	if !timedOut {
		t.Error("got no invocation that timed out")
	}
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
	s := start(t, oneFunction(pass))
	s.fill("in", 5, 2000)
	s.run()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Drain(ctx, 100*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if left := s.Outstanding(); len(left) > 0 {
		t.Errorf("got outstanding %v, want none", left)
	}
	if got := s.Journal().Counts().Ended["f"].Succeeded; got != 2000 {
		t.Errorf("got %d records succeeded, want 2000", got)
	}
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
