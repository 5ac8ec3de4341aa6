package faults

import (
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// rowKind is what a row is.
type rowKind uint8

const (
	headingRow rowKind = iota
	settingRow
	faultRow // a fault that was added
	kindRow  // a kind of fault of which none was added
)

// row is a line of the list. Rows are made anew when the run has answered or another scope
// was chosen, not for each frame.
type row struct {
	is    rowKind
	id    string // by which the cursor finds it again; "" of a heading
	label string

	setting ui.Setting
	amount  int64 // of the value
	isKnown bool  // the value is an amount
	slides  bool  // it has a slider
	effect  effect

	kind  string // of a fault
	fault ui.Fault
	short string // its text, as far as its place does not say it
	// ended are the numbers of all of a kind that are over: they share a row, for each !
	// leaves one.
	ended []int
}

// faultKinds are the kinds of faults, as a FaultSpec names them, with their meaning.
var faultKinds = []faultKind{
	{"crash", "the environment of an invocation ends: before the handler, or after it, so that its work is done and its response lost"},
	{"throttle", "a batch is throttled although the limit would let it run"},
	{"slow", "an invocation takes longer"},
	{rebalance, "the consumer groups rebalance, so that batches in flight are handled again elsewhere"},
	{brokerDown, "nobody reaches the broker"},
}

type faultKind struct{ kind, meaning string }

// rebalance is the kind that takes no time, so that there is nothing to be added for one.
const rebalance = "rebalance"

// brokerDown is the kind that is of the whole run always: there is one broker.
const brokerDown = "broker-down"

// kindOf is the kind of a fault as a FaultSpec names it.
func kindOf(f *ui.Fault) string { return strings.ReplaceAll(f.Kind, " ", "-") }

// built is what rows were made from.
type built struct {
	isBuilt   bool
	scope     string
	version   int
	functions int
	of        any // the description of a finished run
}

// build makes the rows anew if what they are made from has changed.
func (s *Screen) build(c *ui.Context) {
	settings := s.known.settings
	now := built{isBuilt: true, scope: s.scope, version: s.known.version, functions: len(c.View.Flow.Functions)}
	if !live(c) {
		now.version, now.of = 0, c.View.Of
	}
	if now == s.built {
		return
	}
	if !live(c) {
		settings = described(c.View.Of)
	}
	s.findScopes(&c.View.Flow, settings)
	now.scope = s.scope
	s.built = now
	s.rows = s.rows[:0]
	for _, group := range groupsOf(settings, s.scope) {
		s.rows = append(s.rows, row{is: headingRow, label: group})
		for i := range settings {
			if of := &settings[i]; of.Function == s.scope && of.Group == group {
				s.rows = append(s.rows, s.settingRow(of))
			}
		}
	}
	if live(c) && s.known.answered {
		s.addFaults()
	}
}

// lastGroup is how the group of those settings begins that are seldom changed here: what
// the code is and how it is built. It stands behind the others.
const lastGroup = "CODE"

// groupsOf are the groups of a scope in the order in which they are met.
func groupsOf(settings []ui.Setting, scope string) []string {
	var all, last []string
	for i := range settings {
		of := &settings[i]
		switch {
		case of.Function != scope, slices.Contains(all, of.Group), slices.Contains(last, of.Group):
		case strings.HasPrefix(of.Group, lastGroup):
			last = append(last, of.Group)
		default:
			all = append(all, of.Group)
		}
	}
	return append(all, last...)
}

// findScopes finds out what can be chosen: the run, and each function.
func (s *Screen) findScopes(f *store.Flow, settings []ui.Setting) {
	s.scopes = append(s.scopes[:0], "")
	for i := range settings {
		if name := settings[i].Function; !slices.Contains(s.scopes, name) {
			s.scopes = append(s.scopes, name)
		}
	}
	for _, d := range f.Functions {
		if !slices.Contains(s.scopes, d.Name) {
			s.scopes = append(s.scopes, d.Name)
		}
	}
	switch {
	case !s.chosen && len(s.scopes) > 1:
		s.scope = s.scopes[1]
	case !slices.Contains(s.scopes, s.scope):
		s.scope = ""
	}
}

func (s *Screen) settingRow(of *ui.Setting) row {
	r := row{is: settingRow, id: of.Path + " " + of.Group, label: of.Label, setting: *of, effect: effectOf(of)}
	if r.label == "" {
		r.label = of.Path
	}
	r.amount, r.isKnown = parseAmount(of.Kind, of.Value)
	if !r.isKnown {
		return r
	}
	if _, seen := s.first[of.Path]; !seen {
		s.first[of.Path] = r.amount
	}
	lo, hi := boundsOf(of)
	r.slides = !isOpen(of) && hi > lo && r.amount >= lo
	return r
}

// kindsShown are the kinds that can be added here, and others that were added elsewhere.
func (s *Screen) kindsShown() []faultKind {
	all := faultKinds
	for i := range s.known.faults {
		kind := kindOf(&s.known.faults[i])
		if !slices.ContainsFunc(all, func(k faultKind) bool { return k.kind == kind }) {
			all = append(all[:len(all):len(all)], faultKind{kind: kind})
		}
	}
	return all
}

// addFaults adds a row for each fault that acts on what is shown, one for those of a kind
// that are over, and one for each kind of which there is none.
func (s *Screen) addFaults() {
	s.rows = append(s.rows, row{is: headingRow, label: "FAULTS"})
	for _, k := range s.kindsShown() {
		from := len(s.rows)
		over := row{is: faultRow, label: k.kind, kind: k.kind, id: k.kind}
		for i := range s.known.faults {
			f := &s.known.faults[i]
			switch {
			case kindOf(f) != k.kind || f.Function != s.scope && f.Function != "" && s.scope != "":
			case f.Over:
				fired := over.fault.Fired + f.Fired
				over.ended, over.fault, over.short = append(over.ended, f.ID), *f, shortOf(f, s.scope)
				over.fault.Fired = fired
			default:
				s.rows = append(s.rows, row{is: faultRow, id: "fault " + strconv.Itoa(f.ID), label: k.kind, kind: k.kind, fault: *f, short: shortOf(f, s.scope)})
			}
		}
		switch {
		case len(over.ended) > 0:
			s.rows = append(s.rows, over)
		case len(s.rows) == from:
			s.rows = append(s.rows, row{is: kindRow, id: k.kind, label: k.kind, kind: k.kind})
		}
	}
}

// faultIDs are the numbers of the faults of a row.
func (r *row) faultIDs() []int {
	switch {
	case r.is != faultRow:
		return nil
	case len(r.ended) > 0:
		return r.ended
	}
	return []int{r.fault.ID}
}

// shortOf is what a fault does without what its row says beside it: it has little room.
func shortOf(f *ui.Fault, scope string) string {
	text := strings.ReplaceAll(f.Text, "each with a probability of ", "p=")
	whose := f.Function
	if whose == "" {
		whose = "every function"
	}
	text = strings.TrimPrefix(text, "invocations of "+whose+" ")
	text = strings.TrimPrefix(text, "are throttled: ") // as its kind says
	if whose != scope && text != f.Text && kindOf(f) != brokerDown {
		text = whose + ": " + text
	}
	return text
}

// place finds the cursor, and scrolls to it. headings says whether headings are shown.
func (s *Screen) place(rows int) {
	s.room = rows
	at := -1
	for i := range s.rows {
		if s.cursor != "" && s.rows[i].id == s.cursor {
			at = i
			break
		}
	}
	if at < 0 { // the row is gone: a neighbour is selected
		at = s.nearest(min(max(s.at, 0), len(s.rows)-1), 1)
	}
	s.at = at
	if at < 0 {
		s.cursor, s.top = "", 0
		return
	}
	s.cursor = s.rows[at].id
	first := at
	if at > 0 && s.rows[at-1].is == headingRow {
		first-- // the heading comes into sight with its first row
	}
	s.top = min(max(s.top, at-rows+1), first)
	s.top = min(max(s.top, 0), max(len(s.rows)-rows, 0))
}

// nearest is the first row from at on that can be selected, or one before it; -1 for none.
func (s *Screen) nearest(at, step int) int {
	for _, by := range []int{step, -step} {
		for i := at; i >= 0 && i < len(s.rows); i += by {
			if s.rows[i].is != headingRow {
				return i
			}
		}
	}
	return -1
}

// selected is the row that the cursor is on, nil if there is none.
func (s *Screen) selected() *row {
	if s.at < 0 || s.at >= len(s.rows) || s.rows[s.at].is == headingRow {
		return nil
	}
	return &s.rows[s.at]
}

// move moves the cursor by rows that can be selected.
func (s *Screen) move(rows int) {
	step := 1
	if rows < 0 {
		step = -1
	}
	at := s.at
	for n := rows; n != 0; n -= step {
		next := at + step
		for next >= 0 && next < len(s.rows) && s.rows[next].is == headingRow {
			next += step
		}
		if next < 0 || next >= len(s.rows) {
			break
		}
		at = next
	}
	if at >= 0 && at < len(s.rows) {
		s.at, s.cursor = at, s.rows[at].id
	}
}

// nextGroup moves the cursor to the first row of the next group, or of one before; behind
// the last one comes the first.
func (s *Screen) nextGroup(step int) {
	var first []int // rows behind headings
	here := 0
	for i := range s.rows {
		if s.rows[i].is == headingRow {
			first = append(first, i+1)
			if i < s.at {
				here = len(first) - 1
			}
		}
	}
	if len(first) == 0 {
		return
	}
	to := first[(here+step+len(first))%len(first)]
	s.at, s.cursor = to, s.rows[to].id
}
