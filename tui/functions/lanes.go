package functions

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// look is how a state is drawn, and what it is called.
type look struct {
	glyph rune
	style frame.Style
	word  string
}

// looks are those of the states. The legend is made from it.
func looks(state store.LaneState) look {
	return [store.LaneStates]look{
		store.LaneNone:    {' ', frame.Text, ""},
		store.LaneUnknown: {'·', frame.Dim, ""},
		store.LaneIdle:    {'░', frame.Dim, "idle"},
		store.LaneBusy:    {'█', frame.Busy, "invoke"},
		store.LaneInit:    {'▓', frame.Cold, "init"},
		store.LaneError:   {'✗', frame.Bad, "error"},
		store.LaneTimeout: {'T', frame.Bad, "timing out"},
	}[state]
}

// drawLegend draws what the glyphs mean, the most telling first.
func drawLegend(a frame.Area, w window) {
	x := 1
	for _, state := range []store.LaneState{store.LaneInit, store.LaneBusy, store.LaneIdle, store.LaneError, store.LaneTimeout} {
		l := looks(state)
		x = a.Text(x, 0, l.style, string(l.glyph))
		x = a.Text(x+1, 0, frame.Dim, l.word) + 2
	}
	x = a.Text(x, 0, frame.Bad, "!")
	x = a.Text(x+1, 0, frame.Dim, "throttled") + 2
	x = a.Text(x, 0, frame.Text, "┤")
	x = a.Text(x+1, 0, frame.Dim, "gone") + 3
	if a.W-x > 34 {
		a.Text(x, 0, frame.Dim, "cell = worst thing in its "+columnName(w.column))
	}
}

// fadesAfter is how long an environment that is gone is drawn as brightly as the others.
const fadesAfter = 5e9

// list makes the order of the lanes: those that are there at the right end, by number,
// then those that are gone, the newest first, as long as they are in the window.
func (s *Screen) list(f *store.FunctionLanes, w window) {
	s.order = s.order[:0]
	gone := func(l *store.Lane) bool { return l.IsGone && l.GoneAt <= w.right }
	for i, l := range f.Lanes {
		if l.Since <= w.right && !gone(l) {
			s.order = append(s.order, int32(i))
		}
	}
	alive := len(s.order)
	for i, l := range f.Lanes {
		if gone(l) && l.GoneAt >= w.left {
			s.order = append(s.order, int32(i))
		}
	}
	slices.SortFunc(s.order[alive:], func(a, b int32) int {
		return cmp.Or(cmp.Compare(f.Lanes[b].GoneAt, f.Lanes[a].GoneAt), cmp.Compare(a, b))
	})
}

// place is where the selected lane is in the order; the first is selected if it is nowhere.
func (s *Screen) place(f *store.FunctionLanes) int {
	for at, i := range s.order {
		if f.Lanes[i].Number == s.lane {
			return at
		}
	}
	if len(s.order) > 0 {
		s.lane = f.Lanes[s.order[0]].Number
	}
	return 0
}

// drawLanes draws as many lanes as fit.
func (s *Screen) drawLanes(c *ui.Context, f *store.FunctionLanes, w window, a frame.Area) {
	s.list(f, w)
	rows := a.H
	if len(s.order) > rows && rows > 1 {
		rows--
	}
	s.laneRows = rows
	if len(s.order) == 0 {
		a.Cut(3, 0, a.W-4, frame.Dim, "No environment was there at this time: "+strconv.Itoa(f.Alive)+" alive, "+strconv.FormatUint(f.Gone, 10)+" gone in all.")
		return
	}
	s.top = max(min(s.top, len(s.order)-rows), 0)
	if s.inLanes && rows > 0 {
		at := s.place(f)
		s.top = min(max(s.top, at-rows+1), at)
	}
	timeout := int64(0)
	if d := described(c, f.Name); d != nil {
		timeout = d.Timeout
	}
	for y := range min(rows, len(s.order)) {
		s.drawLane(f.Lanes[s.order[s.top+y]], w, timeout, a, y)
	}
	if below := len(s.order) - s.top - rows; rows < a.H && len(s.order) > rows {
		text := strconv.Itoa(below) + " more lanes ↓"
		if s.top > 0 {
			text = strconv.Itoa(s.top) + " more lanes ↑  " + text
		}
		if !s.inLanes {
			text += "  Tab goes there"
		}
		a.Text(1, rows, frame.Dim, text)
	}
}

// drawLane draws an environment: its name, what it did, why it ended, and figures.
func (s *Screen) drawLane(l *store.Lane, w window, timeout int64, a frame.Area, y int) {
	if cap(s.cells) < w.n {
		s.cells = make([]store.LaneState, w.n)
	}
	s.cells = s.cells[:w.n]
	busy := l.Cells(w.level, w.first, w.end(), timeout, s.cells)
	isGone := l.IsGone && l.GoneAt <= w.right
	isFaded := isGone && w.right-l.GoneAt > fadesAfter
	style := frame.Text
	if isGone {
		style = frame.Dim
	}
	a.Text(1, y, style, name(l))
	for i, state := range s.cells {
		if state == store.LaneNone {
			continue
		}
		k := looks(state)
		if isFaded && k.style != frame.Bad {
			k.style = frame.Dim
		}
		a.Rune(w.x+i, y, k.style, k.glyph)
	}
	if x := w.at(l.GoneAt) + 1; isGone && x >= w.x && x < w.x+w.n {
		a.Rune(x, y, frame.Text, '┤')
		if room := w.x + w.n - x - 1; room >= 8 {
			a.Cut(x+1, y, room, frame.Dim, shortReason(l.Why))
		}
	}
	drawFigures(l, busy, w, a, y, style)
	if s.inLanes && l.Number == s.lane {
		a.Rune(0, y, frame.Text, '►')
		a.Sub(0, 0, w.x, a.H).Mark(y, frame.Reverse)
	}
}

// drawFigures writes what stands right of a lane.
func drawFigures(l *store.Lane, busy int, w window, a frame.Area, y int, style frame.Style) {
	x := w.x + w.n + busyWidth
	text := "-"
	if busy >= 0 {
		text = strconv.Itoa((busy+5)/10) + "%"
	}
	a.Right(x, y, style, text)
	if w.cold {
		x += coldWidth
		text = "-"
		if l.Cold > 0 && !l.Provisioned {
			text = frame.Span(l.Cold)
		}
		a.Right(x, y, style, text)
	}
	if w.counts {
		a.Right(x+countWidth, y, style, frame.Count(int64(l.Invocations)))
	}
}

// name is how an environment is called.
func name(l *store.Lane) string { return "e-" + strconv.FormatUint(uint64(l.Number), 10) }

// thisMachine begins reasons that the platform does not have.
const thisMachine = "this machine: "

// shortReason is why an environment is gone, in few words.
func shortReason(why string) string {
	if rest, ok := strings.CutPrefix(why, "limited by this machine, not by the platform: "); ok {
		return thisMachine + rest
	}
	if rest, ok := strings.CutPrefix(why, "revision "); ok {
		return "replaced by r" + rest
	}
	return why
}
