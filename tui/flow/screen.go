// Package flow is the screen Flow of the terminal UI: what flows through the functions of
// a run, whether anything is wrong, and where to look.
//
// A row is a function, with its topics at the left and right of it, or a process. Below is
// the list of attention (store.View.Attentions), worst first.
//
// Non-obvious: percentiles, the report on order and the list of attention are worked out
// four times a second and kept (facts); counters, rates and pictures are those of the view
// that is drawn.
package flow

import (
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Screen is the screen Flow.
type Screen struct {
	// inAttention says that the selection is in the list of attention.
	inAttention bool
	chosen      rowID  // the row that is selected; its zero value is the first
	line        lineID // the line of attention that is selected; its zero value is the first
	top         int    // the first row that is shown
	lineTop     int    // the first line that is shown

	facts facts
	rows  []rowID // of this frame
	highs []int   // how high they are
	hits  []hit   // what the mouse can be used on
	y     int     // the row of the frame in which the screen begins
	spark [maxSpark]int64
}

// maxSpark is how many columns a sparkline has at most.
const maxSpark = 32

// New returns the screen as it is at the start.
func New() *Screen { return &Screen{} }

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Flow }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Flow" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Flow" }

// Badge implements ui.Screen.
func (s *Screen) Badge(*ui.Context) string { return "" }

// The sizes from which functions are boxes, and from which they have what is left and right
// of them in a list.
const (
	boxWidth   = 100
	boxHeight  = 19
	listWidth  = 80
	listHeight = 15
)

// Draw implements ui.Screen.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	s.hits = s.hits[:0]
	_, s.y = a.At()
	s.refresh(c)
	switch {
	case isEmpty(c.View):
		s.drawEmpty(c, a)
	case a.W >= boxWidth && a.H >= boxHeight:
		s.drawBoxes(c, a)
	case a.W >= listWidth && a.H >= listHeight:
		s.drawList(c, a)
	default:
		s.drawTable(c, a)
	}
}
