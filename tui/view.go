package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// View implements tea.Model. It is called for every message, and draws only if something
// may have changed.
func (m *Model) View() tea.View {
	if m.dirty {
		m.draw()
		m.dirty = false
	}
	v := tea.NewView(m.drawn)
	v.AltScreen, v.ReportFocus = true, true
	v.WindowTitle = "coldbrook " + m.options.Driver.Info().Name
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// The least terminal that screens are drawn on.
const (
	leastWidth  = 40
	leastHeight = 8
)

// draw composes a frame.
func (m *Model) draw() {
	m.frame.Resize(m.width, m.height)
	m.look(func(c *ui.Context) { m.compose(c, m.frame.Area()) })
	m.drawn = m.frame.Write(m.theme)
}

func (m *Model) compose(c *ui.Context, a frame.Area) {
	if m.copyMode() {
		m.screen().Draw(c, a)
		return
	}
	if a.W < leastWidth || a.H < leastHeight {
		m.drawTiny(c, a)
		return
	}
	status, rest := a.Top(1)
	m.drawStatus(c, status)
	tabs, rest := rest.Top(1)
	m.drawTabs(c, tabs)
	rule, rest := rest.Top(1)
	rule.Rule(0, "", "")
	hints, rest := rest.Bottom(1)
	says, body := rest.Bottom(1)
	m.screen().Draw(c, body)
	m.drawSays(c, says)
	m.drawHints(c, hints)
	m.drawOver(c, body, says, hints)
}

// drawOver draws what lies over a screen.
func (m *Model) drawOver(c *ui.Context, body, says, hints frame.Area) {
	if m.help != nil {
		m.help.draw(m, c, body)
	}
	if m.menu != nil {
		m.menu.draw(body)
	}
	if m.confirm != nil {
		m.confirm.draw(body)
	}
	if m.prompt != nil {
		m.prompt.draw(says, hints)
	}
}

// bodyTop is the row in which screens begin.
const bodyTop = 3

// copyMode reports whether the screen asks for plain text without anything around it.
func (m *Model) copyMode() bool {
	p, ok := m.screen().(interface{ Plain() bool })
	return ok && p.Plain()
}

// clicked takes a press of the mouse.
func (m *Model) clicked(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.menu != nil || m.confirm != nil || m.prompt != nil {
		return nil
	}
	if m.help != nil {
		m.help = nil
		return nil
	}
	var cmd tea.Cmd
	m.look(func(c *ui.Context) {
		switch k, ok := m.screen().(ui.Clicker); {
		case msg.Y == 1:
			if id, ok := m.tabAt(c, msg.X); ok {
				m.Show(id, ui.Target{})
			}
		case ok && msg.Y >= bodyTop && msg.Y < m.height-2:
			cmd = k.Click(c, msg.X, msg.Y-bodyTop)
		}
	})
	return cmd
}

// wheeled takes a turn of the wheel.
func (m *Model) wheeled(msg tea.MouseWheelMsg) tea.Cmd {
	rows := 3
	if msg.Button == tea.MouseWheelUp {
		rows = -3
	} else if msg.Button != tea.MouseWheelDown {
		return nil
	}
	var cmd tea.Cmd
	if s, ok := m.screen().(ui.Scroller); ok && m.help == nil && m.menu == nil {
		m.look(func(c *ui.Context) { cmd = s.Scroll(c, msg.X, msg.Y-bodyTop, rows) })
	}
	return cmd
}
