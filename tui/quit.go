package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// quitting is how far leaving has come.
type quitting struct {
	asked bool // once: what would be lost was said
}

// askQuit leaves, or says what that would end, and leaves when asked again.
func (m *Model) askQuit() tea.Cmd {
	if m.quit.asked {
		return tea.Quit
	}
	paused := false
	m.inView(func(c *ui.Context) { paused = c.View.Paused && !c.View.Ended })
	if !paused {
		return tea.Quit
	}
	m.quit.asked = true
	m.Toast(frame.Bad, "the world is paused: q again ends the run")
	return nil
}
