package tui

import (
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// triggerKeys are the keys of the trigger, on every screen.
func (m *Model) triggerKeys() []ui.Key {
	live := func(c *ui.Context) bool { return c.Mode != ui.Finished }
	captured := func(*ui.Context) bool { return len(m.captures.all) > 0 }
	return []ui.Key{
		{Keys: []string{"t"}, ID: "trigger", Label: "trigger", Help: "hold the view when something happens, with what came before and after", Enabled: live,
			Run: func(*ui.Context, string) tea.Cmd { m.askTrigger(); return nil }},
		{Keys: []string{"{"}, ID: "trigger.earlier", Help: "what the trigger held before", Hidden: true, Enabled: captured,
			Run: func(*ui.Context, string) tea.Cmd { m.recall(-1); return nil }},
		{Keys: []string{"}"}, ID: "trigger.later", Help: "what the trigger held after that", Hidden: true, Enabled: captured,
			Run: func(*ui.Context, string) tea.Cmd { m.recall(1); return nil }},
	}
}

// askTrigger opens the menu of the trigger: what arms it, and how it acts.
func (m *Model) askTrigger() {
	spec, armed, fired := m.trigger.state()
	menu := ui.Menu{Title: "hold the view when"}
	if armed || fired {
		menu.Title = "armed: " + spec.name() + "; hold the view when"
	}
	for on := range causes {
		menu.Items = append(menu.Items, ui.Item{Key: strconv.Itoa(int(on) + 1), Label: causeNames[on][1], Run: func() tea.Cmd {
			spec.on = on
			if on == onFilter {
				m.askTriggerFilter(spec)
				return nil
			}
			m.arm(spec)
			return nil
		}})
	}
	menu.Items = append(menu.Items, m.triggerOptions(spec)...)
	off := ""
	if !armed && !fired {
		off = "it is not armed"
	}
	menu.Items = append(menu.Items, ui.Item{Key: "x", Label: "do not wait for it any more", Off: off, Run: func() tea.Cmd {
		m.trigger.disarm()
		m.Toast(frame.Text, "the trigger is off")
		return nil
	}})
	m.Choose(menu)
}

// triggerOptions are the lines of the menu that change how the trigger acts. The menu
// stays open.
func (m *Model) triggerOptions(spec triggerSpec) []ui.Item {
	change := func(line int, f func(*triggerSpec)) func() tea.Cmd {
		return func() tea.Cmd {
			m.trigger.set(f)
			m.askTrigger()
			m.menu.at = line
			return nil
		}
	}
	says := map[bool]string{true: "yes", false: "no"}
	return []ui.Item{
		{Key: "b", Label: fmt.Sprintf("events wanted before it: %d", spec.before), Run: m.askCount("events before", spec.before, func(s *triggerSpec, n int) { s.before = n })},
		{Key: "a", Label: fmt.Sprintf("events to wait for after it: %d", spec.after), Run: m.askCount("events after", spec.after, func(s *triggerSpec, n int) { s.after = n })},
		{Key: "r", Label: "arm it again when the view goes on: " + says[spec.again], Run: change(int(causes)+2, func(s *triggerSpec) { s.again = !s.again })},
		{Key: "w", Label: "let the world stand, too: " + says[spec.pause], Run: change(int(causes)+3, func(s *triggerSpec) { s.pause = !s.pause })},
		{Key: "o", Label: "go to the screen " + m.screens[spec.screen()].Title() + ": " + says[!spec.stay], Run: change(int(causes)+4, func(s *triggerSpec) { s.stay = !s.stay })},
	}
}

// set changes how the trigger acts.
func (t *trigger) set(f func(*triggerSpec)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.spec)
}

// mostAround is how many events before or after can be asked for.
const mostAround = 4096

// askCount asks for a number of events.
func (m *Model) askCount(title string, now int, set func(*triggerSpec, int)) func() tea.Cmd {
	return func() tea.Cmd {
		m.Ask(ui.Prompt{
			Title: title, Value: strconv.Itoa(now),
			Check: func(text string) (string, int) {
				if n, err := strconv.Atoi(text); err != nil || n < 0 || n > mostAround {
					return fmt.Sprintf("%q is no number from 0 to %d", text, mostAround), 0
				}
				return "", -1
			},
			Done: func(text string) tea.Cmd {
				if n, err := strconv.Atoi(text); err == nil {
					m.trigger.set(func(s *triggerSpec) { set(s, n) })
				}
				m.askTrigger()
				return nil
			},
		})
		return nil
	}
}

// askTriggerFilter asks for the filter that fires it.
func (m *Model) askTriggerFilter(spec triggerSpec) {
	m.Ask(ui.Prompt{
		Title: "hold the view when", Value: spec.filter,
		Check: func(text string) (string, int) {
			_, err := triggerQuery(text)
			return mistakeOf(err)
		},
		Done: func(text string) tea.Cmd {
			q, err := triggerQuery(text)
			if err != nil {
				return nil
			}
			spec.filter, spec.query = text, q
			m.arm(spec)
			return nil
		},
	})
}

// triggerQuery reads a filter that entries are asked about as they come, without payloads.
func triggerQuery(text string) (*query.Query, error) {
	q, err := query.Parse(text)
	if err != nil {
		return nil, err
	}
	if q.Everything() {
		return nil, fmt.Errorf("a filter that everything matches fires at once: write what to wait for, such as dlq or fn=enrich & dur>500ms")
	}
	return q, q.Check("a trigger", func(_ *query.Field, payload bool) bool { return !payload }, "late", "keylate")
}

// arm begins to wait, in a view that goes on.
func (m *Model) arm(spec triggerSpec) {
	m.trigger.arm(spec)
	m.Release()
	m.Toast(frame.Text, "the trigger is armed: the view is held when there is "+article(spec.name())+"; t changes it")
}

// article puts one before a name.
func article(name string) string {
	switch name[0] {
	case 'a', 'e', 'i', 'o', 'u':
		return "an " + name
	}
	return "a " + name
}
