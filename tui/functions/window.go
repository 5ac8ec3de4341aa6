package functions

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// window is the part of time that is shown, and in which columns.
type window struct {
	level        int
	column       int64 // ns
	first        int64 // number of the first slice
	left, right  int64 // world time of both ends
	now          int64
	x, n         int // the first column, and how many there are
	isNow        bool
	cold, counts bool // columns right of it
}

// Columns beside the picture.
const (
	labelWidth = 7 // at least
	busyWidth  = 6
	coldWidth  = 7
	countWidth = 6
)

// newWindow is what fits into w columns. f may be nil.
func newWindow(c *ui.Context, f *store.FunctionLanes, w int) window {
	level := store.ZoomLevel(c.Axis.Column)
	win := window{level: level, column: store.ZoomColumn(level), now: c.View.Now, right: c.Axis.Right(c.View.Now),
		x: labelWidth, cold: w >= 100, counts: w >= 72}
	if f != nil && len(f.Lanes) > 0 {
		win.x = max(win.x, len(name(f.Lanes[len(f.Lanes)-1]))+2)
	}
	win.isNow = c.Axis.End == 0 || win.right == win.now
	win.n = max(w-win.x-win.beside(), 0)
	newest := win.right / win.column
	win.first = newest - int64(win.n) + 1
	win.left = max(win.first*win.column, 0)
	return win
}

// beside is how many columns the figures of lanes take.
func (w *window) beside() int {
	n := busyWidth
	if w.cold {
		n += coldWidth
	}
	if w.counts {
		n += countWidth
	}
	return n + 1
}

// at is the column of a time.
func (w *window) at(t int64) int { return w.x + int(t/w.column-w.first) }

// end is the newest time that is shown: that of the end of the last column, if it is over.
func (w *window) end() int64 { return min(w.now, (w.first+int64(w.n))*w.column-1) }

// tickColumns is how many columns lie between two marks of the axis.
const tickColumns = 20

// drawAxis draws the times of columns: how long ago they are, or when they were if the
// newest are not shown.
func drawAxis(w window, a frame.Area) {
	end := w.x + w.n
	for x := end - 1 - tickColumns; x >= w.x; x -= tickColumns {
		at := (w.first + int64(x-w.x)) * w.column
		if at < 0 {
			break
		}
		text := frame.Clock(at)
		if w.isNow {
			text = "-" + ago(int64(end-1-x)*w.column)
		}
		a.Text(x, 0, frame.Dim, "|"+text)
	}
	if w.isNow {
		a.Right(end, 0, frame.Dim, "now")
	}
	heads(w, a, end)
}

func heads(w window, a frame.Area, x int) {
	x += busyWidth
	a.Right(x, 0, frame.Dim, "BUSY")
	if w.cold {
		x += coldWidth
		a.Right(x, 0, frame.Dim, "COLD")
	}
	if w.counts {
		a.Right(x+countWidth, 0, frame.Dim, "N")
	}
}

// ago is a distance on the axis: 0.2s, 8.0s, 200s.
func ago(ns int64) string {
	if ns < 100e9 {
		return strconv.FormatFloat(float64(ns/100e6)/10, 'f', 1, 64) + "s"
	}
	return strconv.FormatInt(ns/1e9, 10) + "s"
}

// columnName is how long a column is, in words.
func columnName(column int64) string {
	if column < 1e9 {
		return strconv.FormatInt(column/1e6, 10) + "ms"
	}
	return strconv.FormatInt(column/1e9, 10) + "s"
}

// drawTitle draws the rule above the lanes.
func drawTitle(c *ui.Context, d *store.Function, w window, a frame.Area) {
	title := d.Name + " lanes: 1 column = " + columnName(w.column)
	right := "+/- zoom  h/l scroll  0 now"
	if !w.isNow {
		right = "not now; 0 goes back"
	}
	switch {
	case c.Width < 80:
		title, right = d.Name+": 1 col = "+columnName(w.column), ""
	case c.Width < 100:
		title = d.Name + " lanes: 1 col = " + columnName(w.column)
	case w.isNow:
		title += ", newest at the right"
	default:
		title += ", ends at " + frame.Clock(w.right)
	}
	a.Rule(0, title, right)
}
