package tui

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// item is a part of the first row. What does not fit is dropped from the least important
// on; what has no rank stays.
type item struct {
	style frame.Style
	text  string
	rank  int // 1 goes first; 0 never
}

// modeWord is what stands still, in words.
func modeWord(c *ui.Context) (frame.Style, string) {
	switch {
	case c.Mode == ui.Finished && c.Reading:
		return frame.Cold, "READING"
	case c.Mode == ui.Finished:
		return frame.Dim, "FINISHED"
	case c.Mode == ui.Held && c.View.Paused:
		return frame.Cold | frame.Bold, "‖ HELD ■ PAUSED"
	case c.Mode == ui.Held:
		return frame.Cold | frame.Bold, "‖ HELD"
	case c.View.Paused:
		return frame.Cold | frame.Bold, "■ PAUSED"
	case c.View.Ended:
		return frame.Dim, "OVER"
	}
	return frame.Busy | frame.Bold, "LIVE ►"
}

// drawStatus draws the first row.
func (m *Model) drawStatus(c *ui.Context, a frame.Area) {
	x := 1
	if a.W >= 100 {
		x = a.Cut(x, 0, 24, frame.Text|frame.Bold, "cbk "+m.options.Driver.Info().Name) + 2
	}
	style, word := modeWord(c)
	x = a.Text(x, 0, style, word) + 2
	x = a.Text(x, 0, frame.Text, frame.Clock(c.View.Now))
	items := append(statusItems(c, a.W < 100), m.triggerItem(a.W < 100)...)
	if recording := m.recordingItem(a.W < 100); recording != nil {
		items[0].rank, items[5].rank, items[4].rank = 4, 5, 6 // in, late, dlq: else there may be no room
		items = append(recording, items...)
	}
	items = fitting(items, a.W-x)
	gap := 2
	if a.W < 100 {
		gap = 1
	}
	for _, i := range items {
		x = a.Text(x+gap, 0, i.style, i.text)
	}
}

// statusItems are the counters of the first row.
func statusItems(c *ui.Context, short bool) []item {
	f, now := &c.View.Flow, c.View.Now
	per := "/s"
	if short {
		per = ""
	}
	bad := func(n uint64) frame.Style {
		if n > 0 {
			return frame.Bad
		}
		return frame.Text
	}
	late := c.View.Order.Violations()
	moved := frame.Text
	if late > 0 {
		moved = frame.Moved
	}
	lag := int64(0)
	for _, m := range f.Mappings {
		lag += f.Lag(m)
	}
	return []item{
		{frame.Text, "in " + frame.Count(f.In.Per(now)) + per, 0},
		{frame.Text, "out " + frame.Count(f.Out.Per(now)) + per, 2},
		{frame.Text, "lag " + frame.Count(lag), 3},
		{bad(f.Failures), "err " + frame.Count(int64(f.Failures)), 0},
		{bad(f.DeadLettered), "dlq " + frame.Count(int64(f.DeadLettered)), 0},
		{moved, "⇅ " + frame.Count(int64(late)), 0},
		{bad(uint64(f.ThrottleRate.Per(now))), "thr " + frame.Count(f.ThrottleRate.Per(now)) + per, 1},
	}
}

// fitting drops items until they fit into w columns.
func fitting(items []item, w int) []item {
	for rank := 1; rank <= 9; rank++ {
		n := 0
		for _, i := range items {
			n += frame.Width(i.text) + 2
		}
		if n <= w {
			break
		}
		for i := range items {
			if items[i].rank == rank {
				items = append(items[:i], items[i+1:]...)
				break
			}
		}
	}
	return items
}

// drawTiny is all that a very small terminal shows.
func (m *Model) drawTiny(c *ui.Context, a frame.Area) {
	_, word := modeWord(c)
	if m.options.Driver.Recording().Active {
		word += " ● REC"
	}
	f := &c.View.Flow
	a.Text(0, 0, frame.Text, word+" in "+frame.Count(f.In.Per(c.View.Now))+" err "+strconv.FormatUint(f.Failures, 10)+
		" dlq "+strconv.FormatUint(f.DeadLettered, 10)+" ⇅"+strconv.FormatUint(c.View.Order.Violations(), 10)+"  (make me bigger)")
}

// tab is where a tab is in its row.
type tab struct {
	id       ui.ID
	from, to int
	text     string
}

// tabs lays the second row out.
func (m *Model) tabs(c *ui.Context, w int) []tab {
	var all []tab
	x := 1
	for id := ui.ID(0); id < ui.Tabs; id++ {
		s := m.screens[id]
		text := strconv.Itoa(int(id)+1) + " " + s.Title()
		if w < 100 {
			text = strconv.Itoa(int(id)+1) + s.Short()
		}
		if b := s.Badge(c); b != "" {
			text += " " + b
		}
		n := frame.Width(text) + 2
		all = append(all, tab{id, x, x + n, text})
		x += n + 1
	}
	return all
}

// drawTabs draws the second row: the tabs, and what is filtered.
func (m *Model) drawTabs(c *ui.Context, a frame.Area) {
	shown := m.at
	if shown == ui.Detail {
		shown = m.under
	}
	x := 0
	for _, t := range m.tabs(c, a.W) {
		if t.id == shown {
			a.Text(t.from, 0, frame.Text|frame.Bold, "["+t.text+"]")
		} else {
			a.Text(t.from+1, 0, frame.Dim, t.text)
		}
		x = t.to
	}
	text, style := "filter: "+m.text, frame.Cold
	if m.text == "" {
		text, style = "filter: none", frame.Dim
	}
	if a.W < 100 {
		text = "/" + m.text
	}
	a.Cut(x+3, 0, a.W-x-4, style, text)
}

func (m *Model) tabAt(c *ui.Context, x int) (ui.ID, bool) {
	for _, t := range m.tabs(c, m.width) {
		if x >= t.from && x < t.to {
			return t.id, true
		}
	}
	return 0, false
}

// drawSays draws the row of sentences: a toast, or what the screen says.
func (m *Model) drawSays(c *ui.Context, a frame.Area) {
	if m.toast.text != "" {
		a.Cut(1, 0, a.W-2, m.toast.style, m.toast.text)
		return
	}
	if text := m.saysCapture(a.W < 100); text != "" {
		a.Cut(1, 0, a.W-2, frame.Cold, text)
		return
	}
	style, text := m.screen().Says(c)
	a.Cut(1, 0, a.W-2, style, text)
}
