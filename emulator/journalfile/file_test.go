package journalfile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestWhatIsWrittenIsRead: all fields of any entries come back, by Open, Read and Follow.
func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(drawEntry), 0, 30).Draw(t, "entries")
		l, want := logged(entries)
		var out bytes.Buffer
		if err := Send(context.Background(), &out, nil, &description, l.Keep("a test"), math.MaxUint64); err != nil {
			t.Fatal(err)
		}
		f, err := Read(bytes.NewReader(out.Bytes()), "stream")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if f.Damaged() != "" || f.Missed() != 0 || f.Last() != uint64(len(want)) || f.Entries() != uint64(len(want)) {
			t.Fatalf("damaged %q, missed %d, last %d, %d entries; want %d whole ones", f.Damaged(), f.Missed(), f.Last(), f.Entries(), len(want))
		}
		if !reflect.DeepEqual(f.Description(), &description) {
			t.Fatalf("got %+v", f.Description())
		}
		i := 0
		check := func(e *journal.Entry) bool {
			if i >= len(want) || !same(e, &want[i]) {
				t.Fatalf("entry %d:\n got %+v\nwant %+v", i+1, *e, want[min(i, len(want)-1)])
			}
			i++
			return true
		}
		if err := f.Scan(journal.Want{}, check); err != nil || i != len(want) {
			t.Fatalf("%d of %d entries, %v", i, len(want), err)
		}
		i = 0
		s, err := Follow(bytes.NewReader(out.Bytes()))
		for err == nil {
			err = s.Next(func(_ uint64, e *journal.Entry) bool { return check(e) })
		}
		if err != io.EOF || i != len(want) {
			t.Fatalf("followed %d of %d entries, %v", i, len(want), err)
		}
		s.Close()
	})
}

// TestEveryFieldIsStored fails when an entry has got a field that the file forgets.
func TestEveryFieldIsStored(t *testing.T) {
	var visit func(v reflect.Value, path string, whole *journal.Entry)
	visit = func(v reflect.Value, path string, whole *journal.Entry) {
		for i := range v.NumField() {
			name, f := path+v.Type().Field(i).Name, v.Field(i)
			switch {
			case name == "Seq":
				continue
			case name == "Each":
				f.Set(reflect.ValueOf(&journal.Records{Base: 3, Each: []journal.Known{{Key: 7}}}))
			case f.Kind() == reflect.Struct:
				visit(f, name+".", whole)
				continue
			case f.CanInt():
				f.SetInt(1)
			case f.CanUint():
				f.SetUint(1)
			case f.Kind() == reflect.String:
				f.SetString("x")
			default:
				t.Fatalf("%s is a %v: teach the file and this test", name, f.Kind())
			}
			want := *whole
			if whole.Kind == 0 {
				want.Kind = 1
			}
			got := scan(t, opened(t, written(t, []journal.Entry{want})), journal.Want{})
			want.Seq = 1
			if len(got) != 1 || !same(&got[0], &want) {
				t.Errorf("%s: got %+v, want %+v", name, got, want)
			}
			f.SetZero()
		}
	}
	var e journal.Entry
	visit(reflect.ValueOf(&e).Elem(), "", &e)
}

// TestScanFindsWhatIsWanted: what the index leaves out is not wanted.
func TestScanFindsWhatIsWanted(t *testing.T) {
	small := func(t *rapid.T, most int, name string) int { return rapid.IntRange(0, most).Draw(t, name) }
	drawn := func(t *rapid.T) journal.Entry {
		e := journal.Entry{Kind: journal.Kind(rapid.IntRange(1, int(lastKind())).Draw(t, "kind")), Topic: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "topic"),
			Partition: int32(small(t, 2, "partition")), First: int64(small(t, 20, "first")), Batch: uint64(small(t, 9, "batch")),
			Invocation: uint64(small(t, 9, "invocation")), Request: uint64(small(t, 3, "request")), Environment: uint32(small(t, 4, "environment"))}
		e.Last = e.First + int64(small(t, 5, "length")) - 1
		return e
	}
	rapid.Check(t, func(t *rapid.T) {
		l, all := logged(rapid.SliceOfN(rapid.Custom(drawn), 1, 60).Draw(t, "entries"))
		f := chunked(t, l, rapid.IntRange(1, 7).Draw(t, "chunk"))
		defer f.Close()
		want := journal.Want{From: uint64(small(t, 60, "from")), To: uint64(small(t, 60, "to")), Topic: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "topic"),
			AllPartitions: rapid.Bool().Draw(t, "any"), Partition: int32(small(t, 2, "partition")), First: int64(small(t, 20, "first")),
			Batch: uint64(small(t, 3, "batch")), Invocation: uint64(small(t, 3, "invocation")), Request: uint64(small(t, 3, "request")), Environment: uint32(small(t, 3, "environment"))}
		want.Last = want.First + int64(small(t, 3, "length"))
		if rapid.Bool().Draw(t, "kinds") {
			want.Kinds = journal.KindsOf(journal.Kind(rapid.IntRange(1, int(lastKind())).Draw(t, "one")), journal.OffsetCommitted)
		}
		held, i := &journal.Held{Entries: all}, 0
		var expected []journal.Entry
		held.Scan(want, func(e *journal.Entry) bool { expected = append(expected, *e); return true })
		if err := f.Scan(want, func(e *journal.Entry) bool {
			if i >= len(expected) || !same(e, &expected[i]) {
				t.Fatalf("entry %d is %+v, want %+v", i, *e, expected)
			}
			i++
			return true
		}); err != nil || i != len(expected) {
			t.Fatalf("%d of %d entries, %v", i, len(expected), err)
		}
	})
}

// chunked is a file of chunks of some entries each.
func chunked(t interface{ Fatal(...any) }, l *journal.Log, size int) *File {
	var out bytes.Buffer
	s, err := newSink(&out, &description)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	r, buf := l.Draw(), make([]journal.Entry, size)
	for {
		n, _ := r.Poll(buf)
		if n == 0 {
			break
		}
		for i := range buf[:n] {
			s.add(&buf[i])
		}
		s.flush()
	}
	s.end()
	f, err := Read(&out, "chunks")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestScanWithinScan: readers look something up while they go through the journal.
func TestScanWithinScan(t *testing.T) {
	l, all := logged(some(50))
	f := chunked(t, l, 7)
	defer f.Close()
	outer := 0
	if err := f.Scan(journal.Want{}, func(e *journal.Entry) bool {
		before := copyOf(e)
		inner := scan(t, f, journal.Want{From: 3, To: 30})
		if len(inner) != 28 || !same(&inner[0], &all[2]) || !same(e, &before) {
			t.Errorf("at %d: %d entries within", e.Seq, len(inner))
		}
		outer++
		return e.Seq < 40
	}); err != nil || outer != 40 {
		t.Errorf("%d entries, %v", outer, err)
	}
}

// some are entries as a run has them.
func some(n int) []journal.Entry {
	all := make([]journal.Entry, 0, n)
	for i := range n {
		k := uint64(i/5 + 1)
		e := journal.Entry{At: int64(i) * 1e6, Kind: journal.RecordsProduced, Topic: "bids", Partition: int32(k % 3), First: int64(i / 15 * 10), Records: 10, Bytes: 1000}
		e.Last = e.First + 9
		switch i % 5 {
		case 0:
			e.Each = &journal.Records{Base: 1e12 + int64(i), Each: make([]journal.Known, 10)}
			for j := range e.Each.Each {
				e.Each.Each[j] = journal.Known{Key: uint64(j+i%97) * 0x9e3779b97f4a7c15, Offset: int32(j)}
			}
			e.Measured.Client, e.Measured.Address = "kcat", "127.0.0.1:40000"
		case 1:
			e.Kind, e.Mapping, e.Function, e.Batch, e.Reason = journal.BatchFormed, "ship", "ship", k, "window"
		case 2:
			e = journal.Entry{At: e.At, Kind: journal.InvocationStarted, Mapping: "ship", Function: "ship", Batch: k, Invocation: k, Environment: uint32(k%40 + 1), Attempt: 1, Records: 10, Bytes: 3000, Reason: journal.Warm}
		case 3:
			e = journal.Entry{At: e.At, Kind: journal.InvocationEnded, Mapping: "ship", Function: "ship", Batch: k, Invocation: k, Environment: uint32(k%40 + 1), Attempt: 1, Records: 10, Bytes: 3000, Outcome: journal.Succeeded,
				Duration: 14e6 + int64(i%1000)*997, Billed: 15, Measured: journal.Measured{Took: 14e6 + int64(i%1000)*1013, CPU: 3e6, Memory: 40 << 20, Started: e.At - 15e6}}
		case 4:
			e.Kind, e.Mapping, e.Function, e.Batch, e.Invocation, e.Outcome, e.Bytes = journal.RecordsEnded, "ship", "ship", k, k, journal.Succeeded, 0
		}
		all = append(all, e)
	}
	return all
}

func TestMessages(t *testing.T) {
	batches := []stored{{topic: "bids", base: 0, last: 3}, {topic: "bids", partition: 1, base: 0, last: 0}, {topic: "orders", base: 7, last: 9}, {topic: "bids", base: 10, last: 11}}
	f := opened(t, written(t, some(3), batches...))
	for _, b := range batches {
		for i, want := range values(b) {
			offset := b.base + int64(i)
			m, err := f.Message(b.topic, b.partition, offset)
			if err != nil || m == nil || string(m.Value) != want || m.Offset != offset || m.Topic != b.topic || m.Partition != b.partition ||
				string(m.Key) != "key" || m.Timestamp != 1000+int64(i) || len(m.Headers) != 1 || m.Headers[0].Key != "h" {
				t.Errorf("%s: got %+v, %v", want, m, err)
			}
		}
	}
	for _, offset := range []int64{4, 9, 12} {
		if m, err := f.Message("bids", 0, offset); m != nil || err != nil {
			t.Errorf("bids/0@%d: got %+v, %v, want nothing", offset, m, err)
		}
	}
}

func TestEntriesOfALaterVersion(t *testing.T) {
	entries := some(5)
	entries[2].Kind = lastKind() + 1
	entries[3].Outcome = lastOutcome() + 1
	l, _ := logged(some(5))
	var out bytes.Buffer
	s, _ := newSink(&out, &description)
	for i := range entries {
		entries[i].Seq = uint64(i + 1)
		s.add(&entries[i])
	}
	s.end()
	s.close()
	l.Close()
	f, err := Read(&out, "later")
	if err != nil {
		t.Fatal(err)
	}
	if got := scan(t, f, journal.Want{}); len(got) != 3 || f.Unknown() != 2 {
		t.Errorf("got %d entries, %d unknown, want 3 and 2", len(got), f.Unknown())
	}
}

func TestNoJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes")
	os.WriteFile(path, []byte("shopping list, longer than any magic"), 0o600)
	for what, try := range map[string]func() error{
		"Open":   func() error { _, err := Open(path); return err },
		"Create": func() error { _, err := Create(path); return err },
	} {
		err := try()
		e, ok := errors.AsType[*NotJournalError](err)
		if !ok || !strings.Contains(e.Error(), path) || e.Hint() == "" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if text, _ := os.ReadFile(path); string(text) != "shopping list, longer than any magic" {
		t.Errorf("the file is now %q", text)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// endless is a stream of zeros that must not be read to its end.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	if e.read += len(b); e.read > 1<<20 {
		return 0, errors.New("read on")
	}
	return len(b), nil
}

func TestReadOfNoJournalEnds(t *testing.T) {
	if _, err := Read(&endless{}, "zeros"); err == nil || !strings.Contains(err.Error(), "does not begin as a journal") {
		t.Errorf("got %v", err)
	}
	if _, err := Read(strings.NewReader(""), "nothing"); err == nil || !strings.Contains(err.Error(), "does not begin as a journal") {
		t.Errorf("got %v", err)
	}
}
