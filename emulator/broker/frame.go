package broker

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// maxFrame is the longest request, Kafka's default of socket.request.max.bytes.
const maxFrame = 100 << 20

// maxOther is the longest request that does not produce. Kafka has no such
// limit; kmsg makes up to 30 bytes in memory of one on the wire.
const maxOther = 16 << 20

// shortestFrame is a header of the first version without a client id: API key,
// version, correlation id, length of the client id.
const shortestFrame = 10

// badFrame is why a connection is ended.
type badFrame struct{ reason string }

func (e *badFrame) Error() string { return e.reason }

func bad(format string, args ...any) error { return &badFrame{fmt.Sprintf(format, args...)} }

// frame is a request, without its length.
type frame struct {
	key, version int16
	correlation  int32
	client       []byte // client id, in raw
	raw          []byte
	body         []byte // what follows the header, in raw
}

// checkLength refuses what is no Kafka request by its first four bytes. more is
// what has arrived beside them, for a reason that names what it is instead.
func checkLength(first []byte, more func() []byte) error {
	n := binary.BigEndian.Uint32(first)
	switch {
	case n >= shortestFrame && n <= maxFrame:
		return nil
	case isHTTP(first):
		return bad("%s: this is the Kafka port, not HTTP", firstLine(first, more()))
	case n > maxFrame:
		return bad("length %d over the limit of %d%s", n, maxFrame, quoteText(first, more()))
	}
	return bad("length %d is too short for a request", n)
}

var httpMethods = []string{"GET ", "POST", "PUT ", "HEAD", "DELE", "OPTI", "PATC", "CONN", "TRAC", "PRI "}

func isHTTP(first []byte) bool {
	for _, m := range httpMethods {
		if string(first) == m {
			return true
		}
	}
	return false
}

// firstLine is the beginning of what arrived, up to its first line break.
func firstLine(first, more []byte) string {
	line := string(first) + string(more[:min(len(more), 76)])
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	line = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, line)
	return strings.TrimSpace(line)
}

// quoteText shows what arrived, if it is text.
func quoteText(first, more []byte) string {
	for _, c := range first {
		if c < ' ' || c > '~' {
			return ""
		}
	}
	return fmt.Sprintf(" (it begins with the text %q)", firstLine(first, more))
}

// checkKey refuses API keys and versions that kfake does not know. An
// ApiVersions request of any version passes: its answer says what is known.
func (g *gate) checkKey(key, version int16) (*layout, error) {
	if key < 0 || int(key) >= len(g.layouts) || g.layouts[key] == nil {
		return nil, bad("API key %d unknown", key)
	}
	l := g.layouts[key]
	if key != apiVersions && (version < l.min || version > l.max) || version < 0 {
		return nil, bad("%s version %d is not supported (%d to %d are)", l.name, version, l.min, l.max)
	}
	return l, nil
}

// parseHeader reads the header of raw, whose length was checked.
func parseHeader(raw []byte, l *layout) (frame, error) {
	f := frame{
		key:         int16(binary.BigEndian.Uint16(raw)),
		version:     int16(binary.BigEndian.Uint16(raw[2:])),
		correlation: int32(binary.BigEndian.Uint32(raw[4:])),
		raw:         raw,
	}
	w := walker{src: raw[8:]} // the client id is never compact
	f.client = w.str(true)
	if f.version >= l.flexible {
		w.flexible = true
		w.tagSection(nil)
	}
	if w.bad {
		return f, bad("%s v%d: the header does not parse", l.name, f.version)
	}
	f.body = w.src
	return f, nil
}

// appendFrame appends a whole frame, length first, with the header of f and
// another body.
func appendFrame(dst []byte, f frame, body []byte) []byte {
	header := f.raw[:len(f.raw)-len(f.body)]
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(header)+len(body)))
	dst = append(dst, header...)
	return append(dst, body...)
}

// validTopic reports whether Kafka takes name for a topic (Java: Topic.validate).
// kfake takes any, and makes a folder of it.
func validTopic(name string) bool {
	if name == "" || name == "." || name == ".." || len(name) > 249 {
		return false
	}
	return strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-')
	}) < 0
}

// endContains reports whether the end of an answer may name host.
func endContains(answer []byte, host string) bool {
	return bytes.Contains(answer[max(0, len(answer)-endpointsMax):], []byte(host))
}
