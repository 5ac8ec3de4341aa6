package filter

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// test is what an operator looks at.
type test uint8

const (
	isLiteral         test = iota // text as it is written: null, a number, true
	isText                        // a string that equals text
	isFolded                      // a string that equals text but for case
	hasPrefix                     //
	hasSuffix                     //
	hasFoldedPrefix               //
	hasFoldedSuffix               //
	isWild                        // a string that matches the glob in parts
	isInNetwork                   // a string that is an address of network
	isInRange                     // a number from low to high
	isPresent                     // there is something
	isAbsent                      // there is nothing
	isNothingOf                   // none of but
	isNothingOfString             // a string that is none of but
)

// operator is one element of the list of what a field may be.
type operator struct {
	test              test
	text              string
	parts             []string // what stands between the * of a glob
	network           netip.Prefix
	low, high         float64
	overLow, belowTop bool // the bounds are no part of the range
	but               []operator
}

func (o operator) isAbsence() bool { return o.test == isAbsent }

// scalar is a string, number or literal of a value. Of a string, text is what it
// says; else what is written.
type scalar struct {
	kind kind
	text []byte
}

// matches says whether a scalar is what the operator looks for.
func (o *operator) matches(s scalar) bool {
	switch o.test {
	case isPresent:
		return true
	case isAbsent:
		return false
	case isLiteral:
		return s.kind != stringKind && string(s.text) == o.text
	case isInRange:
		return s.kind == numberKind && o.inRange(s.text)
	case isNothingOf:
		return o.isNone(s)
	}
	return s.kind == stringKind && o.matchesText(s)
}

func (o *operator) matchesText(s scalar) bool {
	switch o.test {
	case isText:
		return string(s.text) == o.text
	case isFolded:
		return strings.EqualFold(string(s.text), o.text)
	case hasPrefix:
		return len(s.text) >= len(o.text) && string(s.text[:len(o.text)]) == o.text
	case hasSuffix:
		return len(s.text) >= len(o.text) && string(s.text[len(s.text)-len(o.text):]) == o.text
	case hasFoldedPrefix:
		n := bytesOfFirst(s.text, utf8.RuneCountInString(o.text))
		return n >= 0 && strings.EqualFold(string(s.text[:n]), o.text)
	case hasFoldedSuffix:
		n := bytesOfFirst(s.text, utf8.RuneCount(s.text)-utf8.RuneCountInString(o.text))
		return n >= 0 && strings.EqualFold(string(s.text[n:]), o.text)
	case isWild:
		return o.isWild(string(s.text))
	case isInNetwork:
		address, err := netip.ParseAddr(string(s.text))
		return err == nil && o.network.Contains(address)
	case isNothingOfString:
		return o.isNone(s)
	}
	return false
}

func (o *operator) isNone(s scalar) bool {
	for i := range o.but {
		if o.but[i].matches(s) {
			return false
		}
	}
	return true
}

func (o *operator) inRange(text []byte) bool {
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil { // over the range of a double, as for RULER
		return false
	}
	return (n > o.low || n == o.low && !o.overLow) && (n < o.high || n == o.high && !o.belowTop)
}

// isWild looks for the parts one behind the other, each at its first place.
func (o *operator) isWild(s string) bool {
	first, last := o.parts[0], o.parts[len(o.parts)-1]
	if len(o.parts) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, between := range o.parts[1 : len(o.parts)-1] {
		i := strings.Index(s, between)
		if i < 0 {
			return false
		}
		s = s[i+len(between):]
	}
	return true
}

// bytesOfFirst is how many bytes the first n characters take, -1 if there are
// not so many.
func bytesOfFirst(text []byte, n int) int {
	at := 0
	for ; n > 0; n-- {
		_, size := utf8.DecodeRune(text[at:])
		if size == 0 {
			return -1
		}
		at += size
	}
	if n < 0 {
		return -1
	}
	return at
}

// exactly is the range of one number.
func exactly(n float64) operator { return operator{test: isInRange, low: n, high: n} }

var infinity = math.Inf(1)
