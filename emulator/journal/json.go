package journal

import (
	"strconv"
	"unicode/utf8"
)

// MarshalJSON writes the entry as AppendJSON does.
func (e Entry) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// AppendJSON appends the entry to b as one JSON object on one line.
//
// Field names are those of Entry with a small first letter, durations are
// nanoseconds, but billed ones milliseconds, kind and outcome are in words. A field that is zero is left out,
// except seq, at, kind and, where there is a topic, partition, first and last.
// What was measured stands in the object measured.
//
// Each is an array with an object for each record: its offset, its time in Unix
// milliseconds and, where there are such, the hashes key and trace, 16 hexadecimal
// digits as digest has, and origin.
func (e *Entry) AppendJSON(b []byte) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, e.Seq, 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, e.At, 10)
	b = appendText(b, "kind", e.Kind.String())
	b = appendText(b, "function", e.Function)
	b = appendText(b, "mapping", e.Mapping)
	b = appendText(b, "process", e.Process)
	b = appendNumber(b, "environment", int64(e.Environment))
	b = appendNumber(b, "invocation", int64(e.Invocation))
	b = appendNumber(b, "batch", int64(e.Batch))
	b = appendNumber(b, "request", int64(e.Request))
	b = appendNumber(b, "attempt", int64(e.Attempt))
	b = e.appendRange(b)
	b = appendNumber(b, "revision", int64(e.Revision))
	b = appendNumber(b, "records", int64(e.Records))
	b = appendNumber(b, "bytes", e.Bytes)
	b = appendText(b, "outcome", e.Outcome.String())
	b = appendNumber(b, "delay", e.Delay)
	b = appendNumber(b, "duration", e.Duration)
	b = appendNumber(b, "init", e.Init)
	b = appendNumber(b, "billed", e.Billed)
	b = appendNumber(b, "projected", e.Projected)
	b = appendText(b, "reason", e.Reason)
	b = appendText(b, "text", e.Text)
	b = appendHash(b, "digest", e.Digest)
	b = e.appendEach(b)
	b = e.Measured.appendJSON(b)
	return append(b, '}')
}

func (e *Entry) appendRange(b []byte) []byte {
	if e.Topic == "" {
		b = appendNumber(b, "partition", int64(e.Partition))
		b = appendNumber(b, "first", e.First)
		return appendNumber(b, "last", e.Last)
	}
	b = appendText(b, "topic", e.Topic)
	b = append(b, `,"partition":`...)
	b = strconv.AppendInt(b, int64(e.Partition), 10)
	b = append(b, `,"first":`...)
	b = strconv.AppendInt(b, e.First, 10)
	b = append(b, `,"last":`...)
	return strconv.AppendInt(b, e.Last, 10)
}

func (e *Entry) appendEach(b []byte) []byte {
	if e.Each == nil {
		return b
	}
	b = append(b, `,"each":[`...)
	for i := range e.Each.Each {
		k := &e.Each.Each[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"offset":`...)
		b = strconv.AppendInt(b, e.First+int64(k.Offset), 10)
		b = appendHash(b, "key", k.Key)
		b = appendHash(b, "trace", k.Trace)
		b = append(b, `,"time":`...)
		b = strconv.AppendInt(b, e.Each.At(i), 10)
		if origin := e.Each.Origin(i); origin >= 0 {
			b = append(b, `,"origin":`...)
			b = strconv.AppendInt(b, int64(origin), 10)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendHash appends a hash as text: numbers of JSON are exact up to 53 bits only.
func appendHash(b []byte, name string, hash uint64) []byte {
	if hash == 0 {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, `":"`...)
	for shift := 60; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[hash>>shift&0xf])
	}
	return append(b, '"')
}

const hexDigits = "0123456789abcdef"

func (m *Measured) appendJSON(b []byte) []byte {
	if *m == (Measured{}) {
		return b
	}
	b = append(b, `,"measured":{`...)
	start := len(b)
	b = appendNumber(b, "took", m.Took)
	b = appendNumber(b, "cpu", m.CPU)
	b = appendNumber(b, "memory", m.Memory)
	b = appendNumber(b, "started", m.Started)
	b = appendText(b, "address", m.Address)
	b = appendText(b, "client", m.Client)
	b = appendNumber(b, "pid", int64(m.PID))
	b = appendNumber(b, "seen", m.Reload.Seen)
	b = appendNumber(b, "build", m.Reload.Build)
	b = appendNumber(b, "drain", m.Reload.Drain)
	b = appendNumber(b, "init", m.Reload.Init)
	b = append(b[:start], b[start+1:]...) // the comma before the first
	return append(b, '}')
}

func appendNumber(b []byte, name string, n int64) []byte {
	if n == 0 {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	return strconv.AppendInt(b, n, 10)
}

func appendText(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':', '"')
	b = appendEscaped(b, s)
	return append(b, '"')
}

// appendEscaped appends s as the inside of a JSON string. What is no UTF-8
// (handlers may print anything) becomes U+FFFD, as in encoding/json.
func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size, escape := 1, ""
		switch {
		case c == '"', c == '\\':
			escape = string([]byte{'\\', c})
		case c == '\n':
			escape = `\n`
		case c == '\t':
			escape = `\t`
		case c == '\r':
			escape = `\r`
		case c < ' ':
			escape = `\u00` + string([]byte{hexDigits[c>>4], hexDigits[c&0xf]})
		default:
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
				escape = `\ufffd`
			}
		}
		if escape != "" {
			b = append(append(b, s[start:i]...), escape...)
			start = i + size
		}
		i += size
	}
	return append(b, s[start:]...)
}
