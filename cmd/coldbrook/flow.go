package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// flow is what went through each mapping in one second.
type flow struct {
	mappings map[string]*mappingFlow
	// groups are the mappings in the order they were first seen, which is mostly
	// that in which records go through them.
	groups []string
}

// mappingFlow is what went through a mapping. topic and function stay; the rest
// is of one second.
type mappingFlow struct {
	topic, function string
	outside         bool // no mapping: the function was invoked from outside
	records         int64
	invocations     int64
	took            []int64
}

// tookMax bounds how many durations a median is taken of.
const tookMax = 4096

func newFlow() flow { return flow{mappings: map[string]*mappingFlow{}} }

// add counts an entry.
func (f *flow) add(e *journal.Entry) {
	switch e.Kind {
	case journal.BatchFormed, journal.RecordsEnded, journal.InvocationEnded:
	default:
		return
	}
	group := cmp.Or(e.Mapping, "invoked "+e.Function)
	m := f.mappings[group]
	if m == nil {
		m = &mappingFlow{outside: e.Mapping == ""}
		f.mappings[group] = m
		f.groups = append(f.groups, group)
	}
	m.topic, m.function = cmp.Or(e.Topic, m.topic), cmp.Or(e.Function, m.function)
	switch e.Kind {
	case journal.RecordsEnded:
		m.records += int64(e.Records)
	case journal.InvocationEnded:
		m.invocations++
		if len(m.took) < tookMax {
			m.took = append(m.took, e.Measured.Took)
		}
	}
}

func (f *flow) empty() bool {
	for _, m := range f.mappings {
		if m.records > 0 || m.invocations > 0 {
			return false
		}
	}
	return true
}

// lines returns a line for each mapping through which something went, and begins
// the next second. A mapping that is not in lags has none; nil means that it is
// not known.
func (f *flow) lines(lags map[string]int64) []string {
	var lines []string
	for _, group := range f.groups {
		m := f.mappings[group]
		if m.records > 0 || m.invocations > 0 {
			lines = append(lines, m.line(group, lags))
		}
		m.records, m.invocations, m.took = 0, 0, m.took[:0]
	}
	return lines
}

func (m *mappingFlow) line(group string, lags map[string]int64) string {
	to := m.function
	if group != m.function { // several mappings lead to the function
		to += " (" + group + ")"
	}
	line := fmt.Sprintf("%s -> %s  %s events/s  %s invocations/s", cmp.Or(m.topic, "?"), to,
		report.Count(uint64(m.records)), report.Count(uint64(m.invocations)))
	if m.outside {
		line = fmt.Sprintf("invoked -> %s  %s invocations/s", m.function, report.Count(uint64(m.invocations)))
	}
	if len(m.took) > 0 {
		slices.Sort(m.took)
		line += "  p50 " + journal.Duration(m.took[len(m.took)/2])
	}
	if lags != nil && !m.outside {
		line += "  lag " + report.Count(uint64(max(0, lags[group])))
	}
	return line
}

// sortedAlike returns the keys in a fixed order.
func sortedAlike(m map[alikeKey]int) []alikeKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b alikeKey) int {
		return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.kind, b.kind))
	})
}
