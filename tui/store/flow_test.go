package store

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
)

// scanShop calls f with the entries of the finished run in testdata.
func scanShop(t testing.TB, f func(*journal.Entry)) *journal.Description {
	t.Helper()
	file, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Scan(journal.Want{}, func(e *journal.Entry) bool { f(e); return true }); err != nil {
		t.Fatal(err)
	}
	return file.Description()
}

// shopUntil is the view of that run after all entries up to a moment.
func shopUntil(t testing.TB, until int64) *View {
	t.Helper()
	v := New(scanShop(t, func(*journal.Entry) {}))
	scanShop(t, func(e *journal.Entry) {
		if e.At <= until {
			v.Add(e)
		}
	})
	return v
}

const whole = 1 << 62

func TestFlowCountsAsTheJournal(t *testing.T) {
	v := shopUntil(t, whole)
	f := &v.Flow
	want := map[string]uint64{}
	scanShop(t, func(e *journal.Entry) {
		if e.Kind == journal.RecordsProduced {
			want[e.Topic] += uint64(e.Records)
		}
	})
	for name, n := range want {
		if f.Topic(name).Produced != n {
			t.Errorf("%s: got %d records, want %d", name, f.Topic(name).Produced, n)
		}
	}
	d := f.Function("enrich")
	if d.Invocations != 860 || d.Throttles != 484 || d.Failures != 9 || d.Timeouts != 3 || d.Retries != 6 || d.DeadLettered != 3 || d.NoRoom != 131 {
		t.Errorf("enrich: got %d invocations, %d throttles, %d failures, %d timeouts, %d retries, %d dead letters, %d without room",
			d.Invocations, d.Throttles, d.Failures, d.Timeouts, d.Retries, d.DeadLettered, d.NoRoom)
	}
	for _, d := range f.Functions {
		if d.Busy != 0 || d.Starting != 0 || d.Queue != 0 || d.Held != 0 {
			t.Errorf("%s at the end: got %d busy, %d starting, %d in the queue, %d held, want none", d.Name, d.Busy, d.Starting, d.Queue, d.Held)
		}
	}
	for _, m := range f.Mappings {
		if lag := f.Lag(m); lag != 0 {
			t.Errorf("%s at the end: got lag %d, want 0", m.Name, lag)
		}
		if at, p := m.Oldest(); p >= 0 {
			t.Errorf("%s at the end: partition %d has waited since %d", m.Name, p, at)
		}
	}
}

// flowMaker makes entries as a run does: records are produced, batches formed of them,
// invoked, tried again, given up, and committed.
type flowMaker struct {
	t                 *rapid.T
	all               []journal.Entry
	at                int64
	batch, invocation uint64
	ends              [3]int64
}

func (m *flowMaker) add(e journal.Entry, kind journal.Kind, outcome journal.Outcome) {
	m.at += int64(rapid.IntRange(0, 300).Draw(m.t, "ms")) * 1e6
	e.Kind, e.Outcome, e.At, e.Seq = kind, outcome, m.at, uint64(len(m.all)+1)
	m.all = append(m.all, e)
}

// produce adds records, and what becomes of them.
func (m *flowMaker) produce() {
	p := rapid.IntRange(0, 2).Draw(m.t, "partition")
	n := int64(rapid.IntRange(1, 5).Draw(m.t, "records"))
	e := journal.Entry{Topic: "in", Partition: int32(p), First: m.ends[p], Last: m.ends[p] + n - 1, Records: int32(n)}
	m.ends[p] += n
	m.add(e, journal.RecordsProduced, 0)
	if rapid.Bool().Draw(m.t, "left") {
		return
	}
	m.batch++
	e.Function, e.Mapping, e.Batch, e.Attempt = "f", "f", m.batch, 1
	m.add(e, journal.BatchFormed, 0)
	if rapid.Bool().Draw(m.t, "throttled") {
		m.add(e, journal.Throttled, 0)
	}
	if rapid.Bool().Draw(m.t, "is invoked") {
		m.invoke(e)
	}
}

func (m *flowMaker) invoke(e journal.Entry) {
	m.invocation++
	e.Invocation, e.Environment = m.invocation, uint32(rapid.IntRange(1, 4).Draw(m.t, "environment"))
	m.add(e, journal.InvocationStarted, 0)
	if rapid.Bool().Draw(m.t, "runs on") {
		return
	}
	outcome := rapid.SampledFrom([]journal.Outcome{journal.Succeeded, journal.FunctionError, journal.TimedOut}).Draw(m.t, "outcome")
	m.add(e, journal.InvocationEnded, outcome)
	end := journal.Succeeded
	if outcome != journal.Succeeded {
		if rapid.Bool().Draw(m.t, "again") {
			m.add(e, journal.RetryScheduled, outcome)
			return
		}
		end = rapid.SampledFrom([]journal.Outcome{journal.DeadLettered, journal.Dropped}).Draw(m.t, "end")
	}
	m.add(e, journal.RecordsEnded, end)
	m.add(e, journal.OffsetCommitted, 0)
}

// flowCounts counts as plainly as can be.
type flowCounts struct {
	produced, ended, given, failures, timeouts, throttles uint64
	queue                                                 map[uint64]bool
	busy                                                  map[uint32]bool
	ends, committed                                       [3]int64
}

func (c *flowCounts) add(e *journal.Entry) {
	switch e.Kind {
	case journal.RecordsProduced:
		c.produced += uint64(e.Records)
		c.ends[e.Partition] = e.Last + 1
	case journal.BatchFormed, journal.RetryScheduled:
		c.queue[e.Batch] = true
	case journal.Throttled:
		c.throttles++
	case journal.InvocationStarted:
		delete(c.queue, e.Batch)
		c.busy[e.Environment] = true
	case journal.InvocationEnded:
		delete(c.busy, e.Environment)
		if e.Outcome != journal.Succeeded {
			c.failures++
		}
		if e.Outcome == journal.TimedOut {
			c.timeouts++
		}
	case journal.RecordsEnded:
		c.ended += uint64(e.Records)
		if e.Outcome != journal.Succeeded {
			c.given += uint64(e.Records)
		}
	case journal.OffsetCommitted:
		c.committed[e.Partition] = max(c.committed[e.Partition], e.Last+1)
	}
}

func TestFlowEqualsABruteCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := flowMaker{t: t}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			m.produce()
		}
		v, want := New(nil), flowCounts{queue: map[uint64]bool{}, busy: map[uint32]bool{}}
		for i := range m.all {
			v.Add(&m.all[i])
			want.add(&m.all[i])
		}
		f := &v.Flow
		got := []uint64{f.Produced, f.Ended, f.DeadLettered + f.Dropped, f.Failures, f.Timeouts, f.Throttles}
		if want := []uint64{want.produced, want.ended, want.given, want.failures, want.timeouts, want.throttles}; !slices.Equal(got, want) {
			t.Fatalf("got produced, ended, given up, failures, timeouts, throttles %v, want %v", got, want)
		}
		if d := f.Function("f"); d != nil && (d.Queue != len(want.queue) || d.Busy != len(want.busy)) {
			t.Fatalf("got queue %d, busy %d, want %d, %d", d.Queue, d.Busy, len(want.queue), len(want.busy))
		}
		for p, end := range want.ends {
			if of := f.Mapping("f"); of != nil && f.LagOf(of, p) != end-want.committed[p] {
				t.Fatalf("partition %d: got lag %d, want %d", p, f.LagOf(of, p), end-want.committed[p])
			}
		}
	})
}

func TestFlowCloneSharesNothing(t *testing.T) {
	half, all := shopUntil(t, 9e9), shopUntil(t, whole)
	held := half.Flow.clone()
	scanShop(t, func(e *journal.Entry) {
		if e.At > 9e9 {
			half.Add(e)
		}
	})
	if !reflect.DeepEqual(held, shopUntil(t, 9e9).Flow) {
		t.Error("a clone has changed with what it was made of")
	}
	if !reflect.DeepEqual(half.Flow, all.Flow) {
		t.Error("what was cloned goes on in another way than what was not")
	}
}

func TestWaitingKnowsTheOldest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p MappingPartition
		var made []int64                  // when each record was produced
		at, longest := int64(0), int64(0) // longest is the most that a record has waited
		for range rapid.IntRange(1, 600).Draw(t, "steps") {
			at += int64(rapid.IntRange(0, 50e6).Draw(t, "pause"))
			if rapid.IntRange(0, 40).Draw(t, "what") > 0 {
				n := int64(rapid.IntRange(1, 3).Draw(t, "records"))
				p.wait(int64(len(made)), int64(len(made))+n-1, at)
				for range n {
					made = append(made, at)
				}
			} else {
				p.Committed = int64(rapid.IntRange(int(p.Committed), len(made)).Draw(t, "committed"))
				p.done(p.Committed)
			}
			if len(p.Waiting) > mostWaiting {
				t.Fatalf("got %d ranges", len(p.Waiting))
			}
			if int(p.Committed) == len(made) {
				if len(p.Waiting) != 0 {
					t.Fatalf("all is committed, and %v waits", p.Waiting)
				}
				continue
			}
			if len(p.Waiting) == 0 || p.Waiting[0].First != p.Committed || p.Waiting[len(p.Waiting)-1].Last != int64(len(made))-1 {
				t.Fatalf("got %v, want from %d to %d", p.Waiting, p.Committed, len(made)-1)
			}
			oldest := made[p.Committed]
			longest = max(longest, at-oldest)
			if off := oldest - p.Waiting[0].At; off < 0 || off > max(longest/8, leastQuantum) {
				t.Fatalf("got the oldest at %d, want %d; the longest wait was %d", p.Waiting[0].At, oldest, longest)
			}
		}
	})
}

func TestMinuteAndRateForgetWhatIsOld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m Minute
		var r Rate
		var made []int64
		at := int64(0)
		for range rapid.IntRange(1, 100).Draw(t, "steps") {
			at += int64(rapid.IntRange(0, 5000).Draw(t, "ms")) * 1e6
			m.Add(at, 1)
			r.Add(at, 1)
			made = append(made, at)
		}
		now := at + int64(rapid.IntRange(0, 100_000).Draw(t, "later"))*1e6
		var minute, over int64
		var peaks [8]int64
		step := int64(4)
		end := now / rateSlice / step * step
		perSlice := map[int64]int64{}
		for _, at := range made {
			if at/1e9 > now/1e9-minuteSeconds {
				minute++
			}
			if s := at / rateSlice; s < now/rateSlice && s >= now/rateSlice-20 {
				over++
			}
			perSlice[at/rateSlice]++
		}
		for i := range peaks {
			for s := end - int64(8-i)*step; s < end-int64(7-i)*step; s++ {
				peaks[i] = max(peaks[i], perSlice[s])
			}
		}
		var got [8]int64
		r.Peaks(now, step, got[:])
		if m.Sum(now) != minute || r.Over(now, 20) != over || got != peaks {
			t.Fatalf("got %d in a minute, %d in five seconds, peaks %v, want %d, %d, %v", m.Sum(now), r.Over(now, 20), got, minute, over, peaks)
		}
	})
}

func TestWaitingStaysFineWhenALotWaits(t *testing.T) {
	var p MappingPartition
	const n, apart = int64(10_000), int64(10e6)
	for i := range n {
		p.wait(i, i, i*apart)
	}
	for i := range n {
		if off := i*apart - p.Waiting[0].At; off < 0 || off > n*apart/30 {
			t.Fatalf("got the oldest at %d, want %d", p.Waiting[0].At, i*apart)
		}
		p.Committed = i + 1
		p.done(p.Committed)
	}
	if len(p.Waiting) != 0 {
		t.Errorf("all is committed, and %v waits", p.Waiting)
	}
}
