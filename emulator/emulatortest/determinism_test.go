package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/twmb/franz-go/pkg/kgo"
)

// busy is a run in which many things happen at one moment: functions over several
// topics with retries and outputs, handlers with clients of their own, a consumer
// group of the test, faults of every kind.
func busy(t *testing.T, seed uint64, topics int) (hash string) {
	t.Helper()
	return busyWith(t, emulator.Journal{}, seed, topics)
}

func busyWith(t *testing.T, journal emulator.Journal, seed uint64, topics int) (hash string) {
	t.Helper()
	cfg := emulator.Config{Profile: "aws-provisioned", Seed: &seed, Journal: journal}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		declareBusy(t, w, topics)
		w.Crash("work-0", emulatortest.Chance(0.05), emulatortest.AfterHandler())
		w.Crash("", emulatortest.Chance(0.02))
		w.Throttle("work-0", emulatortest.Chance(0.1))
		w.Slow("produce", 250*time.Millisecond, emulatortest.Chance(0.2))
		w.Rebalance("work-0", emulatortest.Nth(7))
		w.BrokerDown(3*time.Second, emulatortest.After(20*time.Second))
		consumer := ownGroup(t, w)
		for round := range 30 {
			for i := range topics {
				w.Produce(fmt.Sprintf("in-%d", i), records(round, 7)...)
			}
			w.Advance(900 * time.Millisecond)
		}
		w.Idle()
		w.Advance(time.Minute)
		w.Expect(t).NoLoss()
		if n := consumer(); n != 30*7 {
			t.Errorf("the group of the test got %d records, want %d", n, 30*7)
		}
		hash = w.Hash()
	})
	return hash
}

func records(round, n int) []*kgo.Record {
	var all []*kgo.Record
	for i := range n {
		key := fmt.Sprintf("key-%d", i%4)
		if i == 6 {
			key = ""
		}
		all = append(all, emulatortest.Record(key, fmt.Sprintf("%d/%d", round, i)))
	}
	return all
}

func declareBusy(t *testing.T, w *emulatortest.World, topics int) {
	w.Topic("out", 4)
	w.Topic("own", 4)
	w.Topic("dead", 2)
	flaky := 0
	for i := range topics {
		in := fmt.Sprintf("in-%d", i)
		w.Topic(in, 3)
		w.Function(fmt.Sprintf("work-%d", i), func(ctx context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
			if flaky++; flaky%11 == 0 {
				return nil, errors.New("one in eleven fails")
			}
			if flaky%5 == 0 {
				time.Sleep(40 * time.Millisecond) // why: virtual time
			}
			var out []*kgo.Record
			for _, r := range batch {
				out = append(out, &kgo.Record{Key: r.Key, Value: r.Value})
			}
			return out, nil
		}, emulatortest.On(in, emulatortest.Retries(3), emulatortest.OnFailure("dead"), emulatortest.Pollers(2)), emulatortest.To("out"))
	}
	w.Function("produce", func(ctx context.Context, batch []*kgo.Record) error {
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
			client.Produce(ctx, &kgo.Record{Topic: "own", Key: r.Key, Value: r.Value}, nil)
		}
		return client.Flush(ctx)
	}, emulatortest.On("out", emulatortest.Window(0)), emulatortest.Timeout(30*time.Second), emulatortest.Takes(20*time.Millisecond, 90*time.Millisecond))
}

// ownGroup consumes in-0 with a client of the test, and returns how to learn how
// much it got.
func ownGroup(t *testing.T, w *emulatortest.World) func() int {
	client, err := kgo.NewClient(append(w.KafkaOptions(), kgo.ConsumerGroup("own"), kgo.ConsumeTopics("in-0"))...)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			fetches := client.PollFetches(context.Background())
			if fetches.IsClientClosed() {
				return
			}
			n += fetches.NumRecords()
		}
	}()
	return func() int {
		client.Close()
		<-done
		return n
	}
}

// The hashes of busy(7, 3) and crowded(7), which every machine must give. They
// change with whatever changes what happens in them: look at what it is, and if it
// is meant, set them anew.
const (
	goldenBusy    = "51b68a759b8ae4963a76cee406496e8b6f05c379883faa5da9bbffef5da08364"
	goldenCrowded = "80a9c75cee959b8322e954f9180bfad54f5cc532b5f3c58f35f8a053509dac9c"
)

func TestSameSeedSameHash(t *testing.T) {
	for range 5 {
		if got := busy(t, 7, 3); got != goldenBusy {
			t.Fatalf("hash %s, want %s", got, goldenBusy)
		}
	}
	if other := busy(t, 8, 3); other == goldenBusy {
		t.Errorf("seed 8 has the hash of seed 7")
	}
}

func TestSameHashWithManyTopics(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	want := busy(t, 7, 64)
	if got := busy(t, 7, 64); got != want {
		t.Errorf("hash %s after %s", got, want)
	}
}

func TestSameHashWhereClientsMeet(t *testing.T) {
	for range 5 {
		if got := crowded(t, 7); got != goldenCrowded {
			t.Fatalf("hash %s, want %s", got, goldenCrowded)
		}
	}
}

// What is known of each record is the same in every run, too.
func TestSameHashWithEveryRecord(t *testing.T) {
	every := emulator.Journal{Records: true}
	want, crowd := busyWith(t, every, 7, 3), crowdedWith(t, every, 7)
	if want == goldenBusy || crowd == goldenCrowded {
		t.Error("the hash does not cover what is known of each record")
	}
	for range 4 {
		if got := busyWith(t, every, 7, 3); got != want {
			t.Fatalf("busy: hash %s after %s", got, want)
		}
		if got := crowdedWith(t, every, 7); got != crowd {
			t.Fatalf("crowded: hash %s after %s", got, crowd)
		}
	}
}

// crowded is a run in which clients meet: those of the test produce to the same
// partitions at one moment, with and without transactions; handlers do not wait
// for what they send, and are killed; failure records and outputs of many
// functions go to one partition.
func crowded(t *testing.T, seed uint64) (hash string) {
	t.Helper()
	return crowdedWith(t, emulator.Journal{}, seed)
}

func crowdedWith(t *testing.T, journal emulator.Journal, seed uint64) (hash string) {
	t.Helper()
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned", Seed: &seed, Journal: journal}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 2)
		w.Topic("own", 2)
		w.Topic("dead", 1)
		for i := range 4 {
			w.Function(fmt.Sprintf("fails-%d", i), func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
				return nil, errors.New("it always fails")
			}, emulatortest.On("in", emulatortest.Retries(0), emulatortest.OnFailure("dead"), emulatortest.Window(0)), emulatortest.Warm())
			w.Function(fmt.Sprintf("works-%d", i), func(_ context.Context, in []*kgo.Record) ([]*kgo.Record, error) {
				return []*kgo.Record{{Value: in[0].Value}}, nil
			}, emulatortest.On("in", emulatortest.Window(0)), emulatortest.To("dead"), emulatortest.Warm())
		}
		sends := crowdSender{w: w, clients: map[uint32]*kgo.Client{}}
		w.Function("sends", sends.handle, emulatortest.On("in", emulatortest.Window(0), emulatortest.BatchSize(3)), emulatortest.Warm())
		w.Crash("sends", emulatortest.Chance(0.1), emulatortest.AfterHandler())
		w.BrokerDown(2*time.Second, emulatortest.After(3*time.Second))
		w.Advance(time.Second)
		var producers sync.WaitGroup
		for i := range 4 {
			client := newCrowdClient(t, w, i)
			producers.Go(func() { produceInTurns(t, client, i) })
		}
		producers.Wait()
		w.Idle()
		w.Advance(time.Minute)
		w.Expect(t).NoLoss()
		hash = w.Hash()
	})
	return hash
}

// crowdSender is a handler that keeps a client in each environment and does not wait for
// what it sends; now and then it takes longer than it may.
type crowdSender struct {
	w *emulatortest.World

	mu      sync.Mutex // guards all below
	clients map[uint32]*kgo.Client
	calls   int
}

func (s *crowdSender) handle(ctx context.Context, batch []*kgo.Record) error {
	client, call, err := s.client(ctx)
	if err != nil {
		return err
	}
	if call%7 == 0 {
		<-ctx.Done()
	}
	for _, r := range batch {
		client.Produce(context.Background(), &kgo.Record{Topic: "own", Key: r.Key, Value: r.Value}, nil)
	}
	return nil
}

func (s *crowdSender) client(ctx context.Context) (*kgo.Client, int, error) {
	environment, _ := function.EnvironmentFrom(ctx)
	options, err := s.w.HandlerOptions(ctx)
	if err != nil {
		return nil, 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.clients[environment.ID] == nil {
		if s.clients[environment.ID], err = kgo.NewClient(append(options, kgo.ProducerLinger(0))...); err != nil {
			return nil, 0, err
		}
	}
	return s.clients[environment.ID], s.calls, nil
}

// newCrowdClient makes the i-th client of the crowd; every other one has
// transactions.
func newCrowdClient(t *testing.T, w *emulatortest.World, i int) *kgo.Client {
	t.Helper()
	options := append(w.KafkaOptions(), kgo.ProducerLinger(0), kgo.DefaultProduceTopic("in"))
	if i%2 == 1 {
		options = append(options, kgo.TransactionalID(fmt.Sprintf("tx-%d", i)))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func produceInTurns(t *testing.T, client *kgo.Client, i int) {
	ctx := context.Background()
	for round := range 6 {
		if i%2 == 1 {
			if err := client.BeginTransaction(); err != nil {
				t.Error(err)
			}
		}
		for n := range 15 {
			client.Produce(ctx, &kgo.Record{Key: fmt.Append(nil, n%3), Value: fmt.Appendf(nil, "%d/%d/%d", i, round, n)}, nil)
		}
		if err := client.Flush(ctx); err != nil {
			t.Error(err)
		}
		if i%2 == 1 {
			if err := client.EndTransaction(ctx, kgo.TransactionEndTry(round%3 != 1)); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Second) // why: virtual time
	}
}
