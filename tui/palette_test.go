package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// What was selected may be gone when the name of a command is typed: its Run relies on
// Enabled.
func TestPaletteAsksAgainWhetherACommandWorks(t *testing.T) {
	for _, list := range []bool{false, true} {
		m := New(Options{Store: store.NewStore(nil), Driver: tuitest.Driver{}})
		works, runs := true, 0
		m.bindings.everywhere = append(m.bindings.everywhere, ui.Key{Keys: []string{"f9"}, ID: "end.it", Enabled: func(*ui.Context) bool { return works },
			Run: func(*ui.Context, string) tea.Cmd { runs++; return nil }})
		end := func(stillWorks bool) {
			works = true
			m.look(func(c *ui.Context) { m.openPalette(c, "") })
			works = stillWorks
			if !list {
				m.prompt.Done("end.it")
				return
			}
			m.prompt.Done("")
			m.menu.Items[len(m.menu.Items)-1].Run()
		}
		if end(true); runs != 1 {
			t.Fatalf("it ran %d times, want once", runs)
		}
		if end(false); runs != 1 || m.toast.text == "" {
			t.Errorf("it ran %d times; said %q", runs, m.toast.text)
		}
	}
}
