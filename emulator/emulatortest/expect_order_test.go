package emulatortest

import (
	"bytes"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

func ordered(y *tale, topics ...string) string {
	return y.judge(func(x *Expectations) { x.OrderedByKey(topics...) })
}

// begin forms a batch and starts its first invocation.
func (y *tale) begin(partition int32, first, last int64) (batch, invocation uint64) {
	batch = y.batch(partition, first, last)
	return batch, y.start(batch, journal.Warm)
}

func TestOrderedByKeyHolds(t *testing.T) {
	for name, tell := range map[string]func(*tale){
		"one after the other": func(y *tale) {
			y.order(0, "a", "a", "a")
			y.handle(0, 0, 0, time.Second)
			y.handle(0, 1, 2, time.Second)
		},
		"one batch, tried again as a whole": func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 1)
			y.stop(b, i, journal.FunctionError, "")
			i = y.start(b, journal.Warm)
			y.end(b, i, 0, 0, 1, journal.Succeeded)
		},
		"a partial response that names the later one": func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 1)
			y.end(b, i, 0, 0, 0, journal.Succeeded)
			i = y.start(b, journal.Warm)
			y.end(b, i, 0, 1, 1, journal.Succeeded)
		},
		"other keys, no key, other partitions": func(y *tale) {
			y.order(0, "a", "b", "", "")
			y.order(1, "a")
			y.begin(0, 0, 0)
			y.begin(0, 1, 1)
			y.begin(0, 2, 2)
			y.begin(0, 3, 3)
			y.begin(1, 0, 0)
		},
		"dead-lettered before the next": func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 0)
			y.end(b, i, 0, 0, 0, journal.DeadLettered)
			y.handle(0, 1, 1, 0)
		},
		"delivered again after a rebalance": func(y *tale) {
			y.order(0, "a", "a")
			y.handle(0, 0, 0, 0)
			y.begin(0, 1, 1)
			y.lose(0)
			y.handle(0, 0, 1, 0)
		},
		"delivered again with the earlier one in front": func(y *tale) {
			y.order(0, "a", "a")
			y.begin(0, 0, 0)
			y.lose(0)
			y.handle(0, 0, 1, 0)
		},
		"dead-lettered while the earlier one is tried again": func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 1)
			y.end(b, i, 0, 1, 1, journal.DeadLettered)
			i = y.start(b, journal.Warm)
			y.end(b, i, 0, 0, 0, journal.Succeeded)
		},
		"before the mapping began": func(y *tale) {
			y.order(0, "a", "a")
			y.assign(0, 1)
			y.handle(0, 1, 1, 0)
		},
	} {
		y := newTale()
		tell(y)
		if got := ordered(y); got != "" {
			t.Errorf("%s: got failure\n%s", name, got)
		}
	}
}

// It is long because it is one table: each case stands for itself.
func TestOrderedByKeyFinds(t *testing.T) {
	for _, c := range []struct {
		want string
		tell func(*tale)
	}{
		{`ship: key "a": orders/0 @2 was handed to invocation 2 although @0 has not ended`, func(y *tale) {
			y.order(0, "a", "b", "a")
			y.begin(0, 0, 1)
			y.begin(0, 2, 2)
		}},
		{`ship: key "a": orders/0 @1 was handed to invocation 2 before @0 had ended`, func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 0)
			c, j := y.begin(0, 1, 1)
			y.end(b, i, 0, 0, 0, journal.Succeeded)
			y.end(c, j, 0, 1, 1, journal.Succeeded)
		}},
		{`ship: key "a": orders/0 @1 succeeded in invocation 1, which began before @0 had ended`, func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 1)
			y.end(b, i, 0, 1, 1, journal.Succeeded)
			i = y.start(b, journal.Warm)
			y.end(b, i, 0, 0, 0, journal.Succeeded)
		}},
		{`ship: key "a": orders/0 @1 succeeded in invocation 1, which began although @0 has not ended`, func(y *tale) {
			y.order(0, "a", "a")
			b, i := y.begin(0, 0, 1)
			y.end(b, i, 0, 1, 1, journal.Succeeded)
		}},
		{`ship: key "a": orders/0 @1 was handed to invocation 1 before @0 had ended`, func(y *tale) { // and failed, and came again
			y.order(0, "a", "a")
			b, _ := y.begin(0, 1, 1)
			y.handle(0, 0, 0, 0)
			i := y.start(b, journal.Warm)
			y.end(b, i, 0, 1, 1, journal.Succeeded)
		}},
		{`ship: key "a": orders/0 @2 was handed to invocation 2 although @0 has not ended`, func(y *tale) { // @0 was left out
			y.order(0, "a", "a", "a")
			y.begin(0, 0, 1)
			y.lose(0)
			y.begin(0, 1, 2)
		}},
		{`ship: key "a": orders/0 @2 was handed to invocation 2 although @0 has not ended`, func(y *tale) { // @1 has
			y.order(0, "a", "a", "a")
			b, i := y.begin(0, 0, 1)
			y.end(b, i, 0, 1, 1, journal.DeadLettered)
			y.begin(0, 2, 2)
		}},
		{`ship: key "a": orders/0 @2 was handed to invocation 1 before @1 had ended`, func(y *tale) { // but with @0
			y.order(0, "a", "a", "a")
			b := y.batch(0, 0, 0)
			e := y.ranges[b][0]
			e.First, e.Last = 2, 2
			y.add(e)
			y.start(b, journal.Warm)
			y.lose(0)
			y.handle(0, 0, 2, 0)
		}},
		{`ship: key "a": orders/0 @1 was handed to invocation 2 although @0 has not ended`, func(y *tale) { // nor began
			y.order(0, "a", "a")
			y.order(1, "b")
			b := y.batch(0, 0, 1)
			e := y.ranges[b][0]
			e.Partition, e.Last = 1, 0
			y.add(e)
			y.lose(0)
			y.start(b, journal.Warm)
			y.begin(0, 1, 1)
		}},
	} {
		y := newTale()
		c.tell(y)
		got := ordered(y)
		if second := lineOf(got, 1); second != "  "+c.want {
			t.Errorf("got %q, want %q, in\n%s", second, "  "+c.want, got)
		}
	}
}

func TestOrderedByKeyTellsBothStories(t *testing.T) {
	y := newTale()
	y.assign(0, 0)
	y.order(0, "a", "a")
	b, i := y.begin(0, 0, 0)
	y.wait(time.Millisecond)
	y.handle(0, 1, 1, time.Millisecond)
	y.end(b, i, 0, 0, 0, journal.Succeeded)
	wantSaid(t, ordered(y, "orders"), `
		expected the records of each key to be handled in the order of their offsets; got:
		  ship: key "a": orders/0 @1 was handed to invocation 2 before @0 had ended
		the story of orders/0 @0 at ship:
		  00:00:00.000  ship: orders/0 assigned, from offset 0
		  00:00:00.000  orders/0 @0-1: 2 records (20 B) produced by client test
		  00:00:00.000  ship: batch 1 formed by window (orders/0 @0, 1 record)
		  00:00:00.000  ship: invocation 1 started warm in environment 1 (orders/0 @0, 1 record)
		  00:00:00.002  ship: orders/0 committed up to offset 1
		  00:00:00.002  ship: 1 record succeeded after invocation 1 (orders/0 @0)
		the story of orders/0 @1 at ship:
		  00:00:00.000  ship: orders/0 assigned, from offset 0
		  00:00:00.000  orders/0 @0-1: 2 records (20 B) produced by client test
		  00:00:00.001  ship: batch 2 formed by window (orders/0 @1, 1 record)
		  00:00:00.001  ship: invocation 2 started warm in environment 1 (orders/0 @1, 1 record)
		  00:00:00.002  ship: invocation 2 succeeded after 10 ms (orders/0 @1, 1 record)
		  00:00:00.002  ship: 1 record succeeded after invocation 2 (orders/0 @1)
		  00:00:00.002  ship: orders/0 committed up to offset 1
		run it again with seed 7`)
	wantSaid(t, ordered(y, "shipped"), `
		expected the records of topic "shipped" to be handled in order, but no function is subscribed to it
		run it again with seed 7`)
}

func TestOrderedByKeyCannotJudgeWhatIsGone(t *testing.T) {
	y := newTale()
	y.history.kept = historyChunk
	for range historyChunk + 1 {
		y.assign(0, 0)
	}
	wantSaid(t, ordered(y), `
		OrderedByKey cannot be judged: of the 1,025 journal entries of the run, the first 1,024 are gone; judge a shorter run
		run it again with seed 7`)
}

// TestOrderedByKeyBesideAPlainModel tells tales at random and judges each pair
// of records by the definition.
func TestOrderedByKeyBesideAPlainModel(t *testing.T) {
	outcomes := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		y, m := newTale(), &plainModel{batches: map[uint64][]int64{}}
		var keys []string
		for range rapid.IntRange(1, 9).Draw(t, "records") {
			keys = append(keys, rapid.SampledFrom([]string{"a", "a", "b", ""}).Draw(t, "key"))
		}
		y.assign(0, 0)
		y.order(0, keys...)
		m.keys = keys
		for range rapid.IntRange(0, 25).Draw(t, "steps") {
			m.step(t, y)
		}
		want, got := m.disordered(), ordered(y) != ""
		outcomes[want]++
		if got != want {
			t.Fatalf("got disorder %v, want %v: keys %q, %s", got, want, keys, ordered(y))
		}
	})
	if outcomes[true] == 0 || outcomes[false] == 0 {
		t.Errorf("got outcomes %v, want both", outcomes)
	}
}

// plainModel notes for each record every invocation that got it, in time.
type plainModel struct {
	keys      []string
	time      int
	next      int64
	batches   map[uint64][]int64 // the records left in each
	open      []uint64
	got       []plainInvocation
	ended     map[int64]plainEnd
	lastBegun map[uint64]int // index in got
}

type plainInvocation struct {
	began   int
	records []int64
}

type plainEnd struct {
	at, invocation int // index in got, -1 for none
	succeeded      bool
}

func (m *plainModel) step(t *rapid.T, y *tale) {
	m.time++
	if m.ended == nil {
		m.ended, m.lastBegun = map[int64]plainEnd{}, map[uint64]int{}
	}
	switch rapid.IntRange(0, 9).Draw(t, "step") {
	case 0, 1, 2: // a batch of what comes next, mostly with an invocation at once
		if m.next >= int64(len(m.keys)) {
			return
		}
		last := min(m.next+rapid.Int64Range(0, 3).Draw(t, "more"), int64(len(m.keys))-1)
		b := y.batch(0, m.next, last)
		for o := m.next; o <= last; o++ {
			m.batches[b] = append(m.batches[b], o)
		}
		m.open, m.next = append(m.open, b), last+1
		m.begin(y, b)
	case 3, 4:
		if b, ok := m.pick(t); ok {
			m.begin(y, b)
		}
	case 5, 6, 7:
		if b, ok := m.pick(t); ok {
			m.end(t, y, b, len(m.batches[b]))
		}
	case 8:
		if b, ok := m.pick(t); ok {
			m.end(t, y, b, 1)
		}
	case 9: // everything in flight is lost, and delivery begins anew
		y.lose(0)
		m.open, m.batches = nil, map[uint64][]int64{}
		m.next = rapid.Int64Range(0, m.next).Draw(t, "from")
		y.assign(0, m.next)
	}
}

func (m *plainModel) pick(t *rapid.T) (uint64, bool) {
	if len(m.open) == 0 {
		return 0, false
	}
	return rapid.SampledFrom(m.open).Draw(t, "batch"), true
}

func (m *plainModel) begin(y *tale, b uint64) {
	y.start(b, journal.Warm)
	m.lastBegun[b] = len(m.got)
	m.got = append(m.got, plainInvocation{m.time, append([]int64(nil), m.batches[b]...)})
}

// end ends n records of a batch, drawn from those left in it.
func (m *plainModel) end(t *rapid.T, y *tale, b uint64, n int) {
	outcome := rapid.SampledFrom([]journal.Outcome{journal.Succeeded, journal.Succeeded, journal.DeadLettered}).Draw(t, "outcome")
	invocation := m.lastBegun[b]
	for range n {
		i := 0
		if n == 1 {
			i = rapid.IntRange(0, len(m.batches[b])-1).Draw(t, "record")
		}
		o := m.batches[b][i]
		m.batches[b] = append(append([]int64(nil), m.batches[b][:i]...), m.batches[b][i+1:]...)
		y.end(b, uint64(invocation)+1, 0, o, o, outcome)
		if _, ok := m.ended[o]; !ok {
			m.ended[o] = plainEnd{m.time, invocation, outcome == journal.Succeeded}
		}
	}
	if len(m.batches[b]) > 0 {
		return
	}
	for i := range m.open {
		if m.open[i] == b {
			m.open = append(m.open[:i:i], m.open[i+1:]...)
			break
		}
	}
}

// disordered is the definition, for every pair of records of a key.
func (m *plainModel) disordered() bool {
	for later := range int64(len(m.keys)) {
		for earlier := range later {
			if m.keys[earlier] == m.keys[later] && m.keys[later] != "" && m.broken(earlier, later) {
				return true
			}
		}
	}
	return false
}

func (m *plainModel) broken(earlier, later int64) bool {
	endedAt, endedBy := math.MaxInt, -1
	if e, ok := m.ended[earlier]; ok {
		endedAt, endedBy = e.at, e.invocation
	}
	for _, i := range m.got {
		if !contains(i.records, later) {
			continue
		}
		if endedAt >= i.began && !contains(i.records, earlier) {
			return true
		}
		break // the first that got it
	}
	e := m.ended[later]
	return e.succeeded && endedAt >= m.got[e.invocation].began && endedBy != e.invocation
}

func contains(records []int64, offset int64) bool {
	for _, r := range records {
		if r == offset {
			return true
		}
	}
	return false
}

func TestInOrder(t *testing.T) {
	compare := func(a, b *kgo.Record) int { return bytes.Compare(a.Value, b.Value) }
	y := newTale()
	y.order(0, "a", "b", "", "a")
	y.order(1, "a")
	y.order(0, "", "")
	y.records["orders"][6].Value = []byte("-1")
	wantSaid(t, y.judge(func(x *Expectations) { x.InOrder("orders", compare) }), "")
	y.records["orders"][3].Value = []byte("-1")
	y.records["orders"][2].Value = []byte("-2")
	wantSaid(t, y.judge(func(x *Expectations) { x.InOrder("orders", compare) }), `
		expected the values of each key in topic "orders" to ascend; got:
		  key "a": orders/0 @3 has "-1", after @0 with "0"
		the story of orders/0 @0:
		  00:00:00.000  orders/0 @0-3: 4 records (40 B) produced by client test
		the story of orders/0 @3:
		  00:00:00.000  orders/0 @0-3: 4 records (40 B) produced by client test
		run it again with seed 7`)
}

func TestExcerpt(t *testing.T) {
	long := bytes.Repeat([]byte("x"), excerptBytes+1)
	for _, c := range []struct{ got, want string }{
		{excerpt(nil), "no value"},
		{excerpt([]byte{}), `""`},
		{excerpt(long), strconv.Quote(string(long[1:])) + "..."},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestOrderedByKeyOfManyRecords would not end in time if it compared all pairs.
func TestOrderedByKeyOfManyRecords(t *testing.T) {
	y := newTale()
	const records, batch = 200_000, 100
	keys := make([]string, records)
	for i := range keys {
		keys[i] = "a"
	}
	y.order(0, keys...)
	for first := int64(0); first < records; first += batch {
		y.handle(0, first, first+batch-1, time.Millisecond)
	}
	if got := ordered(y); got != "" {
		t.Errorf("got %s, want nothing", got)
	}
}
