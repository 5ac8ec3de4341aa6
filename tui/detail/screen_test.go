package detail

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// paper is the screen on the run of the shop, open at the newest event that is wanted.
func paper(t testing.TB, want func(*store.Event) bool) (*Screen, *tuitest.Paper) {
	v, src := tuitest.Shop(t, "../testdata/shop.journal", int64(30*time.Second))
	s, p := New(), &tuitest.Paper{View: v, Driver: tuitest.Driver{Of: src}, Mode: ui.Finished}
	for n := v.Events.Total; n >= v.Events.First(); n-- {
		if row := v.Events.At(n); want(row) {
			s.Open(p.Context(120, 36), ui.Target{Topic: v.Events.Names[row.Of].Topic, Partition: row.Partition, Offset: row.Offset, Record: true, Row: n})
			return s, p
		}
	}
	t.Fatal("there is no such event")
	return nil, nil
}

func deadLettered(row *store.Event) bool { return row.State == store.EventDeadLettered }
func keyLate(row *store.Event) bool      { return row.KeyLate && row.Cold }

func TestFrames(t *testing.T) {
	for _, kind := range []struct {
		name string
		want func(*store.Event) bool
	}{{"dlq", deadLettered}, {"late", keyLate}} {
		for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
			t.Run(fmt.Sprintf("%s-%dx%d", kind.name, size[0], size[1]), func(t *testing.T) {
				s, p := paper(t, kind.want)
				p.Draw(s, size[0], size[1])
				golden.RequireEqual(t, p.Draw(s, size[0], size[1]))
			})
		}
	}
}

func TestTabs(t *testing.T) {
	s, p := paper(t, deadLettered)
	for _, name := range tabNames {
		t.Run(name, func(t *testing.T) {
			p.Draw(s, 120, 36)
			golden.RequireEqual(t, p.Draw(s, 120, 36))
		})
		p.Press(s, "tab")
	}
	p.Press(s, "d")
	p.Draw(s, 120, 36)
	golden.RequireEqual(t, p.Draw(s, 120, 36))
}

func BenchmarkDraw(b *testing.B) {
	s, p := paper(b, deadLettered)
	c := p.Context(120, 36)
	var f frame.Frame
	f.Resize(120, 31)
	for b.Loop() {
		f.Clear()
		s.Draw(c, f.Area())
	}
	b.ReportAllocs()
}
