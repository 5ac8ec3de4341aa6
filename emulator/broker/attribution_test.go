package broker

import (
	"net"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// environment is an address with a connection that produces raw batches.
type environment struct {
	*Address
	t    *testing.T
	rec  *recorder
	conn net.Conn
	sent int
}

func newEnvironment(t *testing.T) *environment {
	t.Helper()
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	a := openAddress(t, b, Owner{Function: "ship", Environment: 7})
	return &environment{Address: a, t: t, rec: rec, conn: dial(t, a.Addr())}
}

// produce sends a batch with records from low to high (Unix ms) and returns its
// entry.
func (e *environment) produce(low, high int64) journal.Entry {
	e.t.Helper()
	e.sent++
	batch := batchOf(2, []byte("x"), func(b *kmsg.RecordBatch) { b.FirstTimestamp, b.MaxTimestamp = low, high })
	roundTrip(e.t, e.conn, frameOf(produceRequest(1, "in", batch), int32(e.sent)))
	return e.rec.wait(e.t, journal.RecordsProduced, e.sent)[e.sent-1]
}

// nextMillisecond returns when the wall clock shows another millisecond, and
// that one.
func nextMillisecond() int64 {
	was := time.Now().UnixMilli()
	for {
		if now := time.Now().UnixMilli(); now > was {
			return now
		}
	}
}

func (e *environment) expect(got journal.Entry, invocation uint64, reason string) {
	e.t.Helper()
	if got.Invocation != invocation || got.Reason != reason {
		e.t.Errorf("got invocation %d, reason %q, want %d, %q", got.Invocation, got.Reason, invocation, reason)
	}
}

func TestProducedRecordsNameWhoMadeThem(t *testing.T) {
	e := newEnvironment(t)
	e.Begin(41)
	now := nextMillisecond()
	got := e.produce(now, now)
	got.Bytes = 0
	want := journal.Entry{
		Kind: journal.RecordsProduced, Function: "ship", Environment: 7, Invocation: 41,
		Topic: "in", First: 0, Last: 1, Records: 2,
		Measured: journal.Measured{Address: e.Addr(), Client: "tester"},
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLateSendsBelongToTheInvocationBefore(t *testing.T) {
	e := newEnvironment(t)
	now := nextMillisecond()
	e.expect(e.produce(now, now), 0, "") // of its init
	e.Begin(1)
	first := nextMillisecond()
	e.expect(e.produce(first, first), 1, "")
	e.End()
	e.expect(e.produce(first, first), 1, Late) // outside of any
	_ = nextMillisecond()
	e.Begin(2)
	second := nextMillisecond()
	e.expect(e.produce(first, first), 1, Late)
	e.expect(e.produce(first, second), 0, Ambiguous) // one batch of both
	e.expect(e.produce(second, second), 2, "")
	e.expect(e.produce(1000, 1000), 0, Ambiguous) // a timestamp of the handler's own
	_ = nextMillisecond()
	e.Begin(3) // without End
	third := nextMillisecond()
	e.expect(e.produce(second, second), 2, Late)
	e.expect(e.produce(third, third+1_000_000), 3, "")
}

func TestInitSendsThatLeaveInTheFirstInvocation(t *testing.T) {
	e := newEnvironment(t)
	init := nextMillisecond()
	_ = nextMillisecond()
	e.Begin(1)
	e.expect(e.produce(init, init), 0, "")
	e.expect(e.produce(1000, 1000), 0, Ambiguous)
}

// In one millisecond an invocation ends and the next begins.
func TestTheSameMillisecondIsTheOpenInvocationsUnlessSendsAreLeftBehind(t *testing.T) {
	e := newEnvironment(t)
	e.mu.Lock()
	e.last, e.current, e.ended = window{1, 100}, window{2, 200}, 200
	e.mu.Unlock()
	e.expect(e.produce(200, 200), 2, "")
	e.expect(e.produce(150, 150), 1, Late) // now it is known to leave sends behind
	e.expect(e.produce(200, 200), 0, Ambiguous)
	e.mu.Lock()
	e.ended = 199
	e.mu.Unlock()
	e.expect(e.produce(200, 200), 2, "")
}

func TestAnUnansweredSendAtTheEndIsLeftBehind(t *testing.T) {
	a := &Address{current: window{1, 100}}
	a.attribute(100, 100)
	a.End()
	if !a.unawaited {
		t.Error("a request was in flight when the invocation ended")
	}
	a.answered()
	b := &Address{current: window{1, 100}}
	b.attribute(100, 100)
	b.answered()
	if b.End(); b.unawaited {
		t.Error("all was answered when the invocation ended")
	}
}

func TestProcessesAndOthersHaveNoInvocation(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	produce(t, newClient(t, openAddress(t, b, Owner{Process: "settle"}).Addr()), "in", "x")
	produce(t, newClient(t, b.Addr()), "in", "x")
	es := rec.wait(t, journal.RecordsProduced, 2)
	if e := es[0]; e.Process != "settle" || e.Invocation != 0 || e.Reason != "" {
		t.Errorf("got %+v, want it of process settle", e)
	}
	if e := es[1]; e.Process != "" || e.Function != "" || e.Measured.Address != b.Addr() {
		t.Errorf("got %+v, want it of nobody", e)
	}
}

func TestInternalProducersAreNotAnnounced(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	produce(t, newClient(t, openAddress(t, b, Owner{Internal: true}).Addr()), "in", "x")
	produce(t, newClient(t, b.Addr()), "in", "y")
	if es := rec.wait(t, journal.RecordsProduced, 1); len(es) != 1 || es[0].First != 1 {
		t.Errorf("got %+v, want the second record only", es)
	}
}

func TestRefusedBatchesAreNotAnnounced(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	c := dial(t, b.Addr())
	broken := batchOf(1, []byte("x"), nil)
	broken[17]++ // its checksum
	roundTrip(t, c, frameOf(produceRequest(1, "in", broken), 1))
	roundTrip(t, c, frameOf(produceRequest(1, "nowhere", batchOf(1, nil, nil)), 2))
	roundTrip(t, c, frameOf(produceRequest(1, "in", make([]byte, 10)), 3))
	roundTrip(t, c, frameOf(produceRequest(1, "in", batchOf(1, nil, nil)), 4))
	if es := rec.of(journal.RecordsProduced); len(es) != 1 || es[0].First != 0 {
		t.Errorf("got %+v, want the last batch only", es)
	}
	if es := rec.of(journal.BadFrame); len(es) != 0 {
		t.Errorf("got %+v", es)
	}
}

func TestABatchSentAgainIsAnnouncedOnce(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	c := dial(t, b.Addr())
	batch := batchOf(1, []byte("x"), func(b *kmsg.RecordBatch) { b.ProducerID, b.ProducerEpoch, b.FirstSequence = 5, 0, 0 })
	for i := range int32(3) {
		roundTrip(t, c, frameOf(produceRequest(-1, "in", batch), i))
	}
	if es := rec.of(journal.RecordsProduced); len(es) != 1 {
		t.Errorf("got %+v, want one entry", es)
	}
}

func TestAnAddressIsAssignedLater(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	a := openAddress(t, b, Owner{Function: "ship"})
	e := &environment{Address: a, t: t, rec: rec, conn: dial(t, a.Addr())}
	now := time.Now().UnixMilli()
	if got := e.produce(now, now); got.Environment != 0 || got.Function != "ship" || got.Invocation != 0 {
		t.Errorf("got %+v, want it to be nobody's before it is assigned", got)
	}
	a.Assign(9)
	a.Begin(5)
	now = nextMillisecond()
	if got := e.produce(now, now); got.Environment != 9 || got.Function != "ship" || got.Invocation != 5 {
		t.Errorf("got %+v, want it to be environment 9's, invocation 5", got)
	}
}
