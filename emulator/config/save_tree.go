package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// savedMap is a map of the file, in which a key is to be edited.
type savedMap struct {
	entries []savedEntry
	isFlow  bool
	open    spot // of the bracket of a flow map
	parent  int  // the line of the key that it is the value of; -1 for the whole file
}

// savedEntry is an entry of a map: where its key begins and ends, and its value.
type savedEntry struct {
	key   string
	at    spot
	end   int // behind the key
	value ast.Node
}

// mapOf finds the map that the key of a target stands in, or would.
func (d *draft) mapOf(t *target) (*savedMap, bool) {
	r := newReader([]byte(d.text()))
	m, ok := d.savedMap(r.document(), -1)
	if !ok || t.function == "" {
		return m, ok
	}
	for _, key := range []string{"functions", t.function} {
		if m, ok = d.within(m, key); !ok {
			return nil, false
		}
	}
	if t.event < 0 {
		return m, true
	}
	events, ok := m.entry("events")
	if !ok {
		return nil, false
	}
	list, ok := events.value.(*ast.SequenceNode)
	if !ok || t.event >= len(list.Values) {
		return nil, false
	}
	if m, ok = d.savedMap(list.Values[t.event], -1); !ok {
		return nil, false
	}
	return d.within(m, "kafka")
}

// within is the map that is the value of a key.
func (d *draft) within(m *savedMap, key string) (*savedMap, bool) {
	e, ok := m.entry(key)
	if !ok {
		return nil, false
	}
	return d.savedMap(e.value, e.at.line)
}

func (m *savedMap) entry(key string) (*savedEntry, bool) {
	for i := range m.entries {
		if m.entries[i].key == key {
			return &m.entries[i], true
		}
	}
	return nil, false
}

// savedMap finds the places of a map. It says no where they are not as they should be.
func (d *draft) savedMap(n ast.Node, parent int) (*savedMap, bool) {
	entries, ok := entriesOf(n)
	if !ok {
		return nil, false
	}
	m := &savedMap{parent: parent}
	if flow, isMap := n.(*ast.MappingNode); isMap && flow.IsFlowStyle {
		m.isFlow = true
		if m.open, ok = d.spotOf(flow.Start.Position.Line, flow.Start.Position.Column); !ok || !strings.HasPrefix(d.body(m.open.line)[m.open.at:], "{") {
			return nil, false
		}
	}
	for _, e := range entries {
		saved, ok := d.savedEntry(e)
		if !ok {
			return nil, false
		}
		m.entries = append(m.entries, saved)
	}
	return m, true
}

func (d *draft) savedEntry(n *ast.MappingValueNode) (e savedEntry, ok bool) {
	token := n.Key.GetToken()
	if token == nil || token.Position == nil {
		return e, false
	}
	e.key, e.value = token.Value, n.Value
	if e.at, ok = d.spotOf(token.Position.Line, token.Position.Column); !ok {
		return e, false
	}
	line := d.body(e.at.line)
	switch rest := line[e.at.at:]; {
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, "'"):
		e.end = scanQuoted(line, e.at.at)
	case strings.HasPrefix(rest, token.Value):
		e.end = e.at.at + len(token.Value)
	}
	if e.end == 0 {
		return e, false
	}
	if e.end = skipBlanks(line, e.end); e.end == len(line) || line[e.end] != ':' {
		return e, false
	}
	e.end++
	return e, true
}

// spotOf turns a line and a column of characters, from 1 on, into a spot.
func (d *draft) spotOf(line, column int) (spot, bool) {
	if line < 1 || line > len(d.lines) || column < 1 {
		return spot{}, false
	}
	at := 0
	for i := range d.body(line - 1) {
		if at++; at == column {
			return spot{line - 1, i}, true
		}
	}
	return spot{}, false
}

// single finds the value of an entry that stands on the line of its key alone.
func (d *draft) single(m *savedMap, e *savedEntry) (scanned, bool) {
	v, ok := scanValue(d.body(e.at.line), e.end, m.isFlow)
	if ok && !m.isFlow && d.goesOn(e) {
		ok = false
	}
	return v, ok
}

// goesOn says whether the lines after that of an entry are part of it.
func (d *draft) goesOn(e *savedEntry) bool {
	for i := e.at.line + 1; i < len(d.lines); i++ {
		line := d.body(i)
		at := skipBlanks(line, 0)
		if at == len(line) || line[at] == '#' {
			continue
		}
		return at > e.at.at
	}
	return false
}

// beginsItsLine says whether nothing but blanks stands before an entry.
func (d *draft) beginsItsLine(e *savedEntry) bool {
	return skipBlanks(d.body(e.at.line), 0) == e.at.at
}
