package kafkaevent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// kindOf names the kind of a valid JSON value by its first character.
func kindOf(raw []byte) string {
	for _, c := range raw {
		switch c {
		case ' ', '\t', '\n', '\r':
			continue
		case '{':
			return "object"
		case '[':
			return "array"
		case '"':
			return "string"
		case 't', 'f':
			return "boolean"
		case 'n':
			return "null"
		}
		return "number"
	}
	return "nothing"
}

// article puts the indefinite article before a kind, where it takes one.
func article(kind string) string {
	switch kind {
	case "null", "nothing":
		return kind
	case "object", "array":
		return "an " + kind
	}
	return "a " + kind
}

// checkJSON says where a response stops being JSON, or nil if it does not.
func checkJSON(response []byte) error {
	var raw json.RawMessage
	err := json.Unmarshal(response, &raw)
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("response is not JSON: byte %d: %v", syntax.Offset, err)
	}
	return fmt.Errorf("response is not JSON: %v", err)
}

// valueEnd returns where the value that begins at i ends. text is valid JSON
// without white space between its tokens.
func valueEnd(text []byte, i int) int {
	for depth := 0; i < len(text); {
		switch text[i] {
		case '"':
			i = stringEnd(text, i)
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		case ',', ':':
			i++
			continue
		default:
			for i++; i < len(text) && !strings.ContainsRune(",:]}", rune(text[i])); {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
	return len(text)
}

// stringEnd returns where the string that begins at i ends.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); {
		quote := bytes.IndexByte(text[i:], '"')
		if quote < 0 {
			break
		}
		slash := bytes.IndexByte(text[i:i+quote], '\\')
		if slash < 0 {
			return i + quote + 1
		}
		i += slash + 2 // over what it escapes
	}
	return len(text)
}

// elements yields the elements of array, which is valid and without white space.
func elements(array []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 1; i < len(array)-1; {
			end := valueEnd(array, i)
			if !yield(array[i:end:end]) {
				return
			}
			i = end + 1 // over the comma
		}
	}
}

// fields yields the names (as JSON strings) and values of object, which is valid
// and without white space.
func fields(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for i := 1; i < len(object)-1; {
			colon := stringEnd(object, i)
			end := valueEnd(object, colon+1)
			if !yield(object[i:colon:colon], object[colon+1:end:end]) {
				return
			}
			i = end + 1
		}
	}
}
