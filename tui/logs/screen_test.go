package logs

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

const shop = "../testdata/shop.journal"

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name  string
		until int64
	}{{"empty", -1}, {"busy", 4e9}, {"failing", 9e9}, {"whole", math.MaxInt64}} {
		for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
			t.Run(fmt.Sprintf("%s %dx%d", c.name, size[0], size[1]), func(t *testing.T) {
				v, _ := tuitest.Shop(t, shop, c.until)
				p := &tuitest.Paper{View: v}
				golden.RequireEqual(t, p.Draw(New(), size[0], size[1]))
			})
		}
	}
}

func TestMovingUpHoldsAndFollowingGoesOn(t *testing.T) {
	v, _ := tuitest.Shop(t, shop, 9e9)
	s, p := New(), &tuitest.Paper{View: v}
	p.Draw(s, 120, 36)
	newest := s.selected()
	p.Press(s, "k", "k")
	if !p.Held || s.selected() >= newest {
		t.Errorf("held %v, line %d of %d", p.Held, s.selected(), newest)
	}
	at := s.selected()
	v.Add(&journal.Entry{Kind: journal.Output, Function: "f", At: 9e9, Text: "one more"})
	p.Draw(s, 120, 36)
	if s.selected() != at {
		t.Errorf("the cursor went from line %d to %d", at, s.selected())
	}
	p.Press(s, "G")
	if got := p.Draw(s, 120, 36); p.Held || !strings.Contains(got, "one more") {
		t.Errorf("held %v\n%s", p.Held, got)
	}
}

// Whatever the filter and the level, each line that matches is shown once, in order.
func TestFoundIsWhatMatches(t *testing.T) {
	v, _ := tuitest.Shop(t, shop, math.MaxInt64)
	s, p := New(), &tuitest.Paper{View: v, Filter: "fn=enrich"}
	s.level = store.Warn
	p.Draw(s, 120, 36)
	var want []uint64
	for n := v.Logs.First(); n <= v.Logs.Total; n++ {
		if l := v.Logs.At(n); l.Entry.Function == "enrich" && l.Level >= store.Warn {
			want = append(want, n)
		}
	}
	if fmt.Sprint(s.found.numbers) != fmt.Sprint(want) || len(want) < 100 {
		t.Errorf("got %d lines, want %d", len(s.found.numbers), len(want))
	}
	early, _ := tuitest.Shop(t, shop, 9e9)
	p.View = early // the time cursor goes back
	p.Draw(s, 120, 36)
	for _, n := range s.found.numbers {
		if n > early.Logs.Total {
			t.Fatalf("line %d of %d", n, early.Logs.Total)
		}
	}
	p.View = v
	p.Draw(s, 120, 36)
	if len(s.found.numbers) != len(want) {
		t.Errorf("got %d lines, want %d", len(s.found.numbers), len(want))
	}
}

func TestEnterOpensTheRecord(t *testing.T) {
	v, _ := tuitest.Shop(t, shop, 9e9)
	s, p := New(), &tuitest.Paper{View: v, Filter: `text~sku`}
	p.Draw(s, 120, 36)
	if !p.Press(s, "enter") || len(p.Shown) != 1 || p.Shown[0] != ui.Detail || p.Targets[0].Topic != "orders" {
		t.Errorf("got %v %+v", p.Shown, p.Targets)
	}
}

func TestHostileTextIsDrawnAsText(t *testing.T) {
	v := store.New(nil)
	v.Add(&journal.Entry{Kind: journal.Output, Function: "f", Text: "evil\x1b[2J\rX\x1b]0;t\a\u202e"})
	s, p := New(), &tuitest.Paper{View: v}
	if got := p.Draw(s, 80, 24); strings.ContainsAny(got, "\x1b\r\a\u202e") || !strings.Contains(got, "evil·[2J·X") {
		t.Errorf("got %q", got)
	}
}

func BenchmarkDraw(b *testing.B) {
	v, _ := tuitest.Shop(b, shop, 9e9)
	s, p := New(), &tuitest.Paper{View: v}
	b.ReportAllocs()
	for b.Loop() {
		p.Draw(s, 120, 36)
	}
}
