package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/cases"
)

// casePrinter prints what became of cases.
type casePrinter struct {
	out  io.Writer
	json bool
}

// caseWords are how outcomes are called in lines.
var caseWords = map[cases.Outcome]string{cases.OK: "ok", cases.Failed: "FAIL", cases.Broken: "FAIL", cases.Skipped: "skip"}

func (p *casePrinter) print(r *cases.Result) error {
	if p.json {
		return writeJSON(p.out, r)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-4s  %s  (%s)\n", caseWords[r.Outcome], r.Name, took(r))
	for i := range r.Problems {
		b.WriteString(r.Problems[i].Text("      "))
	}
	for _, path := range r.Updated {
		fmt.Fprintf(&b, "      written: %s\n", path)
	}
	_, err := io.WriteString(p.out, b.String())
	return readerGone(err)
}

// took is how long a case took, in the world's time and in ours.
func took(r *cases.Result) string {
	text := "real " + r.Real.Round(time.Millisecond).String()
	if r.Summary == nil {
		return text
	}
	kind := "virtual "
	if !r.Virtual {
		kind = "by the clock "
	}
	return kind + r.World.Round(time.Millisecond).String() + ", " + text
}

func (p *casePrinter) summary(all []*cases.Result) error {
	if p.json {
		return nil
	}
	n := countCases(all)
	text := fmt.Sprintf("%d cases: %d ok", len(all), n[cases.OK])
	if len(all) == 1 {
		text = fmt.Sprintf("1 case: %d ok", n[cases.OK])
	}
	if bad := n[cases.Failed] + n[cases.Broken]; bad > 0 {
		text += fmt.Sprintf(", %d failed", bad)
	}
	if n[cases.Skipped] > 0 {
		text += fmt.Sprintf(", %d skipped", n[cases.Skipped])
	}
	_, err := fmt.Fprintln(p.out, text)
	return readerGone(err)
}
