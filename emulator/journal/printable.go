package journal

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// colour is the one order to a terminal that does no harm: handlers colour what they print.
var colour = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// Printable returns a text of others, such as an error of a handler, with what a terminal
// takes for an order, or shows as something else, replaced by its Go escape: \x1b, \a,
// \u202e. Line breaks and tabs stay.
func Printable(s string) string {
	if strings.IndexFunc(s, harmful) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if harmful(r) {
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// PrintableColoured is Printable, but colours stay, and end with the text.
func PrintableColoured(s string) string {
	if strings.IndexFunc(s, harmful) < 0 {
		return s
	}
	var b strings.Builder
	at, coloured := 0, false
	for _, found := range colour.FindAllStringIndex(s, -1) {
		b.WriteString(Printable(s[at:found[0]]))
		b.WriteString(s[found[0]:found[1]])
		at, coloured = found[1], true
	}
	b.WriteString(Printable(s[at:]))
	if coloured {
		b.WriteString("\x1b[m")
	}
	return b.String()
}

// harmful reports whether a rune is none that is seen as what it is.
func harmful(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}
