package kafkaevent

import (
	"fmt"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
)

// isEnvelope applies the rule of Outputs.
func isEnvelope(element []byte) bool {
	if element[0] != '{' {
		return false
	}
	hasValue := false
	for name := range fields(element) {
		switch {
		case is(name, "value"):
			hasValue = true
		case is(name, "key"), is(name, "headers"), is(name, "topic"):
		default:
			return false
		}
	}
	return hasValue
}

func fillEnvelope(r *kgo.Record, envelope []byte) (err error) {
	for name, value := range fields(envelope) {
		switch {
		case is(name, "value"):
			r.Value = content(value)
		case is(name, "key"):
			r.Key = content(value)
		case is(name, "headers"):
			if r.Headers, err = headers(value); err != nil {
				return fmt.Errorf("headers%w", err)
			}
		case is(name, "topic"):
			if value[0] == 'n' {
				continue
			}
			if value[0] != '"' {
				return fmt.Errorf("topic is %s, want a string", article(kindOf(value)))
			}
			r.Topic = string(unquote(value))
			if !isTopicName(r.Topic) {
				return fmt.Errorf("topic %q is no topic name: 1 to 249 of a-z A-Z 0-9 . _ -", r.Topic)
			}
		}
	}
	return nil
}

// isTopicName applies Kafka's rule (org.apache.kafka.common.internals.Topic).
func isTopicName(s string) bool {
	if s == "" || len(s) > 249 || s == "." || s == ".." {
		return false
	}
	for _, c := range []byte(s) {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// headers returns the headers that an object or a list of objects names. Its
// errors begin with the place.
func headers(value []byte) (found []kgo.RecordHeader, err error) {
	switch kind := kindOf(value); kind {
	case "null":
		return nil, nil
	case "object":
		return appendHeaders(nil, value)
	case "array":
		i := 0
		for element := range elements(value) {
			if element[0] != '{' {
				return nil, fmt.Errorf("[%d] is %s, want an object", i, article(kindOf(element)))
			}
			if found, err = appendHeaders(found, element); err != nil {
				return nil, fmt.Errorf("[%d]%w", i, err)
			}
			i++
		}
		return found, nil
	default:
		return nil, fmt.Errorf(" is %s, want an object or an array", article(kind))
	}
}

func appendHeaders(found []kgo.RecordHeader, members []byte) ([]kgo.RecordHeader, error) {
	for name, value := range fields(members) {
		h := kgo.RecordHeader{Key: string(unquote(name))}
		switch value[0] {
		case '{':
			return nil, fmt.Errorf("[%q] is an object, want a string or bytes", h.Key)
		case '[':
			b, err := byteList(value)
			if err != nil {
				return nil, fmt.Errorf("[%q]%w", h.Key, err)
			}
			h.Value = b
		default:
			h.Value = content(value)
		}
		found = append(found, h)
	}
	return found, nil
}

// byteList reads bytes as the event document has them, signed, and unsigned
// ones too.
func byteList(array []byte) ([]byte, error) {
	b := []byte{}
	for element := range elements(array) {
		n, err := strconv.ParseInt(string(element), 10, 16)
		if err != nil || n < -128 || n > 255 {
			return nil, fmt.Errorf("[%d] is %s, want a byte from -128 to 255", len(b), element)
		}
		b = append(b, byte(n))
	}
	return b, nil
}
