package detail

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// drawOverview draws the payload beside, or above, what became of the record.
func (s *Screen) drawOverview(c *ui.Context, a frame.Area) {
	of := s.payload(c)
	if a.W >= 100 {
		left, right := a.Left(a.W / 2)
		s.scroll(left.Box(s.inputTitle(c), true), of, int(tabPayload))
		s.drawFate(c, right.Box("attempts", false))
		return
	}
	fate := s.fate(c)
	h := 0
	for _, f := range fate {
		h += f.of.rows() + 1
	}
	h = min(h, a.H*3/5)
	if a.H < 12 {
		h = 0
	}
	below, above := a.Bottom(h)
	s.scroll(above, of, int(tabPayload))
	s.drawParts(below, fate, true)
}

// section is a part of what became of a record, with a title.
type section struct {
	title string
	of    content
}

// drawFate draws what became of the record.
func (s *Screen) drawFate(c *ui.Context, a frame.Area) { s.drawParts(a, s.fate(c), false) }

func (s *Screen) drawParts(a frame.Area, parts []section, first bool) {
	y := 0
	for i, p := range parts {
		if i > 0 || first {
			if i > 0 && !first {
				y++
			}
			a.Rule(y, p.title, "")
			y++
		}
		for row := range p.of.rows() {
			if y >= a.H {
				return
			}
			p.of.draw(a, y, row)
			y++
		}
	}
}

// fate is what became of the record: attempts, timing, order.
func (s *Screen) fate(c *ui.Context) []section {
	told, err := s.story(c)
	switch {
	case err != nil:
		return []section{{"attempts", say(frame.Bad, err.Error())}}
	case told == nil:
		return []section{{"attempts", say(frame.Dim, "reading the journal ...")}}
	}
	if s.fated == nil {
		s.fated = fateOf(told)
	}
	if lines := s.order(c); len(lines) > 0 {
		return append(s.fated[:len(s.fated):len(s.fated)], section{"order", lines})
	}
	return s.fated
}

// fateOf is the part of it that the story tells.
func fateOf(told *lineage.Story) []section {
	all := []section{{"attempts", attemptTable(told)}}
	if why := whyFailed(told, 56, 3); len(why) > 0 {
		all = append(all, section{"why", why})
	}
	if b, ok := timing(told).(*bars); ok {
		all = append(all, section{"timing", b})
	}
	return all
}

// order says who overtook the event, and whether that matters.
func (s *Screen) order(c *ui.Context) text {
	row := s.event(c)
	if row == nil || row.Late == 0 {
		return nil
	}
	var lines text
	for _, by := range s.overtakers(c) {
		line := []part{{frame.Text, column("@"+strconv.FormatInt(by.Offset, 10), 10)}, {frame.Dim, frame.Clock(by.At) + "  "}}
		if by.Key == row.Key && by.Key != 0 {
			line = append(line, part{frame.Moved, "SAME KEY ⇅"})
		} else {
			line = append(line, part{frame.Dim, s.keyOf(c, &by)})
		}
		lines = append(lines, line)
	}
	left := int(row.Late) - len(lines)
	head := text{{{frame.Text, "⇅ " + plural(int(row.Late), "later record") + " of its partition succeeded first"}}}
	switch {
	case row.KeyLate:
		head = append(head, []part{{frame.Moved, "one of them has its key: order by key is broken"}})
	case row.Key != 0:
		head = append(head, []part{{frame.Dim, "none has its key: allowed where order is by key"}})
	}
	lines = append(head, lines...)
	if left > 0 {
		lines = append(lines, []part{{frame.Dim, "and " + strconv.Itoa(left) + " more"}})
	}
	return lines
}

// keyOf is the key of another event of the same topic, if it is loaded.
func (s *Screen) keyOf(c *ui.Context, by *store.Event) string {
	m, _, _ := record.Message(c, s.of.Topic, by.Partition, by.Offset)
	if m == nil || m.Key == nil {
		return ""
	}
	return record.KeyText(m.Key)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
