package filter

import (
	"fmt"
	"slices"
)

// MaxPattern is the most characters of a pattern (botocore model, Pattern).
const MaxPattern = 4096

// valueField is the one field of a record that filters of Kafka see (FILT).
const valueField = "value"

// Filter is a compiled pattern. It may be used by several goroutines.
type Filter struct {
	pattern  string
	record   object
	warnings []string
}

// Compile compiles a pattern. It returns an *Error that says what is wrong, and
// where.
func Compile(pattern string) (*Filter, error) {
	p, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	if p.kind != objectKind {
		return nil, place("").errorf(`the pattern must be an object, {"value": ...}, not %v`, p.kind)
	}
	c := &compiler{}
	f := &Filter{pattern: pattern}
	if f.record, err = c.object("", p); err == nil {
		err = c.fieldsOfRecords("", p)
	}
	if err != nil {
		return nil, err
	}
	f.warnings = c.warnings
	return f, nil
}

// Pattern is what the filter was compiled from.
func (f *Filter) Pattern() string { return f.pattern }

// Warnings are what is legal here and not in Lambda's own list of operators, a
// sentence each, with its place.
func (f *Filter) Warnings() []string { return f.warnings }

// object is a compiled object of fields: a rule over conditions, each of which is
// about one of its names.
type object struct {
	names      []name
	conditions []condition
	rule       rule
	// absent says whether it matches where there is nothing.
	absent bool
}

type name struct {
	text       string
	conditions []int
}

// condition is what a field must be: one of list, or an object.
type condition struct {
	list   []operator
	object *object
	absent bool // it holds where there is nothing
}

// rule is a conjunction of conditions and, for every $or, of one of several
// rules at least.
type rule struct {
	all []int
	or  [][]rule
}

func (r *rule) holds(condition []bool) bool {
	for _, i := range r.all {
		if !condition[i] {
			return false
		}
	}
	for _, alternatives := range r.or {
		if !slices.ContainsFunc(alternatives, func(a rule) bool { return a.holds(condition) }) {
			return false
		}
	}
	return true
}

type compiler struct{ warnings []string }

func (c *compiler) warn(at place, format string, args ...any) {
	c.warnings = append(c.warnings, at.errorf(format, args...).Error())
}

func (c *compiler) object(at place, p part) (object, *Error) {
	var o object
	r, err := c.rule(at, p, &o)
	if err != nil {
		return o, err
	}
	o.rule = r
	nothing := make([]bool, len(o.conditions))
	for i := range o.conditions {
		nothing[i] = o.conditions[i].absent
	}
	o.absent = r.holds(nothing)
	return o, nil
}

// rule compiles an object of fields into o, to which those of $or belong too.
func (c *compiler) rule(at place, p part, o *object) (rule, *Error) {
	var r rule
	if len(p.members) == 0 {
		return r, at.errorf("the object has no fields")
	}
	for _, m := range p.members {
		here := at.field(m.name)
		if m.name == orName && isOr(m.value) {
			var alternatives []rule
			for i, alternative := range m.value.list {
				a, err := c.rule(here.element(i), alternative, o)
				if err != nil {
					return r, err
				}
				alternatives = append(alternatives, a)
			}
			r.or = append(r.or, alternatives)
			continue
		}
		i, err := c.condition(here, m, o)
		if err != nil {
			return r, err
		}
		r.all = append(r.all, i)
	}
	return r, nil
}

// condition compiles a field of o, and returns which condition of o it is.
func (c *compiler) condition(at place, m member, o *object) (int, *Error) {
	var added condition
	switch m.value.kind {
	case objectKind:
		inner, err := c.object(at, m.value)
		if err != nil {
			return 0, err
		}
		added.object, added.absent = &inner, inner.absent
	case arrayKind:
		list, err := c.list(at, m.value)
		if err != nil {
			return 0, err
		}
		added.list = list
		added.absent = slices.ContainsFunc(list, operator.isAbsence)
	default:
		return 0, at.errorf("must be a list of what the field may be, or an object of fields, not %v; write [%s]", m.value.kind, show(m.value))
	}
	index := len(o.conditions)
	o.conditions = append(o.conditions, added)
	for i := range o.names {
		if o.names[i].text == m.name {
			o.names[i].conditions = append(o.names[i].conditions, index)
			return index, nil
		}
	}
	o.names = append(o.names, name{m.name, []int{index}})
	return index, nil
}

// fieldsOfRecords refuses patterns of what filters of Kafka do not see.
func (c *compiler) fieldsOfRecords(at place, p part) *Error {
	for _, m := range p.members {
		here := at.field(m.name)
		if m.name == orName && isOr(m.value) {
			for i, alternative := range m.value.list {
				if err := c.fieldsOfRecords(here.element(i), alternative); err != nil {
					return err
				}
			}
			continue
		}
		if m.name != valueField {
			return here.errorf("for Kafka, Lambda filters by value only")
		}
	}
	return nil
}

// orName makes alternatives of fields. It does so only before a list of two or
// more objects of which no field has the name of an operator; else it is a field
// like others (RULER, "$or").
const orName = "$or"

func isOr(p part) bool {
	if p.kind != arrayKind || len(p.list) < 2 {
		return false
	}
	for _, alternative := range p.list {
		if alternative.kind != objectKind || hasReserved(alternative) {
			return false
		}
	}
	return true
}

func hasReserved(p part) bool {
	for _, m := range p.members {
		if slices.Contains(reserved, m.name) || m.value.kind == objectKind && hasReserved(m.value) {
			return true
		}
	}
	return false
}

// reserved are RULER's, of src/main/software/amazon/event/ruler/Constants.java.
var reserved = []string{
	"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
	"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case",
	"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range",
	"ip-address-in-range", "ip-address-not-in-range",
}

// show writes a literal as it stands in a pattern.
func show(p part) string {
	if p.kind == stringKind {
		return fmt.Sprintf("%q", p.text)
	}
	return p.text
}
