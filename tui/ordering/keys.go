package ordering

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	return append(s.moveKeys(), s.viewKeys()...)
}

// moveKeys move the selection and the window.
func (s *Screen) moveKeys() []ui.Key {
	return []ui.Key{
		{Keys: []string{"j", "down"}, ID: "ordering.down", Label: "partition", Help: "the next partition, or the next late record", Run: run(func(c *ui.Context) { s.move(c, 1) })},
		{Keys: []string{"k", "up"}, ID: "ordering.up", Help: "the partition before, or the late record before", Hidden: true, Run: run(func(c *ui.Context) { s.move(c, -1) })},
		{Keys: []string{"tab", "shift+tab"}, ID: "ordering.late", Label: "late", Help: "move in the list of late records, or in that of partitions", Run: run(s.turn)},
		{Keys: []string{"enter"}, ID: "ordering.detail", Label: "detail", Help: "open the late record that is selected", Run: run(s.detail)},
		{Keys: []string{"o"}, ID: "ordering.next", Label: "next ⇅", Help: "go to the next violation of the rule", Run: run(func(c *ui.Context) { s.seek(c, 1) })},
		{Keys: []string{"O"}, ID: "ordering.previous", Label: "previous ⇅", Help: "go to the violation before", Run: run(func(c *ui.Context) { s.seek(c, -1) })},
		{Keys: []string{"h", "left"}, ID: "ordering.earlier", Label: "pan", Help: "ten records back", Run: run(func(c *ui.Context) { s.pan(c, -10) })},
		{Keys: []string{"l", "right"}, ID: "ordering.later", Help: "ten records on", Hidden: true, Run: run(func(c *ui.Context) { s.pan(c, 10) })},
		{Keys: []string{"H", "shift+left", "pgup"}, ID: "ordering.page.earlier", Help: "a window of records back", Hidden: true, Run: run(func(c *ui.Context) { s.pan(c, -s.window.n) })},
		{Keys: []string{"L", "shift+right", "pgdown"}, ID: "ordering.page.later", Help: "a window of records on", Hidden: true, Run: run(func(c *ui.Context) { s.pan(c, s.window.n) })},
		{Keys: []string{"g"}, ID: "ordering.oldest", Help: "the oldest records that are kept", Hidden: true, Run: run(func(c *ui.Context) { s.pan(c, -1<<30) })},
		{Keys: []string{"G"}, ID: "ordering.newest", Help: "back to the newest records, and live", Hidden: true, Run: run(func(c *ui.Context) {
			s.follow()
			c.Axis.End = 0
			c.Release()
		})},
	}
}

// viewKeys change what is looked at.
func (s *Screen) viewKeys() []ui.Key {
	return []ui.Key{
		{Keys: []string{"v"}, ID: "ordering.rule", Label: "rule", Help: "which order is wanted: of one key, of a partition, of the whole topic", Run: run(func(*ui.Context) {
			s.rule = (s.rule + 1) % store.Domains
			s.found = 0
		})},
		{Keys: []string{"+", "="}, ID: "ordering.zoom.in", Label: "zoom", Help: "shorter columns of overtakes", Run: run(func(c *ui.Context) { zoom(c, -1) })},
		{Keys: []string{"-"}, ID: "ordering.zoom.out", Help: "longer columns of overtakes", Hidden: true, Run: run(func(c *ui.Context) { zoom(c, 1) })},
		{Keys: []string{"0"}, ID: "ordering.zoom.default", Help: "columns of 100 ms, up to now", Hidden: true, Run: run(func(c *ui.Context) { c.Axis.Column, c.Axis.End = 100e6, 0 })},
		{Keys: []string{"]"}, ID: "ordering.mapping.next", Label: "mapping", Help: "the next event source mapping", Enabled: several, Run: run(func(c *ui.Context) { s.step(c, 1) })},
		{Keys: []string{"["}, ID: "ordering.mapping.previous", Help: "the event source mapping before", Hidden: true, Enabled: several, Run: run(func(c *ui.Context) { s.step(c, -1) })},
	}
}

// several reports whether there is another mapping to go to.
func several(c *ui.Context) bool { return len(c.View.Order.Mappings) > 1 }

func run(f func(*ui.Context)) func(*ui.Context, string) tea.Cmd {
	return func(c *ui.Context, _ string) tea.Cmd {
		f(c)
		return nil
	}
}

// move goes to another partition, or to another late record.
func (s *Screen) move(c *ui.Context, by int) {
	m, p := s.at(c)
	if p == nil {
		return
	}
	if s.inLate {
		s.stand(c)
		s.late = s.lateBeside(by)
		return
	}
	s.choosePartition(min(max(p.Number+int32(by), 0), int32(len(m.Partitions)-1)))
}

// stand lets the window stay where it is, in a view that stands.
func (s *Screen) stand(c *ui.Context) {
	s.from = s.window.first
	c.Hold()
	s.held = s.held || c.Mode == ui.Held
}

// turn goes between the partitions and the late list.
func (s *Screen) turn(c *ui.Context) {
	if s.inLate = !s.inLate; !s.inLate {
		return
	}
	if len(s.window.late) == 0 {
		s.inLate = false
		c.Toast(frame.Text, "nothing in this window ended late")
		return
	}
	s.stand(c)
	if !s.lateIsShown() {
		s.late = s.lateBeside(0)
	}
}

// detail opens the record that is selected.
func (s *Screen) detail(c *ui.Context) {
	m, p := s.at(c)
	if p == nil {
		return
	}
	offset := s.lateBeside(0)
	if offset == newest {
		c.Toast(frame.Text, "nothing in this window ended late: there is no record to open")
		return
	}
	s.late = offset
	c.Show(ui.Detail, ui.Target{Topic: m.Topic, Partition: p.Number, Offset: offset, Record: true, Function: m.Function, Mapping: m.Name})
}

// pan moves the window by records.
func (s *Screen) pan(c *ui.Context, by int) {
	_, p := s.at(c)
	if p == nil || by > 0 && s.from == newest {
		return
	}
	s.stand(c)
	s.late, s.inLate = newest, false
	last := max((p.Next()+9)/10*10-int64(s.window.n), 0)
	s.from = min(max(s.from+int64(by), p.First()/10*10, 0), last)
}

// seek goes to the next violation of the rule, or to the one before, in the mapping that
// is shown. It begins at the newest.
func (s *Screen) seek(c *ui.Context, by int) {
	m, p := s.at(c)
	if p == nil {
		return
	}
	f := &c.View.Order.Found[s.rule]
	at := s.found
	if at == 0 || at < f.First() {
		at = f.First() - 1
		if by < 0 {
			at = f.Total + 1
		}
	}
	for {
		if by > 0 {
			at++
		} else {
			at--
		}
		v, first := f.At(at)
		if v == nil {
			s.toastEnd(c, by, m.Counts[s.rule])
			return
		}
		if !first || v.Mapping != m.Name {
			continue
		}
		s.show(v.Earlier.Record.Partition, v.Earlier.Record.Offset)
		s.found = at
		s.place(c, v.At)
		c.Hold()
		s.held = s.held || c.Mode == ui.Held
		return
	}
}

// place moves the axis of time to a moment, unless it is shown already.
func (s *Screen) place(c *ui.Context, at int64) {
	right, span := c.Axis.Right(c.View.Now), int64(max(tableColumns(c.Width).strip-5, 10))*c.Axis.Column
	if at > right || at <= right-span {
		c.Axis.End = min(at+span/4, c.View.Now)
	}
}

func (s *Screen) toastEnd(c *ui.Context, by int, n uint64) {
	switch {
	case n == 0:
		c.Toast(frame.Text, "nothing was out of order by "+ruleNames[s.rule][0])
	case by > 0:
		c.Toast(frame.Text, "this is the newest violation by "+ruleNames[s.rule][0])
	default:
		c.Toast(frame.Text, "no older violation by "+ruleNames[s.rule][0]+" is kept")
	}
}

// zoom changes how long a column of the strips is.
func zoom(c *ui.Context, by int) {
	for i, column := range store.StripColumns {
		if column == c.Axis.Column {
			c.Axis.Column = store.StripColumns[min(max(i+by, 0), len(store.StripColumns)-1)]
			return
		}
	}
	c.Axis.Column = store.StripColumns[1]
}

// step goes to another mapping.
func (s *Screen) step(c *ui.Context, by int) {
	all := c.View.Order.Mappings
	m, _ := s.at(c)
	for i := range all {
		if all[i] == m.OrderMapping {
			s.mapping = all[(i+by+len(all))%len(all)].Name
			s.partition, s.chosen, s.inLate = 0, false, false
			s.follow()
			return
		}
	}
}
