package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

// busy is a run in which many things happen at one moment: functions over several
// topics with retries and outputs, handlers with clients of their own, a consumer
// group of the test, faults of every kind.
func busy(t *testing.T, seed uint64, topics int) (hash string) {
	t.Helper()
	cfg := emulator.Config{Profile: "aws-provisioned", Seed: &seed}
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
		if g := os.Getenv("DBG"); g != "" {
			w.Expect(t).Golden(g)
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

func TestSameSeedSameHash(t *testing.T) {
	want := busy(t, 7, 3)
	for range 5 {
		if got := busy(t, 7, 3); got != want {
			t.Fatalf("hash %s after %s", got, want)
		}
	}
	if other := busy(t, 8, 3); other == want {
		t.Errorf("seed 8 has the hash of seed 7")
	}
}
