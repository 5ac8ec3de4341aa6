package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// draft is the text of a file that is being edited line by line.
type draft struct {
	mark  string // the byte order mark, if there is one
	lines []draftLine
	was   []string // the lines of the file
}

// draftLine is a line with its end; the last may have none.
type draftLine struct {
	text string
	of   int // its number in the file, from 0 on; -1 if it is new
}

// newDraft splits a text. It returns an error for one that cannot be kept byte for byte.
func newDraft(text string) (*draft, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("is not UTF-8")
	}
	if strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\r") {
		return nil, errors.New("has lines that end with CR alone")
	}
	d := &draft{}
	if rest, ok := strings.CutPrefix(text, "\uFEFF"); ok {
		d.mark, text = "\uFEFF", rest
	}
	for line := range strings.SplitAfterSeq(text, "\n") {
		if line != "" {
			d.lines = append(d.lines, draftLine{line, len(d.was)})
			d.was = append(d.was, line)
		}
	}
	return d, nil
}

// text is the whole of it.
func (d *draft) text() string {
	var b strings.Builder
	b.WriteString(d.mark)
	for _, l := range d.lines {
		b.WriteString(l.text)
	}
	return b.String()
}

// body is a line without its end.
func (d *draft) body(i int) string { return strings.TrimRight(d.lines[i].text, "\r\n") }

// end is the end of line of the file.
func (d *draft) end() string {
	if len(d.lines) > 0 && strings.HasSuffix(d.lines[0].text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// replace puts another text between two offsets of a line, in bytes.
func (d *draft) replace(i, from, to int, text string) {
	l := d.lines[i].text
	d.lines[i].text = l[:from] + text + l[to:]
}

// insert adds a line after another one.
func (d *draft) insert(after int, text string) {
	end := d.end()
	if !strings.HasSuffix(d.lines[after].text, "\n") { // the last line, which has no end
		d.lines[after].text += end
		end = ""
	}
	d.lines = append(d.lines[:after+1], append([]draftLine{{text + end, -1}}, d.lines[after+1:]...)...)
}

// remove takes a line out.
func (d *draft) remove(i int) { d.lines = append(d.lines[:i:i], d.lines[i+1:]...) }

// contextLines is how many lines around a change a difference shows.
const contextLines = 2

// hunkLine is a line of a difference: ' ', '-' or '+' and its text.
type hunkLine struct {
	mark byte
	text string
	old  int // the number of the file's line that it is, or stands before
}

// diff is what is different from the file, as diff -u has it; "" if nothing is.
func (d *draft) diff(name string) string {
	var all []hunkLine
	next := 0 // of the file's lines
	for _, l := range d.lines {
		for ; l.of >= 0 && next < l.of; next++ {
			all = append(all, hunkLine{'-', d.was[next], next})
		}
		switch {
		case l.of < 0:
			all = append(all, hunkLine{'+', l.text, next})
		case l.text == d.was[l.of]:
			all = append(all, hunkLine{' ', l.text, next})
			next++
		default:
			all = append(all, hunkLine{'-', d.was[l.of], next}, hunkLine{'+', l.text, next + 1})
			next++
		}
	}
	for ; next < len(d.was); next++ {
		all = append(all, hunkLine{'-', d.was[next], next})
	}
	return writeHunks(name, all)
}

// writeHunks writes the changed lines with those around them.
func writeHunks(name string, all []hunkLine) string {
	var b strings.Builder
	added := 0 // lines of the draft less those of the file, so far
	for i := 0; i < len(all); {
		first := i
		for first < len(all) && all[first].mark == ' ' {
			first++
		}
		if first == len(all) {
			break
		}
		if b.Len() == 0 {
			fmt.Fprintf(&b, "--- %s\n+++ %s\n", name, name)
		}
		from, to := max(i, first-contextLines), hunkEnd(all, first)
		olds, news := 0, 0
		for _, l := range all[from:to] {
			if l.mark != '+' {
				olds++
			}
			if l.mark != '-' {
				news++
			}
		}
		fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", all[from].old+1, olds, all[from].old+1+added, news)
		for _, l := range all[from:to] {
			fmt.Fprintf(&b, "%c%s\n", l.mark, printable(strings.TrimRight(l.text, "\r\n")))
			if !strings.HasSuffix(l.text, "\n") {
				b.WriteString("\\ No newline at end of file\n")
			}
		}
		added += news - olds
		i = to
	}
	return b.String()
}

// hunkEnd is where a hunk ends: so many unchanged lines after a change that no other one
// is near.
func hunkEnd(all []hunkLine, first int) int {
	last := first
	for i := first; i < len(all) && i <= last+2*contextLines; i++ {
		if all[i].mark != ' ' {
			last = i
		}
	}
	return min(last+1+contextLines, len(all))
}
