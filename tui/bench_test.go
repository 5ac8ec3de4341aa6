package tui_test

import (
	"context"
	"strconv"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// still is the shop's run at its worst moment, as a run that goes on.
type still struct {
	tuitest.Driver
	now int64
}

func (s still) Now() int64 { return s.now }

// atNine is a store with the first nine seconds of the shop's run.
func atNine(t testing.TB) (*store.Store, tuitest.Driver) {
	s, entries, src := fed(t)
	n := 0
	for n < len(entries) && entries[n].At < 9e9 {
		n++
	}
	s.Feed(context.Background(), &someEntries{entries[:n]})
	return s, tuitest.Driver{Of: src}
}

// BenchmarkCompose is a frame of each screen, from the store to the string that the
// renderer gets; 100 µs are allowed at 120x36.
func BenchmarkCompose(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 60}} {
		for id := range ui.ID(ui.Tabs) {
			m := tui.New(tui.Options{})
			name := tui.KeyTables()[id+1].Of + "/" + strconv.Itoa(size[0]) + "x" + strconv.Itoa(size[1])
			b.Run(name, func(b *testing.B) {
				s, d := atNine(b)
				m = tui.New(tui.Options{Store: s, Driver: still{d, 9e9}})
				h := hand{t: b, m: m, w: size[0], h: size[1]}
				h.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				h.send(tuitest.Key(strconv.Itoa(int(id) + 1)))
				b.ReportAllocs()
				for b.Loop() {
					m.Update(tea.FocusMsg{}) // something may have changed
					m.View()
				}
			})
		}
	}
}

// BenchmarkFeed is what the store does for an entry of the shop's run.
func BenchmarkFeed(b *testing.B) {
	_, entries, src := fed(b)
	records := 0
	for i := range entries {
		if entries[i].Kind == journal.RecordsArrived {
			records += int(entries[i].Records)
		}
	}
	n := 0
	for b.Loop() {
		v := store.New(src.Description())
		for i := range entries {
			v.Add(&entries[i])
		}
		n += len(entries)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/entry")
	b.ReportMetric(float64(n)/float64(b.N)/float64(records), "entries/record")
}

// BenchmarkClone is how long the store stands while the view is held.
func BenchmarkClone(b *testing.B) {
	s, _ := atNine(b)
	for b.Loop() {
		s.Hold()
	}
}
