package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// command is something that the palette can do.
type command struct {
	id, help string
	key      *ui.Key
}

// palette is everything that can be done here, in the order of the key table.
func (m *Model) palette(c *ui.Context) []command {
	var all []command
	for _, list := range [][]ui.Key{m.bindings.screens[m.at], m.bindings.everywhere} {
		for i := range list {
			if k := &list[i]; k.Enabled == nil || k.Enabled(c) {
				all = append(all, command{k.ID, k.Help, k})
			}
		}
	}
	return all
}

// openPalette asks for a command by its name, and does it.
func (m *Model) openPalette(c *ui.Context, _ string) tea.Cmd {
	all := m.palette(c)
	m.Ask(ui.Prompt{
		Title: ":",
		Hint:  "the name, or a part of it: Tab goes through them, Enter without any lists all",
		Check: func(text string) (string, int) {
			near := matching(all, text)
			if text == "" || named(all, text) != nil {
				return "", -1
			}
			if len(near) == 0 {
				return "there is no command " + text + " here; ? lists them", 0
			}
			return "several: " + strings.Join(ids(near), "  "), -1
		},
		Complete: func(text string, at int) []string { return ids(matching(all, text)) },
		Done: func(text string) tea.Cmd {
			if text == "" {
				m.chooseCommand(all)
				return nil
			}
			if of := named(all, text); of != nil {
				return m.do(of)
			}
			return nil
		},
	})
	return nil
}

// do does what a command is for, if that still works: the run goes on while a name is
// typed, and what was selected may be gone.
func (m *Model) do(of *command) (cmd tea.Cmd) {
	m.inView(func(c *ui.Context) {
		if of.key.Enabled != nil && !of.key.Enabled(c) {
			m.Toast(frame.Bad, of.id+" does nothing now")
			return
		}
		cmd = of.key.Run(c, first(of.key.Keys))
	})
	return cmd
}

// chooseCommand lists all commands.
func (m *Model) chooseCommand(all []command) {
	var items []ui.Item
	for i := range all {
		items = append(items, ui.Item{Label: pad(all[i].id, 22) + all[i].help, Run: func() tea.Cmd { return m.do(&all[i]) }})
	}
	m.Choose(ui.Menu{Title: "everything that can be done here", Items: items})
}

// named is the command that a text names: by its name, as the first of several where it is
// clear which, or as the only one that has it anywhere. It is nil for none.
func named(all []command, text string) *command {
	for i := range all {
		if all[i].id == text {
			return &all[i]
		}
	}
	if near := matching(all, text); len(near) == 1 || len(near) > 1 && text != "" && isClear(near, text) {
		return &near[0]
	}
	return nil
}

// matching are the commands whose name begins with text, then those of which a word does,
// then those that have it anywhere.
func matching(all []command, text string) []command {
	var begin, words, within []command
	for _, c := range all {
		switch {
		case strings.HasPrefix(c.id, text):
			begin = append(begin, c)
		case strings.Contains(c.id, "."+text), strings.Contains(c.id, "-"+text):
			words = append(words, c)
		case strings.Contains(c.id, text) || strings.Contains(c.help, text):
			within = append(within, c)
		}
	}
	return slices.Concat(begin, words, within)
}

// isClear says that the first of several is meant: its name begins with text, or it is the
// only one of which a word does.
func isClear(near []command, text string) bool {
	word := func(c command) bool {
		return strings.Contains(c.id, "."+text) || strings.Contains(c.id, "-"+text)
	}
	return strings.HasPrefix(near[0].id, text) || word(near[0]) && !word(near[1])
}

func ids(all []command) []string {
	var names []string
	for _, c := range all {
		names = append(names, c.id)
	}
	return names
}

func first(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keys[0]
}

func pad(text string, w int) string {
	return text + strings.Repeat(" ", max(w-frame.Width(text), 1))
}
