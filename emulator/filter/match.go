package filter

import "encoding/json"

// few is how many conditions of an object need no memory.
const few = 16

// matches says whether an object of a value, which begins at data[at], has the
// fields; it returns where the object ends. Of a name that comes twice the last
// value counts (EF). data is valid JSON.
func (o *object) matches(data []byte, at int) (matched bool, end int) {
	var room [few]bool
	holds := room[:0]
	for i := range o.conditions {
		holds = append(holds, o.conditions[i].absent)
	}
	at = blanks(data, at+1)
	for data[at] != '}' {
		key := at
		at = blanks(data, skipString(data, at))
		value := blanks(data, at+1) // behind the colon
		if n := o.named(data[key:at]); n != nil {
			at = value
			for _, i := range n.conditions {
				holds[i], at = o.conditions[i].matches(data, value)
			}
		} else {
			at = skip(data, value)
		}
		if at = blanks(data, at); data[at] == ',' {
			at = blanks(data, at+1)
		}
	}
	return o.rule.holds(holds), at + 1
}

// named returns the name that a key is, or nil. The key has its quotes, and
// perhaps blanks behind it.
func (o *object) named(key []byte) *name {
	text := stringOf(key)
	for i := range o.names {
		if o.names[i].text == string(text) {
			return &o.names[i]
		}
	}
	return nil
}

// matches says whether a value that begins at data[at] is what the condition
// wants, and returns where it ends.
func (c *condition) matches(data []byte, at int) (matched bool, end int) {
	if c.object == nil {
		any := false
		matched, end = c.among(data, at, &any)
		return matched || !any && c.absent, end
	}
	switch data[at] {
	case '{':
		return c.object.matches(data, at)
	case '[':
		return c.inArray(data, at)
	}
	return c.absent, skip(data, at) // what is no object has none of the fields
}

// inArray says whether an element of an array is an object that matches, in
// whatever arrays it is (RULER, "JSON array matching").
func (c *condition) inArray(data []byte, at int) (matched bool, end int) {
	objects := false
	at = blanks(data, at+1)
	for data[at] != ']' {
		switch data[at] {
		case '{', '[':
			var one bool
			one, at = c.matches(data, at)
			matched, objects = matched || one, true
		default:
			at = skip(data, at)
		}
		if at = blanks(data, at); data[at] == ',' {
			at = blanks(data, at+1)
		}
	}
	return matched || !objects && c.absent, at + 1
}

// among says whether a scalar, or one of those in an array, is in the list; any
// is set if there is one. Objects are no leaves: to a list they are nothing.
func (c *condition) among(data []byte, at int, any *bool) (matched bool, end int) {
	switch data[at] {
	case '{':
		return false, skip(data, at)
	case '[':
		at = blanks(data, at+1)
		for data[at] != ']' {
			var one bool
			one, at = c.among(data, at, any)
			matched = matched || one
			if at = blanks(data, at); data[at] == ',' {
				at = blanks(data, at+1)
			}
		}
		return matched, at + 1
	}
	*any = true
	end = skip(data, at)
	s := scalarOf(data[at:end])
	for i := range c.list {
		if c.list[i].matches(s) {
			return true, end
		}
	}
	return false, end
}

func scalarOf(token []byte) scalar {
	switch token[0] {
	case '"':
		return scalar{stringKind, stringOf(token)}
	case 't', 'f':
		return scalar{boolKind, token}
	case 'n':
		return scalar{nullKind, token}
	}
	return scalar{numberKind, token}
}

// stringOf is what a string says, which has its quotes and perhaps blanks behind
// it.
func stringOf(token []byte) []byte {
	for i := 1; ; i++ {
		switch token[i] {
		case '"':
			return token[1:i]
		case '\\':
			var s string
			if json.Unmarshal(token, &s) != nil {
				return nil
			}
			return []byte(s)
		}
	}
}

func blanks(data []byte, at int) int {
	for data[at] == ' ' || data[at] == '\n' || data[at] == '\t' || data[at] == '\r' {
		at++
	}
	return at
}

// skip returns where the value ends that begins at data[at].
func skip(data []byte, at int) int {
	switch data[at] {
	case '"':
		return skipString(data, at)
	case '{', '[':
		return skipNested(data, at)
	}
	for at < len(data) && isScalarByte(data[at]) {
		at++
	}
	return at
}

func isScalarByte(c byte) bool {
	switch c {
	case ',', ']', '}', ' ', '\n', '\t', '\r':
		return false
	}
	return true
}

func skipNested(data []byte, at int) int {
	for depth := 0; ; {
		switch data[at] {
		case '"':
			at = skipString(data, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if at++; depth == 0 {
			return at
		}
	}
}

func skipString(data []byte, at int) int {
	for at++; data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return at + 1
}
