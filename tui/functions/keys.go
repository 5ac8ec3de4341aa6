package functions

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Keys implements ui.Screen.
func (s *Screen) Keys() []ui.Key {
	return slices.Concat(s.moveKeys(), s.timeKeys(), s.changeKeys())
}

// moveKeys move the selection, and lead to its events.
func (s *Screen) moveKeys() []ui.Key {
	by := func(n int) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { s.move(c, n); return nil }
	}
	pages := func(n int) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { s.move(c, n*s.page()); return nil }
	}
	return []ui.Key{
		{Keys: []string{"j", "down"}, ID: "functions.down", Label: "next", Help: "the next function, or the next environment", Run: by(1)},
		{Keys: []string{"k", "up"}, ID: "functions.up", Help: "the one before", Hidden: true, Run: by(-1)},
		{Keys: []string{"pgdown"}, ID: "functions.page_down", Help: "a page further", Hidden: true, Run: pages(1)},
		{Keys: []string{"pgup"}, ID: "functions.page_up", Help: "a page back", Hidden: true, Run: pages(-1)},
		{Keys: []string{"g", "home"}, ID: "functions.first", Help: "the first", Hidden: true, Run: by(-1 << 30)},
		{Keys: []string{"G", "end"}, ID: "functions.last", Help: "the last", Hidden: true, Run: by(1 << 30)},
		{Keys: []string{"tab", "shift+tab"}, ID: "functions.lanes", Label: "lanes", Help: "move among the environments, or among the functions again",
			Run: func(c *ui.Context, _ string) tea.Cmd { s.focus(c); return nil }},
		{Keys: []string{"enter"}, ID: "functions.events", Label: "events", Help: "the events of the function, or of the environment", Run: s.openEvents},
	}
}

// timeKeys move and stretch the axis of time.
func (s *Screen) timeKeys() []ui.Key {
	scroll := func(n int64) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { scrollTime(c, n); return nil }
	}
	zoom := func(n int) func(*ui.Context, string) tea.Cmd {
		return func(c *ui.Context, _ string) tea.Cmd { zoomTime(c, n); return nil }
	}
	return []ui.Key{
		{Keys: []string{"h", "left"}, ID: "functions.earlier", Label: "earlier", Help: "scroll to earlier times", Run: scroll(-scrollStep)},
		{Keys: []string{"l", "right"}, ID: "functions.later", Label: "later", Help: "scroll to later times", Run: scroll(scrollStep)},
		{Keys: []string{"H", "shift+left"}, ID: "functions.much_earlier", Help: "scroll ten times as far back", Hidden: true, Run: scroll(-10 * scrollStep)},
		{Keys: []string{"L", "shift+right"}, ID: "functions.much_later", Help: "scroll ten times as far on", Hidden: true, Run: scroll(10 * scrollStep)},
		{Keys: []string{"+", "="}, ID: "functions.zoom_in", Label: "zoom", Help: "less time in a column", Run: zoom(-1)},
		{Keys: []string{"-"}, ID: "functions.zoom_out", Help: "more time in a column", Hidden: true, Run: zoom(1)},
		{Keys: []string{"0"}, ID: "functions.now", Label: "now", Help: "the newest at the right again",
			Run: func(c *ui.Context, _ string) tea.Cmd { c.Axis.End = 0; return nil }},
	}
}

// changeKeys change the run; only b says something of one that is over.
func (s *Screen) changeKeys() []ui.Key {
	goesOn := func(c *ui.Context) bool { return c.Mode != ui.Finished && s.selected(c) != nil }
	isAlive := func(c *ui.Context) bool {
		l := s.environment(c)
		return goesOn(c) && l != nil && !l.IsGone
	}
	canBuild := func(c *ui.Context) bool {
		if d := s.selected(c); d != nil {
			_, why := broken(d)
			return why != "" || goesOn(c)
		}
		return false
	}
	return []ui.Key{
		{Keys: []string{"s"}, ID: "functions.limit", Label: "limit", Help: "set the reserved concurrency of the function", Enabled: goesOn, Run: s.askLimit},
		{Keys: []string{"c"}, ID: "functions.cold", Label: "force cold", Help: "end all environments of the function: its next invocation is cold", Enabled: goesOn, Run: s.recycle},
		{Keys: []string{"X"}, ID: "functions.kill", Label: "kill", Help: "kill the environment that is selected", Enabled: isAlive, Run: s.kill},
		{Keys: []string{"u"}, ID: "functions.undo", Label: "undo", Help: "take the last change of a setting back", Hidden: true, Enabled: goesOn, Run: s.undo},
		{Keys: []string{"b"}, ID: "functions.build", Label: "build", Help: "why the function does not build or start; Enter makes a new revision", Enabled: canBuild, Run: s.showBuild},
	}
}

// scrollStep is how many columns a key scrolls.
const scrollStep = 10

// scrollTime moves the axis by columns; at the newest it follows again.
func scrollTime(c *ui.Context, columns int64) {
	column := store.ZoomColumn(store.ZoomLevel(c.Axis.Column))
	end := c.Axis.Right(c.View.Now) + columns*column
	c.Axis.End = max(end, column)
	if end >= c.View.Now {
		c.Axis.End = 0
	}
}

// zoomTime changes how long a column is, by levels. The right end stays.
func zoomTime(c *ui.Context, by int) {
	level := store.ZoomLevel(c.Axis.Column) + by
	c.Axis.Column = store.ZoomColumn(min(max(level, 0), store.ZoomLevels-1))
}

// page is how far a page is.
func (s *Screen) page() int {
	if s.inLanes {
		return max(s.laneRows-1, 1)
	}
	return max(s.tableRows-1, 1)
}

// focus moves among the lanes, or among the functions again.
func (s *Screen) focus(c *ui.Context) {
	s.inLanes = !s.inLanes && len(s.shown(c)) > 0
}

// shown are the numbers of the environments that are listed, in their order.
func (s *Screen) shown(c *ui.Context) []int32 {
	d := s.selected(c)
	if d == nil {
		return nil
	}
	f := c.View.Lanes.Of(d.Name)
	if f == nil {
		return nil
	}
	s.list(f, newWindow(c, f, c.Width))
	s.place(f)
	return s.order
}

// move moves the selection by n.
func (s *Screen) move(c *ui.Context, n int) {
	if !s.inLanes {
		if all := c.View.Flow.Functions; len(all) > 0 {
			s.choose(all[min(max(s.index(c)+n, 0), len(all)-1)].Name)
		}
		return
	}
	order := s.shown(c)
	if len(order) == 0 {
		s.inLanes = false
		return
	}
	f := c.View.Lanes.Of(s.selected(c).Name)
	at := min(max(s.place(f)+n, 0), len(order)-1)
	s.lane = f.Lanes[order[at]].Number
}

// choose selects a function.
func (s *Screen) choose(name string) {
	if s.function != name {
		s.function, s.top, s.lane = name, 0, 0
	}
}

// Click implements ui.Clicker: it selects a function or an environment.
func (s *Screen) Click(c *ui.Context, _, y int) tea.Cmd {
	switch line := y - 1 + s.tableTop; {
	case y >= 1 && y <= s.tableRows && line < len(s.lines):
		s.inLanes = false
		s.choose(c.View.Flow.Functions[min(s.lines[line].function, len(c.View.Flow.Functions)-1)].Name)
	case y >= s.laneTop && y < s.laneTop+s.laneRows:
		order := s.shown(c)
		if at := s.top + y - s.laneTop; at < len(order) {
			s.inLanes, s.lane = true, c.View.Lanes.Of(s.selected(c).Name).Lanes[order[at]].Number
		}
	}
	return nil
}

// Scroll implements ui.Scroller: it moves the selection among the environments, where the
// pointer is on them, else among the functions.
func (s *Screen) Scroll(c *ui.Context, _, y, rows int) tea.Cmd {
	if y >= s.laneTop && s.laneRows > 0 {
		if s.inLanes {
			s.move(c, rows)
			return nil
		}
		s.top = max(s.top+rows, 0)
		return nil
	}
	s.inLanes = false
	s.move(c, rows)
	return nil
}
