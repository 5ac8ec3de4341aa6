// Package faults is the screen Faults of the terminal UI: the settings of the run and of
// its functions, to be turned while it goes on, each with its default, where its value is
// from and what it does right now; and faults that are added to the platform on purpose.
package faults

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Screen is the screen Faults.
type Screen struct {
	known  known
	rows   []row
	built  built // what the rows were made from
	scopes []string
	scope  string // a function; "" is the run
	chosen bool   // whether the scope was: the first function is shown at the start
	cursor string // ID of the row that is selected; "" is the first one
	at     int    // where that was, for when it is gone
	top    int    // the first row in sight
	room   int    // how many rows there were

	changes *changes
	first   map[string]int64  // what settings had at first, by path
	spec    map[string]string // what was typed for a kind of fault
	saving  int               // counts differences that were asked for
	asking  bool              // a difference is on its way
}

// New returns the screen as it is at the start.
func New() *Screen {
	return &Screen{changes: &changes{}, first: map[string]int64{}, spec: map[string]string{}}
}

// ID implements ui.Screen.
func (s *Screen) ID() ui.ID { return ui.Faults }

// Title implements ui.Screen.
func (s *Screen) Title() string { return "Faults" }

// Short implements ui.Screen.
func (s *Screen) Short() string { return "Flt" }

// Badge implements ui.Screen: how many settings were changed by hand, and faults act.
func (s *Screen) Badge(c *ui.Context) string {
	if c.Mode == ui.Finished {
		return ""
	}
	s.known.ask(c)
	s.askSaved(c)
	if n := s.known.live + s.known.acting(); n > 0 {
		return "*" + strconv.Itoa(n)
	}
	return ""
}

// Open implements ui.Opener.
func (s *Screen) Open(_ *ui.Context, t ui.Target) {
	if t.Function != "" {
		s.choose(t.Function)
	}
}

// choose shows a function, or the run.
func (s *Screen) choose(scope string) {
	s.scope, s.chosen = scope, true
	s.cursor, s.at, s.top = "", 0, 0
	s.built = built{}
}

// live reports whether something can be changed.
func live(c *ui.Context) bool { return c.Mode != ui.Finished }

// scopeName is whose settings are shown.
func (s *Screen) scopeName() string {
	if s.scope == "" {
		return "the run"
	}
	return s.scope
}

// Says implements ui.Screen.
func (s *Screen) Says(c *ui.Context) (frame.Style, string) {
	r := s.selected()
	switch {
	case !live(c):
		return frame.Dim, "over: this is what the run had at its start; while one goes on, it is changed here and faults are added"
	case s.known.err != nil:
		return frame.Bad, "the run does not say what can be changed: " + s.known.err.Error()
	case r == nil:
		return frame.Dim, ""
	case r.is == settingRow:
		return s.saysSetting(c, &r.setting)
	case r.is == faultRow && len(r.ended) > 0:
		return frame.Dim, "it does no more: x takes it from the list, ! and Enter add another one"
	case r.is == faultRow:
		return frame.Cold, "fault " + strconv.Itoa(r.fault.ID) + ": x removes it, it is no setting, so that u and S leave it alone"
	}
	text := "! fires it once for " + s.faultScope(r.kind) + ", Enter says when and how often"
	if r.kind != rebalance {
		text += ", T adds it for a time"
	}
	return frame.Dim, text
}

func (s *Screen) saysSetting(c *ui.Context, of *ui.Setting) (frame.Style, string) {
	if value, waits := s.changes.wanted(of.Path); waits {
		return frame.Cold, of.Path + "=" + value + " is on its way …"
	}
	if c.Height-5 < tallFoot { // nothing else says what it means
		return frame.Dim, of.Label + ": " + of.Meaning
	}
	text := of.Path + " is " + of.Value
	switch of.From {
	case "live":
		return frame.Cold, text + " because you changed it (0 default, u undo); the file is unchanged until S writes it"
	case "file":
		return frame.Dim, text + " because the file says it; the default is " + of.Default
	}
	return frame.Dim, text + ", the default: ← → change it at once, Enter types a value"
}
