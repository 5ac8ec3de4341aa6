package functions

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// fakeHost notes what a screen asks for.
type fakeHost struct {
	ui.Host
	shown   ui.Target
	prompt  ui.Prompt
	title   string
	lines   []ui.Line
	yes     func() tea.Cmd
	did     string
	said    string
	limits  map[string]int
	refused error
}

func (h *fakeHost) Show(_ ui.ID, t ui.Target) { h.shown = t }
func (h *fakeHost) Ask(p ui.Prompt)           { h.prompt = p }
func (h *fakeHost) Confirm(title string, lines []ui.Line, yes func() tea.Cmd) {
	h.title, h.lines, h.yes = title, lines, yes
}
func (h *fakeHost) Do(what string, work func(context.Context) (string, error)) tea.Cmd {
	h.did = what
	h.said, h.refused = work(context.Background())
	return nil
}
func (h *fakeHost) Load(string, func(context.Context) (any, error)) (any, error) {
	return h.limits, nil
}

// fakeDriver says what it was asked to do.
type fakeDriver struct{ ui.Driver }

func (fakeDriver) Set(_ context.Context, assignments []string) (string, error) {
	return fmt.Sprint("set ", assignments), nil
}
func (fakeDriver) Kill(_ context.Context, environment uint32) (string, error) {
	return fmt.Sprint("killed ", environment), nil
}
func (fakeDriver) Recycle(_ context.Context, function string) (string, error) {
	return "recycled " + function, nil
}
func (fakeDriver) Reload(_ context.Context, names []string) (string, error) {
	return fmt.Sprint("reloaded ", names), nil
}
func (fakeDriver) Undo(context.Context) (string, error) { return "undone", nil }

// shop is the run of the shop up to a world time; 0 is its beginning, -1 all of it.
func shop(t testing.TB, until int64) *store.View {
	t.Helper()
	f, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v := store.New(f.Description())
	err = journal.ScanAll(f, func(_ uint64, e *journal.Entry) bool {
		if until >= 0 && e.At > until {
			return false
		}
		v.Add(e)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// contextOf is a Context of a terminal of a size, with the host that it asks.
func contextOf(v *store.View, w, h int) (*ui.Context, *fakeHost) {
	host := &fakeHost{}
	return &ui.Context{View: v, Mode: ui.Live, Driver: fakeDriver{}, Axis: &ui.Axis{Column: 100e6}, Width: w, Height: h, Host: host}, host
}

// drawn is what a screen draws on a terminal, with its sentence below it.
func drawn(s *Screen, c *ui.Context) string {
	var f frame.Frame
	f.Resize(c.Width, max(c.Height-4, 0))
	_, rest := f.Area().Bottom(1)
	s.Draw(c, rest)
	style, text := s.Says(c)
	f.Area().Cut(1, c.Height-5, c.Width-2, style, text)
	return f.Plain() + "\n"
}

func TestFrames(t *testing.T) {
	for _, moment := range []struct {
		name  string
		until int64
	}{{"empty", 0}, {"busy", 4e9}, {"failing", 9e9}, {"whole", -1}} {
		for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
			t.Run(fmt.Sprintf("%s_%dx%d", moment.name, size[0], size[1]), func(t *testing.T) {
				c, _ := contextOf(shop(t, moment.until), size[0], size[1])
				golden.RequireEqual(t, drawn(New(), c))
			})
		}
	}
}

// TestScrolledFrames are a part of the run that is over, an environment that is selected,
// and a function with a revision that does not serve.
func TestScrolledFrames(t *testing.T) {
	t.Run("scrolled", func(t *testing.T) {
		c, _ := contextOf(shop(t, -1), 120, 36)
		c.Mode, c.Axis.End, c.Axis.Column = ui.Finished, 12e9, 10e6
		golden.RequireEqual(t, drawn(New(), c))
	})
	t.Run("selected", func(t *testing.T) {
		c, _ := contextOf(shop(t, 13.2e9), 120, 36)
		c.Axis.Column = 1e9
		s := New()
		drawn(s, c)
		press(t, s, c, "tab", "j")
		golden.RequireEqual(t, drawn(s, c))
	})
	t.Run("timeout", func(t *testing.T) {
		c, _ := contextOf(shop(t, 10.4e9), 80, 24)
		s := New()
		drawn(s, c)
		press(t, s, c, "tab")
		golden.RequireEqual(t, drawn(s, c))
	})
}

// TestASCII draws every state, and no sign that has no ASCII twin.
func TestASCII(t *testing.T) {
	c, _ := contextOf(shop(t, 13.2e9), 120, 36)
	c.Axis.Column = 1e9
	s := New()
	press(t, s, c, "tab")
	var f frame.Frame
	f.Resize(120, 31)
	s.Draw(c, f.Area())
	text := f.Write(&frame.Theme{ASCII: true})
	for _, r := range text {
		if r == '?' || r >= 0x80 {
			t.Fatalf("%q has no ASCII:\n%s", r, text)
		}
	}
}

// TestNobodyThere is a time at which the function had no environment.
func TestNobodyThere(t *testing.T) {
	c, _ := contextOf(shop(t, -1), 80, 24)
	c.Axis.End = 1e9
	if text := drawn(New(), c); !strings.Contains(text, "No environment was there at this time") {
		t.Errorf("got\n%s", text)
	}
}
