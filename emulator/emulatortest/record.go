package emulatortest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Record returns a record to produce. key "" is no key. A value of type string,
// []byte or json.RawMessage is the value as it is; nil, also a nil []byte or
// pointer, is no value (a tombstone); any other value is its JSON. One that has no
// JSON is a mistake in the test: Record panics.
func Record(key string, value any) *kgo.Record {
	encoded, err := encodeValue(value)
	if err != nil {
		panic(fmt.Sprintf("emulatortest.Record(%q, %T): the value has no JSON: %v", key, value, err))
	}
	r := &kgo.Record{Value: encoded}
	if key != "" {
		r.Key = []byte(key)
	}
	return r
}

// Decode returns the values of records, as those of a Message. One that does not
// decode ends the test, which names the record.
func Decode[T any](t testing.TB, records []*kgo.Record) []T {
	t.Helper()
	values := make([]T, len(records))
	for i, r := range records {
		value, err := decodeValue[T](r.Value)
		if err != nil {
			t.Fatalf("decode record %d of %d: %v", i+1, len(records), &recordError{r, err})
		}
		values[i] = value
	}
	return values
}

// recordError is an error of one record, which its text begins with.
type recordError struct {
	record *kgo.Record
	err    error
}

func (e *recordError) Error() string {
	key := "no key"
	if e.record.Key != nil {
		key = "key " + readable(e.record.Key)
	}
	return fmt.Sprintf("%s-%d@%d (%s): %v", e.record.Topic, e.record.Partition, e.record.Offset, key, e.err)
}

func (e *recordError) Unwrap() error { return e.err }

// encodeValue returns the bytes of a value, nil for no value; see Message.
func encodeValue(value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case []byte:
		return v, nil
	case json.RawMessage:
		return v, nil
	case string:
		return []byte(v), nil
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // so that it reads as other languages write it
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// decodeValue is the reverse of encodeValue. The value shares no memory with the bytes.
func decodeValue[T any](value []byte) (decoded T, err error) {
	switch into := any(&decoded).(type) {
	case *[]byte:
		*into = bytes.Clone(value)
		return decoded, nil
	case *json.RawMessage:
		*into = bytes.Clone(value)
		return decoded, nil
	case *string:
		*into = string(value)
		return decoded, nil
	}
	t := reflect.TypeFor[T]()
	switch {
	case value != nil:
		err = json.Unmarshal(value, &decoded)
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Interface, t.Kind() == reflect.Map, t.Kind() == reflect.Slice:
	default:
		return decoded, fmt.Errorf("there is no value (a tombstone), which is no %v; *%v takes it as nil", t, t)
	}
	if err != nil {
		var none T // json.Unmarshal may have read a part
		return none, fmt.Errorf("value is no %v: %w: %s", t, err, readable(value))
	}
	return decoded, nil
}

// readableLength is how many bytes of a value an error shows.
const readableLength = 120

// readable is the beginning of a key or value, quoted if it is not plain text.
func readable(text []byte) string {
	more := ""
	if len(text) > readableLength {
		cut := readableLength
		for cut > readableLength-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text, more = text[:cut], "..."
	}
	for _, r := range string(text) {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return strconv.Quote(string(text)) + more
		}
	}
	if len(text) == 0 {
		return `""`
	}
	return string(text) + more
}
