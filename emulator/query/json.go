package query

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// findJSON returns what stands at a path in a JSON document: the text of a string, and
// anything else as it is written. Of equal names the first counts. ok is false if there is
// nothing, or the document is none up to there.
func findJSON(document []byte, path []step) (found []byte, ok bool) {
	r := jsonReader{b: document}
	for _, s := range path {
		r.skipSpace()
		if s.name != nil {
			ok = r.member(*s.name)
		} else {
			ok = r.element(s.index)
		}
		if !ok {
			return nil, false
		}
	}
	r.skipSpace()
	start := r.at
	if !r.skipValue(0) {
		return nil, false
	}
	found = document[start:r.at]
	if found[0] != '"' {
		return found, true
	}
	return textOf(found)
}

// textOf is the text of a JSON string.
func textOf(quoted []byte) ([]byte, bool) {
	inside := quoted[1 : len(quoted)-1]
	for _, c := range inside {
		if c == '\\' {
			var s string
			err := json.Unmarshal(quoted, &s)
			return []byte(s), err == nil
		}
	}
	return inside, true
}

// jsonReader reads a JSON document from left to right, no further than it must.
type jsonReader struct {
	b  []byte
	at int
}

func (r *jsonReader) peek() byte {
	if r.at >= len(r.b) {
		return 0
	}
	return r.b[r.at]
}

func (r *jsonReader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

func (r *jsonReader) skipSpace() {
	for r.at < len(r.b) && space(r.b[r.at]) {
		r.at++
	}
}

// member goes to the value of a member of the object that begins here.
func (r *jsonReader) member(name string) bool {
	if !r.take('{') {
		return false
	}
	for {
		r.skipSpace()
		start := r.at
		if !r.skipString() {
			return false
		}
		key, ok := textOf(r.b[start:r.at])
		r.skipSpace()
		if !ok || !r.take(':') {
			return false
		}
		r.skipSpace()
		if string(key) == name {
			return true
		}
		if !r.skipValue(0) {
			return false
		}
		r.skipSpace()
		if !r.take(',') {
			return false
		}
	}
}

// element goes to an element of the array that begins here.
func (r *jsonReader) element(index int) bool {
	if !r.take('[') {
		return false
	}
	for i := 0; ; i++ {
		r.skipSpace()
		if r.peek() == ']' {
			return false
		}
		if i == index {
			return true
		}
		if !r.skipValue(0) {
			return false
		}
		r.skipSpace()
		if !r.take(',') {
			return false
		}
	}
}

// deepest is how deep documents may be nested.
const deepest = 1000

func (r *jsonReader) skipValue(depth int) bool {
	switch c := r.peek(); {
	case depth > deepest:
		return false
	case c == '"':
		return r.skipString()
	case c == '{' || c == '[':
		return r.skipNested(c, depth)
	}
	start := r.at
	for r.at < len(r.b) && scalar(r.b[r.at]) {
		r.at++
	}
	word := r.b[start:r.at]
	switch string(word) {
	case "true", "false", "null":
		return true
	}
	_, err := strconv.ParseFloat(string(word), 64)
	return err == nil
}

func scalar(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.' || c >= utf8.RuneSelf
}

func (r *jsonReader) skipNested(open byte, depth int) bool {
	r.at++
	r.skipSpace()
	if r.take(open + 2) { // } and ] come two after { and [
		return true
	}
	for {
		if open == '{' {
			if r.skipSpace(); !r.skipString() {
				return false
			}
			if r.skipSpace(); !r.take(':') {
				return false
			}
		}
		if r.skipSpace(); !r.skipValue(depth + 1) {
			return false
		}
		r.skipSpace()
		if !r.take(',') {
			return r.take(open + 2)
		}
	}
}

func (r *jsonReader) skipString() bool {
	if !r.take('"') {
		return false
	}
	for ; r.at < len(r.b); r.at++ {
		switch r.b[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return true
		}
	}
	return false
}
