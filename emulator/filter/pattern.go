package filter

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind is what a part of a pattern is.
type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	stringKind
	arrayKind
	objectKind
)

func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}[k]
}

// part is a part of a pattern as it is written.
type part struct {
	kind    kind
	text    string // of a string, decoded; of a literal, as it is written
	list    []part
	members []member // in order; of a name that comes twice, the last (EF)
}

type member struct {
	name  string
	value part
}

// parse reads a pattern.
func parse(text string) (part, *Error) {
	if n := utf8.RuneCountInString(text); n > MaxPattern {
		return part{}, place("").errorf("the pattern has %d characters, over the limit of %d", n, MaxPattern)
	}
	if !utf8.ValidString(text) {
		return part{}, place("").errorf("the pattern is no UTF-8")
	}
	if err := json.Unmarshal([]byte(text), new(json.RawMessage)); err != nil {
		return part{}, place("").errorf("the pattern is no JSON: %s", syntax(err))
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	p, err := parsePart(d)
	if err != nil {
		return part{}, place("").errorf("the pattern is no JSON: %s", syntax(err))
	}
	return p, nil
}

// syntax says what is wrong with JSON, and where.
func syntax(err error) string {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%v, at byte %d", e, e.Offset)
	}
	return err.Error()
}

func parsePart(d *json.Decoder) (part, error) {
	token, err := d.Token()
	if err != nil {
		return part{}, err
	}
	switch t := token.(type) {
	case nil:
		return part{kind: nullKind, text: "null"}, nil
	case bool:
		return part{kind: boolKind, text: fmt.Sprint(t)}, nil
	case json.Number:
		return part{kind: numberKind, text: t.String()}, nil
	case string:
		return part{kind: stringKind, text: t}, nil
	}
	if token == json.Delim('[') {
		return parseList(d)
	}
	return parseObject(d)
}

func parseList(d *json.Decoder) (part, error) {
	p := part{kind: arrayKind}
	for d.More() {
		element, err := parsePart(d)
		if err != nil {
			return part{}, err
		}
		p.list = append(p.list, element)
	}
	_, err := d.Token()
	return p, err
}

func parseObject(d *json.Decoder) (part, error) {
	p := part{kind: objectKind}
	at := map[string]int{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return part{}, err
		}
		name, _ := token.(string)
		value, err := parsePart(d)
		if err != nil {
			return part{}, err
		}
		if i, twice := at[name]; twice {
			p.members[i].value = value
			continue
		}
		at[name] = len(p.members)
		p.members = append(p.members, member{name, value})
	}
	_, err := d.Token()
	return p, err
}
