// Package ordering is the screen Ordering of the terminal UI: in which order the records
// of a partition came, ended and were written, which of them were late, why, and what
// would prevent it.
//
// Non-obvious: the window of records is aligned to tens of offsets, so that its columns
// stand still while it follows the newest. A record is known by its partition and offset,
// a violation by its number; both may be gone from what is kept.
package ordering

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Screen is the screen Ordering.
type Screen struct {
	mapping   string // "" for the first
	partition int32
	chosen    bool // by the user; else the first partition in which order is broken
	top       int  // the first partition that is shown
	rule      order.Domain
	from      int64  // the first record of the window; newest to follow
	inLate    bool   // the keys j and k move in the late list
	late      int64  // the record that is selected there; newest for none
	found     uint64 // the violation that was gone to last
	held      bool   // the view was held when it was drawn last
	window    window
}

// newest stands for the window at the newest records, and for no record.
const newest = -1

// New returns the screen as it is at the start.
func New() *Screen { return &Screen{from: newest, late: newest} }

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Ordering }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Ordering" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Ord" }

// Badge implements ui.Screen.
func (s *Screen) Badge(c *ui.Context) string {
	n := c.View.Order.Violations()
	if n == 0 {
		return ""
	}
	return "⇅" + frame.Count(int64(n))
}

// Draw implements ui.Screen.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	if held := c.Mode == ui.Held; held != s.held {
		if s.held = held; !held && c.Mode == ui.Live {
			s.follow()
		}
	}
	m, p := s.at(c)
	if p == nil || p.Next() == 0 && m.none() {
		s.drawEmpty(c, a)
		return
	}
	heads, rows, most := layout(a.H, len(m.Partitions))
	head, rest := a.Top(1)
	s.drawHead(c, head, m.OrderMapping)
	table, rest := rest.Top(1 + heads)
	s.drawTable(c, table, m.OrderMapping)
	n := columns(a.W)
	if s.late != newest && s.from != newest && (s.late < s.from || s.late >= s.from+int64(n)) {
		s.from = around(s.late, n) // the terminal has another size
	}
	s.window.set(p, s.from, n)
	events, rest := rest.Top(rows)
	s.drawEvents(c, events, m.OrderMapping, p)
	if most > 0 {
		s.drawLate(c, rest, m.OrderMapping, p)
	}
}

// mapping is the one that is shown.
type mapping struct{ *store.OrderMapping }

// none reports whether no record of it is known.
func (m mapping) none() bool {
	for _, p := range m.Partitions {
		if p.Next() > 0 {
			return false
		}
	}
	return true
}

// at returns the mapping and the partition that are shown, nil if there are none.
func (s *Screen) at(c *ui.Context) (mapping, *store.OrderPartition) {
	o := &c.View.Order
	m := o.Mapping(s.mapping)
	if m == nil {
		if len(o.Mappings) == 0 {
			return mapping{}, nil
		}
		m = o.Mappings[0]
	}
	if len(m.Partitions) == 0 {
		return mapping{m}, nil
	}
	if !s.chosen {
		s.choose(m)
	}
	return mapping{m}, m.Partitions[min(max(int(s.partition), 0), len(m.Partitions)-1)]
}

// choose takes the first partition in which order is broken, and stays there.
func (s *Screen) choose(m *store.OrderMapping) {
	if int(s.partition) < len(m.Partitions) && m.Partitions[s.partition].Counts[s.rule] > 0 {
		return
	}
	for _, p := range m.Partitions {
		if p.Counts[s.rule] > 0 {
			s.partition = p.Number
			return
		}
	}
}

// follow lets the window follow the newest records.
func (s *Screen) follow() { s.from, s.late, s.found = newest, newest, 0 }

// layout returns how many rows partitions, events and the late list have.
func layout(height, partitions int) (heads, rows, late int) {
	switch {
	case height >= 26:
		rows, late = 9, 10
	case height >= 16:
		rows, late = 7, 4
	default:
		rows = 5
	}
	heads = min(partitions, max(height-2-rows-late, 1))
	return heads, rows, height - 2 - heads - rows
}

// columns is how many records the window has: tens.
func columns(width int) int {
	aside := 30
	if width < 100 {
		aside = 14
	}
	if width < 70 {
		aside = 4
	}
	return min(max((width-rowLeft-aside)/11, 1), mostTens) * 10
}

// Says implements ui.Screen.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	m, p := s.at(c)
	if p == nil || m.none() {
		return frame.Dim, "waiting for the first record that a function is handed"
	}
	name := m.Topic + "/" + number(int64(p.Number))
	switch {
	case s.inLate && s.late != newest:
		return frame.Text, name + " @" + number(s.late) + " is selected: Enter opens it, Tab goes back to the partitions"
	case s.from == newest:
		return frame.Dim, name + ": the newest records; O goes to the newest violation"
	}
	return frame.Text, name + " from @" + number(s.window.first) + " on: G goes back to the newest"
}

// Click implements ui.Clicker: it selects a partition.
func (s *Screen) Click(c *ui.Context, _, y int) tea.Cmd {
	m, p := s.at(c)
	if p == nil || m.none() {
		return nil
	}
	heads, _, _ := layout(c.Height-bodyRows, len(m.Partitions))
	if at := s.top + y - tableTop; y >= tableTop && y < tableTop+heads && at < len(m.Partitions) {
		s.choosePartition(int32(at))
	}
	return nil
}

// Scroll implements ui.Scroller: the wheel moves the window.
func (s *Screen) Scroll(c *ui.Context, _, _, rows int) tea.Cmd {
	s.pan(c, 10*rows/3)
	return nil
}

const (
	tableTop = 2 // the row of the first partition
	bodyRows = 5 // how many rows of the terminal are not the screen's
)

// choosePartition selects a partition, at its newest records.
func (s *Screen) choosePartition(number int32) {
	s.partition, s.chosen, s.inLate = number, true, false
	s.follow()
}

// Open implements ui.Opener.
func (s *Screen) Open(c *ui.Context, t ui.Target) {
	for _, m := range c.View.Order.Mappings {
		if t.Mapping == m.Name || t.Mapping == "" && t.Function != "" && t.Function == m.Function ||
			t.Mapping == "" && t.Function == "" && t.Record && t.Topic == m.Topic {
			s.mapping = m.Name
			break
		}
	}
	if t.Record {
		s.show(t.Partition, t.Offset)
	}
}

// show moves the window to a record, and selects it.
func (s *Screen) show(partition int32, offset int64) {
	s.partition, s.chosen = partition, true
	s.from, s.late = around(offset, max(s.window.n, 10)), offset
}

// around is where a window of n records begins that has a record in its middle.
func around(offset int64, n int) int64 { return max(offset-int64(n/2), 0) / 10 * 10 }
