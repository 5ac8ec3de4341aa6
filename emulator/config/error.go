package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// maxPrinted is how many mistakes Error prints, so that a wrong file does not
// fill the screen.
const maxPrinted = 50

// maxExcerpt is how many characters of a line are shown.
const maxExcerpt = 100

// Error is all mistakes of a configuration file, sorted by position.
type Error struct {
	// Name is the file.
	Name     string
	Mistakes []Mistake
}

// Mistake is one thing wrong in a file. Its Path is empty for mistakes of YAML.
type Mistake struct {
	emulator.Mistake
	// Line and Column are where it is, from 1 on, in characters; Width is how
	// many characters it takes.
	Line, Column, Width int
	// Source is the line itself.
	Source string
}

func newError(name string, r *reader) *Error {
	e := &Error{Name: name, Mistakes: r.mistakes}
	slices.SortStableFunc(e.Mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for i := range e.Mistakes {
		e.Mistakes[i].Source = r.lines[e.Mistakes[i].Line-1]
	}
	return e
}

// Error returns the mistakes as they are printed: for each, file:line:column and
// what is wrong, the line with a mark under the place, and the hint.
func (e *Error) Error() string {
	var b strings.Builder
	for i, m := range e.Mistakes {
		if i == maxPrinted {
			fmt.Fprintf(&b, "and %d more mistakes\n", len(e.Mistakes)-i)
			break
		}
		m.write(&b, e.Name)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (m *Mistake) write(b *strings.Builder, name string) {
	what := m.Message
	if m.Path != "" {
		what = m.Mistake.Error()
	}
	fmt.Fprintf(b, "%s:%d:%d: %s\n", name, m.Line, m.Column, printable(what))
	before, marked, line := excerpt(m.Source, m.Column, m.Width)
	fmt.Fprintf(b, "%5d | %s\n", m.Line, line)
	fmt.Fprintf(b, "      | %s%s\n", strings.Repeat(" ", before), strings.Repeat("^", marked))
	if m.Advice != "" {
		fmt.Fprintf(b, "   hint: %s\n", printable(m.Advice))
	}
}

// excerpt returns the part of a line that is shown, how many characters of it
// come before the mark, and how long the mark is.
func excerpt(source string, column, width int) (before, marked int, line string) {
	runes := []rune(strings.TrimRight(printable(source), " "))
	before = column - 1
	if before > maxExcerpt*3/4 { // a very long line: cut what is in front
		from := min(before-maxExcerpt/2, len(runes))
		runes = append([]rune("..."), runes[from:]...)
		before = before - from + 3
	}
	if len(runes) > maxExcerpt {
		runes = append(runes[:maxExcerpt-3:maxExcerpt-3], []rune("...")...)
	}
	marked = max(1, min(width, len(runes)-before))
	return before, marked, string(runes)
}

// printable takes out what would move the cursor or colour the terminal. It
// keeps the number of characters.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == ' ' || unicode.IsGraphic(r):
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
