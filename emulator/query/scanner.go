package query

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner reads the text of a query from left to right.
type scanner struct {
	text string
	at   int // in bytes
}

// errorf returns an Error about what stands at a place in the text.
func (s *scanner) errorf(at int, advice, format string, args ...any) *Error {
	return &Error{Query: s.text, Column: utf8.RuneCountInString(s.text[:at]) + 1, Message: fmt.Sprintf(format, args...), Advice: advice}
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (s *scanner) skipSpace() {
	for s.at < len(s.text) && space(s.text[s.at]) {
		s.at++
	}
}

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) ended() bool { return s.at == len(s.text) }

// until takes what comes before the first byte of stops or white space.
func (s *scanner) until(stops string) string {
	start := s.at
	for s.at < len(s.text) && !space(s.text[s.at]) && strings.IndexByte(stops, s.text[s.at]) < 0 {
		s.at++
	}
	return s.text[start:s.at]
}

// quoted reads a text in quotes, single or double. In it a backslash stands for itself,
// but before a quote or another backslash.
func (s *scanner) quoted() (string, *Error) {
	start, quote := s.at, s.text[s.at]
	var b strings.Builder
	for s.at++; s.at < len(s.text); s.at++ {
		c := s.text[s.at]
		if c == quote {
			s.at++
			return b.String(), nil
		}
		if c == '\\' && s.at+1 < len(s.text) && strings.IndexByte(`"'\`, s.text[s.at+1]) >= 0 {
			s.at++
			c = s.text[s.at]
		}
		b.WriteByte(c)
	}
	return "", s.errorf(start, "", "the quote %c is not closed", quote)
}

// quote writes a text so that quoted reads it.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// operator reads an operator, if one comes next; ok says whether it does.
func (s *scanner) operator() (o operator, ok bool) {
	for _, o := range []operator{differs, unlike, atMost, atLeast, equals, less, greater, like} {
		if strings.HasPrefix(s.text[s.at:], o.String()) {
			s.at += len(o.String())
			return o, true
		}
	}
	return 0, false
}

// What ends a word, the name of a field, and a value, beside white space.
const (
	wordStops  = `&|()"'`
	nameStops  = wordStops + `=<>~!?,`
	valueStops = wordStops + `,`
)

// pattern reads a regular expression without quotes: up to white space, & or |, or a
// closing parenthesis that it does not open. Inside its own parentheses, brackets and
// braces everything belongs to it.
func (s *scanner) pattern() string {
	start, depth, class := s.at, 0, false
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '\\' && s.at+1 < len(s.text) && !space(s.text[s.at+1]):
			s.at++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0 && (space(c) || c == '&' || c == '|' || c == ')'):
			return s.text[start:s.at]
		}
	}
	return s.text[start:s.at]
}
