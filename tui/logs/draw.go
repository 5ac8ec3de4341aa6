package logs

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Columns of the list; where there is little room, that of the record goes first.
const (
	timeColumn    = 1
	levelColumn   = 11
	whoColumn     = 17
	whoWidth      = 19
	recordWidth   = 20
	narrowest     = 80
	withoutRecord = 100
)

// Draw implements ui.Screen.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	s.found.find(c, s.level)
	if s.plain {
		s.drawLines(c, a, 0)
		return
	}
	foot, list := a.Bottom(1)
	head, list := list.Top(1)
	columns := s.columns(a.W)
	head.Text(timeColumn, 0, frame.Dim, "TIME")
	head.Text(levelColumn, 0, frame.Dim, "LEVEL")
	if a.W >= narrowest {
		head.Text(whoColumn, 0, frame.Dim, "FN#ENV")
	}
	if a.W >= withoutRecord {
		head.Text(whoColumn+whoWidth+1, 0, frame.Dim, "EVENT")
	}
	head.Text(columns, 0, frame.Dim, "MESSAGE")
	if len(s.found.numbers) == 0 {
		s.drawEmpty(c, list)
	} else {
		s.drawLines(c, list, columns)
	}
	l := &c.View.Logs
	hidden := " hidden by level and filter"
	if a.W < narrowest {
		hidden = " hidden"
	}
	foot.Rule(0, frame.Grouped(uint64(len(s.found.numbers)))+" shown, "+frame.Grouped(s.found.hidden(l))+hidden,
		frame.Count(l.Rate.Per(c.View.Now))+" lines/s, "+frame.Grouped(l.First()-1)+" older dropped")
}

// columns is where messages begin.
func (s *Screen) columns(w int) int {
	switch {
	case w >= withoutRecord:
		return whoColumn + whoWidth + recordWidth + 2
	case w >= narrowest:
		return whoColumn + whoWidth + 1
	}
	return whoColumn
}

func (s *Screen) drawEmpty(c *ui.Context, a frame.Area) {
	l := &c.View.Logs
	text := "Nothing has been printed, and nothing has happened that is worth a line."
	if l.Total > 0 {
		text = "No line of level " + s.level.String() + " or worse is shown: " + frame.Grouped(s.found.hidden(l)) + " are hidden. f changes the level"
		if c.Filter != "" {
			text += ", Backspace clears the filter"
		}
		text += "."
	}
	a.Cut(3, 1, a.W-4, frame.Text, text)
}

// drawLines draws lines; with wrap a line may take several rows, and then the list ends
// with the cursor.
func (s *Screen) drawLines(c *ui.Context, a frame.Area, message int) {
	at := s.place(a.H)
	if s.wrap {
		s.drawWrapped(c, a, message, at)
		return
	}
	for y := range a.H {
		i := s.top + y
		if i >= len(s.found.numbers) {
			return
		}
		s.drawLine(c, a.Sub(0, y, a.W, 1), s.found.numbers[i], message, i == at)
	}
}

// drawWrapped draws from the cursor upwards.
func (s *Screen) drawWrapped(c *ui.Context, a frame.Area, message, at int) {
	last := min(max(at, s.top), len(s.found.numbers)-1)
	y := a.H
	for i := last; i >= 0 && y > 0; i-- {
		n := s.found.numbers[i]
		line := c.View.Logs.At(n)
		rows := 1
		if line != nil {
			rows = len(frame.Wrap(besides(line, a.W), a.W-message))
		}
		y -= rows
		s.drawLine(c, a.Sub(0, y, a.W, rows), n, message, i == at)
	}
}

func (s *Screen) drawLine(c *ui.Context, a frame.Area, number uint64, message int, selected bool) {
	line := c.View.Logs.At(number)
	if line == nil || a.H == 0 {
		return
	}
	style := styleOf(line.Level)
	if s.plain {
		a.Text(0, 0, frame.Text, frame.Clock(line.Entry.At)+" "+line.Level.String()+" "+who(line)+" "+textOf(line))
		return
	}
	if selected {
		a.Rune(0, 0, frame.Text, '►')
	}
	a.Text(timeColumn, 0, frame.Dim, s.time(c, line))
	a.Text(levelColumn, 0, style, line.Level.String())
	if a.W >= narrowest {
		a.Cut(whoColumn, 0, whoWidth, frame.Text, who(line))
	}
	if a.W >= withoutRecord && line.Topic != "" {
		s.drawRecord(c, a, line)
	}
	if s.marks[number] {
		a.Rune(message-1, 0, frame.Moved, '◆')
	}
	text := besides(line, a.W)
	if a.H == 1 {
		a.Cut(message, 0, a.W-message, style, text)
	} else {
		wrapped(a.Sub(message, 0, a.W-message, a.H), style, text)
	}
	if selected {
		for y := range a.H {
			a.Mark(y, frame.Reverse)
		}
	}
}

func (s *Screen) drawRecord(c *ui.Context, a frame.Area, line *store.Line) {
	style := frame.Dim
	if p := &c.Pinned; p.Record && p.Topic == line.Topic && p.Partition == line.Partition && p.Offset == line.Offset {
		style = frame.Moved
		a.Rune(whoColumn+whoWidth, 0, style, '◆')
	}
	a.Middle(whoColumn+whoWidth+1, 0, recordWidth, style, recordName(line))
}

// wrapped writes text over the rows of an area.
func wrapped(a frame.Area, style frame.Style, text string) {
	for y, line := range frame.Wrap(text, a.W) {
		a.Text(0, y, style, line)
	}
}

func (s *Screen) time(c *ui.Context, line *store.Line) string {
	switch s.clock {
	case ago:
		return "-" + frame.Span(max(c.View.Now-line.Entry.At, 0))
	case between:
		if before := c.View.Logs.At(line.Number - 1); before != nil {
			return "+" + frame.Span(max(line.Entry.At-before.LastAt, 0))
		}
	}
	return frame.Clock(line.Entry.At)
}

// who printed a line.
func who(l *store.Line) string {
	e := &l.Entry
	switch {
	case e.Function != "" && e.Environment > 0:
		return e.Function + "#" + strconv.FormatUint(uint64(e.Environment), 10)
	case e.Function != "":
		return e.Function
	case e.Process != "":
		return e.Process
	case e.Mapping != "":
		return e.Mapping
	}
	return "run"
}

func recordName(l *store.Line) string {
	return l.Topic + "/" + strconv.Itoa(int(l.Partition)) + "@" + strconv.FormatInt(l.Offset, 10)
}

// textOf is what a line says.
func textOf(l *store.Line) string {
	text := l.Entry.Text
	if l.Entry.Kind != journal.Output {
		text = strings.TrimPrefix(l.Entry.Sentence(), "warning: ") // the level says so
		text = strings.TrimPrefix(text, l.Entry.Function+": ")
	}
	if l.Repeated > 0 {
		text = "(" + strconv.Itoa(l.Repeated+1) + " times in " + frame.Span(l.LastAt-l.Entry.At) + ") " + text
	}
	return text
}

// besides is what a line says on a screen of w columns: without the environment, where the
// column before it names that.
func besides(l *store.Line, w int) string {
	text := textOf(l)
	if w >= narrowest && l.Entry.Kind != journal.Output {
		text = strings.TrimPrefix(text, "environment "+strconv.FormatUint(uint64(l.Entry.Environment), 10)+" ")
	}
	return text
}

func styleOf(l store.Level) frame.Style {
	switch l {
	case store.Error:
		return frame.Bad
	case store.Warn:
		return frame.Cold
	case store.Debug:
		return frame.Dim
	}
	return frame.Text
}
