package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// writePlan writes what became of each part of a file: by function, what counts as it is
// in one line, and all else with the reason and the place.
func writePlan(w io.Writer, p *plan.Plan, width int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s, %s\n", filepath.ToSlash(p.Files[0]), p.Format, counted(len(p.Config.Functions), "function"), counted(len(p.Config.Topics), "topic"))
	for _, of := range subjects(p) {
		title := of
		if of == "" {
			title = "the file"
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		writeSubject(&b, p, of, width)
	}
	fmt.Fprintf(&b, "\n%s\n", counts(p))
	_, err := io.WriteString(w, journal.Printable(b.String()))
	return err
}

// counts are how many findings have which verdict: those there are.
func counts(p *plan.Plan) string {
	var all []string
	for v, what := range []string{"taken", "changed", "dropped", "need a value", "wrong"} {
		if n := p.Count(plan.Verdict(v)); n > 0 {
			all = append(all, fmt.Sprintf("%d %s", n, what))
		}
	}
	if len(all) == 0 {
		return "nothing in it counts here"
	}
	return strings.Join(all, ", ")
}

// subjects are those of the findings, in the order of the file; the file itself is last.
func subjects(p *plan.Plan) []string {
	var all []string
	isFile := false
	for _, f := range p.Sorted() {
		if f.Resource == "" {
			isFile = true
		} else if !slices.Contains(all, f.Resource) {
			all = append(all, f.Resource)
		}
	}
	if isFile {
		all = append(all, "")
	}
	return all
}

// verdictWidth is that of the column of verdicts: needs a value.
const verdictWidth = 13

// writeSubject writes the findings of one subject, the good ones first.
func writeSubject(b *strings.Builder, p *plan.Plan, of string, width int) {
	var taken []string
	var rest []plan.Finding
	for _, f := range p.Sorted() {
		switch {
		case f.Resource != of:
		case f.Verdict == plan.Taken && f.Key != "":
			part := f.Key
			if strings.HasPrefix(f.Text, "topic ") { // what triggers it is the first thing to know
				text, _, _ := strings.Cut(f.Text, " to function ")
				part += " (" + text + ")"
			}
			if !slices.Contains(taken, part) {
				taken = append(taken, part)
			}
		default:
			rest = append(rest, f)
		}
	}
	slices.SortStableFunc(rest, func(a, b plan.Finding) int { return int(a.Verdict) - int(b.Verdict) })
	for len(rest) > 0 && rest[0].Verdict == plan.Taken { // what it is, before its parts
		writeFinding(b, p, &rest[0], width)
		rest = rest[1:]
	}
	if len(taken) > 0 {
		writeVerdict(b, plan.Taken, strings.Join(taken, ", "), width)
	}
	for i := range rest {
		writeFinding(b, p, &rest[i], width)
	}
}

// writeFinding writes a finding with its key, place and advice.
func writeFinding(b *strings.Builder, p *plan.Plan, f *plan.Finding, width int) {
	text := f.Text
	if f.Key != "" {
		text = f.Key + ": " + text
	}
	text += fmt.Sprintf(" (%s)", shortPlace(p, f))
	if f.Advice != "" {
		text += "; " + f.Advice
	}
	writeVerdict(b, f.Verdict, text, width)
}

// shortPlace is where a finding stands: the line alone where it is the file itself.
func shortPlace(p *plan.Plan, f *plan.Finding) string {
	if f.At.File == p.Files[0] && f.At.Line > 0 {
		return fmt.Sprintf("line %d", f.At.Line)
	}
	return f.At.String()
}

// writeVerdict writes a verdict and what it is about, folded beside it.
func writeVerdict(b *strings.Builder, v plan.Verdict, text string, width int) {
	const indent = 2 + verdictWidth + 2
	lines := folded(text, indent, max(width, indent+20))
	fmt.Fprintf(b, "  %-*s%s", verdictWidth+2, v, strings.TrimLeft(lines, " "))
}

// counted is a number with what it counts, in the plural where it is not one.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
