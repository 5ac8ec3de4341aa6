package query

import (
	"bytes"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// askText compares a text of the entry, or of a record.
func (t *term) askText(v *view) answer {
	e := v.subject.Entry
	switch t.field.id {
	case fieldFunction:
		return t.askName(e.Function)
	case fieldTopic:
		return t.askName(e.Topic)
	case fieldProcess:
		return t.askName(e.Process)
	case fieldMapping:
		return t.askName(e.Mapping)
	case fieldReason:
		return t.askName(e.Reason)
	case fieldText:
		return t.askName(e.Text)
	case fieldKey:
		return t.askKey(v)
	}
	if v.m == nil {
		return t.withoutRecord(v)
	}
	if t.field.id == fieldHeader {
		return t.askHeader(v.m)
	}
	value := v.m.Value
	if value == nil {
		return answerOf(t.absent)
	}
	if len(t.path) > 0 {
		found, ok := findJSON(value, t.path)
		if !ok {
			return answerOf(t.absent)
		}
		value = found
	}
	return answerOf(t.holdsFor(value))
}

// withoutRecord answers where no record with its payload is looked at.
func (t *term) withoutRecord(v *view) answer {
	if v.level != noPayload && v.subject.Entry.Records > 0 {
		return unsure
	}
	return answerOf(t.absent)
}

func (t *term) askName(s string) answer {
	if s == "" {
		return answerOf(t.absent)
	}
	if t.pattern != nil {
		return answerOf(t.pattern.MatchString(s))
	}
	for _, text := range t.texts {
		if text == s {
			return yes
		}
	}
	return no
}

func (t *term) askKey(v *view) answer {
	if v.m != nil {
		return t.askBytes(v.m.Key)
	}
	if v.known == nil {
		return t.withoutRecord(v)
	}
	switch {
	case v.known.Key == 0:
		return answerOf(t.absent)
	case t.pattern != nil:
		return t.withoutRecord(v)
	}
	for _, h := range t.hashes {
		if h == v.known.Key {
			return yes
		}
	}
	return no
}

// askBytes compares a key.
func (t *term) askBytes(b []byte) answer {
	if b == nil {
		return answerOf(t.absent)
	}
	if t.pattern != nil {
		return answerOf(t.pattern.Match(b))
	}
	for _, text := range t.texts {
		if text == string(b) {
			return yes
		}
	}
	return no
}

// askHeader holds if it does for one of the headers with the name.
func (t *term) askHeader(m *journal.Message) answer {
	there := false
	for i := range m.Headers {
		if h := &m.Headers[i]; h.Key == *t.path[0].name && h.Value != nil {
			there = true
			if t.holdsFor(h.Value) {
				return yes
			}
		}
	}
	return answerOf(!there && t.absent)
}

// holdsFor compares a value: a number with numbers, all else as text.
func (t *term) holdsFor(b []byte) bool {
	if t.pattern != nil {
		return t.pattern.Match(b)
	}
	number, err := strconv.ParseFloat(string(b), 64)
	numeric := err == nil
	for i := range t.bounds {
		if t.bounds[i].hold(b, number, numeric) {
			return true
		}
	}
	return false
}

func (b *bounds) hold(text []byte, number float64, numeric bool) bool {
	if b.low != b.high && !numeric && (b.low == nil || b.low.numeric) && (b.high == nil || b.high.numeric) {
		return false // what is no number is neither below nor above one
	}
	if b.low != nil {
		if c := b.low.compare(text, number, numeric); c < 0 || c == 0 && b.lowExclusive {
			return false
		}
	}
	if b.high != nil {
		if c := b.high.compare(text, number, numeric); c > 0 || c == 0 && b.highExclusive {
			return false
		}
	}
	return true
}

// exactTo is from where on whole numbers as floating point are not exact.
const exactTo = 1 << 53

// compare is less than 0 if the value lies below the bound, and more if above.
func (b *bound) compare(text []byte, number float64, numeric bool) int {
	if b.numeric && numeric {
		switch {
		case number < b.number:
			return -1
		case number > b.number:
			return 1
		case number > -exactTo && number < exactTo:
			return 0
		} // longer numbers, as identifiers are, may differ and be the same as floating point
	}
	return bytes.Compare(text, []byte(b.text))
}

func containsText(b []byte, text string) bool { return bytes.Contains(b, []byte(text)) }
