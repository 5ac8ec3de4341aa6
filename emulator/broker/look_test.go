package broker

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"
)

const traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// various are records of all shapes.
func various(n int) []*kgo.Record {
	var rs []*kgo.Record
	at := time.UnixMilli(1_700_000_000_000)
	for i := range n {
		r := &kgo.Record{Topic: "in", Key: fmt.Appendf(nil, "key-%d", i%3), Value: bytes.Repeat([]byte{byte(i)}, i*7%300), Timestamp: at.Add(time.Duration(i*i%1000) * time.Millisecond)}
		switch i % 7 {
		case 1:
			r.Key = nil
		case 2:
			r.Key = []byte{}
		case 3:
			r.Value = nil
		case 4:
			r.Headers = []kgo.RecordHeader{{Key: "x", Value: nil}, {Key: "traceparent", Value: []byte(traceParent)}, {Key: "ce_id", Value: []byte("other")}}
		case 5:
			r.Headers = []kgo.RecordHeader{{Key: "ce_id", Value: fmt.Appendf(nil, "event-%d", i)}}
		}
		rs = append(rs, r)
	}
	return rs
}

func traceWanted(i int) uint64 {
	switch i % 7 {
	case 4:
		return journal.HashTrace([]byte(traceParent), nil)
	case 5:
		return journal.HashTrace(nil, fmt.Appendf(nil, "event-%d", i))
	}
	return 0
}

// What entries know of each record is what a client reads of it, however the batches
// were compressed, and although the connection is not young any more.
func TestEveryRecordIsLookedAt(t *testing.T) {
	codecs := map[string]kgo.CompressionCodec{
		"plain": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	for name, codec := range codecs {
		t.Run(name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify, Records: true})
			client := newClient(t, b.Addr(), kgo.ProducerBatchCompression(codec))
			rs := various(40 * (checkedBatches + 2))
			for i := 0; i < len(rs); i += 40 {
				if err := client.ProduceSync(testContext(t), rs[i:i+40]...).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
			expectKnown(t, rec.of(journal.RecordsProduced), rs)
		})
	}
}

// expectKnown compares entries with the records they are about, all of one partition and
// in the order of offsets.
func expectKnown(t *testing.T, es []journal.Entry, rs []*kgo.Record) {
	t.Helper()
	n := 0
	for _, e := range es {
		if e.Each == nil || len(e.Each.Each) != int(e.Records) {
			t.Fatalf("entry of %d records without what is known of them: %+v", e.Records, e.Each)
		}
		var digest uint64
		for i, k := range e.Each.Each {
			r := rs[n]
			want := journal.Known{Key: journal.HashKey(r.Key), Trace: traceWanted(n), Offset: int32(i), Time: k.Time}
			if k != want || e.Each.At(i) != r.Timestamp.UnixMilli() || e.First+int64(k.Offset) != r.Offset {
				t.Fatalf("record %d: got %+v at %d, want %+v at %d", n, k, e.Each.At(i), want, r.Timestamp.UnixMilli())
			}
			digest += journal.Digest(r.Key, r.Value)
			n++
		}
		if e.Digest != digest {
			t.Errorf("entry @%d: digest %x, want %x", e.First, e.Digest, digest)
		}
	}
	if n != len(rs) {
		t.Errorf("%d records in entries, want %d", n, len(rs))
	}
}

func TestNothingIsLookedAtUnlessAsked(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	produce(t, newClient(t, b.Addr()), "in", "x")
	if e := rec.of(journal.RecordsProduced)[0]; e.Each != nil || e.Digest != 0 {
		t.Errorf("got %+v", e)
	}
}

// A batch may ask for the time at which it is appended.
func TestLogAppendTimeIsThatOfRecords(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify, Records: true})
	before := time.Now().UnixMilli()
	batch := batchOf(3, []byte("x"), func(b *kmsg.RecordBatch) { b.Attributes, b.FirstTimestamp, b.MaxTimestamp = 0x08, 5, 5 })
	roundTrip(t, dial(t, b.Addr()), frameOf(produceRequest(1, "in", batch), 1))
	e := rec.wait(t, journal.RecordsProduced, 1)[0]
	for i := range 3 {
		if at := e.Each.At(i); at < before || at > time.Now().UnixMilli() {
			t.Errorf("record %d is of %d, appended from %d on", i, at, before)
		}
	}
}

// Batches come as they are in the log, with the offsets they have there, those of the
// emulator itself included, before their entry, and also if they are large.
func TestBatchesAreHandedOut(t *testing.T) {
	rec := newRecorder()
	var mu sync.Mutex
	got := map[int64][]byte{}
	entriesThen := map[int64]int{}
	b := startBroker(t, Config{
		Topics: []Topic{{Name: "in", Partitions: 1, MaxMessage: 8 << 20}}, Notify: rec.notify,
		Batches: func(topic string, partition int32, base int64, batch []byte) {
			mu.Lock()
			defer mu.Unlock()
			got[base], entriesThen[base] = bytes.Clone(batch), len(rec.of(journal.RecordsProduced))
		},
	})
	inside := openAddress(t, b, Owner{Internal: true})
	large := bytes.Repeat([]byte("0123456789"), 2*believedMax/10)
	values := [][]byte{[]byte("one"), large, []byte("two"), []byte("inside")}
	for i, value := range values {
		addr := b.Addr()
		if i == 3 {
			addr = inside.Addr()
		}
		client := newClient(t, addr, kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.ProducerBatchMaxBytes(8<<20))
		if err := client.ProduceSync(testContext(t), &kgo.Record{Topic: "in", Value: value}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for i, value := range values {
		var batch kmsg.RecordBatch
		if err := batch.ReadFrom(got[int64(i)]); err != nil {
			t.Fatalf("batch at %d: %v", i, err)
		}
		if !bytes.Contains(batch.Records, value) || batch.NumRecords != 1 {
			t.Errorf("batch at %d is another one", i)
		}
		if i < 3 && entriesThen[int64(i)] != i {
			t.Errorf("batch at %d came with %d entries, want it before its own", i, entriesThen[int64(i)])
		}
	}
	if len(rec.of(journal.RecordsProduced)) != 3 {
		t.Error("there is an entry of what the emulator produced")
	}
}

// However records are cut into batches, they give the same sum.
func TestDigestDoesNotDependOnBatches(t *testing.T) {
	rs := various(30)
	encode := func(rs []*kgo.Record) (uint64, []journal.Known) {
		var records []byte
		for i, r := range rs {
			k := kmsg.Record{OffsetDelta: int32(i), Key: r.Key, Value: r.Value}
			k.Length = int32(len(k.AppendTo(nil)) - 1)
			records = k.AppendTo(records)
		}
		a := appended{records: int32(len(rs))}
		if err := a.lookAt(records, 0); err != nil {
			t.Fatal(err)
		}
		return a.digest, a.each.Each
	}
	whole, known := encode(rs)
	rapid.Check(t, func(t *rapid.T) {
		var sum uint64
		for at := 0; at < len(rs); {
			n := rapid.IntRange(1, len(rs)-at).Draw(t, "n")
			digest, some := encode(rs[at : at+n])
			for i := range some {
				if some[i].Key != known[at+i].Key {
					t.Fatalf("record %d has another key", at+i)
				}
			}
			sum, at = sum+digest, at+n
		}
		if sum != whole {
			t.Fatalf("got %x, want %x", sum, whole)
		}
	})
}

// FuzzLookAt: whatever stands in a batch that is framed well, looking at it does not
// panic, and finds as many records as there are.
func FuzzLookAt(f *testing.F) {
	batch := batchOf(3, []byte("value"), nil)
	f.Add(batch[batchRecords:], int32(3))
	f.Add([]byte{}, int32(1<<30))
	f.Fuzz(func(t *testing.T, records []byte, count int32) {
		a := appended{records: max(count, 1)}
		err := a.lookAt(records, 0)
		if plain := checkFraming(records, int(a.records), nil); (err == nil) != (plain == nil) {
			t.Fatalf("looked at: %v; framing: %v", err, plain)
		}
		if err == nil && len(a.each.Each) != int(a.records) {
			t.Fatalf("%d records known of %d", len(a.each.Each), a.records)
		}
	})
}

// BenchmarkLookAt is what it costs to look at a record of 100 bytes, and beside it what
// the check of its framing costs, which is always made.
func BenchmarkLookAt(b *testing.B) {
	var records []byte
	const n = 1000
	for i := range n {
		r := kmsg.Record{OffsetDelta: int32(i), Key: fmt.Appendf(nil, "key-%08d", i), Value: make([]byte, 100)}
		r.Length = int32(len(r.AppendTo(nil)) - 1)
		records = r.AppendTo(records)
	}
	b.Run("look", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a := appended{records: n}
			if err := a.lookAt(records, 0); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
	})
	b.Run("framing", func(b *testing.B) {
		for b.Loop() {
			if err := checkFraming(records, n, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
	})
}
