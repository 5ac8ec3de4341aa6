package filter

// maxDepth is how deep a value may be nested to count as JSON, as for the JSON
// parser that RULER uses (Jackson, StreamReadConstraints).
const maxDepth = 1000

// isJSON says whether data is one JSON value and nothing else. It is
// encoding/json's Valid, several times as fast and with another limit of depth:
// every record is asked.
func isJSON(data []byte) bool {
	v := validator{data: data}
	return v.value(0) && v.blanks() == 0
}

// validator reads a value once. Its methods return false where it is not JSON.
type validator struct {
	data []byte
	at   int
}

// blanks skips white space and returns what comes then, 0 at the end.
func (v *validator) blanks() byte {
	for v.at < len(v.data) {
		switch c := v.data[v.at]; c {
		case ' ', '\n', '\t', '\r':
			v.at++
		case 0:
			return 1 // what is no end, and no JSON
		default:
			return c
		}
	}
	return 0
}

func (v *validator) value(depth int) bool {
	switch v.blanks() {
	case '{':
		return depth < maxDepth && v.object(depth+1)
	case '[':
		return depth < maxDepth && v.array(depth+1)
	case '"':
		return v.text()
	case 't':
		return v.word("true")
	case 'f':
		return v.word("false")
	case 'n':
		return v.word("null")
	}
	return v.number()
}

func (v *validator) object(depth int) bool {
	v.at++
	if v.blanks() == '}' {
		v.at++
		return true
	}
	for {
		if v.blanks() != '"' || !v.text() || v.blanks() != ':' {
			return false
		}
		v.at++
		if !v.value(depth) {
			return false
		}
		switch c := v.blanks(); c {
		case ',', '}':
			if v.at++; c == '}' {
				return true
			}
		default:
			return false
		}
	}
}

func (v *validator) array(depth int) bool {
	v.at++
	if v.blanks() == ']' {
		v.at++
		return true
	}
	for {
		if !v.value(depth) {
			return false
		}
		switch c := v.blanks(); c {
		case ',', ']':
			if v.at++; c == ']' {
				return true
			}
		default:
			return false
		}
	}
}

func (v *validator) text() bool {
	for i := v.at + 1; i < len(v.data); i++ {
		switch c := v.data[i]; {
		case c == '"':
			v.at = i + 1
			return true
		case c < ' ':
			return false
		case c == '\\':
			i++
			if i == len(v.data) {
				return false
			}
			if v.data[i] == 'u' {
				if !isHex(v.data[i+1:]) {
					return false
				}
				i += 4
			} else if !isEscape(v.data[i]) {
				return false
			}
		}
	}
	return false
}

func isEscape(c byte) bool {
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	}
	return false
}

func isHex(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	for _, c := range data[:4] {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
			return false
		}
	}
	return true
}

func (v *validator) word(word string) bool {
	end := v.at + len(word)
	if end > len(v.data) || string(v.data[v.at:end]) != word {
		return false
	}
	v.at = end
	return true
}

func (v *validator) number() bool {
	if v.is('-') {
		v.at++
	}
	if v.is('0') {
		v.at++
	} else if !v.digits() {
		return false
	}
	if v.is('.') {
		if v.at++; !v.digits() {
			return false
		}
	}
	if v.is('e') || v.is('E') {
		if v.at++; v.is('+') || v.is('-') {
			v.at++
		}
		return v.digits()
	}
	return true
}

func (v *validator) is(c byte) bool { return v.at < len(v.data) && v.data[v.at] == c }

// digits skips one digit or more.
func (v *validator) digits() bool {
	from := v.at
	for v.at < len(v.data) && '0' <= v.data[v.at] && v.data[v.at] <= '9' {
		v.at++
	}
	return v.at > from
}
