package record

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// mark is the glyph and the role of what time goes into.
type mark struct {
	glyph rune
	style frame.Style
}

var marks = [...]mark{lineage.Poll: {'░', frame.Dim}, lineage.Window: {'┄', frame.Dim}, lineage.Queue: {'▒', frame.Dim}, lineage.Throttle: {'!', frame.Bad},
	lineage.ColdStart: {'▓', frame.Cold}, lineage.Backoff: {'·', frame.Cold}, lineage.Held: {'‖', frame.Cold}, lineage.Run: {'█', frame.Busy}, lineage.Send: {'→', frame.Dim}}

// Mark is the glyph and the role of what time goes into.
func Mark(w lineage.What) (rune, frame.Style) {
	if int(w) < len(marks) {
		return marks[w].glyph, marks[w].style
	}
	return '?', frame.Dim
}

// Bar draws where the time of a story went in w columns; what took any time has at least
// one, as long as there are enough.
func Bar(a frame.Area, x, y, w int, s *lineage.Story) {
	if s.Total <= 0 || w <= 0 {
		return
	}
	at, sum := x, int64(0)
	for i, part := range s.Where {
		sum += part.Time
		end := x + int(sum*int64(w)/s.Total)
		left := len(s.Where) - 1 - i
		end = min(max(end, at+1), max(x+w-left, at))
		if left == 0 {
			end = x + w
		}
		glyph, style := Mark(part.What)
		for ; at < end && at < x+w; at++ {
			a.Rune(at, y, style, glyph)
		}
	}
}

// Legend writes what the parts of a bar are, the largest share first dropped last.
func Legend(a frame.Area, x, y int, s *lineage.Story) {
	if s.Total <= 0 {
		return
	}
	for _, part := range s.Where {
		percent := (part.Time*100 + s.Total/2) / s.Total
		if percent == 0 && len(s.Where) > 1 {
			continue
		}
		text := part.What.String() + " " + frame.Span(part.Time) + " " + strconv.FormatInt(percent, 10) + "%"
		if x+2+frame.Width(text) > a.W {
			return
		}
		glyph, style := Mark(part.What)
		a.Rune(x, y, style, glyph)
		x = a.Text(x+2, y, frame.Dim, text) + 2
	}
}

// Columns is where the parts of the lines of a story stand, so that they are below each
// other.
type Columns struct {
	// Text is the column in which texts begin, Spent how many columns there are at the right
	// for what time went into: as many as the longest needs, so that texts have the rest.
	Text, Spent int
}

// mostName is how many columns tree and name take at most.
const mostName = 40

// ColumnsOf returns the columns of lines.
func ColumnsOf(lines []Line) Columns {
	var at Columns
	for i := range lines {
		l := &lines[i]
		at.Text = max(at.Text, min(1+frame.Width(l.Prefix)+frame.Width(l.Name)+2, mostName))
		at.Spent = max(at.Spent, frame.Width(l.Spent))
	}
	return at
}

// DrawLine writes a line of a story: tree and name, what became of it, when, and what its
// time went into.
func DrawLine(a frame.Area, y int, l *Line, at Columns) {
	x := a.Text(1, y, frame.Dim, l.Prefix)
	if l.Name != "" {
		style := frame.Text
		if l.Record.Topic != "" {
			style = l.Style
		}
		x = max(a.Text(x, y, style, l.Name)+2, min(at.Text, a.W/2))
	}
	end, text := a.W-1, l.Text
	if a.W >= 100 {
		spent := min(at.Spent, a.W*2/5)
		a.Cut(end-spent, y, spent, frame.Dim, l.Spent)
		end -= spent + 2
	} else if l.Spent != "" {
		text += "  " + l.Spent
	}
	if l.At != NoTime {
		a.Right(end, y, frame.Dim, since(l.At))
		end -= sinceWidth
	}
	style := l.Style
	if l.Record.Topic != "" {
		style = frame.Dim
	}
	a.Cut(x, y, end-x, style, text)
}

// sinceWidth is the width of a time with a gap before it.
const sinceWidth = 9

// since is a time after the record was produced.
func since(at int64) string {
	if at == 0 {
		return "0ms"
	}
	return frame.Span(at)
}
