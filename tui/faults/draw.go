package faults

import (
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Widths from which on there is more to see, and the height from which on rows below the
// list tell about the one that is selected.
const (
	wide     = 100
	narrow   = 80
	tallFoot = 16
)

// columns is where the columns of the list begin; 0 stands for none.
type columns struct {
	knob, value, initial, from, effect, end int
	slider                                  int // its width, 0 for none
	headings                                bool
}

func columnsOf(w int) columns {
	switch {
	case w >= wide:
		more := min(max(w-120, 0), 60)
		c := columns{knob: 3, value: 26, slider: 26 + more/3, headings: true, end: w}
		less := max(120-w, 0) // from the slider, then from the effect
		c.slider -= less / 2
		c.initial = c.value + c.slider + 14
		c.from = c.initial + 11 + more/3
		c.effect = c.from + 10
		return c
	case w >= narrow:
		return columns{knob: 2, value: 24, slider: 18, initial: 54, effect: 65, end: w}
	}
	return columns{knob: 2, value: 24, initial: max(w-14, 30), end: w}
}

// Draw implements ui.Screen.
func (s *Screen) Draw(c *ui.Context, a frame.Area) {
	now := time.Now()
	if live(c) {
		s.known.ask(c)
		s.known.refresh(c, now)
		s.changes.settle(s.known.settings, now)
		s.askSaved(c)
	}
	s.build(c)
	scope, rest := a.Top(1)
	s.drawScopes(scope)
	head, rest := rest.Top(1)
	list := rest
	if a.H >= tallFoot {
		var foot frame.Area
		foot, list = rest.Bottom(3)
		s.place(list.H)
		s.drawFoot(c, foot)
	} else {
		s.place(list.H)
	}
	if len(s.rows) == 0 {
		s.drawEmpty(c, rest)
		return
	}
	at := columnsOf(a.W)
	drawHead(head, &at, live(c))
	for y := range list.H {
		if i := s.top + y; i < len(s.rows) {
			s.drawRow(c, list.Sub(0, y, a.W, 1), &s.rows[i], &at, i == s.at)
		}
	}
}

// drawScopes draws whose settings can be shown; with little room from the chosen one on.
func (s *Screen) drawScopes(a frame.Area) {
	x := a.Text(1, 0, frame.Dim, "SCOPE") + 2
	names, from := s.scopes, 0
	for {
		w := x
		for i := from; i < len(names); i++ {
			w += frame.Width(scopeLabel(names[i])) + 3
			if names[i] == s.scope {
				break
			}
		}
		if w <= a.W || from >= len(names)-1 || names[from] == s.scope {
			break
		}
		from++
	}
	if from > 0 {
		x = a.Text(x, 0, frame.Dim, "…") + 1
	}
	for _, name := range names[from:] {
		if name == s.scope {
			x = a.Text(x, 0, frame.Text|frame.Bold, "["+scopeLabel(name)+"]") + 1
		} else {
			x = a.Text(x+1, 0, frame.Dim, scopeLabel(name)) + 2
		}
	}
}

func scopeLabel(scope string) string {
	if scope == "" {
		return "run"
	}
	return scope
}

// drawHead draws the headings. The journal of a finished run tells of no defaults.
func drawHead(a frame.Area, at *columns, live bool) {
	for _, h := range []struct {
		x    int
		name string
	}{{at.knob, "KNOB"}, {at.value, "VALUE"}, {at.initial, "DEFAULT"}, {at.from, "FROM"}} {
		if h.x > 0 && (live || h.x <= at.value) {
			a.Text(h.x, 0, frame.Dim, h.name)
		}
	}
	switch {
	case at.effect > 0 && at.end-at.effect >= 24:
		a.Text(at.effect, 0, frame.Dim, "EFFECT, last 10s")
	case at.effect > 0:
		a.Text(at.effect, 0, frame.Dim, "EFFECT")
	}
}

func (s *Screen) drawRow(c *ui.Context, a frame.Area, r *row, at *columns, selected bool) {
	if r.is == headingRow {
		a.Cut(1, 0, a.W-2, frame.Text|frame.Bold, r.label)
		return
	}
	if selected {
		a.Rune(0, 0, frame.Text, '►')
	}
	a.Cut(at.knob, 0, at.value-at.knob-1, frame.Text, r.label)
	switch r.is {
	case settingRow:
		s.drawSetting(c, a, r, at)
	case faultRow:
		s.drawFault(a, r, at)
	default:
		a.Text(at.value, 0, frame.Dim, "off")
		a.Text(at.value+5, 0, frame.Dim, "! once")
		a.Cut(at.initial, 0, 8, frame.Dim, "off")
	}
	if selected {
		a.Mark(0, frame.Reverse)
	}
}

// drawSetting draws a setting: what it is, its default, where it is from and what it does.
func (s *Screen) drawSetting(c *ui.Context, a frame.Area, r *row, at *columns) {
	of := &r.setting
	shown := valueShown{of: of, value: of.Value, amount: r.amount, slides: r.slides, width: at.initial - at.value - 1, slider: at.slider}
	if value, waits := s.changes.wanted(of.Path); waits {
		if value == "" {
			value = "as in the file"
		}
		shown.value, shown.waits = value, true
		shown.amount, shown.slides = parseAmount(of.Kind, value)
		shown.slides = shown.slides && r.slides
	}
	if of.From == "live" {
		shown.style = frame.Cold
		shown.star = at.from == 0
	}
	shown.draw(a.Sub(at.value, 0, shown.width, 1))
	room := at.end - at.initial - 1
	if at.from > 0 {
		room = at.from - at.initial - 1
		a.Text(at.from, 0, fromStyle(of.From), fromWord(of.From))
	} else if at.effect > 0 {
		room = at.effect - at.initial - 1
	}
	a.Cut(at.initial, 0, room, frame.Dim, choiceName(of, of.Default))
	if at.effect > 0 {
		drawEffect(c, a.Sub(at.effect, 0, at.end-at.effect-1, 1), r.effect, of.Function)
	}
}

func fromStyle(from string) frame.Style {
	if from == "live" {
		return frame.Cold
	}
	return frame.Dim
}

// fromWord is where a value is from, as the list says it.
func fromWord(from string) string {
	if from == "live" {
		return "you *"
	}
	return from
}

// drawFault draws a fault that was added. It has neither default nor source: the words for
// it have their room.
func (s *Screen) drawFault(a frame.Area, r *row, at *columns) {
	f := &r.fault
	style, over := frame.Cold, s.known.isOver(f)
	if over {
		style = frame.Dim
	}
	end := at.effect
	if at.from > 0 {
		end = at.from
	}
	if at.from > 0 && !over {
		a.Text(at.from, 0, fromStyle("live"), fromWord("live"))
	}
	if end == 0 {
		end = at.initial
	}
	a.Cut(at.value, 0, end-at.value-1, style, r.short)
	state := "for ever"
	switch {
	case over:
		state = "over"
	case f.Left > 0:
		state = leftWord(s.known.left(f)) + " left"
	}
	if at.effect == 0 {
		a.Cut(at.initial, 0, at.end-at.initial-1, style, state)
		return
	}
	effect := a.Sub(at.effect, 0, at.end-at.effect-1, 1)
	switch {
	case effect.W >= 24:
		effect.Text(0, 0, style, "fired "+frame.Count(int64(f.Fired)))
		effect.Text(14, 0, style, state)
	case over || f.Left > 0: // which of them matters more
		effect.Text(0, 0, style, state)
	default:
		effect.Text(0, 0, style, "fired "+frame.Count(int64(f.Fired)))
	}
}

// leftWord is a duration in minutes and seconds, rounded up: 00:21.
func leftWord(d time.Duration) string {
	seconds := int64((d + time.Second - 1) / time.Second)
	return frame.Clock(seconds * 1e9)[:5]
}

// drawFoot draws what there is to say about the row that is selected.
func (s *Screen) drawFoot(c *ui.Context, a frame.Area) {
	right := "seed " + strconv.FormatUint(c.View.Of.Seed, 10)
	if n := s.known.live + s.known.acting(); live(c) && n > 0 {
		right = strconv.Itoa(n) + " changed by you (*), " + right
	}
	r := s.selected()
	if r == nil {
		a.Rule(0, "", right)
		return
	}
	first, second := footOf(r)
	title := r.label
	if r.is == settingRow {
		title = r.setting.Path
	}
	a.Rule(0, title, right)
	lines := frame.Wrap(first, a.W-4)
	if len(lines) > 1 { // what it means says more than where a default is from
		a.Text(3, 1, frame.Text, lines[0])
		a.Cut(3, 2, a.W-4, frame.Text, strings.Join(append(lines[1:], second), "; "))
		return
	}
	a.Cut(3, 1, a.W-4, frame.Text, first)
	a.Cut(3, 2, a.W-4, frame.Dim, second)
}

// footOf is what a row means, and where its default is from or what can be done with it.
func footOf(r *row) (first, second string) {
	switch r.is {
	case settingRow:
		first = r.setting.Meaning
		if limits := limitsOf(&r.setting); limits != "" {
			first += " (" + limits + ")"
		}
		if r.setting.Default != "" {
			second = "default " + choiceName(&r.setting, r.setting.Default)
			if r.setting.Source != "" {
				second += ": " + r.setting.Source
			}
		}
		return first, second
	case faultRow:
		if len(r.ended) > 1 {
			return r.fault.Text, "with " + strconv.Itoa(len(r.ended)-1) + " before it that are over, too: x removes them all"
		}
		return r.fault.Text, "fired " + frame.Grouped(uint64(max(r.fault.Fired, 0))) + " times; it is of this run only, no file has it"
	}
	for _, k := range faultKinds {
		if k.kind == r.kind {
			first = k.meaning
		}
	}
	return first, "when it fires is drawn from the seed: the same run with the same faults goes the same way"
}

// drawEmpty says why there is nothing.
func (s *Screen) drawEmpty(c *ui.Context, a frame.Area) {
	style, text, more := frame.Text, "The run is asked for its settings …", ""
	switch {
	case !live(c):
		text, more = "The journal of this run tells no setting of "+s.scopeName()+".", "In a run that goes on, its settings and faults stand here, and can be changed."
	case s.known.err != nil && !s.known.answered:
		style, text, more = frame.Bad, "The run does not say what can be changed: "+s.known.err.Error(), "It is asked again every second."
	}
	a.Cut(3, 1, a.W-4, style, text)
	a.Cut(3, 2, a.W-4, frame.Dim, more)
}
