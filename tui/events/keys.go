package events

import (
	"maps"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	some := func(c *ui.Context) bool { return s.list.Len() > 0 }
	do := func(f func(c *ui.Context)) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd {
			s.update(c)
			f(c)
			return nil
		}
	}
	of := func(f func(*ui.Context, lineage.Record) tea.Cmd) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd {
			s.update(c)
			if r, ok := s.record(c); ok {
				return f(c, r)
			}
			return nil
		}
	}
	live := func(c *ui.Context) bool { return c.Mode != ui.Finished && some(c) }
	keys := []ui.Key{
		{Keys: []string{"j", "down"}, ID: "events.down", Label: "move", Help: "the next event", Enabled: some, Run: do(func(c *ui.Context) { s.move(c, 1) })},
		{Keys: []string{"k", "up"}, ID: "events.up", Help: "the event before; the view stands then", Hidden: true, Enabled: some, Run: do(func(c *ui.Context) { s.move(c, -1) })},
		{Keys: []string{"pgdown"}, ID: "events.page-down", Help: "a page down", Hidden: true, Enabled: some, Run: do(func(c *ui.Context) { s.move(c, max(s.rows-1, 1)) })},
		{Keys: []string{"pgup"}, ID: "events.page-up", Help: "a page up", Hidden: true, Enabled: some, Run: do(func(c *ui.Context) { s.move(c, -max(s.rows-1, 1)) })},
		{Keys: []string{"g", "home"}, ID: "events.oldest", Help: "the oldest event that is kept", Hidden: true, Enabled: some, Run: do(func(c *ui.Context) { s.selectRow(c, s.list.Number(0)) })},
		{Keys: []string{"G", "end"}, ID: "events.newest", Label: "newest", Help: "the newest event; the list follows again", Enabled: some, Run: do(s.follow)},
		{Keys: []string{"enter"}, ID: "events.detail", Label: "detail", Help: "the whole event: payload, headers, lineage, timing, attempts", Enabled: some, Run: do(s.detail)},
		{Keys: []string{"l"}, ID: "events.lineage", Label: "lineage", Help: "show or hide the lineage of the selected event", Enabled: some, Run: do(s.toggleStory)},
		{Keys: []string{"r"}, ID: "events.redrive", Label: "re-drive", Help: "write a new record like this one", Enabled: live, Run: of(record.Redrive)},
		{Keys: []string{"R"}, ID: "events.edit", Label: "edit+re-drive", Help: "edit the payload in $EDITOR, then write a new record with it", Enabled: live, Run: of(record.Edit)},
	}
	return append(keys, s.seekKeys(some, do, of)...)
}

// seekKeys are those that look for events, and that pick one.
func (s *Screen) seekKeys(some func(*ui.Context) bool, do func(func(*ui.Context)) func(*ui.Context, string) tea.Cmd, of func(func(*ui.Context, lineage.Record) tea.Cmd) func(*ui.Context, string) tea.Cmd) []ui.Key {
	seek := func(by int, what string, want func(s *Screen, c *ui.Context) func(*store.Event) bool) func(*ui.Context, string) tea.Cmd {
		return do(func(c *ui.Context) { s.seek(c, by, what, want(s, c)) })
	}
	bad := func(*Screen, *ui.Context) func(*store.Event) bool { return failed }
	late := func(*Screen, *ui.Context) func(*store.Event) bool {
		return func(row *store.Event) bool { return row.Late > 0 }
	}
	marked := func(s *Screen, _ *ui.Context) func(*store.Event) bool {
		return func(row *store.Event) bool { return s.picks.Marks[row.Number] }
	}
	return []ui.Key{
		{Keys: []string{"m"}, ID: "events.mark", Label: "mark", Help: "mark the event, or no longer", Enabled: some, Run: do(s.mark)},
		{Keys: []string{"'"}, ID: "events.next-mark", Help: "the next event that is marked", Hidden: true, Enabled: some, Run: seek(1, "marked event", marked)},
		{Keys: []string{"*"}, ID: "events.pin", Help: "pin the record on every screen, or no longer", Hidden: true, Enabled: some, Run: do(s.pin)},
		{Keys: []string{"n"}, ID: "events.next-match", Label: "next match", Help: "the next event that the filter shows; without one, the next with the same key", Enabled: some, Run: seek(1, "match", sameKey)},
		{Keys: []string{"N"}, ID: "events.previous-match", Help: "the same, backwards", Hidden: true, Enabled: some, Run: seek(-1, "match", sameKey)},
		{Keys: []string{"e"}, ID: "events.next-error", Label: "error", Help: "the next event that went wrong", Enabled: some, Run: seek(1, "error", bad)},
		{Keys: []string{"E"}, ID: "events.previous-error", Help: "the event before that went wrong", Hidden: true, Enabled: some, Run: seek(-1, "error", bad)},
		{Keys: []string{"o"}, ID: "events.next-late", Label: "order", Help: "the next event that was overtaken", Enabled: some, Run: seek(1, "overtaken event", late)},
		{Keys: []string{"O"}, ID: "events.previous-late", Help: "the event before that was overtaken", Hidden: true, Enabled: some, Run: seek(-1, "overtaken event", late)},
		{Keys: []string{"W"}, ID: "events.save", Help: "save the record to a fixture", Hidden: true, Enabled: some, Run: of(record.Save)},
		{Keys: []string{"y"}, ID: "events.copy", Label: "copy", Help: "copy payload, key, name, lineage or a command", Enabled: some, Run: of(s.copy)},
		{Keys: []string{"v"}, ID: "events.columns", Help: "choose the columns", Hidden: true, Run: do(s.chooseColumns)},
	}
}

// sameKey wants events with the key of the one that is selected; with a filter all that
// it shows.
func sameKey(s *Screen, c *ui.Context) func(*store.Event) bool {
	if s.list.Filtered() {
		return func(*store.Event) bool { return true }
	}
	row := s.selected(c)
	if row == nil || row.Key == 0 {
		return func(*store.Event) bool { return false }
	}
	key := row.Key
	return func(row *store.Event) bool { return row.Key == key }
}

// seek selects the next event that is wanted, forwards or backwards.
func (s *Screen) seek(c *ui.Context, by int, what string, want func(*store.Event) bool) {
	for i := s.at() + by; i >= 0 && i < s.list.Len(); i += by {
		if n := s.list.Number(i); want(c.View.Events.At(n)) {
			s.selectRow(c, n)
			return
		}
	}
	where := "below"
	if by < 0 {
		where = "above"
	}
	c.Toast(frame.Text, "no "+what+" "+where)
}

func (s *Screen) detail(c *ui.Context) {
	row := s.selected(c)
	r, ok := s.record(c)
	if !ok {
		return
	}
	s.selectRow(c, row.Number)
	c.Show(ui.Detail, ui.Target{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Record: true, Row: row.Number})
}

func (s *Screen) toggleStory(c *ui.Context) {
	if s.cursor == 0 && c.Mode == ui.Live {
		s.noStory = false
		s.selectRow(c, s.list.Number(s.at()))
		return
	}
	s.noStory = !s.noStory
}

// marksMost is how many rows can be marked.
const marksMost = 1000

func (s *Screen) mark(c *ui.Context) {
	row := s.selected(c)
	if row == nil {
		return
	}
	marks := maps.Clone(s.picks.Marks)
	if marks == nil {
		marks = map[uint64]bool{}
	}
	switch {
	case marks[row.Number]:
		delete(marks, row.Number)
	case len(marks) >= marksMost:
		c.Toast(frame.Bad, "no more than 1,000 events can be marked")
		return
	default:
		marks[row.Number] = true
	}
	s.selectRow(c, row.Number)
	s.picks.Marks = marks
	s.picks.Version++
}

func (s *Screen) pin(c *ui.Context) {
	if r, ok := s.record(c); ok {
		c.Pin(ui.Target{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Record: true})
	}
}

func (s *Screen) copy(c *ui.Context, r lineage.Record) tea.Cmd {
	story := s.pane.story
	if story != nil && story.Record != r {
		story = nil
	}
	return record.CopyMenu(c, r, story)
}

// toggle shows a column, or no longer.
func (s *Screen) toggle(id columnID) func() tea.Cmd {
	return func() tea.Cmd {
		s.hidden[id] = !s.hidden[id]
		return nil
	}
}
