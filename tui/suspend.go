package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// suspend lets the terminal go, and this process stop. The run is in it: its world is
// paused before, so that no window, timeout or age passes meanwhile.
func (m *Model) suspend() tea.Cmd {
	if !resumable() {
		m.Toast(frame.Text, "there is no shell to go back to: ctrl+z does nothing here")
		return nil
	}
	stands := m.options.Store == nil
	if !stands {
		m.options.Store.Look(func(live *store.View) { stands = live.Paused || live.Ended })
	}
	if stands {
		return tea.Suspend
	}
	m.suspended = true
	of := m.work
	pause := func() tea.Msg {
		ctx, cancel := context.WithTimeout(of, workLimit)
		defer cancel()
		if err := m.options.Driver.Pause(ctx); err != nil {
			return done{what: "pause", err: err}
		}
		return nil
	}
	return tea.Sequence(pause, tea.Suspend)
}

// resumed lets the world go on that suspend has paused.
func (m *Model) resumed() tea.Cmd {
	if !m.suspended {
		return nil
	}
	m.suspended = false
	return m.Do("resume", func(ctx context.Context) (string, error) {
		return "the world stood while the terminal was away", m.options.Driver.Resume(ctx)
	})
}
