package detail

import (
	"strings"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// folded is a text whose lines were divided to fit: what is cut at the edge could be seen
// nowhere else. It is kept until the text or the width changes.
type folded struct {
	of    text
	w     int
	lines text
}

// fold returns of in lines of at most w columns.
func (f *folded) fold(of text, w int) text {
	if w < 8 || len(of) == 0 {
		return of
	}
	if f.w != w || len(f.of) != len(of) || &f.of[0] != &of[0] {
		f.of, f.w, f.lines = of, w, f.lines[:0]
		for _, line := range of {
			f.lines = append(f.lines, foldLine(line, w)...)
		}
	}
	return f.lines
}

// foldLine divides a line; what follows its first row begins two columns behind its
// indentation.
func foldLine(line []part, w int) text {
	used := 0
	for _, p := range line {
		used += frame.Width(p.text)
	}
	if used <= w {
		return text{line}
	}
	indent := part{frame.Text, strings.Repeat(" ", min(indentation(line)+2, w/2))}
	var rows text
	var row []part
	room := w
	for _, p := range line {
		for rest := p.text; rest != ""; {
			n := fitting(rest, room)
			if n > 0 {
				row = append(row, part{p.style, rest[:n]})
				room -= frame.Width(rest[:n])
				rest = rest[n:]
			}
			if rest != "" {
				rows, row = append(rows, row), []part{indent}
				room = w - len(indent.text)
			}
		}
	}
	return append(rows, row)
}

// indentation is how many blanks a line begins with.
func indentation(line []part) int {
	n := 0
	for _, p := range line {
		trimmed := strings.TrimLeft(p.text, " ")
		n += len(p.text) - len(trimmed)
		if trimmed != "" {
			break
		}
	}
	return n
}

// fitting is how many bytes of text fit into room columns: up to a blank, if one is near the
// end of them.
func fitting(text string, room int) int {
	n, used, blank := 0, 0, 0
	for n < len(text) {
		_, size := utf8.DecodeRuneInString(text[n:])
		used += frame.Width(text[n : n+size])
		if used > room {
			if blank > n*2/3 {
				return blank
			}
			return n
		}
		n += size
		if text[n-1] == ' ' {
			blank = n
		}
	}
	return n
}
