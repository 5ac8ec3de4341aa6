package detail

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	open := func(*ui.Context) bool { return s.open }
	live := func(c *ui.Context) bool { return s.open && c.Mode != ui.Finished }
	walk := func(*ui.Context) bool { return s.open && s.tab == tabLineage }
	do := func(f func(c *ui.Context)) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd {
			f(c)
			return nil
		}
	}
	of := func(f func(*ui.Context, lineage.Record) tea.Cmd) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { return f(c, s.of) }
	}
	move := func(by func() int) func(*ui.Context, string) tea.Cmd {
		return do(func(c *ui.Context) { s.move(c, by()) })
	}
	const all = 1 << 30
	keys := []ui.Key{
		{Keys: []string{"tab", "right"}, ID: "detail.next-tab", Label: "next tab", Help: "payload, headers, lineage, timing, attempts, raw", Enabled: open, Run: do(func(*ui.Context) { s.turn(1) })},
		{Keys: []string{"shift+tab", "left"}, ID: "detail.previous-tab", Help: "the tab before", Hidden: true, Enabled: open, Run: do(func(*ui.Context) { s.turn(-1) })},
		{Keys: []string{"enter"}, ID: "detail.open", Label: "open", Help: "open the record that is selected in the lineage", Enabled: walk, Run: do(s.enter)},
		{Keys: []string{"b"}, ID: "detail.back", Label: "back", Help: "the record from which this one was opened", Enabled: func(*ui.Context) bool { return len(s.been) > 0 }, Run: do(s.goBack)},
		{Keys: []string{"n"}, ID: "detail.next", Label: "next", Help: "the next event of the list below", Enabled: open, Run: do(func(c *ui.Context) { s.step(c, 1) })},
		{Keys: []string{"N"}, ID: "detail.previous", Label: "previous", Help: "the event before", Enabled: open, Run: do(func(c *ui.Context) { s.step(c, -1) })},
		{Keys: []string{"j", "down"}, ID: "detail.down", Help: "a line down", Hidden: true, Enabled: open, Run: move(func() int { return 1 })},
		{Keys: []string{"k", "up"}, ID: "detail.up", Help: "a line up", Hidden: true, Enabled: open, Run: move(func() int { return -1 })},
		{Keys: []string{"pgdown"}, ID: "detail.page-down", Help: "a page down; of a large payload then the next part", Hidden: true, Enabled: open, Run: do(func(c *ui.Context) { s.turnPage(c, 1) })},
		{Keys: []string{"pgup"}, ID: "detail.page-up", Help: "a page up; of a large payload then the part before", Hidden: true, Enabled: open, Run: do(func(c *ui.Context) { s.turnPage(c, -1) })},
		{Keys: []string{"g", "home"}, ID: "detail.top", Help: "the first line", Hidden: true, Enabled: open, Run: move(func() int { return -all })},
		{Keys: []string{"G", "end"}, ID: "detail.bottom", Help: "the last line", Hidden: true, Enabled: open, Run: move(func() int { return all })},
		{Keys: []string{"l"}, ID: "detail.lineage", Label: "lineage", Help: "where it came from and what became of it", Enabled: open, Run: do(func(*ui.Context) { s.tab, s.diff = tabLineage, false })},
		{Keys: []string{"r"}, ID: "detail.redrive", Label: "re-drive", Help: "write a new record like this one", Enabled: live, Run: of(record.Redrive)},
		{Keys: []string{"R"}, ID: "detail.edit", Label: "edit+re-drive", Help: "edit the payload in $EDITOR, see the difference, then write a new record with it", Enabled: live, Run: of(record.Edit)},
		{Keys: []string{"d"}, ID: "detail.diff", Label: "diff", Help: "the record against what was made from it, or no longer", Enabled: open, Run: do(s.compare)},
		{Keys: []string{"y"}, ID: "detail.copy", Label: "copy", Help: "copy payload, key, headers, name, lineage or a command", Enabled: open, Run: func(c *ui.Context, _ string) tea.Cmd { return record.CopyMenu(c, s.of, s.told) }},
		{Keys: []string{"W"}, ID: "detail.save", Label: "save", Help: "save the record to a fixture", Enabled: open, Run: of(record.Save)},
		{Keys: []string{"*"}, ID: "detail.pin", Help: "pin the record on every screen, or no longer", Hidden: true, Enabled: open, Run: do(func(c *ui.Context) {
			c.Pin(ui.Target{Topic: s.of.Topic, Partition: s.of.Partition, Offset: s.of.Offset, Record: true})
		})},
	}
	return keys
}

// turn goes to another tab.
func (s *Screen) turn(by tab) {
	s.tab, s.diff = (s.tab+by+tabCount)%tabCount, false
}

// move scrolls, or selects a line of the lineage.
func (s *Screen) move(_ *ui.Context, by int) {
	if s.tab == tabLineage && !s.diff {
		s.line = min(max(s.line+by, 0), max(len(s.lines)-1, 0))
		return
	}
	s.top[s.tab] = max(min(s.top[s.tab]+by, s.count-s.rows), 0)
}

// turnPage scrolls by what is seen, and turns the page of a large payload at its ends.
func (s *Screen) turnPage(c *ui.Context, by int) {
	m, _, _ := s.message(c)
	if s.tab == tabPayload && !s.diff && m != nil {
		switch at := s.top[s.tab]; {
		case by > 0 && at >= s.count-s.rows && s.page+1 < pages(m):
			s.page++
			s.top[s.tab] = 0
			return
		case by < 0 && at == 0 && s.page > 0:
			s.page--
			return
		}
	}
	s.move(c, by*max(s.rows-1, 1))
}

// enter opens the record that is selected.
func (s *Screen) enter(c *ui.Context) {
	if s.line >= len(s.lines) {
		return
	}
	switch r := s.lines[s.line].Record; {
	case r.Topic == "":
		c.Toast(frame.Text, "this line is about no record: those with topic/partition@offset can be opened")
	case r != s.of:
		if len(s.been) < 100 {
			s.been = append(s.been, s.place)
		}
		s.show(place{of: r})
		s.line = 0
	}
}

func (s *Screen) goBack(*ui.Context) {
	last := s.been[len(s.been)-1]
	s.been = s.been[:len(s.been)-1]
	s.show(last)
}

// step goes to the next event of the list that the filter leaves.
func (s *Screen) step(c *ui.Context, by int) {
	row := s.event(c)
	at := -1
	if row != nil {
		at = s.list.Find(row.Number)
	}
	number := s.list.Number(at + by)
	next := c.View.Events.At(number)
	if at < 0 || next == nil {
		c.Toast(frame.Text, "there is no other event in this direction")
		return
	}
	s.been = s.been[:0]
	s.show(place{lineage.Record{Topic: c.View.Events.Names[next.Of].Topic, Partition: next.Partition, Offset: next.Offset}, number})
}

// compare shows the record against what was made from it, or no longer.
func (s *Screen) compare(*ui.Context) {
	s.diff = !s.diff
	s.top[s.tab] = 0
}

// Scroll implements ui.Scroller.
func (s *Screen) Scroll(c *ui.Context, _, _, rows int) tea.Cmd {
	s.move(c, rows)
	return nil
}

// Click implements ui.Clicker: a tab.
func (s *Screen) Click(_ *ui.Context, x, y int) tea.Cmd {
	if y != 1 {
		return nil
	}
	at := 1
	for t := range tabCount {
		width := frame.Width(tabNames[t]) + 2
		if t == tabAttempts && s.told != nil && attempts(s.told) > 0 {
			width += 1 + len(plural(attempts(s.told), "")) - 2
		}
		if x >= at && x < at+width {
			s.tab, s.diff = t, false
		}
		at += width + 1
	}
	return nil
}
