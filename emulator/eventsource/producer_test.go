package eventsource

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func newTestProducer(t testing.TB, c *cluster, opts ...kgo.Opt) *Producer {
	t.Helper()
	p, err := NewProducer(c.addr, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sync.OnceFunc(p.Close))
	return p
}

type outcome struct {
	entries []journal.Entry
	err     error
}

func publish(p *Producer, base journal.Entry, records ...*kgo.Record) <-chan outcome {
	done := make(chan outcome, 1)
	p.Publish(base, records, nil, func(entries []journal.Entry, err error) { done <- outcome{entries, err} })
	return done
}

func receive(t testing.TB, done <-chan outcome) outcome {
	t.Helper()
	select {
	case o := <-done:
		return o
	case <-time.After(patience):
		t.Fatal("done was not called")
		return outcome{}
	}
}

func TestProducerReportsRanges(t *testing.T) {
	c := newCluster(t, 2)
	c.produce(t, 2, 0, 5)
	p := newTestProducer(t, c, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	var records []*kgo.Record
	for i := range 10 {
		r := record(int32(i%2), i)
		r.Key, r.Value = []byte("k"), []byte("value")
		r.Headers = []kgo.RecordHeader{{Key: "h", Value: []byte("xyz")}}
		records = append(records, r)
	}
	base := journal.Entry{Mapping: "ship", Invocation: 7, Reason: "output"}
	o := receive(t, publish(p, base, records...))
	if o.err != nil {
		t.Fatal(o.err)
	}
	got := map[int32]journal.Entry{}
	for _, e := range o.entries {
		if last, ok := got[e.Partition]; ok {
			if e.First != last.Last+1 {
				t.Errorf("range from %d after one to %d", e.First, last.Last)
			}
			last.Last, last.Records, last.Bytes = e.Last, last.Records+e.Records, last.Bytes+e.Bytes
			e = last
		}
		got[e.Partition] = e
	}
	for partition := range int32(2) {
		want := base
		want.Kind, want.Topic, want.Partition = journal.RecordsProduced, topic, partition
		want.First, want.Last, want.Records, want.Bytes = 5, 9, 5, 5*(1+5+1+3)
		if got[partition] != want {
			t.Errorf("got %+v, want %+v", got[partition], want)
		}
	}
}

func TestProducerKeepsOrder(t *testing.T) {
	c := newCluster(t, 1)
	p := newTestProducer(t, c)
	var last <-chan outcome
	var mu sync.Mutex
	next := int64(0)
	for i := range 200 {
		done := make(chan outcome, 1)
		p.Publish(journal.Entry{}, []*kgo.Record{record(0, 2*i), record(0, 2*i+1)}, nil, func(entries []journal.Entry, err error) {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range entries {
				if e.First != next {
					t.Errorf("publication %d begins at %d, want %d", i, e.First, next)
				}
				next = e.Last + 1
			}
			done <- outcome{entries, err}
		})
		last = done
	}
	if o := receive(t, last); o.err != nil {
		t.Fatal(o.err)
	}
	if next != 400 {
		t.Errorf("produced up to %d, want 400", next)
	}
}

func TestProducerPublishesNothing(t *testing.T) {
	c := newCluster(t, 1)
	p := newTestProducer(t, c)
	if o := receive(t, publish(p, journal.Entry{})); o.err != nil || len(o.entries) != 0 {
		t.Errorf("got %+v, want nothing", o)
	}
}

// TestProducerFailsAndSaysWhatItProduced: one topic takes records, one does not.
func TestProducerFailsAndSaysWhatItProduced(t *testing.T) {
	c := newCluster(t, 1, kfake.SeedTopics(1, "forbidden"))
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "forbidden", Err: kerr.TopicAuthorizationFailed, Count: -1})
	p := newTestProducer(t, c)
	o := receive(t, publish(p, journal.Entry{}, record(0, 1), &kgo.Record{Topic: "forbidden"}, record(0, 2)))
	if !errors.Is(o.err, kerr.TopicAuthorizationFailed) || !strings.HasPrefix(o.err.Error(), `produce to topic "forbidden": `) {
		t.Errorf("got error %v", o.err)
	}
	n := int32(0)
	for _, e := range o.entries {
		if e.Topic != topic {
			t.Errorf("got an entry for %q", e.Topic)
		}
		n += e.Records
	}
	if n != 2 {
		t.Errorf("got entries for %d records, want 2", n)
	}
}

func TestProducerRecordTooLarge(t *testing.T) {
	c := newCluster(t, 1)
	p := newTestProducer(t, c)
	o := receive(t, publish(p, journal.Entry{}, &kgo.Record{Topic: topic, Value: make([]byte, 4<<20)}))
	if !errors.Is(o.err, kerr.MessageTooLarge) {
		t.Errorf("got error %v, want MESSAGE_TOO_LARGE", o.err)
	}
}

func TestProducerCloseWaitsForAll(t *testing.T) {
	c := newCluster(t, 1)
	p, err := NewProducer(c.addr)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	done := 0
	for i := range 100 {
		p.Publish(journal.Entry{}, []*kgo.Record{record(0, i)}, nil, func(_ []journal.Entry, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			done++
		})
	}
	p.Close()
	if done != 100 {
		t.Errorf("%d of 100 were done when Close returned", done)
	}
	if o := receive(t, publish(p, journal.Entry{}, record(0, 0))); !errors.Is(o.err, errProducerClosed) {
		t.Errorf("got %v, want %v", o.err, errProducerClosed)
	}
}

// TestProducerCloseWithoutABroker: what cannot be produced fails in the end.
func TestProducerCloseWithoutABroker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		p, err := NewProducer(c.addr, c.opts...)
		if err != nil {
			t.Fatal(err)
		}
		first := <-publish(p, journal.Entry{}, record(0, 0))
		if first.err != nil {
			t.Fatal(first.err)
		}
		c.Close()
		start := time.Now()
		done := publish(p, journal.Entry{}, record(0, 1))
		p.Close()
		select {
		case o := <-done:
			if o.err == nil || len(o.entries) != 0 {
				t.Errorf("got %+v, want an error", o)
			}
		default:
			t.Error("Close returned before all was done")
		}
		if took := time.Since(start); took > closeTimeout+5*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
