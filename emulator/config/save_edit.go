package config

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Why a key is not edited.
const (
	notFound     = "the place is not written in a way that can be edited"
	severalLines = "it is written over several lines"
	lastOne      = "it is the only key there"
)

// edit gives a key of the draft another value, or takes it out where there is none.
func (d *draft) edit(t *target, value string) error {
	m, ok := d.mapOf(t)
	if !ok {
		return t.cannot(0, notFound, value)
	}
	i := slices.IndexFunc(m.entries, func(e savedEntry) bool { return e.key == t.key })
	switch {
	case i < 0 && value == "":
		return nil
	case i < 0 && m.isFlow:
		return d.insertFlow(t, m, value)
	case i < 0:
		return d.insertBlock(t, m, value)
	case value == "" && m.isFlow:
		return d.removeFlow(t, m, i)
	case value == "":
		return d.removeBlock(t, m, i)
	}
	e := &m.entries[i]
	v, ok := d.single(m, e)
	if !ok {
		return t.cannot(e.at.line+1, severalLines, value)
	}
	d.replace(e.at.line, v.from, v.to, requoted(value, v.quote))
	return nil
}

// simpleText is a text that means the same with and without quotes, if it is no number.
var simpleText = regexp.MustCompile(`^[A-Za-z0-9_./:@+-]*[A-Za-z][A-Za-z0-9_./:@+-]*$`)

// requoted writes a value with the quotes that the one before had, where it is a text.
func requoted(value string, quote byte) string {
	if quote != 0 && simpleText.MatchString(value) {
		return string(quote) + value + string(quote)
	}
	return value
}

// laterKeys are those that others stand before: they are long.
var laterKeys = []string{"topics", "functions", "processes", "events"}

// insertBlock adds a line to a map: after the last short entry before the long ones.
func (d *draft) insertBlock(t *target, m *savedMap, value string) error {
	after, indented := -1, false
	for i := range m.entries {
		e := &m.entries[i]
		_, isSingle := d.single(m, e)
		if _, isNull := e.value.(*ast.NullNode); isNull && !d.goesOn(e) {
			isSingle = true
		}
		if slices.Contains(laterKeys, e.key) && after >= 0 {
			break
		}
		if isSingle && d.beginsItsLine(e) && !slices.Contains(laterKeys, e.key) {
			after = e.at.line
		}
	}
	first := &m.entries[0]
	if indented = d.beginsItsLine(first); !indented {
		return t.cannot(first.at.line+1, notFound, value)
	}
	switch {
	case after >= 0:
	case m.parent >= 0 && first.at.line > m.parent:
		after = m.parent
	case m.parent < 0 && t.function == "":
		after = len(d.lines) - 1
	default:
		return t.cannot(first.at.line+1, notFound, value)
	}
	d.insert(after, d.body(first.at.line)[:first.at.at]+t.key+": "+value)
	return nil
}

// insertFlow adds an entry to a map in brackets: behind the last one, or on a line of its
// own where that has one.
func (d *draft) insertFlow(t *target, m *savedMap, value string) error {
	closed, last, ok := d.closing(m.open)
	if !ok {
		return t.cannot(m.open.line+1, notFound, value)
	}
	entry := t.key + ": " + value
	if len(m.entries) == 0 {
		d.replace(m.open.line, m.open.at+1, m.open.at+1, entry)
		return nil
	}
	final := &m.entries[len(m.entries)-1]
	if d.body(final.at.line)[final.at.at] == '"' {
		entry = `"` + t.key + `": ` + jsonValue(value)
	}
	hasComma := d.body(last.line)[last.at-1] == ','
	if d.beginsItsLine(final) && skipBlanks(d.body(closed.line), 0) == closed.at && final.at.line > m.open.line {
		if hasComma {
			entry += ","
		} else {
			d.replace(last.line, last.at, last.at, ",")
		}
		d.insert(last.line, d.body(final.at.line)[:final.at.at]+entry)
		return nil
	}
	if hasComma {
		d.replace(last.line, last.at, last.at, " "+entry)
		return nil
	}
	d.replace(last.line, last.at, last.at, ", "+entry)
	return nil
}

// jsonValue writes a value so that a file in JSON stays one.
func jsonValue(value string) string {
	if json.Valid([]byte(value)) || !simpleText.MatchString(value) {
		return value
	}
	return `"` + value + `"`
}

// removeBlock takes the line of an entry out.
func (d *draft) removeBlock(t *target, m *savedMap, i int) error {
	e := &m.entries[i]
	if _, ok := d.single(m, e); !ok || !d.beginsItsLine(e) {
		return t.cannot(e.at.line+1, severalLines, "")
	}
	if len(m.entries) == 1 {
		return t.cannot(e.at.line+1, lastOne, "")
	}
	d.remove(e.at.line)
	return nil
}

// removeFlow takes an entry out of a map in brackets, with the comma that goes with it.
func (d *draft) removeFlow(t *target, m *savedMap, i int) error {
	e := &m.entries[i]
	v, ok := d.single(m, e)
	if !ok {
		return t.cannot(e.at.line+1, severalLines, "")
	}
	line, isLast := d.body(e.at.line), i == len(m.entries)-1
	rest := strings.TrimLeft(line[v.to:], " \t,")
	isAlone := d.beginsItsLine(e) && (rest == "" || rest[0] == '#')
	switch {
	case isAlone && !isLast:
		d.remove(e.at.line)
		return nil
	case i > 0 && (isAlone || m.entries[i-1].at.line == e.at.line):
		before := &m.entries[i-1]
		was, ok := d.single(m, before)
		if !ok {
			break
		}
		if isAlone {
			d.remove(e.at.line)
			if comma := skipBlanks(d.body(before.at.line), was.to); strings.HasPrefix(d.body(before.at.line)[comma:], ",") {
				d.replace(before.at.line, comma, comma+1, "")
			}
			return nil
		}
		d.replace(e.at.line, was.to, v.to, "")
		return nil
	case i == 0 && isLast:
		d.replace(e.at.line, e.at.at, v.to, "")
		return nil
	case i == 0 && m.entries[1].at.line == e.at.line:
		d.replace(e.at.line, e.at.at, m.entries[1].at.at, "")
		return nil
	}
	return t.cannot(e.at.line+1, severalLines, "")
}
