package tui

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// workLimit is how long work of a screen may take.
const workLimit = 30 * time.Second

// done is the end of work that Do began.
type done struct {
	what, text string
	err        error
}

// executed is the end of a program that had the terminal.
type executed struct {
	err  error
	then func(error) tea.Cmd
}

// Toast implements ui.Host.
func (m *Model) Toast(s frame.Style, text string) {
	if !m.options.Calm || s.Role() == frame.Bad {
		m.toast.show(s, text)
	}
}

// Show implements ui.Host.
func (m *Model) Show(id ui.ID, t ui.Target) {
	if id == ui.Detail && m.at != ui.Detail {
		m.under = m.at
	}
	m.at = id
	if t.HasFilter {
		m.SetFilter(t.Filter)
	}
	if o, ok := m.screens[id].(ui.Opener); ok {
		m.inView(func(c *ui.Context) { o.Open(c, t) })
	}
}

// inView calls f with a Context: that of the call under way, which holds the lock of the
// store, or one of its own.
func (m *Model) inView(f func(*ui.Context)) {
	if m.ctx != nil {
		f(m.ctx)
		return
	}
	m.look(f)
}

// Back implements ui.Host.
func (m *Model) Back() {
	if m.at == ui.Detail {
		m.at = m.under
	}
}

// Hold implements ui.Host.
func (m *Model) Hold() {
	if m.held != nil || m.options.Store == nil {
		return
	}
	m.inView(func(c *ui.Context) {
		m.held = c.View.Clone()
		c.Mode, c.View = ui.Held, m.held
	})
}

// Release implements ui.Host.
func (m *Model) Release() {
	m.goOn()
	m.held = nil
}

// SetFilter implements ui.Host.
func (m *Model) SetFilter(text string) {
	q, err := query.Parse(text)
	if err != nil {
		m.Toast(frame.Bad, err.Error())
		return
	}
	m.text, m.query = text, q
	for _, s := range m.screens {
		if f, ok := s.(ui.Filterer); ok {
			m.inView(f.Filtered)
		}
	}
}

// Pin implements ui.Host.
func (m *Model) Pin(t ui.Target) {
	if m.pin.Record && m.pin.Topic == t.Topic && m.pin.Partition == t.Partition && m.pin.Offset == t.Offset {
		t = ui.Target{}
	}
	m.pin = t
}

// Copy implements ui.Host.
func (m *Model) Copy(what, text string) tea.Cmd {
	m.Toast(frame.Text, fmt.Sprintf("%s is on the clipboard (%d bytes)", what, len(text)))
	return tea.SetClipboard(text)
}

// Do implements ui.Host.
func (m *Model) Do(what string, work func(context.Context) (string, error)) tea.Cmd {
	of := m.work
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(of, workLimit)
		defer cancel()
		text, err := guarded(func() (string, error) { return work(ctx) })
		return done{what, text, err}
	}
}

// finished shows what came of work.
func (m *Model) finished(d done) {
	m.loads.stale()
	switch {
	case d.err == nil && d.text == "":
	case d.err == nil:
		m.Toast(frame.Text, d.text)
	default:
		text := d.what + ": " + d.err.Error()
		var h interface{ Hint() string }
		if errors.As(d.err, &h) && h.Hint() != "" {
			text += " (" + h.Hint() + ")"
		}
		m.Toast(frame.Bad, text)
	}
}

// Exec implements ui.Host.
func (m *Model) Exec(name string, args []string, then func(error) tea.Cmd) tea.Cmd {
	return tea.ExecProcess(exec.Command(name, args...), func(err error) tea.Msg { return executed{err, then} })
}
