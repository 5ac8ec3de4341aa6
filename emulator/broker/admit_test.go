package broker

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// doorman stops produce requests until it is told to let one pass.
type doorman struct {
	asked chan Request
	pass  chan struct{}
}

func newDoorman() *doorman {
	return &doorman{asked: make(chan Request, 100), pass: make(chan struct{}, 100)}
}

func (d *doorman) admit(r Request) {
	if r.Key == produceKey {
		d.asked <- r
		<-d.pass
	}
}

func (d *doorman) next(t *testing.T) Request {
	t.Helper()
	select {
	case r := <-d.asked:
		return r
	case <-time.After(patience):
		t.Fatal("no request asked to be admitted")
		return Request{}
	}
}

func TestARequestWaitsToBeAdmitted(t *testing.T) {
	d, rec := newDoorman(), newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify, Admit: d.admit})
	owner := Owner{Function: "ship", Environment: 7}
	c := dial(t, openAddress(t, b, owner).Addr())
	if _, err := c.Write(frameOf(produceRequest(1, "in", batchOf(1, []byte("x"), nil)), 5)); err != nil {
		t.Fatal(err)
	}
	if r := d.next(t); r.Owner != owner || r.Correlation != 5 || r.Key != produceKey {
		t.Errorf("got %+v, want correlation id 5 of %v", r, owner)
	}
	if end := b.Topics()[0].Partitions[0].End; end != 0 {
		t.Errorf("the log ends at %d before the request was admitted, want 0", end)
	}
	d.pass <- struct{}{}
	rec.wait(t, journal.RecordsProduced, 1)
}

// TestAnEndMeetsARequestThatWaits: the client leaves, and then the broker closes,
// while a request waits.
func TestAnEndMeetsARequestThatWaits(t *testing.T) {
	d := newDoorman()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Admit: d.admit})
	a := openAddress(t, b, Owner{Function: "ship", Environment: 7})
	for i := range 2 {
		c := dial(t, a.Addr())
		if _, err := c.Write(frameOf(produceRequest(1, "in", batchOf(1, []byte("x"), nil)), 1)); err != nil {
			t.Fatal(err)
		}
		d.next(t)
		if i == 0 {
			_ = c.Close()
		}
	}
	closed := make(chan error)
	go func() { closed <- b.Close() }()
	d.pass <- struct{}{}
	d.pass <- struct{}{}
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the broker does not close")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inFlight != 0 {
		t.Errorf("%d requests are in flight after the end, want 0", a.inFlight)
	}
}

// TestBytesDoNotDependOnBatches: the size of what was produced is that of keys,
// values and headers, however a client cuts it and, in virtual time, whatever it
// compresses it with.
func TestBytesDoNotDependOnBatches(t *testing.T) {
	const records = 60
	made := func() (all []*kgo.Record, size int64) {
		for i := range records {
			r := &kgo.Record{Topic: "in", Key: fmt.Append(nil, "key-", i), Value: make([]byte, i*7)}
			if i%3 == 0 {
				r.Key, r.Headers = nil, []kgo.RecordHeader{{Key: "trace", Value: []byte("1")}, {Key: "none"}}
				size += int64(len("trace1none"))
			}
			size += int64(len(r.Key) + len(r.Value))
			all = append(all, r)
		}
		return all, size
	}
	for name, codec := range map[string]kgo.CompressionCodec{"plain": kgo.NoCompression(), "snappy": kgo.SnappyCompression(), "zstd": kgo.ZstdCompression()} {
		for _, cut := range []int{1, 7, records} {
			t.Run(fmt.Sprintf("%s/%d", name, cut), func(t *testing.T) {
				rec := newRecorder()
				b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify, Admit: func(Request) {}})
				all, want := made()
				c := newClient(t, b.Addr(), kgo.ProducerBatchCompression(codec))
				for i := 0; i < records; i += cut {
					if err := c.ProduceSync(testContext(t), all[i:min(i+cut, records)]...).FirstErr(); err != nil {
						t.Fatal(err)
					}
				}
				got := int64(0)
				for _, e := range rec.of(journal.RecordsProduced) {
					got += e.Bytes
				}
				if got != want {
					t.Errorf("got %d bytes, want %d", got, want)
				}
			})
		}
	}
}

// TestASendAtTheEndOfAnInvocation: in virtual time the send and the end are at one
// moment, and which goroutine was first must not be seen: not in this send, and
// not in the next ones.
func TestASendAtTheEndOfAnInvocation(t *testing.T) {
	type said struct {
		invocation uint64
		reason     string
	}
	play := func(endFirst bool) (all []said) {
		synctest.Test(t, func(t *testing.T) {
			a := &Address{b: &Broker{cfg: Config{Admit: func(Request) {}}}}
			send := func() {
				now := time.Now().UnixMilli()
				invocation, reason := a.attribute(now, now)
				all = append(all, said{invocation, reason})
			}
			for i := range uint64(6) {
				a.Begin(i + 1)
				if endFirst {
					a.End()
				}
				send()
				if i%2 == 0 {
					send()
				}
				if !endFirst {
					a.End()
				}
				if i%3 == 2 { // else the next begins at the same moment
					time.Sleep(time.Millisecond) // why: virtual time
					send()
				}
				for a.inFlight > 0 {
					a.answered()
				}
			}
		})
		return all
	}
	first, last := play(true), play(false)
	if fmt.Sprint(first) != fmt.Sprint(last) {
		t.Errorf("got %v where the invocation ended first, %v where the send came first", first, last)
	}
	if want := (said{1, ""}); first[0] != want {
		t.Errorf("got %v for the first, want %v", first[0], want)
	}
	if got := first[len(first)-1]; got.reason != Late {
		t.Errorf("got %v a millisecond after the end, want it to be late", got)
	}
}

// A record that kfake will refuse must not be read beyond its end.
func TestSizesOfBrokenRecords(t *testing.T) {
	for _, record := range [][]byte{nil, {0}, {0, 0x80}, {0, 0, 0, 10}, {0, 0, 0, 1, 1, 200, 200}, {0, 0, 0, 1, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 1}} {
		if got := recordSize(record); got < 0 || got > int64(len(record)) {
			t.Errorf("got %d for %v", got, record)
		}
	}
}

func FuzzRecordSize(f *testing.F) {
	r := kmsg.Record{Key: []byte("key"), Value: []byte("value"), Headers: []kmsg.Header{{Key: "a", Value: []byte("b")}}}
	f.Add(r.AppendTo(nil)[1:])
	f.Fuzz(func(t *testing.T, record []byte) {
		if got := recordSize(record); got < 0 || got > int64(len(record)) {
			t.Errorf("got %d for %v", got, record)
		}
	})
}
