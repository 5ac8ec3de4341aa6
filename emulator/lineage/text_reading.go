package lineage

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// reading writes what a mapping or a process did with a record.
func (p *page) reading(r *Reading, node, below string) {
	at := int64(noTime)
	if r.Arrived != 0 {
		at = r.Arrived
	}
	p.line(node, below, r.head(), at)
	for _, a := range r.Attempts {
		last := a == r.Attempts[len(r.Attempts)-1]
		n, b := branch(below, last && r.tail() == "" && len(r.Overtaken) == 0 && len(r.Cuts) == 0 && r.Waits == "")
		p.attempt(a, n, b)
	}
	for i, o := range r.Outputs {
		n, b := branch(below, i == len(r.Outputs)-1)
		p.story(o, n, b)
	}
	if r.Unattributed > 0 {
		p.line(below+"  ", below+"  ", fmt.Sprintf("%s from %s after it, of which nothing tells what they came from",
			plural(r.Unattributed, "record"), r.Process), noTime)
	}
	p.cuts(r.Cuts, below)
	for _, o := range r.Overtaken {
		p.line(below+"  ", below+"    ", "overtaken by "+o.By.String()+": "+o.Rule+because(o.Cause), noTime)
	}
	if r.Waits != "" {
		p.line(below+"  ", below+"    ", "waits: "+r.Waits, noTime)
	}
	if tail := r.tail(); tail != "" {
		n, b := branch(below, true)
		p.line(n, b, tail, r.Ended)
	}
}

func because(cause string) string {
	if cause == "" {
		return ""
	}
	return ", " + cause
}

// head says who read the record, in which batches.
func (r *Reading) head() string {
	if r.Process != "" {
		text := r.Process + "  read it"
		if r.Times > 1 {
			text += " " + strconv.Itoa(r.Times) + " times"
		}
		return text
	}
	text := r.Function
	if text == "" {
		text = r.Mapping
	}
	var batches []string
	for _, b := range r.Batches {
		records := "alone"
		if b.Records != 1 {
			records = strconv.Itoa(int(b.Records)) + " records"
		}
		reason := b.Reason
		if !strings.HasPrefix(reason, "bisect of ") {
			reason = "closed by " + reason
		}
		batches = append(batches, fmt.Sprintf("batch %d (%s, %s)", b.Batch, records, reason))
	}
	if len(batches) > 3 {
		batches = append(append(batches[:1:1], "..."), batches[len(batches)-2:]...)
	}
	if len(batches) > 0 {
		text += "  " + strings.Join(batches, ", ")
	}
	return text
}

// tail says how a reading ended, where its last attempt does not.
func (r *Reading) tail() string {
	text := r.Outcome.String()
	if n := len(r.Attempts); r.Outcome == journal.NoOutcome || n > 0 && r.Attempts[n-1].Outcome == r.Outcome && r.Committed != 0 {
		return ""
	}
	if r.Reason != "" {
		text += ": " + firstLine(r.Reason)
	}
	if r.Mapping != "" && r.Committed == 0 {
		text += ", not committed"
	}
	return text
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// negligible is how short a wait is that is not told beside another one.
const negligible = 10_000 // ns

// attempt writes an invocation that had the record.
func (p *page) attempt(a *Attempt, node, below string) {
	p.line(node, below, p.attemptText(a), a.Started)
	last := func(i int) bool { return i == len(a.Outputs)-1 && len(a.Cuts) == 0 && a.Ambiguous == 0 }
	for i, o := range a.Outputs {
		n, b := branch(below, last(i))
		p.story(o, n, b)
	}
	if a.Ambiguous > 0 {
		p.line(below+"  ", below+"  ", fmt.Sprintf("ambiguous: %s of its environment may be of this invocation or of the next", plural(a.Ambiguous, "record")), noTime)
	}
	p.cuts(a.Cuts, below)
}

func (p *page) attemptText(a *Attempt) string {
	start := a.Start
	if start == journal.Cold {
		start = "COLD"
	}
	parts := []string{fmt.Sprintf("try %d  %s  environment %d, invocation %d ", a.Attempt, start, a.Environment, a.Invocation)}
	var times []string
	for _, s := range a.Waited {
		if s.Time < negligible && len(a.Waited) > 1 {
			continue
		}
		times = append(times, s.What.String()+" "+journal.Duration(s.Time))
	}
	if a.Ended == 0 {
		times = append(times, "still runs")
	} else {
		times = append(times, "run "+journal.Duration(a.Ended-a.Started))
	}
	parts = append(parts, strings.Join(times, ", "))
	if a.Ended != 0 {
		parts = append(parts, " "+a.Outcome.String())
	}
	text := strings.Join(parts, " ")
	if a.Outcome == journal.Succeeded && len(a.Outputs) == 0 && len(a.Cuts) == 0 && a.Ambiguous == 0 {
		text += ", no output"
	}
	if a.Outcome != journal.Succeeded && a.Reason != "" {
		text += ": " + firstLine(a.Reason)
	}
	if a.Cost > 0 && p.Cost != nil {
		text += "  $" + p.Cost(a.Cost)
	}
	return text
}
