package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// eachKafka runs a test with our Kafka and, if COLDBROOK_TEST_KAFKA is set, the real one
// at that address, whose topics it makes and removes.
func eachKafka(t *testing.T, test func(t *testing.T, address string, real bool)) {
	t.Run("ours", func(t *testing.T) { test(t, kafkaOf(t), false) })
	t.Run("real", func(t *testing.T) {
		address := os.Getenv("COLDBROOK_TEST_KAFKA")
		if address == "" {
			t.Skip("COLDBROOK_TEST_KAFKA is not set")
		}
		test(t, address, true)
	})
}

// newTopic makes a topic of a name of its own.
func newTopic(t *testing.T, address, name string, partitions int32, configs map[string]*string) string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(address))
	if err != nil {
		t.Fatal(err)
	}
	admin := kadm.NewClient(client)
	name = fmt.Sprintf("%s-%d", name, time.Now().UnixNano())
	if _, err := admin.CreateTopic(t.Context(), partitions, 1, configs, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.DeleteTopics(context.WithoutCancel(t.Context()), name)
		client.Close()
	})
	return name
}

// asked notes what a client asked a Kafka for.
type asked struct {
	mu   sync.Mutex // guards keys
	keys map[string]bool
}

// OnBrokerWrite implements kgo.HookBrokerWrite.
func (a *asked) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, _ error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys == nil {
		a.keys = map[string]bool{}
	}
	a.keys[kmsg.NameForKey(key)] = true
}

// recordTopics records topics up to their end and returns what is in the file.
func recordTopics(t *testing.T, address string, o recordOptions, topics ...string) (fixtures.Header, []fixtures.Record) {
	t.Helper()
	opts, err := o.recordClientOptions()
	if err != nil {
		t.Fatal(err)
	}
	var a asked
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(address), kgo.WithHooks(&a))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, errors.New("it did not come to its end"))
	defer cancel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	k := newKafkaTake(&take{out: io.Discard, stderr: io.Discard, path: path, topics: topics, started: time.Now(), left: o.count}, client, o.uncommitted)
	if err := k.seek(ctx, bound{kind: atStart}, bound{kind: atEnd}); err != nil {
		t.Fatal(err)
	}
	if err := k.create(nil, k.partitions()); err != nil {
		t.Fatal(err)
	}
	if err := k.finish(k.read(ctx)); err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for key := range a.keys {
		if !slices.Contains([]string{"ApiVersions", "Metadata", "ListOffsets", "Fetch"}, key) {
			t.Errorf("recording asked for %s: it only reads", key)
		}
	}
	return readFixture(t, path)
}

func readFixture(t *testing.T, path string) (fixtures.Header, []fixtures.Record) {
	t.Helper()
	f, err := fixtures.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []fixtures.Record
	for {
		r, err := f.Read()
		if err == io.EOF {
			return *f.Header(), all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, *r)
	}
}

// produceAs produces records with a client of its own, to the partitions they name.
func produceAs(t *testing.T, address string, opts []kgo.Opt, records ...*kgo.Record) {
	t.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(address), kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// values are those of records, in their order.
func values(records []fixtures.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, fmt.Sprintf("%d@%d=%s", r.Partition, r.Offset, r.Value))
	}
	return strings.Join(all, " ")
}

// TestRecordKeepsRecords: null and empty, headers twice, bytes that are no text, whatever
// the compression; merged by time, each partition in its order.
func TestRecordKeepsRecords(t *testing.T) {
	eachKafka(t, func(t *testing.T, address string, _ bool) {
		topic := newTopic(t, address, "keeps", 3, nil)
		base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		at := func(ms int) time.Time { return base.Add(time.Duration(ms) * time.Millisecond) }
		var want []journal.Message
		for i, c := range []kgo.CompressionCodec{kgo.NoCompression(), kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression()} {
			for p := range int32(3) {
				r := &kgo.Record{Topic: topic, Partition: p, Timestamp: at(10*i + int(p)), Headers: []kgo.RecordHeader{{Key: "h", Value: []byte("1")}, {Key: "h"}, {Key: "h", Value: []byte{}}}}
				r.Key = [][]byte{nil, {}, []byte("k"), {0xff, 0}, []byte(`{"k":1}`)}[i]
				r.Value = [][]byte{{}, nil, []byte(`{"a": 1}`), []byte("text\n"), {0xfe}}[(i+int(p))%5]
				produceAs(t, address, []kgo.Opt{kgo.ProducerBatchCompression(c)}, r)
				m := *messageOf(r)
				m.Offset = int64(i)
				want = append(want, m)
			}
		}
		h, got := recordTopics(t, address, recordOptions{}, topic)
		if !h.Base.Equal(base) || len(h.Topics) != 1 || h.Topics[0] != (fixtures.Topic{Name: topic, Partitions: 3}) {
			t.Errorf("got header %+v", h)
		}
		if len(got) != len(want) {
			t.Fatalf("got %d records, want %d", len(got), len(want))
		}
		for i := range want {
			if g := got[i]; g.At != time.UnixMilli(want[i].Timestamp).Sub(base) || fmt.Sprintf("%#v", g.Message) != fmt.Sprintf("%#v", want[i]) {
				t.Errorf("record %d: got %+v\nwant %+v", i, g, want[i])
			}
		}
	})
}

// TestRecordTransactions: what was aborted is not recorded, what is open holds the end back,
// and --uncommitted takes all.
func TestRecordTransactions(t *testing.T) {
	eachKafka(t, func(t *testing.T, address string, _ bool) {
		topic := newTopic(t, address, "transactions", 1, nil)
		record := func(value string) *kgo.Record { return &kgo.Record{Topic: topic, Value: []byte(value)} }
		produceAs(t, address, nil, record("a"))
		client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.TransactionalID(topic), kgo.RecordPartitioner(kgo.ManualPartitioner()))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		transact(t, client, record("b"), kgo.TryAbort)
		transact(t, client, record("c"), kgo.TryCommit)
		produceAs(t, address, nil, record("d"))
		transact(t, client, record("e"), kgo.TryAbort) // the end of the partition is nothing to be recorded
		if _, got := recordTopics(t, address, recordOptions{}, topic); values(got) != "0@0=a 0@3=c 0@5=d" {
			t.Errorf("got %s", values(got))
		}
		if _, got := recordTopics(t, address, recordOptions{uncommitted: true}, topic); values(got) != "0@0=a 0@1=b 0@3=c 0@5=d 0@6=e" {
			t.Errorf("uncommitted: got %s", values(got))
		}
		if err := client.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := client.ProduceSync(t.Context(), record("open")).FirstErr(); err != nil {
			t.Fatal(err)
		}
		produceAs(t, address, nil, record("behind"))
		if _, got := recordTopics(t, address, recordOptions{}, topic); values(got) != "0@0=a 0@3=c 0@5=d" {
			t.Errorf("with an open transaction: got %s", values(got))
		}
		if err := client.EndTransaction(t.Context(), kgo.TryCommit); err != nil {
			t.Fatal(err)
		}
	})
}

func transact(t *testing.T, client *kgo.Client, r *kgo.Record, end kgo.TransactionEndTry) {
	t.Helper()
	if err := client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := client.EndTransaction(t.Context(), end); err != nil {
		t.Fatal(err)
	}
}

// TestRecordLogAppendTime: the time is the broker's.
func TestRecordLogAppendTime(t *testing.T) {
	eachKafka(t, func(t *testing.T, address string, real bool) {
		if !real {
			t.Skip("kfake takes the configuration and keeps the time of the client")
		}
		topic := newTopic(t, address, "append-time", 1, map[string]*string{"message.timestamp.type": kadm.StringPtr("LogAppendTime")})
		before := time.Now().Add(-time.Minute)
		produceAs(t, address, nil, &kgo.Record{Topic: topic, Value: []byte("a"), Timestamp: time.UnixMilli(1000)})
		h, got := recordTopics(t, address, recordOptions{}, topic)
		if len(got) != 1 || got[0].At != 0 || time.UnixMilli(got[0].Timestamp).Before(before) || h.Base.UnixMilli() != got[0].Timestamp {
			t.Errorf("got %+v since %v", got, h.Base)
		}
	})
}

// TestRecordPassesOverHoles: what retention removed at the beginning, and what compaction
// removed in between, is not waited for.
func TestRecordPassesOverHoles(t *testing.T) {
	eachKafka(t, func(t *testing.T, address string, real bool) {
		topic := newTopic(t, address, "holes", 1, map[string]*string{"cleanup.policy": kadm.StringPtr("compact"), "segment.ms": kadm.StringPtr("100"),
			"min.cleanable.dirty.ratio": kadm.StringPtr("0.01"), "delete.retention.ms": kadm.StringPtr("100")})
		for i := range 6 {
			produceAs(t, address, nil, &kgo.Record{Topic: topic, Key: []byte{'a' + byte(i%2)}, Value: []byte{'0' + byte(i)}})
		}
		if !real {
			_, got := recordTopics(t, address, recordOptions{}, topic)
			if len(got) < 2 || string(got[len(got)-1].Value) != "5" {
				t.Errorf("got %s", values(got))
			}
			return
		}
		deadline := time.Now().Add(60 * time.Second)
		for n := 6; ; n++ { // each record closes a segment, which is compacted some time after
			produceAs(t, address, nil, &kgo.Record{Topic: topic, Key: []byte{'a' + byte(n%2)}, Value: fmt.Append(nil, n)})
			_, got := recordTopics(t, address, recordOptions{}, topic)
			if len(got) > 0 && len(got) < n {
				if last := got[len(got)-1]; last.Offset != int64(n) {
					t.Errorf("got %s, want the last to be @%d", values(got), n)
				}
				t.Logf("%d of %d records are left: %s", len(got), n+1, values(got))
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("it was never compacted: %s", values(got))
			}
			waitFor(t, 100*time.Millisecond)
		}
	})
}

// waitFor lets a real Kafka do what it does by the clock.
func waitFor(t *testing.T, d time.Duration) {
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// TestRecordBoundsMemory: where one partition is all later than the other, it is not fetched
// any further while it waits; the order is that of the time all the same.
func TestRecordBoundsMemory(t *testing.T) {
	const each, size = 200, 50 << 10
	address := kafkaOf(t)
	topic := newTopic(t, address, "memory", 2, nil)
	value := bytes.Repeat([]byte{'x'}, size)
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var late, early []*kgo.Record
	for i := range each {
		late = append(late, &kgo.Record{Topic: topic, Partition: 0, Value: value, Timestamp: base.Add(time.Hour + time.Duration(i)*time.Second)})
		early = append(early, &kgo.Record{Topic: topic, Partition: 1, Value: value, Timestamp: base.Add(time.Duration(i) * time.Second)})
	}
	produceAs(t, address, []kgo.Opt{kgo.ProducerBatchMaxBytes(900 << 10), kgo.ProducerBatchCompression(kgo.NoCompression())}, append(late, early...)...)
	opts, err := (&recordOptions{}).recordClientOptions()
	if err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(address))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	k := newKafkaTake(&take{out: io.Discard, stderr: io.Discard, path: path, topics: []string{topic}, started: time.Now()}, client, false)
	k.most = 2 << 20
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	if err := errors.Join(k.seek(ctx, bound{kind: atStart}, bound{kind: atEnd}), k.create(nil, k.partitions())); err != nil {
		t.Fatal(err)
	}
	most, pauses := int64(0), 0
	for !k.complete() {
		if err := errors.Join(k.poll(ctx), k.drain(k.merger.Next)); err != nil {
			t.Fatal(err)
		}
		all, _ := k.merger.Bytes(topic, 0)
		most = max(most, all)
		if k.throttle(); len(k.paused) > 0 {
			pauses++
		}
	}
	if err := k.finish(k.rest()); err != nil {
		t.Fatal(err)
	}
	if most > k.most+4<<20 || pauses == 0 {
		t.Errorf("%d MB waited at most, %d pauses", most>>20, pauses)
	}
	_, got := readFixture(t, path)
	if len(got) != 2*each {
		t.Fatalf("got %d records, want %d", len(got), 2*each)
	}
	for i := 1; i < len(got); i++ {
		if got[i].At < got[i-1].At {
			t.Fatalf("record %d is at %v, after %v", i, got[i].At, got[i-1].At)
		}
	}
}

// TestRecordSaysWhatGrew: partitions that come during a recording are not in it.
func TestRecordSaysWhatGrew(t *testing.T) {
	address := kafkaOf(t)
	topic := newTopic(t, address, "grows", 1, nil)
	client, err := kgo.NewClient(kgo.SeedBrokers(address))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var said strings.Builder
	k := newKafkaTake(&take{stderr: &said, topics: []string{topic}}, client, false)
	if err := k.seek(t.Context(), bound{kind: atStart}, bound{}); err != nil {
		t.Fatal(err)
	}
	if k.sayGrown(); said.String() != "" {
		t.Errorf("nothing grew: %s", &said)
	}
	made, err := kadm.NewClient(client).CreatePartitions(t.Context(), 2, topic)
	if err = errors.Join(err, made.Error()); err != nil {
		t.Fatal(err)
	}
	if k.sayGrown(); !strings.Contains(said.String(), "has 3 partitions now; those that came after the start, from 1 on") {
		t.Errorf("got %q", said.String())
	}
}

// TestRecordProgress: how many, how fast, and what is behind most.
func TestRecordProgress(t *testing.T) {
	k := &take{shown: shownCounts{records: 12_345, bytes: 2 << 20}}
	for p := range int32(6) {
		k.lag = append(k.lag, lagging{spot{"orders", p}, int64(1000 * (p % 3))})
	}
	sortLag(k.lag)
	got, n := k.progressLine(2_345, time.Second)
	want := "recorded 12,345 records (2 MB), 10,000/s, lag 6,000: orders/2 2,000, orders/5 2,000, orders/1 1,000, orders/4 1,000, ..."
	if got != want || n != 12_345 {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRecordJournalOfATopicMadeAnew: the journal has the records of the newer topic, so
// those of the older are left out.
func TestRecordJournalOfATopicMadeAnew(t *testing.T) {
	held := &journal.Held{Of: journal.Description{Profile: "aws", Started: 1_000_000_000, Topics: []journal.DescribedTopic{{Name: "t", Partitions: 1}}}}
	for i, offset := range []int64{0, 1, 0, 1, 2} {
		held.Entries = append(held.Entries, journal.Entry{Seq: uint64(i + 1), At: int64(i+1) * 1_000_000_000, Kind: journal.RecordsProduced, Topic: "t", First: offset, Last: offset, Records: 1})
	}
	for offset := range int64(2) { // that of 2 is gone
		held.Messages = append(held.Messages, journal.Message{Topic: "t", Offset: offset, Timestamp: 5000, Value: []byte{'0' + byte(offset)}})
	}
	path := filepath.Join(t.TempDir(), "r.jsonl")
	j := newJournalTake(&take{out: io.Discard, stderr: io.Discard, path: path, topics: []string{"t"}, started: time.Now()}, held)
	partitions, err := j.survey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.create(&held.Of, partitions), j.read(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := j.finish(nil); err != nil {
		t.Fatal(err)
	}
	h, got := readFixture(t, path)
	if values(got) != "0@0=0 0@1=1" || j.gone != 1 || got[1].At != time.Second || h.Base.UnixNano() != 4_000_000_000 || h.Profile != "aws" {
		t.Errorf("got %s since %v, %d gone", values(got), h.Base, j.gone)
	}
}
