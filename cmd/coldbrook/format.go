package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/twmb/franz-go/pkg/kgo"
)

// recordFormat appends a record to b as the user wants to see it.
type recordFormat func(b []byte, r *kgo.Record) []byte

// formatHelp is the escapes that parseFormat knows.
const formatHelp = `%t topic, %p partition, %o offset, %k key, %s value, %h headers, %T timestamp in ms, %K and %S length of key and value (-1: none), %R length of the value as 4 bytes, %% a percent sign; \n \r \t \\ \xHH`

// parseFormat reads a format with the escapes of kcat.
func parseFormat(format string) (recordFormat, error) {
	var parts []recordFormat
	for len(format) > 0 {
		part, n, err := parsePart(format)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		format = format[n:]
	}
	return func(b []byte, r *kgo.Record) []byte {
		for _, p := range parts {
			b = p(b, r)
		}
		return b
	}, nil
}

// parsePart reads what a format begins with, an escape or the text up to the
// next one, and returns how many bytes of it that takes.
func parsePart(format string) (part recordFormat, n int, err error) {
	if i := strings.IndexAny(format, `%\`); i != 0 {
		if i < 0 {
			i = len(format)
		}
		return literal(format[:i]), i, nil
	}
	if len(format) == 1 {
		return nil, 0, errors.New("format ends within an escape")
	}
	if format[0] == '\\' {
		c, n, err := unescape(format[1:])
		return literal(string([]byte{c})), 1 + n, err
	}
	if format[1] == '%' {
		return literal("%"), 2, nil
	}
	field, ok := recordFields[format[1]]
	if !ok {
		return nil, 0, fmt.Errorf("format has %%%c; there are %s", format[1], formatHelp)
	}
	return field, 2, nil
}

func literal(text string) recordFormat {
	return func(b []byte, _ *kgo.Record) []byte { return append(b, text...) }
}

// unescape returns the byte that s, what follows a backslash, stands for, and
// how many bytes of s it takes.
func unescape(s string) (c byte, n int, err error) {
	switch s[0] {
	case 'n':
		return '\n', 1, nil
	case 'r':
		return '\r', 1, nil
	case 't':
		return '\t', 1, nil
	case '\\':
		return '\\', 1, nil
	case 'x':
		if len(s) >= 3 {
			if v, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
				return byte(v), 3, nil
			}
		}
		return 0, 0, fmt.Errorf(`format has \x without two hexadecimal digits`)
	}
	return 0, 0, fmt.Errorf(`format has \%c; there are %s`, s[0], formatHelp)
}

// recordFields are what a percent sign and a letter stand for.
var recordFields = map[byte]recordFormat{
	't': func(b []byte, r *kgo.Record) []byte { return append(b, r.Topic...) },
	'p': func(b []byte, r *kgo.Record) []byte { return strconv.AppendInt(b, int64(r.Partition), 10) },
	'o': func(b []byte, r *kgo.Record) []byte { return strconv.AppendInt(b, r.Offset, 10) },
	'k': func(b []byte, r *kgo.Record) []byte { return append(b, r.Key...) },
	's': func(b []byte, r *kgo.Record) []byte { return append(b, r.Value...) },
	'T': func(b []byte, r *kgo.Record) []byte { return strconv.AppendInt(b, r.Timestamp.UnixMilli(), 10) },
	'K': func(b []byte, r *kgo.Record) []byte { return appendLength(b, r.Key) },
	'S': func(b []byte, r *kgo.Record) []byte { return appendLength(b, r.Value) },
	'R': func(b []byte, r *kgo.Record) []byte {
		n := int32(len(r.Value))
		if r.Value == nil {
			n = -1
		}
		return binary.BigEndian.AppendUint32(b, uint32(n))
	},
	'h': func(b []byte, r *kgo.Record) []byte {
		for i, h := range r.Headers {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(b, h.Key...), '='), h.Value...)
		}
		return b
	},
}

// appendLength appends a length, -1 for what is not there.
func appendLength(b, of []byte) []byte {
	if of == nil {
		return append(b, "-1"...)
	}
	return strconv.AppendInt(b, int64(len(of)), 10)
}

// jsonRecord is a record as --format json shows it.
type jsonRecord struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	// Timestamp is in Unix milliseconds.
	Timestamp int64        `json:"timestamp"`
	Key       *jsonBytes   `json:"key"`
	Value     *jsonBytes   `json:"value"`
	Headers   []jsonHeader `json:"headers,omitempty"`
}

type jsonHeader struct {
	Key   string     `json:"key"`
	Value *jsonBytes `json:"value"`
}

// jsonBytes is a text or, where it is no UTF-8, {"base64": "..."}.
type jsonBytes []byte

// MarshalJSON writes the bytes.
func (b jsonBytes) MarshalJSON() ([]byte, error) {
	if !utf8.Valid(b) {
		return []byte(`{"base64":"` + base64.StdEncoding.EncodeToString(b) + `"}`), nil
	}
	var text strings.Builder
	if err := writeJSON(&text, string(b)); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(text.String(), "\n")), nil
}

// bytesOf is nil for a value that is not there: null in JSON.
func bytesOf(b []byte) *jsonBytes {
	if b == nil {
		return nil
	}
	return (*jsonBytes)(&b)
}

// jsonFormat is the format json: a record a line.
func jsonFormat(b []byte, r *kgo.Record) []byte {
	j := jsonRecord{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli(),
		Key: bytesOf(r.Key), Value: bytesOf(r.Value)}
	for _, h := range r.Headers {
		j.Headers = append(j.Headers, jsonHeader{Key: h.Key, Value: bytesOf(h.Value)})
	}
	w := appender(b)
	// Neither the record nor the appender can make it fail.
	_ = writeJSON(&w, j)
	return w
}

// appender is a slice of bytes that can be written to.
type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}
