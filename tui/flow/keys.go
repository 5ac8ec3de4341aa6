package flow

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// page is how many rows PgUp and PgDn move.
const page = 5

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	flows := func(c *ui.Context) bool { return !isEmpty(c.View) }
	move := func(by int) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { s.move(c, by); return nil }
	}
	return []ui.Key{
		{Keys: []string{"up", "k"}, ID: "flow.up", Label: "select", Help: "select the function, or the line of attention, above", Enabled: flows, Run: move(-1)},
		{Keys: []string{"down", "j"}, ID: "flow.down", Label: "", Help: "select the one below", Enabled: flows, Run: move(1)},
		{Keys: []string{"pgup"}, ID: "flow.pageup", Help: "select five rows above", Hidden: true, Enabled: flows, Run: move(-page)},
		{Keys: []string{"pgdown"}, ID: "flow.pagedown", Help: "select five rows below", Hidden: true, Enabled: flows, Run: move(page)},
		{Keys: []string{"g"}, ID: "flow.first", Help: "select the first", Hidden: true, Enabled: flows, Run: move(-1 << 20)},
		{Keys: []string{"G"}, ID: "flow.last", Help: "select the last", Hidden: true, Enabled: flows, Run: move(1 << 20)},
		{Keys: []string{"tab", "shift+tab"}, ID: "flow.pane", Label: "attention", Help: "go to the list of attention, and back", Enabled: flows, Run: func(*ui.Context, string) tea.Cmd {
			s.inAttention = !s.inAttention
			return nil
		}},
		{Keys: []string{"enter"}, ID: "flow.open", Label: "open", Help: "open what is selected: a function, or the evidence of a line of attention, already filtered",
			Enabled: s.canOpen, Run: func(c *ui.Context, _ string) tea.Cmd { s.open(c); return nil }},
	}
}

// move moves the selection.
func (s *Screen) move(c *ui.Context, by int) {
	s.refresh(c)
	if s.inAttention {
		if all := s.facts.attention; len(all) > 0 {
			s.line = idOf(&all[min(max(s.lineAt()+by, 0), len(all)-1)])
		}
		return
	}
	if len(s.rows) > 0 {
		s.chosen = s.rows[min(max(s.row()+by, 0), len(s.rows)-1)]
	}
}

func (s *Screen) canOpen(c *ui.Context) bool {
	s.refresh(c)
	if isEmpty(c.View) || s.inAttention {
		return len(s.facts.attention) > 0
	}
	return len(s.rows) > 0
}

// open goes to the screen that shows what is selected.
func (s *Screen) open(c *ui.Context) {
	s.refresh(c)
	if isEmpty(c.View) || s.inAttention {
		if all := s.facts.attention; len(all) > 0 {
			of := &all[s.lineAt()]
			c.Show(screenOf(of.Place), targetOf(of))
		}
		return
	}
	if len(s.rows) == 0 {
		return
	}
	switch id := s.rows[s.row()]; {
	case id.process:
		c.Show(ui.Logs, ui.Target{Filter: store.FilterOf("process", id.name), HasFilter: true})
	default:
		c.Show(ui.Functions, ui.Target{Function: id.name})
	}
}

// screenOf is the screen that shows a place.
func screenOf(p store.Place) ui.ID {
	switch p {
	case store.PlaceOrdering:
		return ui.Ordering
	case store.PlaceFunctions:
		return ui.Functions
	case store.PlaceLogs:
		return ui.Logs
	}
	return ui.Events
}

// targetOf is what a screen is opened at.
func targetOf(a *store.Attention) ui.Target {
	return ui.Target{Topic: a.Topic, Partition: a.Partition, Offset: a.Offset, Record: a.Topic != "", Function: a.Function, Mapping: a.Mapping,
		Environment: a.Environment, Invocation: a.Invocation, At: a.At, Filter: a.Filter, HasFilter: a.Filter != ""}
}

// Click implements ui.Clicker: it selects, and opens what is selected already.
func (s *Screen) Click(c *ui.Context, _, y int) tea.Cmd {
	for _, h := range s.hits {
		if y < h.y || y >= h.y+h.h {
			continue
		}
		if h.line && h.at < len(s.facts.attention) {
			id := idOf(&s.facts.attention[h.at])
			if s.inAttention && id == s.line {
				s.open(c)
			}
			s.inAttention, s.line = true, id
		} else if !h.line && h.at < len(s.rows) {
			id := s.rows[h.at]
			if !s.inAttention && id == s.chosen {
				s.open(c)
			}
			s.inAttention, s.chosen = false, id
		}
		return nil
	}
	return nil
}

// Scroll implements ui.Scroller: it moves the selection of the list below the mouse.
func (s *Screen) Scroll(c *ui.Context, _, y, rows int) tea.Cmd {
	by := 1
	if rows < 0 {
		by = -1
	}
	for _, h := range s.hits {
		if y >= h.y && y < h.y+h.h {
			s.inAttention = h.line
		}
	}
	s.move(c, by)
	return nil
}

// Open implements ui.Opener: it selects a function.
func (s *Screen) Open(c *ui.Context, t ui.Target) {
	if t.Function != "" {
		s.inAttention, s.chosen = false, rowID{name: t.Function}
	}
}
