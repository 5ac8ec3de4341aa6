package eventlist

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// end adds records that end to a view.
func end(v *store.View, first int64, n int, o journal.Outcome) {
	v.Add(&journal.Entry{Kind: journal.RecordsEnded, Function: "f", Mapping: "m", Topic: "t", First: first, Last: first + int64(n) - 1, Records: int32(n), Outcome: o, At: v.Now + 1e6})
}

// The list is what asking every event says, however the view moves: on, and back as the
// time cursor does.
func TestListIsWhatAskingSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := store.New(nil)
		var moments []*store.View
		var l List
		p := &tuitest.Paper{View: v}
		offset := int64(0)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				n := rapid.IntRange(1, 400).Draw(t, "n")
				end(v, offset, n, rapid.SampledFrom([]journal.Outcome{journal.Succeeded, journal.Dropped}).Draw(t, "outcome"))
				offset += int64(n)
				p.View = v
			case 2:
				p.Filter = rapid.SampledFrom([]string{"", "ok", "lost", "off=10..500", "late | lost", "v=x", "nothing"}).Draw(t, "filter")
			case 3:
				moments = append(moments, v.Clone())
				p.View = rapid.SampledFrom(moments).Draw(t, "moment")
			}
			c := p.Context(120, 36)
			l.Update(c, Picks{})
			for i := 0; i < 80 && l.Scanning() != ""; i++ {
				l.Update(c, Picks{})
			}
			check(t, &l, c)
		}
	})
}

func check(t *rapid.T, l *List, c *ui.Context) {
	var want, got []uint64
	s := newSubject(uses{}, Picks{})
	e := &c.View.Events
	for n := e.First(); n <= e.Total; n++ {
		s.set(e.At(n), &e.Names[e.At(n).Of])
		if c.Query.Match(&s.Subject) {
			want = append(want, n)
		}
	}
	for i := range l.Len() {
		got = append(got, l.Number(i))
		if l.Find(got[i]) != i {
			t.Fatalf("%d is found at %d, not %d", got[i], l.Find(got[i]), i)
		}
	}
	if !slices.Equal(got, want) || l.Scanning() != "" {
		t.Fatalf("%q: got %d, want %d events; %s", c.Filter, len(got), len(want), l.Scanning())
	}
	if int(e.Total+1-e.First()) != l.Len()+l.Hidden() {
		t.Fatalf("%q: %d and %d hidden of %d", c.Filter, l.Len(), l.Hidden(), e.Total)
	}
}

// The whole ring, after the filter was changed; and a frame in which 1,000 events came.
func BenchmarkUpdate(b *testing.B) {
	v := store.New(nil)
	for i := range 700 {
		end(v, int64(i*100), 100, journal.Succeeded)
	}
	for _, filter := range []string{"fn=f & (bad | late)", "off=10..500 p=0 ok"} {
		q, err := query.Parse(filter)
		if err != nil {
			b.Fatal(err)
		}
		c := &ui.Context{View: v, Query: q, Filter: filter}
		b.Run("all "+filter, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				var l List
				for range 5 { // frames
					l.Update(c, Picks{})
				}
			}
		})
		b.Run("1000 "+filter, func(b *testing.B) {
			var l List
			l.Update(c, Picks{})
			for b.Loop() {
				l.to -= 1000
				l.Update(c, Picks{})
			}
		})
	}
}
