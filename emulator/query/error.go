package query

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/internal/nearest"
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
	if near := meant(name, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "there are " + strings.Join(names, ", ")
}

// meant returns the name that was probably meant, "" if none is near: it is a slip of one,
// or the beginning of just one.
func meant(name string, names []string) string {
	if near := nearest.Name(name, names); near != "" || name == "" {
		return near
	}
	best, begun := "", 0
	for _, n := range names {
		if strings.HasPrefix(n, strings.ToLower(name)) {
			best = n
			begun++
		}
	}
	if begun != 1 {
		return ""
	}
	return best
}
