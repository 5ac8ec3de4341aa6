// Package logs is the screen Logs of the terminal UI: what handlers and processes print,
// and what the run has to say, line by line. Output of handlers is shown here and nowhere
// else.
package logs

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Screen is the screen Logs.
type Screen struct {
	found  found
	level  store.Level
	cursor uint64 // number of the line that is selected; 0 follows the newest
	top    int    // of the lines that are shown, the first in sight
	room   int    // how many rows there were
	wrap   bool
	plain  bool
	clock  clock
	marks  map[uint64]bool
}

// clock is how times are written.
type clock int

const (
	worldTime clock = iota // since the start of the run
	ago                    // before now
	between                // after the line before
	clocks
)

var clockNames = [...]string{"since the start", "before now", "after the line before"}

// New returns the screen as it is at the start.
func New() *Screen { return &Screen{level: store.Info, marks: map[uint64]bool{}} }

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Logs }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Logs" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Log" }

// Badge implements ui.Screen.
func (s *Screen) Badge(c *ui.Context) string {
	if n := c.View.Logs.Errors; n > 0 {
		return "!" + frame.Count(int64(n))
	}
	return ""
}

// Plain says that nothing is to be drawn around the lines: for copying with the terminal.
func (s *Screen) Plain() bool { return s.plain }

// Filtered implements ui.Filterer.
func (s *Screen) Filtered(*ui.Context) { s.found.reset() }

// Open implements ui.Opener.
func (s *Screen) Open(c *ui.Context, t ui.Target) {
	if t.At == 0 {
		return
	}
	for n := c.View.Logs.First(); n <= c.View.Logs.Total; n++ {
		if c.View.Logs.At(n).Entry.At >= t.At {
			s.cursor = n
			return
		}
	}
}

// Says implements ui.Screen.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	switch {
	case s.cursor == 0:
		return frame.Dim, "► following (moving up holds the view, G follows again); level " + s.level.String() + " and worse (f), times " + clockNames[s.clock] + " (T)"
	case c.Mode == ui.Held:
		return frame.Cold, fmt.Sprintf("‖ held, %s newer events wait (space goes on)", frame.Grouped(c.Newer))
	}
	return frame.Dim, fmt.Sprintf("line %s of %s (G follows again)", frame.Grouped(s.cursor), frame.Grouped(c.View.Logs.Total))
}

// place finds the cursor among the lines that are shown, and scrolls to it.
func (s *Screen) place(rows int) (at int) {
	all := s.found.numbers
	s.room = rows
	if s.cursor == 0 || len(all) == 0 {
		s.top = max(len(all)-rows, 0)
		return len(all) - 1
	}
	at = s.found.index(s.cursor)
	s.top = min(max(s.top, at-rows+1), at)
	s.top = min(max(s.top, 0), max(len(all)-rows, 0))
	return at
}
