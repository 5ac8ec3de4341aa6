package faults

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// set has a key changed, now or as soon as the last change was sent long enough ago.
func (s *Screen) set(host ui.Host, d ui.Driver, path, value string) tea.Cmd {
	if !s.changes.want(path, value) {
		return nil // it is sent with what is sent next
	}
	return host.Do("set "+path, func(ctx context.Context) (string, error) { return s.changes.send(ctx, d) })
}

// step changes the selected setting by n steps. A value that is no amount is typed.
func (s *Screen) step(c *ui.Context, n int, large bool) tea.Cmd {
	r := s.selected()
	of := &r.setting
	now := of.Value
	if value, waits := s.changes.wanted(of.Path); waits {
		now = value
	}
	if choices := choicesOf(of); len(choices) > 0 {
		if large {
			n *= len(choices)
		}
		if next := nextChoice(choices, now, n); next != now {
			return s.set(c.Host, c.Driver, of.Path, next)
		}
		return nil
	}
	if now == wordDefault {
		now = of.Default
	}
	v, ok := parseAmount(of.Kind, now)
	if !ok {
		return s.ask(c.Host, c.Driver, of)
	}
	by := stepsOf(of, v)
	if first, seen := s.first[of.Path]; seen {
		by.own[0] = first
	}
	if next := by.move(v, n, large); next != v {
		return s.set(c.Host, c.Driver, of.Path, formatAmount(of.Kind, next))
	}
	return nil
}

// ask asks for the value of a setting.
func (s *Screen) ask(host ui.Host, d ui.Driver, of *ui.Setting) tea.Cmd {
	setting := *of
	title := setting.Path
	if limits := limitsOf(&setting); limits != "" {
		title += " (" + limits + ")"
	}
	first := setting.Value
	if isWords(first) {
		first = ""
	}
	host.Ask(ui.Prompt{
		Title: title,
		Value: first, Replace: true,
		Check: func(text string) (string, int) {
			if mistake := mistakeIn(&setting, text); mistake != "" {
				return mistake, 0
			}
			return "", -1
		},
		Complete: func(string, int) []string { return completeValue(&setting) },
		Done: func(text string) tea.Cmd {
			text = strings.TrimSpace(text)
			switch {
			case text == setting.Value, text == first:
				return nil
			case text == setting.Default && setting.Kind != kindText:
				text = wordDefault
			}
			return s.set(host, d, setting.Path, text)
		},
	})
	return nil
}

// isWords says that a value is what a default comes to, in words: none of it can be typed.
func isWords(value string) bool {
	return value == "none" || value == "unreserved" || strings.Contains(value, " ") && !strings.ContainsAny(value[:1], "{[\"'")
}

// completeValue is what could be typed.
func completeValue(of *ui.Setting) []string {
	switch of.Kind {
	case kindChoice, kindSwitch:
		return choicesOf(of)
	case kindText:
		return nil
	case kindDistribution:
		return []string{"{p50: 400ms, p99: 900ms}", wordOff, wordDefault}
	}
	return []string{wordDefault}
}

// Words that the run takes for values: none, so that the default counts, and no delay.
const (
	wordDefault = "default"
	wordOff     = "off"
)

// toDefault has the selected setting go back to its default. That of a text can only be
// written if it is no description; else the value of the file is the way back, which an
// empty value stands for.
func (s *Screen) toDefault(c *ui.Context, _ string) tea.Cmd {
	if s.selected().is == faultRow {
		return s.remove(c, "")
	}
	of := &s.selected().setting
	_, waits := s.changes.wanted(of.Path)
	value := wordDefault
	switch {
	case of.From == "default" && !waits:
		return nil
	case of.Kind != kindText:
	case !isWords(of.Default):
		value = of.Default
	case of.From == "live" || waits:
		value = ""
	default:
		c.Toast(frame.Cold, of.Path+" is in the file: without it, it would be: "+of.Default+"; take it out there, or type another one (Enter)")
		return nil
	}
	return s.set(c.Host, c.Driver, of.Path, value)
}
