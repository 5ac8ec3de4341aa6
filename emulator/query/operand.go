package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// add understands an operand. It returns what is wrong with it and what is allowed, or
// nothing.
func (t *term) add(text string, inQuotes bool) (problem, advice string) {
	switch t.field.Type {
	case Text:
		if t.field.id == fieldKey {
			t.hashes = append(t.hashes, journal.HashKey([]byte(text)))
		}
		return "", ""
	case KindName:
		return t.addName(text, kindNames())
	case OutcomeName:
		return t.addName(text, outcomeNames())
	case Value:
		t.bounds = append(t.bounds, boundsOf(t.operator, text, inQuotes))
		return "", ""
	}
	from, to, ranged := strings.Cut(text, "..")
	if ranged && t.operator != equals && t.operator != differs {
		return fmt.Sprintf("%s has one value, but %q is a range", t.operator, text), "only = and != have ranges"
	}
	if !ranged {
		n, problem, advice := t.field.number(text)
		t.numbers = append(t.numbers, spanOf(t.operator, n))
		return problem, advice
	}
	return t.addSpan(text, from, to)
}

func (t *term) addSpan(text, from, to string) (problem, advice string) {
	s := span{math.MinInt64, math.MaxInt64}
	if from == "" && to == "" {
		return "the range .. has no end", "5..9 is from 5 to 9, 5.. from 5 on, ..9 up to 9"
	}
	if from != "" {
		if s.from, problem, advice = t.field.number(from); problem != "" {
			return problem, advice
		}
	}
	if to != "" {
		if s.to, problem, advice = t.field.number(to); problem != "" {
			return problem, advice
		}
	}
	if s.from > s.to {
		return fmt.Sprintf("the range %q ends before it begins", text), "the lower end comes first"
	}
	t.numbers = append(t.numbers, s)
	return "", ""
}

// spanOf is the range of numbers that an operator means with one.
func spanOf(o operator, n int64) span {
	switch {
	case o == less && n == math.MinInt64, o == greater && n == math.MaxInt64:
		return span{0, -1}
	case o == less:
		return span{math.MinInt64, n - 1}
	case o == atMost:
		return span{math.MinInt64, n}
	case o == greater:
		return span{n + 1, math.MaxInt64}
	case o == atLeast:
		return span{n, math.MaxInt64}
	}
	return span{n, n}
}

// number understands a number with the unit that the field has.
func (f *Field) number(text string) (n int64, problem, advice string) {
	switch f.Type {
	case Duration:
		return f.duration(text)
	case Size:
		return f.size(text)
	}
	digits := text
	if f.id == fieldEnvironment {
		digits = strings.TrimPrefix(text, "e-")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		advice = f.Name + " is a whole number, a range as 5..9, or several as 1,3,5..9"
		return 0, fmt.Sprintf("%q is no number", text), advice
	}
	return n, "", ""
}

func (f *Field) duration(text string) (n int64, problem, advice string) {
	if d, err := time.ParseDuration(text); err == nil {
		return int64(d), "", ""
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if f.id == fieldAt && math.Abs(seconds) < math.MaxInt64/1e9 {
			return int64(math.Round(seconds * 1e9)), "", ""
		}
		return 0, fmt.Sprintf("%q is a duration without a unit", text), fmt.Sprintf("did you mean %sms or %ss?", text, text)
	}
	return 0, fmt.Sprintf("%q is no duration", text), "units are ns, us, ms, s, m and h, as in 500ms, 1.5s and 2m30s"
}

func (f *Field) size(text string) (n int64, problem, advice string) {
	digits := strings.TrimRight(text, "bBkKmMgG")
	scale := int64(1)
	switch strings.ToUpper(text[len(digits):]) {
	case "", "B":
	case "K", "KB":
		scale = 1 << 10
	case "M", "MB":
		scale = 1 << 20
	case "G", "GB":
		scale = 1 << 30
	default:
		digits = ""
	}
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.Abs(number) > math.MaxInt64/float64(2*scale) || math.IsNaN(number) {
		return 0, fmt.Sprintf("%q is no size", text), "units are B, KB, MB and GB (of 1,024), as in 300, 10KB and 1M"
	}
	return int64(math.Round(number * float64(scale))), "", ""
}

// addName adds a kind or an outcome by its name: its place in names.
func (t *term) addName(text string, names []string) (problem, advice string) {
	name := dashed(strings.ToLower(text))
	for i, n := range names {
		if n == name && n != "" {
			t.set |= 1 << i
			return "", ""
		}
	}
	return fmt.Sprintf("there is no %s %q", t.field.Name, text), unknown(name, named(names))
}

func dashed(name string) string { return strings.ReplaceAll(name, " ", "-") }

func named(names []string) []string {
	var all []string
	for _, n := range names {
		if n != "" {
			all = append(all, n)
		}
	}
	return all
}

// kindNames are the kinds with dashes, each at its number.
func kindNames() []string {
	names := []string{""}
	for k := journal.Kind(1); k.Known(); k++ {
		names = append(names, dashed(k.String()))
	}
	return names
}

// outcomeNames are the outcomes with dashes, each at its number.
func outcomeNames() []string {
	names := []string{""}
	for o := journal.Outcome(1); o.Known(); o++ {
		names = append(names, dashed(o.String()))
	}
	return names
}

// boundsOf are those that an operator means with an operand. A range is one of numbers
// that is not in quotes.
func boundsOf(o operator, text string, inQuotes bool) bounds {
	b := boundOf(text)
	switch o {
	case less, atMost:
		return bounds{high: b, highExclusive: o == less}
	case greater, atLeast:
		return bounds{low: b, lowExclusive: o == greater}
	}
	from, to, ranged := strings.Cut(text, "..")
	if low, high := boundOf(from), boundOf(to); ranged && !inQuotes && (low.numeric || from == "") &&
		(high.numeric || to == "") && from+to != "" {
		var all bounds
		if from != "" {
			all.low = low
		}
		if to != "" {
			all.high = high
		}
		return all
	}
	return bounds{low: b, high: b}
}

func boundOf(text string) *bound {
	number, err := strconv.ParseFloat(text, 64)
	return &bound{text: text, number: number, numeric: err == nil && !math.IsNaN(number)}
}
