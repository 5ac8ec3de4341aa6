package flow

import (
	"context"
	"strconv"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// shop is the view of the run in testdata after all entries up to a moment.
func shop(t testing.TB, until int64) *store.View {
	t.Helper()
	f, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v := store.New(f.Description())
	if err := journal.ScanAll(f, func(_ uint64, e *journal.Entry) bool {
		if e.At <= until {
			v.Add(e)
		}
		return e.At <= until
	}); err != nil {
		t.Fatal(err)
	}
	v.Advance(min(until, v.Now+1e9))
	return v
}

// whole is behind the end of the run.
const whole = 1 << 62

// host notes what it is asked to show.
type host struct {
	ui.Host
	shown  ui.ID
	target ui.Target
}

func (h *host) Show(id ui.ID, t ui.Target) { h.shown, h.target = id, t }

func (h *host) Load(string, func(context.Context) (any, error)) (any, error) { return nil, nil }

// live is the driver of a run that goes on.
type live struct{ tuitest.Driver }

func (live) Info() ui.Info { return ui.Info{Name: "shop", Kafka: "127.0.0.1:9092", Seed: 42} }

func contextOf(v *store.View, w, h int) (*ui.Context, *host) {
	told := &host{shown: -1}
	return &ui.Context{View: v, Mode: ui.Live, Driver: live{}, Axis: &ui.Axis{Column: 100e6}, Width: w, Height: h, Host: told}, told
}

// draw draws the screen as the program does, without what it has above.
func draw(s *Screen, c *ui.Context) string {
	var f frame.Frame
	f.Resize(c.Width, max(c.Height-4, 0))
	says, body := f.Area().Bottom(1)
	s.Draw(c, body)
	style, text := s.Says(c)
	says.Cut(1, 0, says.W-2, style, text)
	return f.Plain() + "\n"
}

var sizes = [][2]int{{120, 36}, {80, 24}, {60, 15}}

func TestFrames(t *testing.T) {
	for name, until := range map[string]int64{"empty": 0, "busy": 4e9, "failing": 9e9, "whole": whole} {
		v := shop(t, until)
		for _, size := range sizes {
			t.Run(name+"-"+strconv.Itoa(size[0])+"x"+strconv.Itoa(size[1]), func(t *testing.T) {
				c, _ := contextOf(v, size[0], size[1])
				golden.RequireEqual(t, draw(New(), c))
			})
		}
	}
}
