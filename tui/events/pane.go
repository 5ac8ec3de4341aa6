package events

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// pane is what is remembered of the story that is shown, so that a frame costs little.
type pane struct {
	top   uint64 // of the list in the frame before
	row   uint64
	story *lineage.Story
	lines []record.Line
	at    record.Columns
	by    []store.Event
}

// drawStory draws the story of the selected row.
func (s *Screen) drawStory(c *ui.Context, a frame.Area) {
	row := s.selected(c)
	r, ok := s.record(c)
	if !ok {
		return
	}
	title := "lineage of " + r.String()
	if key := s.keys[row.Key]; key != "" {
		title += "  key " + key
	}
	if !s.calm.on(row.Number, s.now()) {
		a.Rule(0, title, "")
		return
	}
	story, err := record.Story(c, r.Topic, r.Partition, r.Offset)
	switch {
	case err != nil:
		a.Rule(0, title, "")
		a.Cut(1, 1, a.W-2, frame.Bad, err.Error())
		return
	case story == nil:
		a.Rule(0, title, "")
		a.Text(1, 1, frame.Dim, "reading the journal ...")
		return
	}
	s.pane.remember(c, row, story)
	right := ""
	if story.Total > 0 {
		right = plural(story.Hops, "hop") + "  " + frame.Span(story.Total) + " end to end"
	}
	a.Rule(0, title, right)
	s.drawLines(a.Sub(0, 1, a.W, a.H-1), row, story)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return frame.Grouped(uint64(max(n, 0))) + " " + what + "s"
}

// remember makes the lines of a story, once.
func (p *pane) remember(c *ui.Context, row *store.Event, story *lineage.Story) {
	if p.row == row.Number && p.story == story {
		return
	}
	p.row, p.story = row.Number, story
	p.by = c.View.Events.Overtakers(row.Number, 8)
	late := ""
	if row.Late > 0 {
		late = "⇅" + strconv.Itoa(int(row.Late)) + " late"
	}
	p.lines = record.Tree(story, late)
	p.at = record.ColumnsOf(p.lines)
}

// drawLines draws the lines of a story, where its time went, and who overtook it.
func (s *Screen) drawLines(a frame.Area, row *store.Event, story *lineage.Story) {
	foot := 0
	if story.Total > 0 {
		foot += 2
	}
	if row.Late > 0 {
		foot++
	}
	foot = min(foot, a.H/2)
	for i := range s.pane.lines {
		if i >= a.H-foot-1 && len(s.pane.lines) > a.H-foot {
			a.Text(1, i, frame.Dim, "… "+plural(len(s.pane.lines)-i, "more line")+" (Enter shows all)")
			break
		}
		record.DrawLine(a, i, &s.pane.lines[i], s.pane.at)
	}
	y := min(len(s.pane.lines), a.H-foot)
	if story.Total > 0 && foot >= 2 {
		label := 16
		if a.W < 100 {
			label = 1
		} else {
			a.Text(1, y, frame.Dim, "where it went")
		}
		record.Bar(a, label, y, a.W-label-1, story)
		record.Legend(a, label, y+1, story)
		y += 2
	}
	if row.Late > 0 && y < a.H {
		s.drawOvertakers(a, y, row)
	}
}

// drawOvertakers writes by which events one was overtaken.
func (s *Screen) drawOvertakers(a frame.Area, y int, row *store.Event) {
	x := a.Text(1, y, frame.Dim, "overtaken by") + 2
	for i := range s.pane.by {
		by := &s.pane.by[i]
		text, style := "@"+strconv.FormatInt(by.Offset, 10), frame.Text
		if key := s.keys[by.Key]; key != "" {
			text += " " + key
		}
		if by.Key == row.Key && by.Key != 0 {
			text, style = text+" SAME KEY", frame.Moved
		}
		if x+frame.Width(text) > a.W-12 {
			break
		}
		x = a.Text(x, y, style, text) + 2
		row := *row
		row.Late--
		if i == len(s.pane.by)-1 && int(row.Late) >= len(s.pane.by) {
			a.Text(x, y, frame.Dim, "and others")
		}
	}
}
