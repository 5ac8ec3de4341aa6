package emulatortest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func ignore(context.Context, []*kgo.Record) error { return nil }

func clientOf(t *testing.T, w *emulatortest.World, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(w.KafkaOptions(), options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func wantRecords(t *testing.T, w *emulatortest.World, topic string, want int) {
	t.Helper()
	if got := len(w.Records(topic)); got != want {
		t.Errorf("got %d records in topic %q, want %d", got, topic, want)
	}
}

func TestRecordsAreThoseOfCommittedTransactions(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		ctx := context.Background()
		w.Topic("in", 1)
		w.Function("f", ignore, emulatortest.On("in"))
		client := clientOf(t, w, kgo.TransactionalID("tx"), kgo.DefaultProduceTopic("in"))
		for i, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort, kgo.TryCommit, kgo.TryAbort} {
			if err := client.BeginTransaction(); err != nil {
				t.Fatal(err)
			}
			if err := client.ProduceSync(ctx, kgo.StringRecord("a"), kgo.StringRecord("b")).FirstErr(); err != nil {
				t.Fatal(err)
			}
			wantRecords(t, w, "in", (i+1)/2*2)
			if err := client.EndTransaction(ctx, end); err != nil {
				t.Fatal(err)
			}
			wantRecords(t, w, "in", i/2*2+2)
		}
		w.Idle()
		w.Expect(t).NoLoss()
	})
}

func TestRecordsOfATopicThatWasTrimmed(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Kafka: emulator.Kafka{Retention: 1 << 20}}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		for range 30 {
			w.Produce("in", emulatortest.Record("k", string(make([]byte, 100<<10))))
			w.Advance(2 * time.Minute)
		}
		records := w.Records("in")
		if n := len(records); n == 0 || n > 11 {
			t.Fatalf("got %d records, want those of the last MiB", n)
		}
		if first, last := records[0].Offset, records[len(records)-1].Offset; first == 0 || last != 29 {
			t.Errorf("got offsets %d to %d, want the last ones", first, last)
		}
	})
}

func TestTopicsThatAreMadeByUse(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		client := clientOf(t, w, kgo.AllowAutoTopicCreation())
		if err := client.ProduceSync(context.Background(), &kgo.Record{Topic: "new", Value: []byte("x")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		w.Produce("new", emulatortest.Record("k", "v"))
		wantRecords(t, w, "new", 2)
		admin := kadm.NewClient(client)
		if _, err := admin.CreateTopic(context.Background(), 5, 1, nil, "made"); err != nil {
			t.Fatal(err)
		}
		w.Produce("made", emulatortest.Record("k", "v"))
		wantRecords(t, w, "made", 1)
	})
}

// TestMembersOfAGroup: several members of one group get everything, and the
// partitions that their client ids say.
func TestMembersOfAGroup(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 4)
		var members sync.WaitGroup
		var mu sync.Mutex
		got := 0
		var clients []*kgo.Client
		for range 3 {
			client := clientOf(t, w, kgo.ConsumerGroup("own"), kgo.ConsumeTopics("in"))
			clients = append(clients, client)
			members.Go(func() {
				for {
					fetches := client.PollFetches(context.Background())
					if fetches.IsClientClosed() {
						return
					}
					mu.Lock()
					got += fetches.NumRecords()
					mu.Unlock()
				}
			})
		}
		for round := range 20 {
			w.Produce("in", records(round, 7)...)
			w.Advance(time.Second)
		}
		w.Advance(10 * time.Second)
		for _, c := range clients {
			c.Close()
		}
		members.Wait()
		if got != 140 {
			t.Errorf("got %d records, want 140", got)
		}
	})
}

func TestAClientMayBeClosedEarlyOrNot(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		for i := range 50 {
			client := clientOf(t, w)
			if err := client.ProduceSync(context.Background(), &kgo.Record{Topic: "in", Value: fmt.Append(nil, i)}).FirstErr(); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				client.Close()
			}
		}
		wantRecords(t, w, "in", 50)
	})
}

func TestATopicOfManyPartitions(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 10_000)
		w.Function("f", ignore, emulatortest.On("in"))
		w.Produce("in", records(0, 100)...)
		w.Idle()
		wantRecords(t, w, "in", 100)
		w.Expect(t).NoLoss()
	})
}

func TestProduceOfManyRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 3)
		w.Function("f", ignore, emulatortest.On("in", emulatortest.BatchSize(10_000)))
		many := make([]*kgo.Record, 200_000)
		for i := range many {
			many[i] = &kgo.Record{Key: fmt.Append(nil, i%1000), Value: make([]byte, 20)}
		}
		w.Produce("in", many...)
		w.Idle()
		w.Expect(t).Delivered("in", len(many)).NoLoss()
	})
}
