package faults

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	return slices.Concat(s.moveKeys(), s.settingKeys(), s.faultKeys())
}

// moveKeys move the cursor, and choose whose settings are shown.
func (s *Screen) moveKeys() []ui.Key {
	by := func(rows func() int) func(*ui.Context, string) tea.Cmd {
		return func(*ui.Context, string) tea.Cmd { s.move(rows()); return nil }
	}
	scope := func(step int) func(*ui.Context, string) tea.Cmd {
		return func(*ui.Context, string) tea.Cmd { s.nextScope(step); return nil }
	}
	group := func(step int) func(*ui.Context, string) tea.Cmd {
		return func(*ui.Context, string) tea.Cmd { s.nextGroup(step); return nil }
	}
	some := func(*ui.Context) bool { return s.selected() != nil }
	several := func(*ui.Context) bool { return len(s.scopes) > 1 }
	return []ui.Key{
		{Keys: []string{"k", "up"}, ID: "faults.up", Help: "the row before", Hidden: true, Enabled: some, Run: by(func() int { return -1 })},
		{Keys: []string{"j", "down"}, ID: "faults.down", Help: "the next row", Hidden: true, Enabled: some, Run: by(func() int { return 1 })},
		{Keys: []string{"pgup"}, ID: "faults.page-up", Help: "a screen up", Hidden: true, Enabled: some, Run: by(func() int { return -s.room })},
		{Keys: []string{"pgdown"}, ID: "faults.page-down", Help: "a screen down", Hidden: true, Enabled: some, Run: by(func() int { return s.room })},
		{Keys: []string{"g"}, ID: "faults.top", Help: "the first row", Hidden: true, Enabled: some, Run: by(func() int { return -len(s.rows) })},
		{Keys: []string{"G"}, ID: "faults.bottom", Help: "the last row", Hidden: true, Enabled: some, Run: by(func() int { return len(s.rows) })},
		{Keys: []string{"tab"}, ID: "faults.group", Label: "group", Help: "the next group of rows; behind the last one the first", Hidden: true, Enabled: some, Run: group(1)},
		{Keys: []string{"shift+tab"}, ID: "faults.group-before", Help: "the group before: from the first one to FAULTS", Hidden: true, Enabled: some, Run: group(-1)},
		{Keys: []string{"h", "["}, ID: "faults.scope-before", Label: "scope", Help: "the function before, or the run", Hidden: true, Enabled: several, Run: scope(-1)},
		{Keys: []string{"l", "]"}, ID: "faults.scope-next", Label: "scope", Help: "the settings of the next function", Enabled: several, Run: scope(1)},
	}
}

// settingKeys change the setting that is selected.
func (s *Screen) settingKeys() []ui.Key {
	step := func(n int, large bool) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { return s.step(c, n, large) }
	}
	setting := func(c *ui.Context) bool { r := s.selected(); return live(c) && r != nil && r.is == settingRow }
	some := func(c *ui.Context) bool { return live(c) && s.selected() != nil }
	return []ui.Key{
		{Keys: []string{"left"}, ID: "faults.less", Help: "a step less, or the choice before", Hidden: true, Enabled: setting, Run: step(-1, false)},
		{Keys: []string{"right"}, ID: "faults.more", Label: "change", Help: "a step more, or the next choice", Enabled: setting, Run: step(1, false)},
		{Keys: []string{"shift+left", "H"}, ID: "faults.much-less", Help: "about a tenth, or ten less", Hidden: true, Enabled: setting, Run: step(-1, true)},
		{Keys: []string{"shift+right", "L"}, ID: "faults.much-more", Label: "x10", Help: "about ten times as much, or ten more", Enabled: setting, Run: step(1, true)},
		{Keys: []string{"enter"}, ID: "faults.type", Label: "type", Help: "type a value; for a fault when it fires, and add it", Enabled: some, Run: func(c *ui.Context, _ string) tea.Cmd {
			if r := s.selected(); r.is != settingRow {
				return s.askFault(c.Host, c.Driver, r.kind)
			}
			return s.ask(c.Host, c.Driver, &s.selected().setting)
		}},
		{Keys: []string{"0"}, ID: "faults.default", Label: "default", Help: "back to the default; a fault is removed",
			Enabled: func(c *ui.Context) bool { return some(c) && s.selected().is != kindRow }, Run: s.toDefault},
		{Keys: []string{"u"}, ID: "faults.undo", Label: "undo", Help: "take the last change of a setting back", Enabled: live, Run: func(c *ui.Context, _ string) tea.Cmd {
			return c.Do("undo", c.Driver.Undo)
		}},
		{Keys: []string{"S"}, ID: "faults.save", Label: "save", Help: "write what was changed by hand to the file, after showing the difference", Enabled: live, Run: s.save},
	}
}

// faultKeys add and remove faults.
func (s *Screen) faultKeys() []ui.Key {
	fault := func(c *ui.Context) bool { r := s.selected(); return live(c) && r != nil && r.is != settingRow }
	return []ui.Key{
		{Keys: []string{"!"}, ID: "faults.fire", Label: "once", Help: "fire the selected fault once, at the next occasion", Enabled: fault, Run: s.fire},
		{Keys: []string{"T"}, ID: "faults.timed", Label: "timed", Help: "add the selected fault for a time: it is off by itself then",
			Enabled: func(c *ui.Context) bool { return fault(c) && s.selected().kind != rebalance }, Run: s.timed},
		{Keys: []string{"x", "delete"}, ID: "faults.remove", Label: "remove", Help: "remove the selected fault",
			Enabled: func(c *ui.Context) bool { return fault(c) && s.selected().is == faultRow }, Run: s.remove},
		{Keys: []string{"F"}, ID: "faults.add", Label: "fault", Help: "add a fault, whatever is selected", Enabled: live, Run: s.menu},
	}
}

// nextScope shows what stands beside the present scope.
func (s *Screen) nextScope(step int) {
	if at := slices.Index(s.scopes, s.scope); at+step >= 0 && at+step < len(s.scopes) {
		s.choose(s.scopes[at+step])
	}
}

// Scroll implements ui.Scroller.
func (s *Screen) Scroll(_ *ui.Context, _, _, rows int) tea.Cmd {
	s.move(rows)
	return nil
}

// Click implements ui.Clicker: it selects a row.
func (s *Screen) Click(_ *ui.Context, _, y int) tea.Cmd {
	if i := s.top + y - 2; y >= 2 && y-2 < s.room && i < len(s.rows) && s.rows[i].is != headingRow {
		s.at, s.cursor = i, s.rows[i].id
	}
	return nil
}
