package query

import (
	"strconv"
	"strings"
)

// appendNode appends a part of a query as it is read again; inside is what it is part of.
func appendNode(b []byte, n *node, inside join) []byte {
	switch n.join {
	case none:
		return n.term.append(b)
	case not:
		return appendNode(append(b, '!'), n.kids[0], not)
	}
	// In an or, an and needs no parentheses.
	parentheses := inside == not || inside == and
	if parentheses {
		b = append(b, '(')
	}
	for i, k := range n.kids {
		if i > 0 && n.join == or {
			b = append(b, " |"...)
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendNode(b, k, n.join)
	}
	if parentheses {
		b = append(b, ')')
	}
	return b
}

func (t *term) append(b []byte) []byte {
	switch {
	case t.predicate != nil:
		return append(b, t.predicate.Name...)
	case t.field == nil:
		return append(b, printedWord(t.word)...)
	}
	b = append(b, t.field.Name...)
	for _, s := range t.path {
		b = s.append(b, t.field.id == fieldHeader)
	}
	if t.absent {
		b = append(b, '?')
	}
	b = append(b, t.operator.String()...)
	return append(b, strings.Join(t.values, ",")...)
}

func (s step) append(b []byte, header bool) []byte {
	if s.name == nil {
		return append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
	}
	stops := nameStops + ".["
	if header {
		stops = nameStops
	}
	return append(append(b, '.'), plainOr(*s.name, stops)...)
}

// plainOr is a text as it is if nothing in it has a meaning, else in quotes.
func plainOr(text, stops string) string {
	if text == "" || strings.ContainsAny(text, stops+" \t\r\n") {
		return quote(text)
	}
	return text
}

// printedWord is a bare word as it is read again. What could be read as something else,
// a field with a value or a predicate, stands in quotes.
func printedWord(word string) string {
	if predicateNamed(word) != nil {
		return quote(word)
	}
	return plainOr(word, wordStops+"=<>~!?")
}

func printedValue(text string, inQuotes bool) string {
	if inQuotes && strings.Contains(text, "..") {
		return quote(text)
	}
	return plainOr(text, valueStops)
}

// printedPattern is a regular expression without quotes where all of it is taken for one.
func printedPattern(text string) string {
	s := scanner{text: text}
	if text[0] != '"' && text[0] != '\'' && s.pattern() == text {
		return text
	}
	return quote(text)
}
