// Package functions is the screen Functions of the terminal UI: a table of all functions,
// and what the environments of one of them do, on one axis of time with what comes of it.
//
// Non-obvious: the figures of the table are made at most four times a second of world time,
// so that they can be read, and because quantiles cost some µs; the pictures are drawn anew
// with every frame.
package functions

import (
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Screen is the screen Functions.
type Screen struct {
	function string // that is selected; "" for the first
	inLanes  bool   // the keys move among environments, not among functions
	lane     uint32 // the environment that is selected, once they do
	top      int    // the first lane that is shown
	tableTop int    // the first line of the table that is shown

	figures figures
	lines   []tableLine // scratch, and what a click finds
	order   []int32     // of the lanes that are shown, scratch
	cells   []store.LaneState
	slices  []store.Slice
	values  []int64

	// where things are, for the mouse and the keys that move by pages
	tableRows, laneTop, laneRows int
}

// New returns the screen as it is at the start.
func New() *Screen { return &Screen{} }

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Functions }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Functions" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Fn" }

// Badge implements ui.Screen: ✗ while a function does not run, or not its newest revision.
func (s *Screen) Badge(c *ui.Context) string {
	for _, d := range c.View.Flow.Functions {
		if _, why := broken(d); why != "" {
			return "✗"
		}
	}
	return ""
}

// Open implements ui.Opener.
func (s *Screen) Open(c *ui.Context, t ui.Target) {
	if t.Function != "" && t.Function != s.function {
		s.function, s.top, s.lane, s.inLanes = t.Function, 0, 0, false
	}
	if t.Environment != 0 {
		s.lane, s.inLanes = t.Environment, true
		for _, f := range c.View.Lanes.Functions {
			if f.Lane(t.Environment) != nil {
				s.function = f.Name
			}
		}
	}
	if t.At != 0 && c.Axis.Column > 0 {
		c.Axis.End = t.At + 20*c.Axis.Column
		if c.Axis.End >= c.View.Now {
			c.Axis.End = 0
		}
	}
}

// selected is the function that is selected, nil if there is none.
func (s *Screen) selected(c *ui.Context) *store.Function {
	if all := c.View.Flow.Functions; len(all) > 0 {
		return all[s.index(c)]
	}
	return nil
}

// index is the number of the function that is selected.
func (s *Screen) index(c *ui.Context) int {
	for i, d := range c.View.Flow.Functions {
		if d.Name == s.function {
			return i
		}
	}
	return 0
}

// environment is the one that is selected, nil if none is.
func (s *Screen) environment(c *ui.Context) *store.Lane {
	d := s.selected(c)
	if !s.inLanes || d == nil {
		return nil
	}
	if f := c.View.Lanes.Of(d.Name); f != nil {
		return f.Lane(s.lane)
	}
	return nil
}

// Draw implements ui.Screen: the table above, the lanes below it, and under these what the
// function did at the same time.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	s.tableRows, s.laneRows = 0, 0
	d := s.selected(c)
	if d == nil {
		drawNothing(a)
		return
	}
	s.figures.refresh(c)
	table, rest := a.Top(s.tableHeight(c, a.H))
	s.drawTable(c, table)
	if rest.H == 0 {
		return
	}
	f := c.View.Lanes.Of(d.Name)
	w := newWindow(c, f, rest.W)
	drawTitle(c, d, w, rest)
	s.laneTop = table.H + 2
	body := rest.Sub(0, 1, rest.W, rest.H-1)
	if f == nil || len(f.Lanes) == 0 {
		drawNoLanes(c, d, body)
		return
	}
	if rest.H >= 14 {
		var legend frame.Area
		legend, body = body.Bottom(1)
		drawLegend(legend, w)
	}
	n := stripRows(f, rest.H)
	if n > 0 {
		var strips frame.Area
		strips, body = body.Bottom(n + 1)
		s.drawStrips(d, f, w, strips.Sub(0, 0, strips.W, n), n)
		_, body = body.Bottom(1)
	}
	axis, lanes := body.Top(1)
	drawAxis(w, axis)
	s.drawLanes(c, f, w, lanes)
}

// drawNothing says that there is no function.
func drawNothing(a frame.Area) {
	a.Text(3, 1, frame.Text, "There is no function in this run.")
	a.Text(3, 3, frame.Dim, "functions    stand in coldbrook.yaml, under functions:; what is saved there is read at once")
}

// drawNoLanes says why nothing runs.
func drawNoLanes(c *ui.Context, d *store.Function, a frame.Area) {
	if _, why := broken(d); why != "" {
		a.Cut(3, 1, a.W-4, frame.Bad, "✗ "+d.Name+" does not run: "+firstLine(why))
		a.Text(3, 3, frame.Dim, "b shows the whole message; it starts by itself once the code is saved without it")
		return
	}
	a.Cut(3, 1, a.W-4, frame.Text, "No environment of "+d.Name+" has been started yet.")
	text := "the run is over: nothing reached it"
	if c.Mode != ui.Finished {
		text = "the first record that reaches it starts one; i sends a sample"
	}
	a.Cut(3, 3, a.W-4, frame.Dim, text)
}
