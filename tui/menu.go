package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// menu is a list to choose from.
type menu struct {
	ui.Menu
	at, top int
}

// Choose implements ui.Host.
func (m *Model) Choose(list ui.Menu) { m.menu = &menu{Menu: list} }

func (l *menu) key(m *Model, key string) tea.Cmd {
	switch key {
	case "esc", "q":
		m.menu = nil
		return nil
	case "up", "k":
		l.at = max(l.at-1, 0)
		return nil
	case "down", "j":
		l.at = min(l.at+1, len(l.Items)-1)
		return nil
	case "enter":
		return l.choose(m, l.at)
	}
	for i := range l.Items {
		if l.Items[i].Key == key {
			return l.choose(m, i)
		}
	}
	return nil
}

func (l *menu) choose(m *Model, i int) tea.Cmd {
	if i < 0 || i >= len(l.Items) {
		return nil
	}
	if why := l.Items[i].Off; why != "" {
		m.Toast(frame.Bad, l.Items[i].Label+": "+why)
		return nil
	}
	m.menu = nil
	return l.Items[i].Run()
}

func (l *menu) draw(body frame.Area) {
	w := frame.Width(l.Title) + 6
	for _, i := range l.Items {
		w = max(w, frame.Width(i.Label)+frame.Width(i.Key)+8)
	}
	inside := dialog(body, l.Title, w, len(l.Items))
	if inside.H > 0 {
		l.top = min(max(l.top, l.at-inside.H+1), l.at)
	}
	for y := range inside.H {
		if l.top+y >= len(l.Items) {
			break
		}
		i := l.Items[l.top+y]
		style := frame.Text
		if i.Off != "" {
			style = frame.Dim
		}
		x := inside.Text(1, y, frame.Text|frame.Bold, i.Key)
		inside.Cut(max(x+1, 3), y, inside.W-4, style, i.Label)
		if l.top+y == l.at {
			inside.Rune(0, y, frame.Text, '►')
			inside.Mark(y, frame.Reverse)
		}
	}
}

// dialog draws an empty box over the middle of an area, and returns what is inside.
func dialog(a frame.Area, title string, w, h int) frame.Area {
	w, h = min(w, a.W), min(h+2, a.H)
	box := a.Sub((a.W-w)/2, max(0, (a.H-h)/3), w, h)
	box.Fill(frame.Text, ' ')
	return box.Box(title, true)
}

// confirmation is a question with lines above it.
type confirmation struct {
	title string
	lines []ui.Line
	top   int
	yes   func() tea.Cmd
}

// Confirm implements ui.Host.
func (m *Model) Confirm(title string, lines []ui.Line, yes func() tea.Cmd) {
	m.confirm = &confirmation{title: title, lines: lines, yes: yes}
}

func (c *confirmation) key(m *Model, key string) tea.Cmd {
	switch key {
	case "y", "enter":
		m.confirm = nil
		return c.yes()
	case "n", "esc", "q":
		m.confirm = nil
	case "down", "j":
		c.top = min(c.top+1, max(len(c.lines)-1, 0))
	case "up", "k":
		c.top = max(c.top-1, 0)
	}
	return nil
}

func (c *confirmation) draw(body frame.Area) {
	w := max(frame.Width(c.title)+6, 40)
	for _, l := range c.lines {
		w = max(w, frame.Width(l.Text)+4)
	}
	inside := dialog(body, c.title, w, len(c.lines)+2)
	text, _ := inside.Top(inside.H - 1)
	for y := range text.H {
		if c.top+y < len(c.lines) {
			text.Cut(1, y, text.W-2, c.lines[c.top+y].Style, c.lines[c.top+y].Text)
		}
	}
	inside.Text(1, inside.H-1, frame.Text|frame.Bold, "y yes  n no")
}
