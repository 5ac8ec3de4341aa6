package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// bindings is the key table: of each screen, and what holds everywhere.
type bindings struct {
	screens    [ui.Tabs + 1][]ui.Key
	everywhere []ui.Key
}

// bind makes the key table, with the user's keys in place of ours.
func (m *Model) bind() bindings {
	var b bindings
	for id, s := range m.screens {
		b.screens[id] = m.rebound(s.Keys())
	}
	b.everywhere = m.rebound(m.everywhere())
	return b
}

func (m *Model) rebound(keys []ui.Key) []ui.Key {
	keys = slices.Clone(keys)
	for i := range keys {
		if own, ok := m.options.Keys[keys[i].ID]; ok {
			keys[i].Keys = own
		}
	}
	return keys
}

// find returns what a key is bound to on a screen, nil for nothing.
func (b *bindings) find(id ui.ID, key string) *ui.Key {
	for _, list := range [][]ui.Key{b.screens[id], b.everywhere} {
		for i := range list {
			if slices.Contains(list[i].Keys, key) {
				return &list[i]
			}
		}
	}
	return nil
}

// everywhere are the keys that hold on every screen.
func (m *Model) everywhere() []ui.Key {
	live := func(c *ui.Context) bool { return c.Mode != ui.Finished }
	keys := []ui.Key{
		{Keys: []string{"/"}, ID: "filter", Label: "filter", Help: "choose what is shown", Run: m.askFilter},
		{Keys: []string{"space"}, ID: "hold", Label: "hold", Help: "let the view stand while data flows on, or go on", Enabled: live, Run: func(*ui.Context, string) tea.Cmd {
			if m.held == nil {
				m.Hold()
			} else {
				m.Release()
			}
			return nil
		}},
		{Keys: []string{"P"}, ID: "pause", Label: "pause", Help: "let the world stand, or go on", Enabled: live, Run: m.pause},
		{Keys: []string{"."}, ID: "step", Label: "step", Help: "take one input of the world that stands, or jump to its next timer",
			Enabled: func(c *ui.Context) bool { return live(c) && c.View.Paused },
			Run:     func(c *ui.Context, _ string) tea.Cmd { return m.Do("step", c.Driver.Step) }},
		{Keys: []string{"i"}, ID: "sample", Label: "sample", Help: "send one record to a topic", Hidden: true, Enabled: live, Run: m.sample},
		{Keys: []string{"y"}, ID: "copy", Label: "copy", Help: "copy the screen as text", Hidden: true, Run: func(*ui.Context, string) tea.Cmd {
			return m.Copy("the screen", m.frame.Plain())
		}},
		{Keys: []string{"backspace"}, ID: "filter.clear", Help: "show everything again", Hidden: true,
			Enabled: func(c *ui.Context) bool { return c.Filter != "" },
			Run:     func(*ui.Context, string) tea.Cmd { m.SetFilter(""); return nil }},
		{Keys: []string{"esc"}, ID: "back", Help: "back; then show everything again", Hidden: true, Run: func(c *ui.Context, _ string) tea.Cmd {
			if m.at == ui.Detail {
				m.Back()
			} else if c.Filter != "" {
				m.SetFilter("")
			}
			return nil
		}},
		{Keys: []string{"f2"}, ID: "mouse", Help: "take the mouse, or leave it to the terminal", Hidden: true, Run: func(*ui.Context, string) tea.Cmd {
			m.mouse = !m.mouse
			m.Toast(frame.Text, map[bool]string{true: "the mouse works here; F2 leaves it to the terminal", false: "the mouse is the terminal's"}[m.mouse])
			return nil
		}},
		{Keys: []string{":"}, ID: "palette", Label: "palette", Help: "everything that can be done, by name", Run: m.openPalette},
		{Keys: []string{"?"}, ID: "help", Label: "help", Help: "keys, signs and the filter language", Run: func(*ui.Context, string) tea.Cmd {
			m.help = &help{}
			return nil
		}},
		{Keys: []string{"q"}, ID: "quit", Label: "quit", Help: "end the run and leave", Hidden: true, Run: func(*ui.Context, string) tea.Cmd { return m.askQuit() }},
	}
	for id := range ui.ID(ui.Tabs) {
		keys = append(keys, ui.Key{Keys: []string{fmt.Sprint(int(id) + 1)}, ID: "screen." + strings.ToLower(m.screens[id].Title()), Help: "go to " + m.screens[id].Title(), Hidden: true,
			Run: func(*ui.Context, string) tea.Cmd {
				if m.at != id {
					m.toast.left()
				}
				m.Show(id, ui.Target{})
				return nil
			}})
	}
	return slices.Concat(keys, m.triggerKeys(), m.timeKeys(), []ui.Key{m.recordKey()})
}

// pause lets the world stand, or go on.
func (m *Model) pause(c *ui.Context, _ string) tea.Cmd {
	if c.View.Paused {
		return m.Do("resume", func(ctx context.Context) (string, error) { return "the world goes on", c.Driver.Resume(ctx) })
	}
	return m.Do("pause", func(ctx context.Context) (string, error) {
		return "the world stands: . takes one input, P lets it go on; Kafka, processes and clients run", c.Driver.Pause(ctx)
	})
}

// sample asks for a topic, if there are several, and sends a record to it.
func (m *Model) sample(c *ui.Context, _ string) tea.Cmd {
	send := func(topic string) func() tea.Cmd {
		return func() tea.Cmd {
			return m.Do("send a sample", func(ctx context.Context) (string, error) { return m.options.Driver.Sample(ctx, topic) })
		}
	}
	var items []ui.Item
	for _, t := range c.View.Flow.Topics {
		items = append(items, ui.Item{Label: t.Name, Run: send(t.Name)})
	}
	switch len(items) {
	case 0:
		m.Toast(frame.Bad, "there is no topic to send a sample to")
		return nil
	case 1:
		return items[0].Run()
	}
	m.Choose(ui.Menu{Title: "send a sample to", Items: items})
	return nil
}

// drawHints draws the last row: what keys do now.
func (m *Model) drawHints(c *ui.Context, a frame.Area) {
	x := 1
	for _, list := range [][]ui.Key{m.bindings.screens[m.at], m.bindings.everywhere} {
		for i := range list {
			k := &list[i]
			if k.Hidden || k.Label == "" || len(k.Keys) == 0 || k.Enabled != nil && !k.Enabled(c) {
				continue
			}
			if x+frame.Width(keyName(k.Keys[0]))+1+frame.Width(k.Label) > a.W-8 && k.ID != "help" {
				continue
			}
			x = a.Text(x, 0, frame.Text|frame.Bold, keyName(k.Keys[0]))
			x = a.Text(x+1, 0, frame.Dim, k.Label) + 2
		}
	}
}

// keyName is how a key is shown.
func keyName(key string) string {
	if name, ok := map[string]string{"enter": "Enter", "esc": "Esc", "tab": "Tab", "shift+tab": "Shift+Tab", "up": "↑", "down": "↓", "left": "←", "right": "→",
		"pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End", "backspace": "Backspace", "f2": "F2"}[key]; ok {
		return name
	}
	if rest, ok := strings.CutPrefix(key, "shift+"); ok {
		return "Shift+" + keyName(rest)
	}
	if rest, ok := strings.CutPrefix(key, "ctrl+"); ok {
		return "Ctrl-" + strings.ToUpper(rest)
	}
	return key
}
