package query

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a query.
type Error struct {
	// Query is the whole text, Column where in it the mistake is, in characters from 1 on.
	Query  string
	Column int
	// Message says what is there and what is wrong with it.
	Message string
	// Advice is what is allowed, or was probably meant; may be "".
	Advice string
}

func (e *Error) Error() string {
	return fmt.Sprintf("filter: column %d: %s", e.Column, e.Message)
}

// Hint shows the place, and says what is allowed there.
func (e *Error) Hint() string {
	lines := []string{printable(e.Query), strings.Repeat(" ", e.Column-1) + "^"}
	if e.Advice != "" {
		lines = append(lines, e.Advice)
	}
	return strings.Join(lines, "\n")
}

// printable puts everything in one line, a column for each character.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// unknown is the advice for a name that is none of those there are.
func unknown(name string, names []string) string {
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "there are " + strings.Join(names, ", ")
}

// nearest returns the name that was probably meant, "" if none is near: a third of the
// letters may be wrong, or it is the beginning of just one.
func nearest(name string, names []string) string {
	const longest = 40 // no name is longer, and the work grows with the square
	name = strings.ToLower(name)
	if name == "" || len(name) > longest {
		return ""
	}
	best, least, begun := "", 0, 0
	for _, n := range names {
		d := distance(name, strings.ToLower(n))
		if d <= max(len(name), len(n))/3 && (best == "" || d < least) {
			best, least = n, d
		}
	}
	if best != "" {
		return best
	}
	for _, n := range names {
		if strings.HasPrefix(n, name) {
			best = n
			begun++
		}
	}
	if begun != 1 {
		return ""
	}
	return best
}

// distance is how many letters must be changed, left out, put in or swapped with their
// neighbour to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differ := 1
			if a[i-1] == b[j-1] {
				differ = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
