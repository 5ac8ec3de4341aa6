package detail

import (
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
)

// content is something that can be scrolled: rows of which those that are seen are drawn.
type content interface {
	rows() int
	draw(a frame.Area, y, i int)
}

// part is a piece of a line in one style.
type part struct {
	style frame.Style
	text  string
}

// text is lines of text.
type text [][]part

func (t text) rows() int { return len(t) }

func (t text) draw(a frame.Area, y, i int) {
	x := 1
	for _, p := range t[i] {
		if x >= a.W-1 {
			return
		}
		x = a.Cut(x, y, a.W-1-x, p.style, p.text)
	}
}

// say is a single line in one style.
func say(s frame.Style, line string) text { return text{{{s, line}}} }

// hex is bytes as numbers and as letters.
type hex []byte

// hexRow is how many bytes stand in a row.
const hexRow = 16

func (h hex) rows() int { return (len(h) + hexRow - 1) / hexRow }

func (h hex) draw(a frame.Area, y, i int) {
	const digits = "0123456789abcdef"
	at := i * hexRow
	for shift := range 6 {
		a.Rune(1+shift, y, frame.Dim, rune(digits[at>>(4*(5-shift))&15]))
	}
	for j, c := range h[at:min(at+hexRow, len(h))] {
		x := 9 + 3*j
		if j >= hexRow/2 {
			x++
		}
		a.Rune(x, y, frame.Text, rune(digits[c>>4]))
		a.Rune(x+1, y, frame.Text, rune(digits[c&15]))
		style, r := frame.Busy, rune(c)
		if c < ' ' || c > '~' {
			style, r = frame.Dim, '·'
		}
		a.Rune(60+j, y, style, r)
	}
}

// story is a tree in which one line is selected.
type story struct {
	lines []record.Line
	at    int
	is    record.Columns
}

func (s *story) rows() int { return len(s.lines) }

func (s *story) draw(a frame.Area, y, i int) {
	record.DrawLine(a, y, &s.lines[i], s.is)
	if i == s.at {
		a.Mark(y, frame.Reverse)
		a.Rune(0, y, frame.Reverse, '►')
	}
}
