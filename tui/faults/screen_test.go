package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

var sizesShown = [][2]int{{120, 36}, {80, 24}, {60, 15}}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name  string
		paper tuitest.Paper
		keys  []string
	}{
		{"empty", tuitest.Paper{View: shopView(false), Driver: &driver{}}, nil},
		{"busy", tuitest.Paper{View: shopView(true), Driver: shopDriver()}, []string{"j", "j"}},
		{"faults", tuitest.Paper{View: shopView(true), Driver: shopDriver()}, []string{"G", "k", "k"}},
		{"run", tuitest.Paper{View: shopView(true), Driver: shopDriver()}, []string{"h", "j"}},
		{"finished", tuitest.Paper{View: shopView(true), Mode: ui.Finished}, []string{"j"}},
	} {
		for _, size := range sizesShown {
			t.Run(fmt.Sprintf("%s %dx%d", c.name, size[0], size[1]), func(t *testing.T) {
				s, p := New(), c.paper
				p.Draw(s, size[0], size[1])
				for _, key := range c.keys {
					if !p.Press(s, key) {
						t.Errorf("%s does nothing", key)
					}
					p.Draw(s, size[0], size[1])
				}
				golden.RequireEqual(t, p.Draw(s, size[0], size[1]))
			})
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	s, p := New(), &tuitest.Paper{View: shopView(true), Driver: shopDriver()}
	var f frame.Frame
	f.Resize(120, 36)
	_, rest := f.Area().Top(3)
	_, body := rest.Bottom(2)
	c := p.Context(120, 36)
	b.ReportAllocs()
	for b.Loop() {
		s.Draw(c, body)
		s.Says(c)
		s.Badge(c)
	}
}

// No size is too small, and nothing is drawn outside.
func TestEverySize(t *testing.T) {
	for _, d := range []ui.Driver{&driver{}, shopDriver(), tuitest.Driver{}} {
		s, p := New(), &tuitest.Paper{View: shopView(true), Driver: d}
		for w := range 210 {
			for _, h := range []int{0, 1, 4, 5, 6, 7, 12, 21, 36, 80} {
				for row := range strings.Lines(p.Draw(s, w, h)) {
					if got := frame.Width(strings.TrimSuffix(row, "\n")); got > w {
						t.Fatalf("at %dx%d a row of %d columns: %q", w, h, got, row)
					}
				}
				p.Press(s, "j")
			}
		}
	}
}

// Whatever keys are pressed, in whatever order, the cursor is on a row or there is none, and
// what is sent is within the bounds.
func TestAnyKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := shopDriver()
		s, p := New(), &tuitest.Paper{View: shopView(true), Driver: d}
		var names []string
		for _, k := range s.Keys() {
			names = append(names, k.Keys...)
		}
		for _, key := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 60).Draw(t, "keys") {
			s.changes.last = time.Time{} // nobody waits here
			p.Draw(s, rapid.SampledFrom([]int{30, 60, 80, 120}).Draw(t, "w"), rapid.IntRange(0, 40).Draw(t, "h"))
			p.Press(s, key)
			p.Forget("")
		}
		p.Draw(s, 120, 36)
		if r := s.selected(); r == nil || r.is == headingRow {
			t.Fatalf("the cursor is at %d of %d", s.at, len(s.rows))
		}
		for i := range d.settings {
			of := &d.settings[i]
			if mistake := mistakeIn(of, of.Value); mistake != "" {
				t.Fatalf("%s: %s", of.Path, mistake)
			}
			if v, ok := parseAmount(of.Kind, of.Value); ok {
				if lo, hi := boundsOf(of); v < lo || v > hi {
					t.Fatalf("%s is %s", of.Path, of.Value)
				}
			}
		}
	})
}
