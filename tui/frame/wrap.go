package frame

import (
	"strings"
	"unicode/utf8"
)

// Wrap is text in lines of at most w columns, divided at blanks; only a word that is longer
// than a line is divided within. An empty text is one empty line; w below 1 counts as 1.
func Wrap(text string, w int) []string {
	w = max(w, 1)
	var lines []string
	for Width(text) > w {
		at := headOf(text, w)
		next := at
		if blank := strings.LastIndexByte(text[:at], ' '); text[at] == ' ' {
			next = at + 1
		} else if strings.TrimSpace(text[:blank+1]) != "" {
			at, next = blank, blank+1
		}
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = text[next:]
	}
	return append(lines, text)
}

// headOf is how many bytes of text fit into w columns, at least one rune of it.
func headOf(text string, w int) int {
	used := 0
	for i, r := range text {
		used += Width(string(r))
		if used > w && i > 0 {
			return i
		}
	}
	return len(text)
}

// Middle writes text in w columns at most; … stands for what does not fit of its middle:
// keys and records differ at their ends. It returns the column behind it.
func (a Area) Middle(x, y, w int, s Style, text string) int {
	if Width(text) <= w || w < 5 {
		return a.Cut(x, y, w, s, text)
	}
	part := a.Sub(x, y, w, 1)
	tail, room := len(text), w/2
	for tail > 0 {
		_, size := utf8.DecodeLastRuneInString(text[:tail])
		room -= Width(text[tail-size : tail])
		if room < 0 {
			break
		}
		tail -= size
	}
	end := part.Cut(0, 0, w-Width(text[tail:]), s, text)
	return x + part.Text(end, 0, s, text[tail:])
}
