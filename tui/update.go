package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Update implements tea.Model: it routes, and waits for nothing.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.commands, m.pending = m.pending, nil
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case ticked:
		m.toast.age()
		m.loads.age()
		m.tellRecording()
		cmd = tea.Batch(m.tick(), m.triggered(), m.watchEnd())
		m.dirty = true
	case tea.KeyPressMsg:
		cmd = m.pressed(msg)
		m.dirty = true
	case tea.PasteMsg:
		m.paste(msg.Content)
		m.dirty = true
	default:
		cmd = m.told(msg)
	}
	if len(m.commands) > 0 {
		cmd = tea.Batch(append(m.commands, cmd)...)
	}
	return m, cmd
}

// told takes what the terminal and finished work say.
func (m *Model) told(msg tea.Msg) tea.Cmd {
	m.dirty = true
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.ColorProfileMsg:
		m.profile = msg.Profile
		m.restyle()
	case tea.BackgroundColorMsg:
		m.light = !msg.IsDark()
		m.restyle()
	case tea.ResumeMsg:
		return m.resumed()
	case tea.FocusMsg:
		m.blurred = false
	case tea.BlurMsg:
		m.blurred = true
	case tea.MouseClickMsg:
		return m.clicked(msg)
	case tea.MouseWheelMsg:
		return m.wheeled(msg)
	case loaded:
		m.loads.take(msg)
	case done:
		m.finished(msg)
	case executed:
		if msg.then != nil {
			return msg.then(msg.err)
		}
	case placed:
		if msg.err != nil {
			m.Toast(frame.Bad, msg.err.Error())
		}
		return m.options.Past.take(m.work, msg)
	default:
		m.dirty = false
	}
	return nil
}

// pressed takes a key: what lies on top has it first.
func (m *Model) pressed(msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	m.toast.seen()
	if key != "q" && key != "ctrl+c" {
		m.quit.asked = false
	}
	switch {
	case key == "ctrl+c":
		return m.askQuit()
	case key == "ctrl+z":
		return m.suspend()
	case m.confirm != nil:
		return m.confirm.key(m, key)
	case m.prompt != nil:
		return m.prompt.key(m, msg)
	case m.menu != nil:
		return m.menu.key(m, key)
	case m.help != nil:
		return m.help.key(m, key)
	}
	return m.run(key)
}

// run does what a key is bound to here.
func (m *Model) run(key string) tea.Cmd {
	var cmd tea.Cmd
	m.look(func(c *ui.Context) {
		if k := m.bindings.find(m.at, key); k != nil && (k.Enabled == nil || k.Enabled(c)) {
			cmd = k.Run(c, key)
		}
	})
	return cmd
}

// paste types what was pasted.
func (m *Model) paste(text string) {
	if m.prompt != nil {
		m.prompt.insert(text)
	}
}

// watchEnd leaves when the run is over: what it came to is printed on the normal screen.
func (m *Model) watchEnd() tea.Cmd {
	if m.options.Store == nil {
		return nil
	}
	over := false
	m.options.Store.Look(func(live *store.View) { over = live.Ended })
	if over {
		return tea.Quit
	}
	return nil
}
