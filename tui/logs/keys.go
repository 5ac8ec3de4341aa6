package logs

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	moves := func(rows func() int) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { s.move(c, rows()); return nil }
	}
	some := func(*ui.Context) bool { return len(s.found.numbers) > 0 }
	return []ui.Key{
		{Keys: []string{"k", "up"}, ID: "logs.up", Help: "the line before; holds the view", Hidden: true, Enabled: some, Run: moves(func() int { return -1 })},
		{Keys: []string{"j", "down"}, ID: "logs.down", Help: "the next line", Hidden: true, Enabled: some, Run: moves(func() int { return 1 })},
		{Keys: []string{"pgup"}, ID: "logs.page-up", Help: "a screen up", Hidden: true, Enabled: some, Run: moves(func() int { return -s.room })},
		{Keys: []string{"pgdown"}, ID: "logs.page-down", Help: "a screen down", Hidden: true, Enabled: some, Run: moves(func() int { return s.room })},
		{Keys: []string{"g"}, ID: "logs.top", Help: "the oldest line that is kept", Hidden: true, Enabled: some, Run: moves(func() int { return -len(s.found.numbers) })},
		{Keys: []string{"G"}, ID: "logs.follow", Label: "follow", Help: "follow the newest line again", Run: func(c *ui.Context, _ string) tea.Cmd {
			s.cursor = 0
			c.Release()
			return nil
		}},
		{Keys: []string{"f"}, ID: "logs.level", Label: "level", Help: "show lines from the next level on: debug, info, warn, error", Run: func(*ui.Context, string) tea.Cmd {
			s.level = (s.level + 1) % (store.Error + 1)
			s.found.reset()
			return nil
		}},
		{Keys: []string{"e"}, ID: "logs.next-error", Label: "error", Help: "the next error", Run: func(c *ui.Context, _ string) tea.Cmd { s.seek(c, 1); return nil }},
		{Keys: []string{"E"}, ID: "logs.previous-error", Help: "the error before", Hidden: true, Run: func(c *ui.Context, _ string) tea.Cmd { s.seek(c, -1); return nil }},
		{Keys: []string{"enter"}, ID: "logs.open", Label: "detail", Help: "the record that the line is about", Enabled: func(c *ui.Context) bool { return s.about(c) != nil }, Run: func(c *ui.Context, _ string) tea.Cmd {
			l := s.about(c)
			c.Show(ui.Detail, ui.Target{Topic: l.Topic, Partition: l.Partition, Offset: l.Offset, Record: true})
			return nil
		}},
		{Keys: []string{"*"}, ID: "logs.pin", Label: "pin", Help: "mark the record of the line on every screen", Enabled: func(c *ui.Context) bool { return s.about(c) != nil }, Run: func(c *ui.Context, _ string) tea.Cmd {
			l := s.about(c)
			c.Pin(ui.Target{Topic: l.Topic, Partition: l.Partition, Offset: l.Offset, Record: true})
			return nil
		}},
		{Keys: []string{"m"}, ID: "logs.mark", Help: "mark the line", Hidden: true, Enabled: some, Run: func(c *ui.Context, _ string) tea.Cmd {
			if n := s.selected(); s.marks[n] {
				delete(s.marks, n)
			} else {
				s.marks[n] = true
			}
			return nil
		}},
		{Keys: []string{"w"}, ID: "logs.wrap", Label: "wrap", Help: "long lines on several rows, or cut", Run: func(*ui.Context, string) tea.Cmd { s.wrap = !s.wrap; return nil }},
		{Keys: []string{"T"}, ID: "logs.time", Label: "time", Help: "times since the start, before now, or after the line before", Run: func(c *ui.Context, _ string) tea.Cmd {
			s.clock = (s.clock + 1) % clocks
			return nil
		}},
		{Keys: []string{"z"}, ID: "logs.plain", Label: "copy mode", Help: "nothing but the lines, to copy them with the terminal; again to go back", Run: func(c *ui.Context, _ string) tea.Cmd {
			s.plain = !s.plain
			if s.plain {
				c.Hold()
			} else {
				c.Release()
			}
			return nil
		}},
		{Keys: []string{"Y"}, ID: "logs.copy", Help: "copy the line", Hidden: true, Enabled: some, Run: func(c *ui.Context, _ string) tea.Cmd {
			if l := c.View.Logs.At(s.selected()); l != nil {
				return c.Copy("the line", textOf(l))
			}
			return nil
		}},
	}
}

// selected is the number of the line that the cursor is on, 0 if there is none.
func (s *Screen) selected() uint64 {
	if s.cursor == 0 && len(s.found.numbers) > 0 {
		return s.found.numbers[len(s.found.numbers)-1]
	}
	return s.cursor
}

// about is the selected line, if it is about a record; else nil.
func (s *Screen) about(c *ui.Context) *store.Line {
	if l := c.View.Logs.At(s.selected()); l != nil && l.Topic != "" {
		return l
	}
	return nil
}

// move moves the cursor; upwards it holds the view.
func (s *Screen) move(c *ui.Context, rows int) {
	all := s.found.numbers
	if len(all) == 0 {
		return
	}
	at := len(all) - 1
	if s.cursor != 0 {
		at = s.found.index(s.cursor)
	}
	if rows < 0 {
		c.Hold()
	}
	s.cursor = all[min(max(at+rows, 0), len(all)-1)]
}

// seek goes to the next error, or the one before.
func (s *Screen) seek(c *ui.Context, step int) {
	all := s.found.numbers
	at := len(all)
	if s.cursor != 0 {
		at = s.found.index(s.cursor)
	} else if step > 0 {
		at = -1
	}
	for i := at + step; i >= 0 && i < len(all); i += step {
		if l := c.View.Logs.At(all[i]); l != nil && l.Level == store.Error {
			c.Hold()
			s.cursor = all[i]
			return
		}
	}
	c.Toast(frame.Text, "no error "+map[int]string{1: "after", -1: "before"}[step]+" this line")
}

// Scroll implements ui.Scroller.
func (s *Screen) Scroll(c *ui.Context, _, _, rows int) tea.Cmd {
	s.move(c, rows)
	return nil
}

// Click implements ui.Clicker.
func (s *Screen) Click(c *ui.Context, _, y int) tea.Cmd {
	if i := s.top + y - 1; y > 0 && i >= 0 && i < len(s.found.numbers) {
		c.Hold()
		s.cursor = s.found.numbers[i]
	}
	return nil
}
