package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// FitText is how a Fit is written for people.
type FitText struct {
	// Width is how long lines may be, in columns; longer ones are broken between words.
	// Default 100, at least 40.
	Width int
	// Good and Bad mark words in a terminal; nil leaves them. They must not change how wide
	// a word looks.
	Good, Bad func(string) string
}

const (
	fitWidth     = 100
	fitNarrowest = 40
	// fitLabel is how wide the first column is.
	fitLabel = 14
)

// fitWriter writes lines of a label and text that is broken to the width.
type fitWriter struct {
	strings.Builder
	FitText
}

// WriteText writes f to w, the error of which it returns.
func (f *Fit) WriteText(w io.Writer, how FitText) error {
	if how.Width == 0 {
		how.Width = fitWidth
	}
	how.Width = max(how.Width, fitNarrowest)
	t := &fitWriter{FitText: how}
	f.writeHead(t)
	for i := range f.Functions {
		t.WriteString("\n")
		f.Functions[i].write(t, f)
	}
	for i := range f.Processors {
		t.WriteString("\n")
		f.Processors[i].write(t)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

func (f *Fit) writeHead(t *fitWriter) {
	kind := ""
	if f.Virtual {
		kind = ", in virtual time"
	}
	fmt.Fprintf(t, "fit: profile %s, seed %d, %s%s\n", f.Profile, f.Seed, journal.Duration(f.Ran), kind)
	if f.Missed > 0 {
		t.line("", entriesOf(f.Missed)+" of the journal are gone: what they told is in no figure")
	}
	if len(f.Functions)+len(f.Processors) == 0 {
		t.line("", "no function and no process")
	}
	width := 0
	for i := range f.Functions {
		width = max(width, len(f.Functions[i].Name))
	}
	for i := range f.Functions {
		one := &f.Functions[i]
		words := fmt.Sprintf("%-12s", one.Fits)
		fmt.Fprintf(t, "  %-*s  %s  %s records/s at peak, %s\n", width, one.Name, t.mark(one.Fits, words), Count(one.Throughput.Peak), one.short())
	}
}

// short is a function in a few words.
func (f *FunctionFit) short() string {
	switch {
	case f.Latency.HandledHot != nil:
		return "hot p99 " + journal.Duration(f.Latency.HandledHot.P99)
	case f.Latency.HandledCold != nil:
		return "cold p99 " + journal.Duration(f.Latency.HandledCold.P99)
	}
	return counted(f.Work.Invocations, "invocation")
}

func entriesOf(n uint64) string {
	if n == 1 {
		return "1 older entry"
	}
	return Count(n) + " older entries"
}

// mark colours words by a judgement.
func (t *fitWriter) mark(j Judgement, words string) string {
	switch {
	case j == Fits && t.Good != nil:
		return t.Good(words)
	case j == Breaks && t.Bad != nil:
		return t.Bad(words)
	}
	return words
}

// line writes a label and text below which its further lines are aligned.
func (t *fitWriter) line(label, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(t, "  %-*s", fitLabel, label)
	t.fold(text, 2+fitLabel)
}

// fold writes text from a column on, broken between words, and ends the line.
func (t *fitWriter) fold(text string, column int) {
	at := column
	for i, word := range strings.Fields(keepUnits(text)) {
		n := len([]rune(word))
		if i > 0 && at+1+n > t.Width {
			t.WriteString("\n" + strings.Repeat(" ", column))
			at = column
		} else if i > 0 {
			t.WriteString(" ")
			at++
		}
		t.WriteString(strings.ReplaceAll(word, joined, " "))
		at += n
	}
	t.WriteString("\n")
}

// joined stands for a space that no line is broken at: between a number and its unit.
const joined = "\x00"

func keepUnits(text string) string {
	words := strings.Split(text, " ")
	var b strings.Builder
	for i, word := range words {
		if i > 0 {
			if unit := strings.TrimRight(word, ",;:)"); endsInDigit(words[i-1]) && slices.Contains(units, unit) {
				b.WriteString(joined)
			} else {
				b.WriteString(" ")
			}
		}
		b.WriteString(word)
	}
	return b.String()
}

var units = []string{"ns", "µs", "ms", "s", "%", "B", "KB", "MB", "GB"}

func endsInDigit(word string) bool {
	return word != "" && word[len(word)-1] >= '0' && word[len(word)-1] <= '9'
}

func (f *FunctionFit) write(t *fitWriter, of *Fit) {
	t.WriteString(f.Name)
	if f.Memory > 0 {
		fmt.Fprintf(t, " (%s, %s %s, %s)", cmp.Or(f.Runtime, "in-process"), journal.Bytes(f.Memory), f.Architecture, f.Profile)
	}
	t.WriteString("\n")
	label := "model"
	for i := range f.Model {
		t.line(label, f.Model[i].String())
		label = ""
	}
	if f.Elasticity.Invocations > 0 {
		f.writeRows(t, of)
	}
	f.writeVerdict(t)
}

func (f *FunctionFit) writeRows(t *fitWriter, of *Fit) {
	f.writeLatency(t)
	f.writeLoad(t)
	t.line("order", f.Order.words(of.Domain.String()))
	t.line("stateless", f.statelessWords())
	t.line("patterns", f.patternWords())
	f.writeCost(t, of)
	t.line("limits", f.limitWords())
	t.line("billed time", f.Billed.String())
}

func (f *FunctionFit) writeVerdict(t *fitWriter) {
	if len(f.Principles) == 0 {
		t.line("verdict", f.Verdict)
		return
	}
	t.WriteString("\n")
	const name, judged = 19, 14
	for i := range f.Principles {
		p := &f.Principles[i]
		fmt.Fprintf(t, "  %-*s%s", name, p.Name, t.mark(p.Judgement, fmt.Sprintf("%-*s", judged, p.Judgement)))
		text := p.Evidence
		if p.Advice != "" {
			text += ". " + strings.ToUpper(p.Advice[:1]) + p.Advice[1:]
		}
		t.fold(text, 2+name+judged)
	}
	t.line("verdict", f.Verdict)
}
