package kafkaevent

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Outputs returns the records that a response asks for, to be produced to
// defaultTopic unless they name another topic. records are those the function
// was invoked with. It is Coldbrook's own way for a handler to produce without a
// Kafka client; on AWS the response of a Kafka function is not looked at.
//
//   - An array gives a record for each of its elements, an object gives one, null
//     and an empty response none; anything else is an error.
//   - An element is an envelope if it is an object that has a "value" and no
//     member but "key", "value", "headers" and "topic"; else it is itself the
//     value of the record. So a value that looks like an envelope is put into one.
//   - When an array is as long as records, element i has the key of record i
//     unless its envelope has a "key" (null for no key).
//   - A value or key that is a string stands for its text, null for no value (a
//     tombstone) or no key; anything else for its JSON text without white space
//     between tokens, and otherwise byte for byte: 1.0 stays 1.0.
//   - Headers are an object of names and values, or a list of objects with one
//     member as in the event document. A value is a string, null, a number, a
//     boolean, or an array of bytes from -128 to 255; order and duplicates stay.
//
// With partial, the response is one for BatchItemFailures, and the outputs are
// what its member "records" holds, by the same rules; without one there are none.
//
// An error names the element. The returned records share memory with each other
// and keys with records.
func Outputs(response []byte, records []*kgo.Record, defaultTopic string, partial bool) ([]*kgo.Record, error) {
	if len(bytes.TrimSpace(response)) == 0 {
		return nil, nil
	}
	if !json.Valid(response) {
		return nil, checkJSON(response) // says where, as Valid does not
	}
	text, name := compacted(response), "response"
	if partial {
		text, name = sibling(text), "records"
	}
	m := mapper{in: records, topic: defaultTopic}
	switch kind := kindOf(text); kind {
	case "null":
		return nil, nil
	case "object":
		return m.one(name, text)
	case "array":
		return m.each(name, text)
	default:
		return nil, fmt.Errorf("%s is %s, want an array, an object or null", name, article(kind))
	}
}

// compacted returns a copy of valid JSON without white space between its tokens.
// Most runtimes write none, and json.Compact is slow.
func compacted(text []byte) []byte {
	for i := 0; i < len(text); {
		switch text[i] {
		case '"':
			i = stringEnd(text, i)
		case ' ', '\t', '\n', '\r':
			var compact bytes.Buffer
			compact.Grow(len(text))
			if err := json.Compact(&compact, text); err != nil {
				panic("kafkaevent: valid JSON cannot be compacted: " + err.Error()) // cannot happen
			}
			return compact.Bytes()
		default:
			i++
		}
	}
	return bytes.Clone(text)
}

// sibling returns the member "records" of a partial batch response. As with any
// JSON, the last of several counts.
func sibling(text []byte) []byte {
	found := []byte("null")
	if kindOf(text) != "object" {
		return found
	}
	for name, value := range fields(text) {
		if is(name, "records") {
			found = value
		}
	}
	return found
}

// is reports whether a JSON string is the text of want.
func is(name []byte, want string) bool {
	if bytes.IndexByte(name, '\\') < 0 {
		return string(name[1:len(name)-1]) == want
	}
	return string(unquote(name)) == want
}

// mapper makes records of elements.
type mapper struct {
	in    []*kgo.Record
	topic string
}

// one makes a record of an object, each a record of every element of an array.
func (m *mapper) one(name string, text []byte) ([]*kgo.Record, error) {
	r := new(kgo.Record)
	if err := m.fill(r, text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return []*kgo.Record{r}, nil
}

func (m *mapper) each(name string, array []byte) ([]*kgo.Record, error) {
	n := 0
	for range elements(array) {
		n++
	}
	slab := make([]kgo.Record, n)
	out := make([]*kgo.Record, 0, n)
	for element := range elements(array) {
		i := len(out)
		r := &slab[i]
		if n == len(m.in) {
			r.Key = m.in[i].Key
		}
		if err := m.fill(r, element); err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", name, i, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// fill sets what an element says. The key is set before.
func (m *mapper) fill(r *kgo.Record, element []byte) error {
	r.Topic = m.topic
	if !isEnvelope(element) {
		r.Value = content(element)
	} else if err := fillEnvelope(r, element); err != nil {
		return err
	}
	if r.Topic == "" {
		return fmt.Errorf("no topic: the function has no output topic and the element names none")
	}
	return nil
}

// content is what a key or value stands for.
func content(value []byte) []byte {
	switch value[0] {
	case 'n':
		return nil
	case '"':
		return unquote(value)
	}
	return value
}

// unquote returns the text of a JSON string, never nil.
func unquote(quoted []byte) []byte {
	plain := quoted[1 : len(quoted)-1 : len(quoted)-1]
	if isPlain(plain) {
		return plain
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		panic("kafkaevent: valid JSON string does not decode: " + err.Error()) // cannot happen
	}
	return []byte(s)
}

// isPlain reports whether the inside of a JSON string is its text already:
// ASCII without escapes, or any bytes that decoding would leave alone.
func isPlain(s []byte) bool {
	for _, c := range s {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}
