package broker

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// What a process was sent is journalled, by clients that name topics and by such that
// fetch by id; of functions, of clients at the main address and of the emulator nothing.
func TestProcessesFetch(t *testing.T) {
	old := kversion.Stable()
	old.SetMaxKeyVersion(int16(kmsg.Fetch), 12)
	for name, options := range map[string][]kgo.Opt{"by id": nil, "by name": {kgo.MaxVersions(old)}} {
		t.Run(name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}, {Name: "other", Partitions: 1}}, Notify: rec.notify})
			producer := newClient(t, b.Addr(), kgo.ProducerBatchCompression(kgo.NoCompression()))
			produce(t, producer, "in", "a", "b")
			produce(t, producer, "in", "c")
			produce(t, producer, "other", "x")
			read := func(addr string, n int) {
				c := newClient(t, addr, append([]kgo.Opt{
					kgo.ConsumeTopics("in"), kgo.ClientID("reader"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}, options...)...)
				if got := consume(t, c, n); len(got) != n {
					t.Fatalf("got %q", got)
				}
			}
			for _, o := range []Owner{{Function: "f", Environment: 1}, {Process: "own", Internal: true}} {
				read(openAddress(t, b, o).Addr(), 3)
			}
			read(b.Addr(), 3)
			if es := rec.of(journal.RecordsFetched); len(es) != 0 {
				t.Fatalf("not of a process: %+v", es)
			}
			a := openAddress(t, b, Owner{Process: "ksql"})
			read(a.Addr(), 3)
			es := rec.of(journal.RecordsFetched)
			var n int32
			for i, e := range es {
				n += e.Records
				if e.Process != "ksql" || e.Topic != "in" || e.Last-e.First+1 != int64(e.Records) || e.Measured.Client != "reader" {
					t.Errorf("got %+v", e)
				}
				if i > 0 && e.First != es[i-1].Last+1 {
					t.Errorf("a gap between %+v and %+v", es[i-1], e)
				}
			}
			if n != 3 || es[0].First != 0 {
				t.Errorf("%d records in %+v, want 3 from 0 on", n, es)
			}
		})
	}
}

// The ends of transactions are no records, and half a batch is none.
func TestExtent(t *testing.T) {
	at := func(base int64, change func(*kmsg.RecordBatch)) []byte {
		return batchOf(2, []byte("x"), func(b *kmsg.RecordBatch) {
			b.FirstOffset = base
			if change != nil {
				change(b)
			}
		})
	}
	control := func(b *kmsg.RecordBatch) { b.Attributes = 0x20 }
	all := append(append(append(at(4, control), at(6, nil)...), at(10, nil)...), at(12, control)...)
	for _, c := range []struct {
		batches     []byte
		first, last int64
		records     int32
	}{
		{all, 6, 11, 4}, {all[:len(all)-1], 6, 11, 4}, {at(4, control), 0, 0, 0}, {nil, 0, 0, 0}, {at(3, nil), 3, 4, 2}, {at(3, nil)[:70], 0, 0, 0},
	} {
		var e journal.Entry
		if got := extent(&e, c.batches); got != (c.records > 0) || e.First != c.first || e.Last != c.last || e.Records != c.records {
			t.Errorf("got %v, %d to %d, %d records; want %+v", got, e.First, e.Last, e.Records, c)
		}
	}
}
