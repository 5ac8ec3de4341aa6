package journal

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func withEach(n int) Entry {
	return Entry{Kind: RecordsProduced, Topic: "t", Each: NewRecords(n), Records: int32(n)}
}

// smallEach is a log whose entries know at most max records.
func smallEach(max, headroom uint64) *Log {
	l := NewLog(1)
	l.each.max, l.each.headroom = max, headroom
	return l
}

// The oldest entries lose their Each first, and only theirs; those that stay come to
// no more than the bound, whatever is appended, and what is counted is what is there.
func TestEachIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := smallEach(100, 50)
		draw := l.Draw()
		n := 0
		for range rapid.IntRange(1, 60).Draw(t, "appends") {
			var some []Entry
			for range rapid.IntRange(1, 700).Draw(t, "entries") {
				some = append(some, Entry{Kind: Note})
				if rapid.IntRange(0, 40).Draw(t, "each") == 0 {
					some[len(some)-1] = withEach(rapid.IntRange(0, 30).Draw(t, "records"))
				}
			}
			l.Append(some...)
			n += len(some)
		}
		var held uint64
		lost := false
		buf := make([]Entry, l.capacity)
		got, missed := draw.Poll(buf)
		if got+int(missed) != n {
			t.Fatalf("%d read and %d missed of %d", got, missed, n)
		}
		for i := got - 1; i >= 0; i-- {
			e := &buf[i]
			switch {
			case e.Kind == RecordsProduced && e.Each == nil && e.Records > 0:
				lost = true
			case e.Each != nil && lost && e.Each.size() > 0:
				t.Fatalf("entry %d kept Each, a newer one lost it", e.Seq)
			}
			held += e.Each.size()
		}
		if held > 100 || held != l.each.held {
			t.Fatalf("%d records are held, %d counted, at most 100 allowed", held, l.each.held)
		}
	})
}

// A reader that keeps gets every Each, also where it stands still: the run is told to
// wait in time.
func TestKeeperGetsEveryEach(t *testing.T) {
	l := smallEach(100, 50)
	l.Append(withEach(10))
	keep := l.Keep("the file")
	appended := uint64(10)
	for !standsStill(l) {
		l.Append(withEach(10))
		if appended += 10; appended > 100 {
			t.Fatal("room for more than the log holds")
		}
	}
	if appended != 50 {
		t.Errorf("pushed back after %d records, want 50", appended)
	}
	for range 20 { // a step that is much larger than it may be
		l.Append(withEach(10))
	}
	room, whom := l.Room()
	if whom != "the file" {
		t.Errorf("stands still for %q", whom)
	}
	buf := make([]Entry, 1)
	var records uint64
	for {
		n, _ := keep.Poll(buf)
		if n == 0 {
			break
		}
		if buf[0].Each == nil {
			t.Fatalf("entry %d lost its Each", buf[0].Seq)
		}
		records += buf[0].Each.size()
	}
	if records != appended+200 || standsStill(l) {
		t.Errorf("%d records read of %d, stands still: %v", records, appended+200, standsStill(l))
	}
	<-room
	l.Append(withEach(1))
	if l.each.held > 100 {
		t.Errorf("%d records are held once they were read", l.each.held)
	}
}

// A run that stood still does not go on for one entry.
func TestRoomComesInPieces(t *testing.T) {
	l := NewLog(1)
	keep := l.Keep("slow")
	for !standsStill(l) {
		fill(l, 1)
	}
	room, _ := l.Room()
	keep.Poll(make([]Entry, 1))
	select {
	case <-room:
		t.Fatal("room after one entry")
	default:
	}
	keep.Poll(make([]Entry, (l.capacity-headroom)/4))
	select {
	case <-room:
	default:
		t.Fatal("no room after a quarter of the log")
	}
}

func TestJoinIsTheBlockOfBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		cut := rapid.IntRange(1, n).Draw(t, "cut")
		first := rapid.Int64Range(0, 1<<40).Draw(t, "first")
		whole, a, b := NewRecords(n), NewRecords(cut), NewRecords(n-cut)
		for i := range n {
			at := rapid.Int64Range(1e12, 1e12+1e9).Draw(t, "at")
			key := []byte{byte(i)}
			whole.Know(i, key, 7, first+int64(i), first, at)
			if i < cut {
				a.Know(i, key, 7, first+int64(i), first, at)
			} else {
				b.Know(i-cut, key, 7, first+int64(i), first+int64(cut), at)
			}
		}
		if rapid.Bool().Draw(t, "bound") {
			b.Origins = make([]int32, n-cut)
			for i := range n {
				whole.Origins = append(whole.Origins, -1)
				if i >= cut {
					whole.Origins[i] = 0
				}
			}
		}
		if n == cut {
			b.Base, whole.Origins, b.Origins = 5, nil, nil
		}
		x := Entry{Each: a.Join(first, b, first+int64(cut))}
		y := Entry{Each: whole}
		if !bytes.Equal(x.AppendModelled(nil), y.AppendModelled(nil)) {
			t.Fatalf("got %+v, want %+v", x.Each, y.Each)
		}
	})
	if NewRecords(1).Join(0, nil, 1) != nil || (*Records)(nil).Join(0, NewRecords(1), 1) != nil {
		t.Error("a block of which a part is not known is known")
	}
}

func TestJSONOfEach(t *testing.T) {
	e := Entry{Seq: 1, Kind: RecordsProduced, Topic: "t", First: 10, Last: 11, Records: 2, Digest: 0xabc, Each: NewRecords(2)}
	e.Each.Know(0, nil, 0, 10, 10, 1000)
	e.Each.Know(1, []byte("k"), 15, 11, 10, 1007)
	e.Each.Origins = []int32{-1, 4}
	got := string(e.AppendJSON(nil))
	want := `{"seq":1,"at":0,"kind":"records produced","topic":"t","partition":0,"first":10,"last":11,"records":2,"digest":"0000000000000abc",` +
		`"each":[{"offset":10,"time":1000},{"offset":11,"key":"af63e64c8601fd8a","trace":"000000000000000f","time":1007,"origin":4}]}`
	if got != want || !json.Valid([]byte(got)) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// BenchmarkAppend is an entry as a run writes it, and beside it the bare copy into a ring.
func BenchmarkAppend(b *testing.B) {
	l := NewLog(0)
	e := typical
	for range 1 << 17 {
		l.Append(e)
	}
	b.Run("log", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Append(e)
		}
	})
	b.Run("each", func(b *testing.B) {
		b.ReportAllocs()
		e := e
		e.Kind, e.Each = RecordsProduced, NewRecords(1000)
		for b.Loop() {
			l.Append(e)
		}
	})
	b.Run("bare", func(b *testing.B) {
		ring := make([]Entry, DefaultCapacity)
		i := 0
		for b.Loop() {
			ring[i%len(ring)] = e
			i++
		}
	})
}

func TestAppendDoesNotAllocate(t *testing.T) {
	l := NewLog(1)
	for range l.capacity {
		l.Append(typical)
	}
	e := typical
	e.Each = NewRecords(1 << 15)
	if n := testing.AllocsPerRun(1000, func() { l.Append(e) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
