package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A handler that remembers a rate: what came after the change of it is stale where warm.
func TestRecycleFindsStaleState(t *testing.T) {
	first, again := newPast(), newPast()
	for _, p := range []*past{first, again} {
		p.arrive(keyed{"a", `{"id":1}`}, keyed{"a", `{"id":2}`}, keyed{"b", `{"id":3}`}, keyed{"b", `{"id":4}`})
	}
	for i, rate := range []string{"5", "5", "5", "5"} {
		first.one(1, int64(i), fmt.Sprintf(`{"rate":{"now":%s},"at":%d}`, rate, i))
	}
	for i, rate := range []string{"5", "5", "6", "6"} {
		again.one(uint32(i+1), int64(i), fmt.Sprintf(`{"at":%d,"rate":{"now":%s}}`, i+100, rate))
	}
	f := recycle(t, first, again, RecycleOptions{})
	if f.Stale != 2 || f.Natural != 2 || f.Equal != 0 || !slices.Equal(f.Always, []string{"at"}) {
		t.Fatalf("got %+v, want 2 stale and 2 that differ in the time only", f)
	}
	if want := (RecycledMember{"rate.now", 2, 3, 0, 1}); len(f.Members) != 1 || f.Members[0] != want {
		t.Errorf("got members %+v, want %+v", f.Members, want)
	}
	w := f.Witnesses[0]
	if w.Record.Offset != 2 || w.Key != "b" || w.Served != 2 || w.Fresh || w.Age == 0 || len(w.Differences) != 1 ||
		w.Differences[0] != (Difference{"out", "rate.now", "5", "6"}) {
		t.Errorf("got witness %+v", w)
	}
	f = recycle(t, first, again, RecycleOptions{Ignore: []string{"rate.now", "at"}})
	if f.Equal != 4 {
		t.Errorf("with both members ignored: got %+v, want all equal", f)
	}
	if f = recycle(t, first, again, RecycleOptions{Ignore: []string{"at"}}); f.Equal != 2 || f.Stale != 2 {
		t.Errorf("with the time ignored: got %+v, want 2 equal", f)
	}
}

// What differs of a fresh environment has another cause, unless it does so always.
func TestRecycleTellsOtherCauses(t *testing.T) {
	first, again := newPast(), newPast()
	for _, p := range []*past{first, again} {
		p.arrive(keyed{"a", "1"}, keyed{"a", "2"}, keyed{"a", "3"})
		for i := range 3 {
			out := `"same"`
			if p == again && i == 1 {
				out = `"other"`
			}
			p.one(uint32(i+1), int64(i), out)
		}
	}
	if f := recycle(t, first, again, RecycleOptions{}); f.Other != 1 || f.Equal != 2 || !f.Witnesses[0].Fresh {
		t.Errorf("got %+v, want 1 other", f)
	}
}

// A record is known again by its payload, wherever it is, the nth of equals as the nth.
func TestRecycleMatches(t *testing.T) {
	first, again := newPast(), newPast()
	first.arrive(keyed{"a", `{"x":1,"y":2}`}, keyed{"b", "2"}, keyed{"a", `{"x":1,"y":2}`}, keyed{"c", "lost"})
	for i, out := range []string{"1", "2", "3", "4"} {
		first.one(1, int64(i), out)
	}
	again.arrive(keyed{"b", "2"}, keyed{"a", `{"y":2,"x":1}`}, keyed{"a", `{"x":1, "y":2}`}, keyed{"", "2"})
	for i, out := range []string{"2", "1", "3", "9"} {
		again.one(uint32(i+1), int64(i), out)
	}
	f := recycle(t, first, again, RecycleOptions{})
	if f.Equal != 3 || len(f.NotCompared) != 1 || f.NotCompared[0].Records != 1 {
		t.Errorf("got %+v, want 3 equal and 1 that is not there", f)
	}
}

// Where only the batch is known, batches are compared, if they are the same.
func TestRecycleComparesBatches(t *testing.T) {
	run := func(cut int64, outputs ...string) *past {
		p := newPast()
		p.arrive(keyed{"", "1"}, keyed{"", "2"}, keyed{"", "3"})
		var all []keyed
		for _, o := range outputs {
			all = append(all, keyed{"", o})
		}
		p.handle(handled{environment: 1, first: 0, last: cut, outputs: all[:1], direct: true})
		if cut < 2 {
			p.handle(handled{environment: 1, first: cut + 1, last: 2, outputs: all[1:], direct: true})
		}
		return p
	}
	for _, test := range []struct {
		name                         string
		first, again                 *past
		equal, stale, other, without int
	}{
		{"same batches", run(1, "x", "y", "z"), run(1, "x", "z", "y"), 3, 0, 0, 0},
		{"other batches", run(1, "x", "y"), run(0, "x", "y"), 0, 0, 0, 3},
		{"a batch differs", run(2, "x"), run(2, "y"), 0, 0, 1, 2},
		{"one of a batch of its own", run(1, "x", "y"), run(1, "x", "z"), 2, 1, 0, 0},
	} {
		f := recycle(t, test.first, test.again, RecycleOptions{})
		if f.Equal != test.equal || f.Stale != test.stale || f.Other != test.other || f.notCompared() != test.without {
			t.Errorf("%s: got %+v", test.name, f)
		}
	}
}

// A function that sums up a batch may by chance give as many sums as there are records: they
// are of none of them, and another batch gives others.
func TestRecycleDistrustsAnIndexByChance(t *testing.T) {
	run := func(cuts ...int64) *past {
		p := newPast()
		p.arrive(keyed{"a", "1"}, keyed{"b", "2"}, keyed{"c", "1"})
		at := int64(0)
		for _, cut := range cuts {
			h := handled{environment: 1, first: at, last: cut}
			sums := []int{0, 0, 0}
			for ; at <= cut; at++ {
				sums[[]int{2, 1, 2}[at]]++
			}
			for kind, n := range sums {
				if n > 0 {
					h.outputs = append(h.outputs, keyed{"", fmt.Sprintf(`{"kind":%d,"n":%d}`, kind, n)})
				}
			}
			if len(h.outputs) == int(h.last-h.first+1) { // as the emulator has it
				for i := range h.outputs {
					h.origins = append(h.origins, int32(i))
				}
			}
			p.handle(h)
		}
		return p
	}
	f := recycle(t, run(1, 2), run(2), RecycleOptions{})
	if f.notCompared() != 3 {
		t.Errorf("got %+v, want none compared", f)
	}
	if f := recycle(t, run(0, 2), run(0, 2), RecycleOptions{}); f.Equal != 3 {
		t.Errorf("the same batches: got %+v", f)
	}
}

// What comes of several records together may depend on how they were cut.
func TestRecycleDoesNotJoinBatches(t *testing.T) {
	run := func(cuts ...int64) *past {
		p := newPast()
		p.arrive(keyed{"a", "1"}, keyed{"a", "2"}, keyed{"a", "3"}, keyed{"a", "4"})
		at := int64(0)
		for _, cut := range cuts {
			p.handle(handled{environment: 1, first: at, last: cut, outputs: []keyed{{"a", fmt.Sprint(cut - at + 1)}}, direct: true})
			at = cut + 1
		}
		return p
	}
	if f := recycle(t, run(3), run(1, 3), RecycleOptions{}); f.notCompared() != 4 {
		t.Errorf("got %+v, want none compared", f)
	}
}

func TestRecycleDoesNotGuess(t *testing.T) {
	run := func(h handled) *past {
		p := newPast()
		p.arrive(keyed{"a", "1"})
		h.environment, h.origins = 1, nil
		p.handle(h)
		return p
	}
	plain := run(handled{outputs: []keyed{{"", "x"}}})
	if f := recycle(t, run(handled{outputs: []keyed{{"", "y"}}, reason: "ambiguous"}), plain, RecycleOptions{}); f.notCompared() != 1 {
		t.Errorf("ambiguous output: got %+v", f)
	}
	f := recycle(t, plain, run(handled{outcome: journal.DeadLettered}), RecycleOptions{})
	if f.Other != 1 || f.Witnesses[0].Differences[0] != (Difference{"", "how it ended", "succeeded", "dead-lettered"}) {
		t.Errorf("another outcome: got %+v", f)
	}
	if f := recycle(t, plain, run(handled{}), RecycleOptions{}); f.Other != 1 || f.Witnesses[0].Differences[0].Again != "" {
		t.Errorf("no output: got %+v", f)
	}
	for i := range plain.Entries {
		if e := &plain.Entries[i]; e.Kind == journal.RecordsArrived {
			held := e.Each
			e.Each = nil
			if f := recycle(t, plain, plain, RecycleOptions{}); f.notCompared() != 1 {
				t.Errorf("not held any more: got %+v", f)
			}
			e.Each = held
		}
	}
	queued := newPast()
	queued.arrive(keyed{"a", "1"})
	queued.entry(journal.Entry{Kind: journal.RecordsEnded, Function: "f", Mapping: "f", Topic: "in", Records: 1, Outcome: journal.Succeeded})
	if f := recycle(t, queued, plain, RecycleOptions{}); f.notCompared() != 1 {
		t.Errorf("no invocation: got %+v", f)
	}
	noEntries := newPast()
	noEntries.arrive(keyed{"a", "1"})
	if f := recycle(t, plain, noEntries, RecycleOptions{}); f.notCompared() != 1 {
		t.Errorf("not handled: got %+v", f)
	}
}

// Each record is counted once, whatever is bound to what and however batches were cut, and
// where the handler is pure none of a batch that is the same differs.
func TestRecycleCountsEachRecordOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3"}), 1, 20).Draw(rt, "values")
		run := func(name string) *past {
			p := newPast()
			var records []keyed
			for _, v := range values {
				if name == "again" && rapid.IntRange(0, 4).Draw(rt, "other") == 0 {
					v = "other"
				}
				records = append(records, keyed{rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "key"), v})
			}
			p.arrive(records...)
			for at := 0; at < len(records); {
				n := rapid.IntRange(1, min(5, len(records)-at)).Draw(rt, "batch")
				h := handled{environment: uint32(rapid.IntRange(1, 3).Draw(rt, "environment")), first: int64(at), last: int64(at + n - 1)}
				h.outputs = append(h.outputs, records[at:at+n]...)
				h.direct = rapid.Bool().Draw(rt, "direct")
				if rapid.IntRange(0, 5).Draw(rt, "fails") == 0 {
					h.outcome = journal.DeadLettered
				}
				p.handle(h)
				at += n
			}
			return p
		}
		first, again := run("first"), run("again")
		f := recycle(t, first, again, RecycleOptions{})
		if f.Records != len(values) {
			rt.Fatalf("got %+v, want %d records", f, len(values))
		}
		if f := recycle(t, first, first, RecycleOptions{}); f.Equal != len(values) {
			rt.Fatalf("against itself: got %+v, want all equal", f)
		}
	})
}

// A pure handler never differs, however its batches were cut; one that is not, does.
func TestRecycleOfRandomRuns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		records := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) keyed {
			return keyed{rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "key"), rapid.SampledFrom([]string{"1", "2", `{"x":3}`}).Draw(rt, "value")}
		}), 1, 30).Draw(rt, "records")
		planted := rapid.IntRange(-1, len(records)-1).Draw(rt, "planted")
		warm := false
		run := func(fresh bool) *past {
			p := newPast()
			p.arrive(records...)
			for at := 0; at < len(records); {
				n := rapid.IntRange(1, min(5, len(records)-at)).Draw(rt, "batch")
				h := handled{environment: uint32(rapid.IntRange(1, 2).Draw(rt, "environment")), first: int64(at), last: int64(at + n - 1)}
				if fresh {
					h.environment = uint32(at + 1)
				}
				for i := range n {
					out := records[at+i].value
					if !fresh && at+i == planted {
						out, warm = "9", p.served[h.environment] > 0
					}
					h.outputs, h.origins = append(h.outputs, keyed{"", out}), append(h.origins, int32(i))
				}
				p.handle(h)
				at += n
			}
			return p
		}
		first := run(false)
		f := recycle(t, first, run(true), RecycleOptions{})
		stale, other := 0, 0
		switch {
		case planted >= 0 && warm:
			stale = 1
		case planted >= 0:
			other = 1
		}
		if f.Stale != stale || f.Other != other || f.Equal != len(records)-stale-other {
			rt.Fatalf("got %+v, want %d stale and %d other", f, stale, other)
		}
	})
}

func TestRecycleText(t *testing.T) {
	first, again := newPast(), newPast()
	for _, p := range []*past{first, again} {
		p.arrive(keyed{"a", "1"}, keyed{"a", "2"})
	}
	first.one(6, 0, `{"contact":{"email":"a"}}`)
	first.one(6, 1, `{"contact":{"email":"a"}}`)
	again.one(1, 0, `{"contact":{"email":"a"}}`)
	again.one(2, 1, `{"contact":{"email":"b"}}`)
	r, err := Recycle(first, again, RecycleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"contact.email  1 of 1    0 of 1",
		"f: in/0@1 (key a): in the first run environment 6, warm, 1 invocation before, ",
		`contact.email: "a" in the first run, "b" fresh`,
		"evidence of stale state, no proof", "f: fix: ",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got\n%swithout %q", b.String(), want)
		}
	}
}

func TestLeaves(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`{"b":[1,{"c":"x"}],"a":1.50,"e":{}}`, `a=1.50 b[0]=1 b[1].c="x" e={}`},
		{`12345678901234567890`, `=12345678901234567890`},
		{`no json`, `="no json"`},
		{`{} {}`, `="{} {}"`},
		{`{"time":1}`, `={}`},
		{`{"x":{"time":1,"y":null}}`, `x.y=null`},
	} {
		all := leaves([]byte(test.value), newIgnored([]string{"time"}))
		var got []string
		for _, path := range slices.Sorted(maps.Keys(all)) {
			got = append(got, path+"="+all[path])
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: got %s, want %s", test.value, s, test.want)
		}
	}
	if a, b := canonical(nil, nil), canonical([]byte("no value"), nil); string(a) == string(b) {
		t.Error("no value is a text")
	}
	if got := general("items[12].of[3].name"); got != "items[].of[].name" {
		t.Errorf("got %q", got)
	}
}
