package tuitest

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Shop returns the view of a run in a journal file after the entries up to a moment, and
// the journal.
func Shop(t testing.TB, path string, until int64) (*store.View, journal.Source) {
	t.Helper()
	f, err := journalfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	v := store.New(f.Description())
	if err := f.Scan(journal.Want{}, func(e *journal.Entry) bool {
		if e.At <= until {
			v.Add(e)
		}
		return e.At <= until
	}); err != nil {
		t.Fatal(err)
	}
	v.Advance(until)
	return v, f
}

// Paper is a screen by itself, with what it asks for carried out as far as a test needs it.
// It is a ui.Host.
type Paper struct {
	View   *store.View
	Driver ui.Driver
	Mode   ui.Mode
	Filter string
	Axis   ui.Axis
	Pinned ui.Target

	// What was asked for.
	Toasts    []string
	Shown     []ui.ID
	Targets   []ui.Target
	Menu      *ui.Menu
	Prompt    *ui.Prompt
	Confirmed []ui.Line
	Copied    string
	Held      bool
	Results   []string // of Do

	values map[string]any
}

// Context is what a screen is given.
func (p *Paper) Context(w, h int) *ui.Context {
	if p.Axis.Column == 0 {
		p.Axis.Column = 100e6
	}
	if p.Driver == nil {
		p.Driver = Driver{}
	}
	q, err := query.Parse(p.Filter)
	if err != nil {
		panic(err) // the test is wrong
	}
	return &ui.Context{View: p.View, Mode: p.Mode, Driver: p.Driver, Filter: p.Filter, Query: q, Axis: &p.Axis, Pinned: p.Pinned, Width: w, Height: h, Host: p}
}

// Draw is the body of a screen on a terminal of w columns and h rows, with what it says
// below it.
func (p *Paper) Draw(s ui.Screen, w, h int) string {
	var f frame.Frame
	f.Resize(w, max(h-4, 0))
	c := p.Context(w, h)
	says, body := f.Area().Bottom(1)
	s.Draw(c, body)
	style, text := s.Says(c)
	says.Cut(1, 0, says.W-2, style, text)
	return f.Plain() + "\n"
}

// Press does what keys are bound to on a screen, and reports whether all were.
func (p *Paper) Press(s ui.Screen, keys ...string) bool {
	all := true
	for _, key := range keys {
		all = p.press(s, key) && all
	}
	return all
}

func (p *Paper) press(s ui.Screen, key string) bool {
	c := p.Context(120, 36)
	for _, k := range s.Keys() {
		for _, name := range k.Keys {
			if name == key && (k.Enabled == nil || k.Enabled(c)) {
				if cmd := k.Run(c, key); cmd != nil {
					cmd()
				}
				return true
			}
		}
	}
	return false
}

func (p *Paper) Toast(_ frame.Style, text string) { p.Toasts = append(p.Toasts, text) }
func (p *Paper) Show(id ui.ID, t ui.Target) {
	p.Shown, p.Targets = append(p.Shown, id), append(p.Targets, t)
}
func (p *Paper) Back()                 {}
func (p *Paper) Hold()                 { p.Held = true }
func (p *Paper) Release()              { p.Held = false }
func (p *Paper) SetFilter(text string) { p.Filter = text }
func (p *Paper) Pin(t ui.Target)       { p.Pinned = t }
func (p *Paper) Ask(a ui.Prompt)       { p.Prompt = &a }
func (p *Paper) Choose(m ui.Menu)      { p.Menu = &m }
func (p *Paper) Confirm(_ string, lines []ui.Line, yes func() tea.Cmd) {
	p.Confirmed = lines
	if cmd := yes(); cmd != nil {
		cmd()
	}
}
func (p *Paper) Copy(_, text string) tea.Cmd { p.Copied = text; return nil }
func (p *Paper) Do(_ string, work func(context.Context) (string, error)) tea.Cmd {
	text, err := work(context.Background())
	if err != nil {
		text = err.Error()
	}
	p.Results = append(p.Results, text)
	return nil
}

// Load does the work at once, the first time.
func (p *Paper) Load(key string, work func(context.Context) (any, error)) (any, error) {
	if p.values == nil {
		p.values = map[string]any{}
	}
	if v, ok := p.values[key]; ok {
		return v, nil
	}
	v, err := work(context.Background())
	if err == nil {
		p.values[key] = v
	}
	return v, err
}
func (p *Paper) Forget(string)                                      { p.values = nil }
func (p *Paper) Exec(string, []string, func(error) tea.Cmd) tea.Cmd { return nil }
