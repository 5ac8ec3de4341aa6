package query

import (
	"regexp"
	"strconv"
	"strings"
)

// term reads a predicate, a word, or a condition on a field.
func (p *parser) term() (*term, *Error) {
	start := p.at
	switch p.peek() {
	case '"', '\'':
		word, err := p.quoted()
		if err == nil && word == "" {
			err = p.errorf(start, "", "an empty text is in everything")
		}
		return &term{column: start, word: word}, err
	case '&', '|', ')', 0:
		if p.ended() || p.peek() != 0 {
			return nil, p.missing()
		}
	}
	if t, err := p.condition(); t != nil || err != nil {
		return t, err
	}
	p.at = start
	word := p.until(wordStops)
	if predicate := predicateNamed(word); predicate != nil {
		return &term{column: start, predicate: predicate}, nil
	}
	return &term{column: start, word: word}, nil
}

func (p *parser) missing() *Error {
	const advice = "a condition is a field with a value as fn=enrich, a predicate as bad, or a word"
	if p.ended() {
		return p.errorf(p.at, advice, "it ends where a condition must stand")
	}
	return p.errorf(p.at, advice, "%c stands where a condition must stand", p.peek())
}

// condition reads field, operator and values; both results are nil if what comes is none.
func (p *parser) condition() (*term, *Error) {
	start := p.at
	t := &term{column: start}
	name := p.until(nameStops + ".")
	path, ok := p.path(name == "h")
	if !ok {
		return nil, nil
	}
	if p.peek() == '?' {
		p.at++
		t.absent = true
	}
	if t.operator, ok = p.operator(); !ok {
		return nil, nil
	}
	if name == "" {
		return nil, p.errorf(start, "a condition is a field with a value as fn=enrich", "%s has no field before it", t.operator)
	}
	t.field, t.path = fieldNamed(name), path
	if err := p.checkField(start, name, t); err != nil {
		return nil, err
	}
	t.read = readerOf(t.field.id)
	return t, p.operands(t)
}

// checkField checks the field of a condition, and its path.
func (p *parser) checkField(start int, name string, t *term) *Error {
	switch {
	case t.field == nil:
		return p.errorf(start, unknown(name, fieldNames())+"\n(a text with "+t.operator.String()+" in it stands in quotes)", "there is no field %q", name)
	case t.field.id == fieldHeader && (len(t.path) != 1 || t.path[0].name == nil):
		return p.errorf(start, "h.trace-id is the header trace-id", "h needs the name of a header")
	case len(t.path) > 0 && t.field.id != fieldPayload && t.field.id != fieldHeader:
		return p.errorf(start, "only v and h have parts, as v.customer.tier and h.trace-id", "%s has no parts", t.field.Name)
	case t.operator == like || t.operator == unlike:
		if t.field.Type != Text && t.field.Type != Value {
			return p.errorf(start, "it can be compared: "+t.field.Name+example(t.field.Type), "%s is a %s, which has no regular expression", t.field.Name, t.field.Type)
		}
	case t.operator != equals && t.operator != differs:
		if t.field.Type == Text || t.field.Type == KindName || t.field.Type == OutcomeName {
			return p.errorf(start, "it can have = and !="+more(t.field.Type), "%s is a %s, which has no order", t.field.Name, t.field.Type)
		}
	}
	return nil
}

func more(t Type) string {
	if t == Text {
		return ", and ~ and !~ with a regular expression"
	}
	return ""
}

func example(t Type) string {
	switch t {
	case Duration:
		return ">500ms"
	case Size:
		return ">1M"
	case KindName:
		return "=invocation-ended"
	case OutcomeName:
		return "=timed-out"
	}
	return ">5"
}

// path reads .name, ."a name" and [0]; the name of a header goes on to the operator. It is
// not ok where that is none.
func (p *parser) path(header bool) (path []step, ok bool) {
	for {
		switch p.peek() {
		case '.':
			p.at++
			var name string
			if c := p.peek(); c == '"' || c == '\'' {
				text, err := p.quoted()
				if err != nil {
					return nil, false
				}
				name = text
			} else if stops := nameStops + ".["; header {
				name = p.until(nameStops)
			} else if name = p.until(stops); name == "" {
				return nil, false
			}
			path = append(path, step{name: &name})
		case '[':
			end := strings.IndexByte(p.text[p.at:], ']')
			if end < 0 {
				return nil, false
			}
			index, err := strconv.Atoi(p.text[p.at+1 : p.at+end])
			if err != nil || index < 0 {
				return nil, false
			}
			p.at += end + 1
			path = append(path, step{index: index})
		default:
			return path, true
		}
	}
}

// operands reads the values of a condition, and understands them.
func (p *parser) operands(t *term) *Error {
	start := p.at
	if t.operator == like || t.operator == unlike {
		return p.patternOf(t)
	}
	for {
		at := p.at
		text, inQuotes, err := p.value()
		if err != nil {
			return err
		}
		if text == "" && !inQuotes {
			return p.errorf(at, "an empty value is \"\"", "%s has no value", p.text[t.column:start])
		}
		t.texts = append(t.texts, text)
		t.values = append(t.values, printedValue(text, inQuotes))
		if problem, advice := t.add(text, inQuotes); problem != "" {
			return p.errorf(at, advice, "%s", problem)
		}
		if p.peek() != ',' {
			return nil
		}
		if t.operator != equals && t.operator != differs {
			return p.errorf(p.at, "only = and != have several values", "%s has one value", t.operator)
		}
		p.at++
	}
}

// value reads one value.
func (p *parser) value() (text string, inQuotes bool, err *Error) {
	if c := p.peek(); c == '"' || c == '\'' {
		text, err = p.quoted()
		return text, true, err
	}
	return p.until(valueStops), false, nil
}

func (p *parser) patternOf(t *term) *Error {
	at := p.at
	var text string
	var err *Error
	if c := p.peek(); c == '"' || c == '\'' {
		text, err = p.quoted()
	} else {
		text = p.pattern()
	}
	if err != nil {
		return err
	}
	if text == "" {
		return p.errorf(at, t.field.Name+"~^cust-00 is an example", "%s has no regular expression", t.operator)
	}
	pattern, problem := regexp.Compile(text)
	if problem != nil {
		return p.errorf(at, "regular expressions are those of Go: https://pkg.go.dev/regexp/syntax",
			"%s", strings.TrimPrefix(problem.Error(), "error parsing regexp: "))
	}
	t.texts, t.values, t.pattern = []string{text}, []string{printedPattern(text)}, pattern
	return nil
}

// ofRecord reports whether t is about single records.
func (t *term) ofRecord() bool {
	return t.field == nil && t.predicate == nil || t.field != nil && t.field.Of == OfRecord
}

// needsPayload reports whether t cannot be decided from what entries know of records.
func (t *term) needsPayload() bool {
	if !t.ofRecord() {
		return false
	}
	return t.field == nil || t.field.id != fieldKey || t.pattern != nil
}

func (t *term) cost() int {
	switch {
	case t.predicate != nil && t.predicate.Told:
		return costName
	case t.predicate != nil:
		return costInteger
	case t.field == nil:
		return costPayload
	case t.field.id == fieldKey && t.pattern != nil:
		return costPayload
	}
	return t.field.cost
}
