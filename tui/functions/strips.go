package functions

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// strip is a row below the lanes: what the function did at the time of each column.
type strip struct {
	name string
	rank int // 0 is the most important: where there is little room the others are left out
	// value is what a column shows.
	value func(*store.Slice) int64
	// says is what stands at the right, of all that is shown.
	says func(shown) string
	// glyph is drawn where there is a value; 0 draws a sparkline, '#' the last digit.
	glyph rune
	style frame.Style
}

// shown is what a strip shows.
type shown struct {
	sum, most int64
	revision  int32
	limit     int // -1 for none
}

// strips are the rows.
func strips() [6]strip {
	return [6]strip{
		{"envs", 4, func(s *store.Slice) int64 { return int64(s.Alive) }, saysAlive, '#', frame.Text},
		{"limit", 0, func(s *store.Slice) int64 { return int64(s.Throttled) },
			func(of shown) string { return plural(of.sum, "hit") }, '!', frame.Bad},
		{"wait", 1, func(s *store.Slice) int64 { return int64(s.Waiting) },
			func(of shown) string { return "max " + frame.Count(of.most) }, 0, frame.Busy},
		{"took", 3, func(s *store.Slice) int64 { return s.Longest },
			func(of shown) string { return "max " + frame.Span(of.most) }, 0, frame.Busy},
		{"cold", 2, func(s *store.Slice) int64 { return int64(s.Cold) },
			func(of shown) string { return plural(of.sum, "start") }, 'C', frame.Cold},
		{"rev", 5, func(s *store.Slice) int64 { return int64(s.Revision) },
			func(of shown) string { return "r" + strconv.Itoa(int(of.revision)) + " serves" }, '#', frame.Text},
	}
}

// plural is how often something was.
func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return frame.Count(n) + " " + word + "s"
}

// saysAlive is how many environments there are, and how many there may be.
func saysAlive(of shown) string {
	text := "max " + frame.Count(of.most)
	if of.limit >= 0 {
		text += " of " + frame.Count(int64(of.limit))
	}
	return text
}

// stripRows is how many of them there is room for. That of the revisions is left out where
// there was but one.
func stripRows(f *store.FunctionLanes, h int) int {
	switch {
	case h < 12:
		return 0
	case h < 18:
		return 3
	case f.Revision > 1:
		return 6
	}
	return 5
}

// drawStrips draws the first n rows.
func (s *Screen) drawStrips(d *store.Function, f *store.FunctionLanes, w window, a frame.Area, n int) {
	if cap(s.slices) < w.n {
		s.slices, s.values = make([]store.Slice, w.n), make([]int64, w.n)
	}
	s.slices, s.values = s.slices[:w.n], s.values[:w.n]
	f.Slices(w.level, w.first, w.end(), s.slices)
	all, limit, y := strips(), s.figures.limit(d.Name), 0
	for i := range all {
		strip := &all[i]
		if strip.rank >= n {
			continue
		}
		of := shown{revision: f.Revision, limit: limit}
		for i := range s.slices {
			s.values[i] = strip.value(&s.slices[i])
			of.sum, of.most = of.sum+s.values[i], max(of.most, s.values[i])
		}
		a.Text(1, y, frame.Dim, strip.name)
		s.drawStrip(strip, of.most, w, a, y)
		a.Cut(w.x+w.n+1, y, a.W-w.x-w.n-1, frame.Text, strip.says(of))
		y++
	}
}

func (s *Screen) drawStrip(strip *strip, most int64, w window, a frame.Area, y int) {
	for i, v := range s.values {
		x := w.x + i
		switch {
		case s.slices[i].Revision == 0:
		case strip.glyph == '#' && (most < 10 || strip.name == "rev"):
			a.Rune(x, y, strip.style, rune('0'+v%10))
		case strip.glyph != 0 && strip.glyph != '#':
			if v > 0 {
				a.Rune(x, y, strip.style, strip.glyph)
			}
		case v == 0:
			a.Rune(x, y, frame.Dim, frame.Sparks[0])
		default:
			a.Rune(x, y, strip.style, frame.Sparks[min(max((v*8-1)/most, 0), 7)])
		}
	}
}
