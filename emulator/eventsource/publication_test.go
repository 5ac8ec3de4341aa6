package eventsource

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Whichever partitions the client chooses, each record keeps what is known of it.
func TestEntriesKnowEachRecord(t *testing.T) {
	const partitions, n = 5, 300
	c := newCluster(t, partitions)
	p := newTestProducer(t, c, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	p.Looks = true
	random := rand.New(rand.NewPCG(1, 2))
	var records []*kgo.Record
	var origins []int32
	for i := range n {
		r := record(random.Int32N(partitions), i)
		r.Key, r.Value = fmt.Appendf(nil, "k%d", i%7), fmt.Appendf(nil, "value %d", i)
		if i%3 == 0 {
			r.Headers = []kgo.RecordHeader{{Key: "ce_id", Value: fmt.Appendf(nil, "e%d", i)}}
		}
		records, origins = append(records, r), append(origins, int32(n-i))
	}
	origins = origins[:n-1] // of the last nothing is known
	done := make(chan outcome, 1)
	p.Publish(journal.Entry{}, records, origins, func(entries []journal.Entry, err error) { done <- outcome{entries, err} })
	o := receive(t, done)
	if o.err != nil {
		t.Fatal(o.err)
	}
	at := map[string]int{} // partition and offset to place
	for i, r := range records {
		at[fmt.Sprint(r.Partition, r.Offset)] = i
	}
	known := 0
	for _, e := range o.entries {
		var digest uint64
		for i, k := range e.Each.Each {
			place := at[fmt.Sprint(e.Partition, e.First+int64(k.Offset))]
			r := records[place]
			want := journal.Known{Key: journal.HashKey(r.Key), Offset: int32(i), Time: k.Time}
			if place%3 == 0 {
				want.Trace = journal.HashKey(fmt.Appendf(nil, "e%d", place))
			}
			origin := int32(n - place)
			if place == n-1 {
				origin = -1
			}
			if k != want || e.Each.At(i) != r.Timestamp.UnixMilli() || e.Each.Origin(i) != origin {
				t.Fatalf("record %d: got %+v of %d, want %+v of %d", place, k, e.Each.Origin(i), want, origin)
			}
			digest += journal.Digest(r.Key, r.Value)
			known++
		}
		if digest != e.Digest || len(e.Each.Origins) != int(e.Records) {
			t.Errorf("digest %x and %d origins of %d records, want %x", e.Digest, len(e.Each.Origins), e.Records, digest)
		}
	}
	if known != n {
		t.Errorf("%d records are known, want %d", known, n)
	}
}

func TestEntriesKnowNothingUnlessAsked(t *testing.T) {
	c := newCluster(t, 1)
	p := newTestProducer(t, c)
	done := make(chan outcome, 1)
	p.Publish(journal.Entry{}, []*kgo.Record{record(0, 0)}, []int32{0}, func(entries []journal.Entry, err error) { done <- outcome{entries, err} })
	if o := receive(t, done); o.entries[0].Each != nil || o.entries[0].Digest != 0 {
		t.Errorf("got %+v", o.entries[0])
	}
}
