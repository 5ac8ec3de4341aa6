package filter

import (
	"bytes"
	"unicode/utf8"
)

// Limits of how many filters a mapping has (EF): the quota, and what it can be
// raised to.
const (
	QuotaFilters = 5
	MaxFilters   = 10
)

// Why is why a filter failed open.
type Why uint8

// The reasons of failing open (FILT, "Properly filtering Kafka messages").
const (
	NotWhy   Why = iota
	NoJSON       // the pattern is one of fields, the value a plain string
	NoText       // the pattern is one of strings, the value JSON
	NoUTF8       // the value is no UTF-8
	NoValue      // there is no value
	endOfWhy     //
)

var whyTexts = [endOfWhy]string{"", "the value is no JSON", "the value is JSON and the pattern for a plain string",
	"the value is no UTF-8", "there is no value"}

// String returns the reason in words.
func (w Why) String() string { return whyTexts[w] }

// Reasons are all reasons in words, by number.
func Reasons() []string { return append([]string(nil), whyTexts[:]...) }

// Verdict is what a set of filters says of a record.
type Verdict struct {
	// Matched says that the function gets the record.
	Matched bool
	// FailedOpen says that it gets it only because the value does not have the
	// format of a pattern, and Why which one.
	FailedOpen bool
	Why        Why
}

// Set is the filters of a mapping, of which a record must match one. A Set
// without filters matches everything. It may be used by several goroutines.
type Set struct {
	// Filters are the patterns.
	Filters []*Filter
	// DropNull drops records without a value (tombstones). No source says what
	// Lambda does with them; the default is to take them for a mismatch of
	// format, which fails open.
	DropNull bool
}

// value is the value of a record as a filter sees it.
type value struct {
	data []byte
	why  Why // the format that every pattern mismatches, if it is such a one
	json bool
}

// Match says what becomes of a record with that value; isNull says that it has
// none. It never panics, and changes nothing.
func (s *Set) Match(data []byte, isNull bool) Verdict {
	if len(s.Filters) == 0 {
		return Verdict{Matched: true}
	}
	if isNull && s.DropNull {
		return Verdict{}
	}
	v := formatOf(data, isNull)
	var open Verdict
	for _, f := range s.Filters {
		switch why, matched := f.match(v); {
		case matched && why == NotWhy:
			return Verdict{Matched: true}
		case matched && !open.Matched:
			open = Verdict{Matched: true, FailedOpen: true, Why: why}
		}
	}
	return open
}

func formatOf(data []byte, isNull bool) value {
	switch {
	case isNull:
		return value{why: NoValue}
	case !utf8.Valid(data):
		return value{why: NoUTF8}
	}
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	composite := len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
	return value{data: data, json: composite && isJSON(data)}
}

// match says whether the value matches, and if it does so only by failing open,
// why.
func (f *Filter) match(v value) (Why, bool) {
	var room, strictRoom [few]bool
	holds, strictly := room[:0], strictRoom[:0]
	first := NotWhy
	for i := range f.record.conditions {
		why, matched := f.record.conditions[i].matchesValue(v)
		holds, strictly = append(holds, matched), append(strictly, matched && why == NotWhy)
		if why != NotWhy && first == NotWhy {
			first = why
		}
	}
	switch {
	case first == NotWhy:
		return NotWhy, f.record.rule.holds(holds)
	case f.record.rule.holds(strictly):
		return NotWhy, true
	}
	return first, f.record.rule.holds(holds)
}

// matchesValue is the truth table of FILT. The fields of a record are one, so
// every condition is about the value.
func (c *condition) matchesValue(v value) (Why, bool) {
	switch {
	case v.why != NotWhy:
		return v.why, true
	case c.object != nil && !v.json:
		return NoJSON, true
	case c.object == nil && v.json:
		return NoText, true
	case c.object != nil:
		matched, _ := c.matches(v.data, blanks(v.data, 0))
		return NotWhy, matched
	}
	s := scalar{stringKind, v.data}
	for i := range c.list {
		if c.list[i].matches(s) {
			return NotWhy, true
		}
	}
	return NotWhy, false
}
