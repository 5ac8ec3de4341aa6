package tui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// prompt is a line that is typed.
type prompt struct {
	ui.Prompt
	text    []rune
	at      int // the cursor
	back    int // how far into the history, 0 for not
	mistake string
	place   int
	choices []string // what Tab goes through
	offers  []string // what Tab would
	choice  int
	fresh   bool // nothing was typed yet, and what is typed takes the place of the value
}

// Ask implements ui.Host.
func (m *Model) Ask(p ui.Prompt) {
	if p.History == nil {
		p.History = m.history[p.Title]
	}
	m.prompt = &prompt{Prompt: p, text: []rune(p.Value), at: len([]rune(p.Value)), fresh: p.Replace && p.Value != ""}
	m.prompt.check()
}

func (p *prompt) check() {
	p.mistake, p.place, p.offers = "", -1, nil
	if p.Complete != nil {
		p.offers = p.Complete(string(p.text), p.at)
	}
	if p.Check != nil {
		p.mistake, p.place = p.Check(string(p.text))
	}
	if p.mistake == "" && p.Typed != nil {
		p.Typed(string(p.text))
	}
}

// insert types text; a newline in it is a blank.
func (p *prompt) insert(text string) {
	if p.fresh {
		p.text, p.at, p.fresh = nil, 0, false
	}
	for _, r := range text {
		if r == '\n' || r == '\t' || r == '\r' {
			r = ' '
		}
		if unicode.IsPrint(r) {
			p.text = slices.Insert(p.text, p.at, r)
			p.at++
		}
	}
	p.choices = nil
	p.check()
}

// key takes a key.
func (p *prompt) key(m *Model, msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	if msg.Text == "" {
		p.fresh = false
	}
	switch key {
	case "enter":
		return p.enter(m)
	case "esc":
		m.prompt = nil
		if p.Cancel != nil {
			return p.Cancel()
		}
	case "tab":
		p.complete()
	case "up", "down":
		p.recall(key == "up")
	default:
		if msg.Text != "" {
			p.insert(msg.Text)
		} else {
			p.edit(key)
		}
	}
	return nil
}

func (p *prompt) enter(m *Model) tea.Cmd {
	if p.mistake != "" {
		return nil
	}
	text := string(p.text)
	m.prompt = nil
	if h := m.history[p.Title]; text != "" && (len(h) == 0 || h[len(h)-1] != text) {
		m.history[p.Title] = append(h, text)
	}
	if p.Done == nil {
		return nil
	}
	return p.Done(text)
}

// edit moves the cursor or removes runes.
func (p *prompt) edit(key string) {
	switch key {
	case "left", "ctrl+b":
		p.at = max(p.at-1, 0)
		return
	case "right", "ctrl+f":
		p.at = min(p.at+1, len(p.text))
		return
	case "home", "ctrl+a":
		p.at = 0
		return
	case "end", "ctrl+e":
		p.at = len(p.text)
		return
	case "backspace", "ctrl+h":
		if p.at > 0 {
			p.text = slices.Delete(p.text, p.at-1, p.at)
			p.at--
		}
	case "delete", "ctrl+d":
		if p.at < len(p.text) {
			p.text = slices.Delete(p.text, p.at, p.at+1)
		}
	case "ctrl+u":
		p.text, p.at = slices.Delete(p.text, 0, p.at), 0
	case "ctrl+k":
		p.text = p.text[:p.at]
	case "ctrl+w":
		from := p.word()
		p.text, p.at = slices.Delete(p.text, from, p.at), from
	default:
		return
	}
	p.choices = nil
	p.check()
}

// word is where the word before the cursor begins.
func (p *prompt) word() int {
	from := p.at
	for from > 0 && p.text[from-1] == ' ' {
		from--
	}
	for from > 0 && p.text[from-1] != ' ' {
		from--
	}
	return from
}

// recall goes through what was typed before.
func (p *prompt) recall(back bool) {
	if back {
		p.back = min(p.back+1, len(p.History))
	} else {
		p.back = max(p.back-1, 0)
	}
	text := p.Value
	if p.back > 0 {
		text = p.History[len(p.History)-p.back]
	}
	p.text = []rune(text)
	p.at = len(p.text)
	p.check()
}

// complete puts the next choice in place of the word before the cursor.
func (p *prompt) complete() {
	if p.Complete == nil {
		return
	}
	if p.choices == nil {
		p.choices, p.choice = p.Complete(string(p.text), p.at), -1
	}
	if len(p.choices) == 0 {
		return
	}
	p.choice = (p.choice + 1) % len(p.choices)
	from, chosen := p.word(), []rune(p.choices[p.choice])
	for from < p.at && p.text[from] == ' ' {
		from++
	}
	p.text = slices.Concat(p.text[:from], chosen, p.text[p.at:])
	p.at = from + len(chosen)
	p.check()
}

// draw draws the line, and what is wrong with it or can be chosen below.
func (p *prompt) draw(says, hints frame.Area) {
	for _, a := range []frame.Area{says, hints} {
		a.Fill(frame.Text, ' ')
	}
	x := says.Text(1, 0, frame.Text|frame.Bold, p.Title+" ")
	room := says.W - x - 2
	from := max(0, p.at-room)
	for i := from; i <= len(p.text); i++ {
		style, r := frame.Text, ' '
		if i < len(p.text) {
			r = p.text[i]
		}
		if i == p.place {
			style = frame.Bad | frame.Underline
		}
		if p.fresh {
			style |= frame.Underline
		}
		if i == p.at {
			style |= frame.Reverse
		}
		says.Rune(x, 0, style, r)
		x++
	}
	switch {
	case p.mistake != "":
		hints.Cut(1, 0, hints.W-2, frame.Bad, p.mistake)
	case p.fresh:
		hints.Cut(1, 0, hints.W-2, frame.Dim, "type what is to stand in its place, or change it with ← and →; Enter takes it, Esc leaves it")
	case len(p.choices) > 0:
		at := 1
		for i, c := range p.choices {
			style := frame.Dim
			if i == p.choice {
				style = frame.Text | frame.Reverse
			}
			at = hints.Text(at, 0, style, c) + 2
		}
	case len(p.offers) > 0 && len(p.text) > 0:
		hints.Cut(1, 0, hints.W-2, frame.Dim, "Tab: "+strings.Join(p.offers[:min(len(p.offers), 12)], "  "))
	case p.Hint != "" && len(p.text) == 0:
		hints.Cut(1, 0, hints.W-2, frame.Dim, p.Hint)
	default:
		hints.Cut(1, 0, hints.W-2, frame.Dim, "Enter takes it, Esc leaves it, Tab completes, ↑ what was typed before")
	}
}

// askFilter opens the line of the filter. What was valid last counts while it is typed.
func (m *Model) askFilter(c *ui.Context, _ string) tea.Cmd {
	before := m.text
	m.Ask(ui.Prompt{
		Title: "filter", Value: before,
		Check: func(text string) (string, int) {
			_, err := query.Parse(text)
			return mistakeOf(err)
		},
		Typed:    m.SetFilter,
		Complete: completeFilter(c),
		Cancel:   func() tea.Cmd { m.SetFilter(before); return nil },
	})
	return nil
}
