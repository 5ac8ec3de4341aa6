package main

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/examples/auction/market"
	"github.com/coldbrook-dev/coldbrook/examples/auction/topic"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// kafka is a fake Kafka inside a bubble of virtual time.
type kafka struct {
	*testing.T
	options []kgo.Opt
	client  *kgo.Client
}

// inBubble runs a test in virtual time, with a Kafka that has the topics of the
// auction from settle's point of view.
func inBubble(t *testing.T, test func(kafka)) {
	synctest.Test(t, func(t *testing.T) {
		network := &kfake.VirtualNetwork{}
		cluster, err := kfake.NewCluster(
			kfake.ListenFn(network.Listen), kfake.Ports(9092), kfake.NumBrokers(1),
			kfake.SeedTopics(3, itemsTopic, bidsTopic, completedTopic, "bids.submitted"))
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Close()
		options := []kgo.Opt{kgo.SeedBrokers("localhost:9092"), kgo.Dialer(network.DialContext)}
		client, err := kgo.NewClient(append(slices.Clip(options), kgo.ProducerLinger(0))...)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		test(kafka{t, options, client})
	})
}

// settle starts a settler and returns how to stop it.
func (k kafka) settle() (stop func()) {
	ctx, cancel := context.WithCancel(k.Context())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, options{
			kafka: k.options, grace: 2 * time.Second, early: 10 * time.Second, quiet: 500 * time.Millisecond, log: k.Output(),
		})
	}()
	return func() {
		k.Helper()
		cancel()
		if err := <-done; err != nil {
			k.Fatalf("settle ended with: %v", err)
		}
	}
}

func (k kafka) produce(records ...*kgo.Record) {
	k.Helper()
	if err := k.client.ProduceSync(k.Context(), records...).FirstErr(); err != nil {
		k.Fatal(err)
	}
}

func record(t testing.TB, topic, key string, value any) *kgo.Record {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return &kgo.Record{Topic: topic, Key: []byte(key), Value: data}
}

// read returns a topic's records per partition.
func (k kafka) read(name string) map[int32][]*kgo.Record {
	k.Helper()
	logs := map[int32][]*kgo.Record{}
	err := topic.Read(k.Context(), k.options, name, func(r *kgo.Record) {
		logs[r.Partition] = append(logs[r.Partition], r)
	})
	if err != nil {
		k.Fatal(err)
	}
	return logs
}

// completed returns what auction.completed holds, by end and id; one partition
// must hold it in that order.
func (k kafka) completed() []market.Completed {
	k.Helper()
	var all []market.Completed
	for p, log := range k.read(completedTopic) {
		var of []market.Completed
		for _, r := range log {
			var c market.Completed
			if err := json.Unmarshal(r.Value, &c); err != nil {
				k.Fatal(err)
			}
			if string(r.Key) != c.Item || r.Timestamp.UnixMilli() != c.Expires {
				k.Errorf("%s/%d@%d has key %q and time %v", r.Topic, p, r.Offset, r.Key, r.Timestamp)
			}
			of = append(of, c)
		}
		if !slices.IsSortedFunc(of, byEnd) {
			k.Errorf("partition %d is not in the order of ends", p)
		}
		all = append(all, of...)
	}
	slices.SortFunc(all, byEnd)
	return all
}

func byEnd(a, b market.Completed) int {
	if a.Expires != b.Expires {
		return int(a.Expires - b.Expires)
	}
	return strings.Compare(a.Item, b.Item)
}

// traffic returns generated items and bids as the functions pass them on.
func traffic(t testing.TB, n int) []*kgo.Record {
	t.Helper()
	a := fixtures.NewAuction(fixtures.AuctionConfig{Seed: 11, Rate: 40, Invalid: 0.1})
	var records []*kgo.Record
	for range n {
		e := a.Next()
		if e.Flaw != "" {
			continue
		}
		if e.Topic == fixtures.ItemsTopic {
			records = append(records, &kgo.Record{Topic: itemsTopic, Key: e.Key, Value: e.Value})
			continue
		}
		var b market.Bid
		if err := json.Unmarshal(e.Value, &b); err != nil {
			t.Fatal(err)
		}
		b.Amount = b.Price
		records = append(records, record(t, bidsTopic, b.Item, b))
	}
	return records
}

// expected is what must come of what the input topics hold.
func (k kafka) expected() []market.Completed {
	k.Helper()
	var logs [][]entry
	for _, topic := range []string{itemsTopic, bidsTopic} {
		for _, records := range k.read(topic) {
			var log []entry
			for _, r := range records {
				var e entry
				var err error
				if topic == itemsTopic {
					err = json.Unmarshal(r.Value, &e.item)
				} else {
					err = json.Unmarshal(r.Value, &e.bid)
				}
				if err != nil {
					k.Fatal(err)
				}
				log = append(log, e)
			}
			logs = append(logs, log)
		}
	}
	return reference(logs, 2000, 10_000)
}

// TestRunSettlesOnceOverRestarts feeds settlers that are stopped at any moment,
// with duplicates in the input.
func TestRunSettlesOnceOverRestarts(t *testing.T) {
	inBubble(t, func(k kafka) {
		random := rand.New(rand.NewPCG(1, 2))
		records := traffic(k, 4000)
		var last []*kgo.Record
		for len(records) > 0 {
			stop := k.settle()
			for range 1 + random.IntN(8) {
				n := min(1+random.IntN(120), len(records))
				k.produce(append(copies(last), records[:n]...)...)
				last, records = records[:min(n, 10)], records[n:]
				time.Sleep(time.Duration(random.IntN(700)) * time.Millisecond)
			}
			stop()
		}
		stop := k.settle()
		time.Sleep(10 * time.Second)
		stop()
		got, want := k.completed(), k.expected()
		if !slices.Equal(got, want) {
			k.Errorf("got %d auctions, want %d:\n%+v\n%+v", len(got), len(want), got, want)
		}
		if len(want) < 100 {
			k.Errorf("only %d auctions were settled", len(want))
		}
	})
}

// copies makes records anew: a produced record must not be produced again.
func copies(records []*kgo.Record) []*kgo.Record {
	var again []*kgo.Record
	for _, r := range records {
		again = append(again, &kgo.Record{Topic: r.Topic, Key: r.Key, Value: r.Value})
	}
	return again
}

// TestRunGivesTheSameAtAnySpeed compares one read of all with a slow trickle.
func TestRunGivesTheSameAtAnySpeed(t *testing.T) {
	var atOnce, trickled []market.Completed
	inBubble(t, func(k kafka) {
		k.produce(traffic(k, 2000)...)
		stop := k.settle()
		time.Sleep(10 * time.Second)
		stop()
		atOnce = k.completed()
	})
	inBubble(t, func(k kafka) {
		stop := k.settle()
		records := traffic(k, 2000)
		for len(records) > 0 {
			n := min(7, len(records))
			k.produce(records[:n]...)
			records = records[n:]
			time.Sleep(175 * time.Millisecond) // 40 a second
		}
		time.Sleep(10 * time.Second)
		stop()
		trickled = k.completed()
	})
	if !slices.Equal(atOnce, trickled) || len(atOnce) < 50 {
		t.Errorf("at once %d auctions, trickled %d:\n%+v\n%+v", len(atOnce), len(trickled), atOnce, trickled)
	}
}

// TestRunWaitsForASlowFunction has a bid that was submitted in time and is still
// on its way through validate-bid, for much longer than the grace.
func TestRunWaitsForASlowFunction(t *testing.T) {
	inBubble(t, func(k kafka) {
		defer k.settle()()
		submitted := &kgo.Record{Topic: "bids.submitted", Key: []byte("lamp"), Value: []byte("{}")}
		k.produce(submitted)
		k.produce(
			record(k, itemsTopic, "lamp", item("lamp", 1000, 5000, 0)),
			record(k, itemsTopic, "rug", item("rug", 60_000, 70_000, 0)))
		time.Sleep(time.Minute)
		if got := k.completed(); len(got) != 0 {
			k.Fatalf("settled without waiting for the bid: %+v", got)
		}
		k.produce(record(k, bidsTopic, "lamp", bid("a", "lamp", 2000, 600)))
		time.Sleep(time.Minute)
		if got := k.completed(); len(got) != 0 {
			k.Fatalf("settled before validate-bid committed: %+v", got)
		}
		var offsets kadm.Offsets
		offsets.Add(kadm.Offset{Topic: "bids.submitted", Partition: submitted.Partition, At: submitted.Offset + 1})
		if err := kadm.NewClient(k.client).CommitAllOffsets(k.Context(), "validate-bid", offsets); err != nil {
			k.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if got := k.completed(); len(got) != 1 || got[0].Price != 600 {
			k.Errorf("got %+v, want lamp for 600", got)
		}
	})
}

// TestPassQuietLooksForUnreadRecords asks about a partition whose records are
// there but were not fetched yet.
func TestPassQuietLooksForUnreadRecords(t *testing.T) {
	inBubble(t, func(k kafka) {
		unread := record(k, bidsTopic, "lamp", bid("a", "lamp", 2000, 600))
		k.produce(unread)
		s := &settler{options: options{quiet: time.Second}, client: k.client, admin: kadm.NewClient(k.client)}
		if err := s.findInputs(k.Context()); err != nil {
			k.Fatal(err)
		}
		s.ledger.Item(s.index[itemsTopic][0], item("rug", 60_000, 70_000, 0))
		if err := s.passQuiet(k.Context(), time.Now().Add(time.Second)); err != nil {
			k.Fatal(err)
		}
		for i, in := range s.inputs {
			want := in.topic == bidsTopic && in.partition == unread.Partition
			if got := s.ledger.Holds(i); got != want {
				k.Errorf("%s/%d holds: got %v, want %v", in.topic, in.partition, got, want)
			}
		}
	})
}

func TestRunSkipsWhatIsNotJSON(t *testing.T) {
	inBubble(t, func(k kafka) {
		defer k.settle()()
		k.produce(
			&kgo.Record{Topic: itemsTopic, Key: []byte("lamp"), Value: []byte("lamp!")},
			&kgo.Record{Topic: bidsTopic, Key: []byte("lamp")},
			record(k, itemsTopic, "lamp", item("lamp", 1000, 5000, 0)),
			record(k, bidsTopic, "lamp", bid("a", "lamp", 2000, 600)),
			record(k, itemsTopic, "rug", item("rug", 60_000, 70_000, 0)))
		time.Sleep(5 * time.Second)
		if got := k.completed(); len(got) != 1 || got[0].Price != 600 {
			k.Errorf("got %+v, want lamp for 600", got)
		}
	})
}

func TestRunSaysWhichTopicIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &kfake.VirtualNetwork{}
		cluster, err := kfake.NewCluster(kfake.ListenFn(network.Listen), kfake.Ports(9092), kfake.NumBrokers(1), kfake.SeedTopics(1, completedTopic))
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Close()
		err = run(t.Context(), options{
			kafka: []kgo.Opt{kgo.SeedBrokers("localhost:9092"), kgo.Dialer(network.DialContext)},
			quiet: time.Second, log: t.Output(),
		})
		if err == nil || !strings.Contains(err.Error(), "list partitions") || errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
