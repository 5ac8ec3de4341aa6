package broker

import (
	"bufio"
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// cost is what the log takes by the rule of Config.Retention, for batches of
// one record each.
func cost(b *Broker) (total int64) {
	for _, topic := range b.Topics() {
		for _, p := range topic.Partitions {
			total += p.Bytes + (p.End-p.Start)*batchOverhead
		}
	}
	return total
}

func TestRetentionTrimsTheLargestPartitionsFirst(t *testing.T) {
	const retention = 1 << 20
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "big", Partitions: 2}, {Name: "small", Partitions: 1}},
		Retention: retention, Notify: rec.notify})
	b.janitor.stop() // the test is the janitor
	c := newClient(t, b.Addr(), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchCompression(kgo.NoCompression()))
	value := bytes.Repeat([]byte("x"), 10_000)
	send := func(topic string, partition int32, n int) {
		for range n {
			r := &kgo.Record{Topic: topic, Partition: partition, Value: value}
			if err := c.ProduceSync(testContext(t), r).FirstErr(); err != nil {
				t.Fatal(err)
			}
		}
	}
	send("small", 0, 10)
	send("big", 0, 60)
	send("big", 1, 90)
	if err := b.Retain(); err != nil {
		t.Fatal(err)
	}
	if got := cost(b); got > retention || got < retention*8/10 {
		t.Errorf("the log takes %d bytes, want somewhat below %d", got, retention)
	}
	topics := b.Topics()
	big, small := topics[0].Partitions, topics[1].Partitions
	if small[0].Start != 0 {
		t.Errorf("the small partition starts at %d, want 0", small[0].Start)
	}
	if diff := big[0].Bytes - big[1].Bytes; big[0].Start == 0 || diff < -11_000 || diff > 11_000 {
		t.Errorf("got %+v, want both big partitions trimmed to one level", big)
	}
	moved := map[int32]int64{}
	for _, e := range rec.of(journal.RetentionMoved) {
		if e.Topic != "big" {
			t.Errorf("got %+v", e)
		}
		moved[e.Partition] = e.First
	}
	if moved[0] != big[0].Start || moved[1] != big[1].Start {
		t.Errorf("announced %v, want the starts of %+v", moved, big)
	}
	announced := len(rec.of(journal.RetentionMoved))
	if err := b.Retain(); err != nil {
		t.Fatal(err)
	}
	if n := len(rec.of(journal.RetentionMoved)); n != announced {
		t.Errorf("announced %d more though nothing moved", n-announced)
	}
}

// Old timestamps are event time in a recorded stream: nothing is removed for
// them.
func TestRetentionIgnoresOldTimestamps(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Retention: 1 << 20})
	e := &environment{Address: b.main, t: t, rec: newRecorder(), conn: dial(t, b.Addr())}
	roundTrip(t, e.conn, frameOf(produceRequest(1, "in", oldBatch()), 1))
	if err := b.ask(b.cluster.ApplyRetention); err != nil {
		t.Fatal(err)
	}
	if p := b.Topics()[0].Partitions[0]; p.Start != 0 || p.End != 1 {
		t.Errorf("got %+v, want the record kept", p)
	}
}

func TestRetentionBoundsMemory(t *testing.T) {
	const retention = 4 << 20
	for _, size := range []int{1, 100, 10_000, 900_000} { // one record each
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Retention: retention})
			before := liveHeap()
			batch := batchOf(1, make([]byte, size), nil)
			flood(t, b.Addr(), batch, 4*retention/(len(batch)+batchOverhead))
			if err := b.Retain(); err != nil {
				t.Fatal(err)
			}
			p := b.Topics()[0].Partitions[0]
			if got := cost(b); got > retention || got < retention/2 {
				t.Errorf("the log takes %d bytes, want somewhat below %d", got, retention)
			}
			heap := liveHeap() - before
			t.Logf("batches of %d bytes: keeps %d of %d, %d KiB, in %d KiB of memory",
				len(batch), p.End-p.Start, p.End, p.Bytes>>10, heap>>10)
			if heap > 2*retention {
				t.Errorf("takes %d bytes of memory, want at most twice the retention of %d", heap, retention)
			}
		})
	}
}

// flood sends the same batch n times, without waiting for answers.
func flood(t *testing.T, addr string, batch []byte, n int) {
	t.Helper()
	conn := dial(t, addr)
	go func() {
		frame := frameOf(produceRequest(1, "in", batch), 1)
		w := bufio.NewWriter(conn)
		for range n {
			if _, err := w.Write(frame); err != nil {
				return // the reader fails
			}
		}
		_ = w.Flush()
	}()
	r := bufio.NewReader(conn)
	for i := range n {
		if _, err := readAnswer(r); err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
	}
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestJanitorIsToldWhenMuchWasProduced(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Retention: 1 << 20, Notify: rec.notify})
	c := newClient(t, b.Addr(), kgo.ProducerBatchCompression(kgo.NoCompression()))
	for range 8 {
		produce(t, c, "in", string(make([]byte, 500_000)))
	}
	rec.wait(t, journal.RetentionMoved, 1)
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		retention int64
		bytes     []int64
		want      int64
	}{
		{100, []int64{50, 50}, -1},
		{100, []int64{60, 60}, 50},
		{100, []int64{10, 200}, 90},
		{100, []int64{10, 20, 200, 300}, 35},
		{100, nil, -1},
		{3, []int64{10, 10, 10, 10}, 0},
	} {
		l := newLogUse(c.retention)
		var parts []measured
		for _, n := range c.bytes {
			parts = append(parts, measured{bytes: n})
		}
		if got := l.level(parts); got != c.want {
			t.Errorf("level of %v within %d: got %d, want %d", c.bytes, c.retention, got, c.want)
		}
	}
	l := newLogUse(1000)
	if got := l.level([]measured{{bytes: 1000, batches: 10}}); got < 430 || got > 440 { // 2280 in all
		t.Errorf("got level %d, want the batches' overhead counted", got)
	}
}

func TestSegmentsShrinkWithManyPartitions(t *testing.T) {
	l := newLogUse(DefaultRetention)
	for _, c := range []struct {
		partitions int
		onDisk     bool
		want       string
	}{
		{1, false, "4194304"}, {100, false, "262144"}, {10_000, false, "16384"}, {1, true, "33554432"}, {10_000, true, "1048576"},
	} {
		if got := l.settings(c.onDisk, c.partitions, 7)["log.segment.bytes"]; got != c.want {
			t.Errorf("%d partitions, on disk %v: got %s, want %s", c.partitions, c.onDisk, got, c.want)
		}
	}
}
