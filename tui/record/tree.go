package record

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// Line is a line of a story.
type Line struct {
	Prefix string // of the tree
	Name   string // a record, or who had it
	Text   string // what became of it
	Style  frame.Style
	// At is when, in ns since the record was produced; NoTime for none.
	At int64
	// Spent is what its time went into: "queue 2.0ms  run 18.1ms".
	Spent string
	// Record is the one that the line is about; its Topic is empty for none.
	Record lineage.Record
}

// NoTime stands for no time.
const NoTime = -1 << 62

// Tree is a story as lines: what it came from, itself, what became of it. late is added
// to what a mapping did with the record itself, "" for nothing.
func Tree(s *lineage.Story, late string) []Line {
	t := &tree{late: late}
	if s.Produced != nil {
		t.zero = s.Produced.At
	}
	if len(s.Causes) > 0 {
		t.add(Line{Text: "it came from", Style: frame.Dim, At: NoTime})
		t.causes(s, "")
	}
	t.story(s, "", "")
	return t.lines
}

type tree struct {
	lines []Line
	zero  int64
	late  string
}

func (t *tree) add(l Line) { t.lines = append(t.lines, l) }

// branch returns what a node is drawn behind, and what is below it.
func branch(prefix string, last bool) (node, below string) {
	if last {
		return prefix + "└ ", prefix + "  "
	}
	return prefix + "├ ", prefix + "│ "
}

func (t *tree) time(p *lineage.Produced) int64 {
	if p == nil {
		return NoTime
	}
	return p.At - t.zero
}

func (t *tree) causes(s *lineage.Story, prefix string) {
	for i, c := range s.Causes {
		node, below := branch(prefix, i == len(s.Causes)-1 && len(s.Cuts) == 0)
		text := "(" + evidence(c) + ")"
		if s.Produced != nil {
			text = "through " + s.Produced.String() + "  " + text
		}
		if c.Again {
			text += "; told above"
		}
		t.add(Line{Prefix: node, Name: c.Record.String(), Text: text, Style: frame.Busy, At: t.time(c.Produced), Record: c.Record})
		if !c.Again {
			t.causes(c, below)
		}
	}
	t.cuts(s.Cuts, prefix)
}

func evidence(s *lineage.Story) string {
	if s.Of > 1 {
		return s.Evidence.String() + ", one of " + strconv.Itoa(s.Of)
	}
	return s.Evidence.String()
}

func (t *tree) story(s *lineage.Story, node, below string) {
	text, own := "", node == ""
	switch {
	case own && s.Produced != nil:
		text = "produced by " + s.Produced.String()
	case s.Produced != nil && s.Produced.Via != "" && s.Produced.Via != "response":
		text = s.Produced.Via
	case s.Evidence != lineage.ByIndex && s.Evidence != lineage.Alone && s.Evidence != lineage.NoEvidence:
		text = "known by " + evidence(s)
	}
	if s.Again {
		text += "; told above"
	}
	if s.Removed {
		text += "; retention has removed it"
	}
	t.add(Line{Prefix: node, Name: s.Record.String(), Text: strings.TrimPrefix(text, "; "), Style: frame.Busy, At: t.time(s.Produced), Record: s.Record})
	for i, r := range s.Readings {
		t.reading(r, below, i == len(s.Readings)-1, own)
	}
	if !own || len(s.Causes) == 0 {
		t.cuts(s.Cuts, below)
	}
}

func (t *tree) cuts(cuts []string, prefix string) {
	for _, c := range cuts {
		t.add(Line{Prefix: prefix, Text: c, Style: frame.Dim, At: NoTime})
	}
}

// reading adds what a mapping or a process did with a record.
func (t *tree) reading(r *lineage.Reading, prefix string, last, own bool) {
	late := ""
	if own {
		late = t.late
	}
	for i, a := range r.Attempts {
		node, below := branch(prefix, last && i == len(r.Attempts)-1 && r.Waits == "")
		final := i == len(r.Attempts)-1
		t.attempt(r, a, node, final, late)
		t.outputs(a.Outputs, below)
		t.cuts(a.Cuts, below)
		if a.Ambiguous > 0 {
			t.cuts([]string{strconv.Itoa(a.Ambiguous) + " records of this environment may be of this invocation or another"}, below)
		}
	}
	if r.Waits != "" || len(r.Attempts) == 0 {
		t.unattempted(r, prefix, last)
	}
	t.cuts(r.Cuts, prefix)
}

// unattempted adds what no invocation was made of.
func (t *tree) unattempted(r *lineage.Reading, prefix string, last bool) {
	node, below := branch(prefix, last)
	l := Line{Prefix: node, Name: r.Function + r.Process, At: NoTime, Style: frame.Text}
	if r.Arrived != 0 {
		l.At = r.Arrived - t.zero
	}
	switch {
	case r.Waits != "":
		l.Text, l.Style = r.Waits, frame.Cold
	case r.Process != "" && r.Times > 1:
		l.Text = "read it " + strconv.Itoa(r.Times) + " times"
	case r.Process != "":
		l.Text = "read it"
	case r.Outcome != journal.NoOutcome:
		l.Text = r.Outcome.String()
	default:
		l.Text = "has it, and has not begun"
	}
	t.add(l)
	t.outputs(r.Outputs, below)
}

func (t *tree) outputs(all []*lineage.Story, prefix string) {
	for i, o := range all {
		node, below := branch(prefix, i == len(all)-1)
		t.story(o, node, below)
	}
}

// attempt adds an invocation that had the record.
func (t *tree) attempt(r *lineage.Reading, a *lineage.Attempt, node string, final bool, late string) {
	l := Line{Prefix: node, Name: r.Function + "#" + strconv.Itoa(int(a.Environment)), At: a.Started - t.zero, Style: frame.Text}
	parts := []string{"try " + strconv.Itoa(int(a.Attempt)), heat(a.Start)}
	switch {
	case a.Ended == 0:
		parts = append(parts, "runs")
	case a.Outcome != journal.Succeeded:
		l.Style = frame.Bad
		parts = append(parts, Outcome(a.Outcome)+" "+a.Reason)
	case a.Start == journal.Cold:
		l.Style = frame.Cold
	}
	if final && r.Outcome != journal.Succeeded && r.Outcome != journal.NoOutcome {
		parts = append(parts, r.Outcome.String())
	}
	if final && late != "" {
		parts = append(parts, late)
	}
	l.Text, l.Spent = strings.Join(parts, "  "), spent(a)
	t.add(l)
}

// heat is how an invocation began, in the words of the list.
func heat(start string) string {
	if start == journal.Cold || start == journal.Suppressed {
		return "COLD"
	}
	return "warm"
}

// Outcome is how an attempt ended, in the words of the list.
func Outcome(o journal.Outcome) string {
	switch o {
	case journal.Succeeded:
		return "ok"
	case journal.TimedOut:
		return "TIMEOUT"
	case journal.FunctionError:
		return "ERR"
	}
	return strings.ToUpper(o.String())
}

// spent is what the time until the end of an attempt went into.
func spent(a *lineage.Attempt) string {
	var parts []string
	if a.Ended > a.Started {
		parts = append(parts, "run "+frame.Span(a.Ended-a.Started))
	}
	for _, w := range a.Waited {
		if w.Time >= 1e5 { // what is shown as 0.0ms says nothing
			what := w.What.String()
			if w.What == lineage.ColdStart {
				what = "cold"
			}
			parts = append(parts, what+" "+frame.Span(w.Time))
		}
	}
	return strings.Join(parts, "  ")
}
