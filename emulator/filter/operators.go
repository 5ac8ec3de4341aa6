package filter

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// notOfLambda is said of operators that RULER has and Lambda's table (EF) does not.
const notOfLambda = "%s is an operator of EventBridge that Lambda's documentation does not list: it may be refused there"

// list compiles what a field may be.
func (c *compiler) list(at place, p part) ([]operator, *Error) {
	if len(p.list) == 0 {
		return nil, at.errorf("the list is empty: nothing would match it")
	}
	var list []operator
	for i, element := range p.list {
		o, err := c.element(at.element(i), element)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// element compiles a literal, which is compared as it is written (EF: numbers in
// plain equality are strings), or an operator.
func (c *compiler) element(at place, p part) (operator, *Error) {
	switch p.kind {
	case stringKind:
		return operator{test: isText, text: p.text}, nil
	case nullKind, boolKind, numberKind:
		return operator{test: isLiteral, text: p.text}, nil
	case arrayKind:
		return operator{}, at.errorf("must be a string, a number, true, false, null or an operator, not a list")
	}
	if len(p.members) != 1 {
		return operator{}, at.errorf(`an operator has one name, as in {"prefix": "a"}; there are %d`, len(p.members))
	}
	name, value := p.members[0].name, p.members[0].value
	at = at.field(name)
	switch name {
	case "numeric":
		return numeric(at, value)
	case "exists":
		return exists(at, value)
	case "anything-but":
		return c.anythingBut(at, value)
	case "cidr":
		c.warn(at, notOfLambda, name)
		return network(at, value)
	case "exactly", "wildcard":
		c.warn(at, notOfLambda, name)
		return text(at, name, value)
	case "prefix", "suffix":
		if value.kind == objectKind {
			return c.foldedEnd(at, name, value)
		}
		return text(at, name, value)
	case "equals-ignore-case":
		return text(at, name, value)
	}
	return operator{}, at.errorf("unknown operator; there are %s", "numeric, exists, anything-but, prefix, suffix, equals-ignore-case")
}

// text compiles the operators that take a string.
func text(at place, name string, p part) (operator, *Error) {
	if p.kind != stringKind {
		return operator{}, at.errorf("must be a string, not %v", p.kind)
	}
	o := operator{text: p.text}
	switch name {
	case "exactly":
		o.test = isText
	case "equals-ignore-case":
		o.test = isFolded
	case "prefix":
		o.test = hasPrefix
	case "suffix":
		o.test = hasSuffix
	case "wildcard":
		return wildcard(at, p.text)
	}
	return o, nil
}

// foldedEnd compiles {"prefix": {"equals-ignore-case": "a"}}.
func (c *compiler) foldedEnd(at place, name string, p part) (operator, *Error) {
	if len(p.members) != 1 || p.members[0].name != "equals-ignore-case" {
		return operator{}, at.errorf(`must be a string or {"equals-ignore-case": ...}`)
	}
	inner := p.members[0]
	o, err := text(at.field(inner.name), inner.name, inner.value)
	if o.test = hasFoldedPrefix; name == "suffix" {
		o.test = hasFoldedSuffix
	}
	c.warn(at, notOfLambda, name+" with equals-ignore-case")
	return o, err
}

// wildcard compiles a glob: * stands for anything, \* and \\ for themselves.
func wildcard(at place, s string) (operator, *Error) {
	o := operator{test: isWild}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '*' && i > 0 && b.Len() == 0 && len(o.parts) > 0:
			return o, at.errorf("two * stand side by side")
		case s[i] == '*':
			o.parts = append(o.parts, b.String())
			b.Reset()
		case s[i] != '\\':
			b.WriteByte(s[i])
		case i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			return o, at.errorf(`a \ must stand before * or \`)
		}
	}
	o.parts = append(o.parts, b.String())
	return o, nil
}

func network(at place, p part) (operator, *Error) {
	o := operator{test: isInNetwork}
	prefix, err := netip.ParsePrefix(p.text)
	if p.kind != stringKind || err != nil {
		return o, at.errorf(`must be a network, as in "10.0.0.0/24", not %s`, describe(p))
	}
	o.network = prefix
	return o, nil
}

func exists(at place, p part) (operator, *Error) {
	if p.kind != boolKind {
		return operator{}, at.errorf("must be true or false, not %v", p.kind)
	}
	if p.text == "true" {
		return operator{test: isPresent}, nil
	}
	return operator{test: isAbsent}, nil
}

// numeric compiles ["=", 1], [">", 1], [">=", 1, "<", 5] and the like. Numbers
// are doubles (RULER, "Numeric matching").
func numeric(at place, p part) (operator, *Error) {
	o := operator{test: isInRange, low: -infinity, high: infinity}
	if p.kind != arrayKind || len(p.list) != 2 && len(p.list) != 4 {
		return o, at.errorf(`must be a list of one comparison or two, as in [">", 0, "<=", 5]`)
	}
	for i := 0; i < len(p.list); i += 2 {
		n, err := number(at.element(i+1), p.list[i+1])
		if err != nil {
			return o, err
		}
		which := p.list[i].text
		switch {
		case p.list[i].kind == stringKind && which == "=" && len(p.list) == 2:
			return exactly(n), nil
		case p.list[i].kind == stringKind && i == 0 && (which == ">" || which == ">="):
			o.low, o.overLow = n, which == ">"
		case p.list[i].kind == stringKind && (i == 2 || len(p.list) == 2) && (which == "<" || which == "<="):
			o.high, o.belowTop = n, which == "<"
		case i == 2 || len(p.list) == 4:
			return o, at.element(i).errorf("a range is > or >= and a number, then < or <= and a number; here stands %s", describe(p.list[i]))
		default:
			return o, at.element(i).errorf("must be one of =, <, <=, >, >=, not %s", describe(p.list[i]))
		}
	}
	if o.low >= o.high {
		return o, at.errorf("nothing is between %v and %v", o.low, o.high)
	}
	return o, nil
}

func number(at place, p part) (float64, *Error) {
	if p.kind != numberKind {
		return 0, at.errorf("must be a number, not %s", describe(p))
	}
	n, err := strconv.ParseFloat(p.text, 64)
	if err != nil || math.IsInf(n, 0) {
		return 0, at.errorf("%s is more than a double can hold", p.text)
	}
	return n, nil
}

// anythingBut compiles a string or number that the field must not be, a list of
// strings or of numbers, or, of RULER, an operator with a string or a list.
func (c *compiler) anythingBut(at place, p part) (operator, *Error) {
	if p.kind != objectKind {
		return anyBut(at, p)
	}
	if len(p.members) != 1 {
		return operator{}, at.errorf("must have one operator, not %d", len(p.members))
	}
	name, value := p.members[0].name, p.members[0].value
	here := at.field(name)
	switch name {
	case "prefix", "suffix", "wildcard", "equals-ignore-case":
	default:
		return operator{}, here.errorf("cannot stand in anything-but; there are prefix, suffix, wildcard, equals-ignore-case")
	}
	c.warn(at, notOfLambda, "anything-but with "+name)
	o := operator{test: isNothingOfString}
	values, err := listOf(here, value)
	if err != nil {
		return o, err
	}
	for i := range values {
		one, err := text(here, name, values[i])
		if err != nil {
			return o, err
		}
		if values[i].text == "" && (name == "prefix" || name == "suffix") {
			return o, here.errorf("is empty: nothing would match it")
		}
		o.but = append(o.but, one)
	}
	return o, nil
}

func anyBut(at place, p part) (operator, *Error) {
	o := operator{test: isNothingOf}
	values, err := listOf(at, p)
	if err != nil {
		return o, err
	}
	for i, v := range values {
		switch {
		case v.kind != values[0].kind:
			return o, at.errorf("must be all strings or all numbers; there are both %v and %v", values[0].kind, v.kind)
		case v.kind == stringKind:
			o.but = append(o.but, operator{test: isText, text: v.text})
		default:
			n, err := number(at.element(i), v)
			if err != nil {
				return o, at.errorf("must be strings or numbers, not %s", describe(v))
			}
			o.but = append(o.but, exactly(n))
		}
	}
	return o, nil
}

// listOf is a list, or one value as one of one.
func listOf(at place, p part) ([]part, *Error) {
	if p.kind != arrayKind {
		return []part{p}, nil
	}
	if len(p.list) == 0 {
		return nil, at.errorf("the list is empty")
	}
	return p.list, nil
}

// describe shows what stands somewhere.
func describe(p part) string {
	if p.kind == arrayKind || p.kind == objectKind {
		return p.kind.String()
	}
	return show(p)
}
