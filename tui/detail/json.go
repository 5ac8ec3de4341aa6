package detail

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

const (
	// inlineMost is how long an object or array of plain values may be to stand in one line.
	inlineMost = 56
	// deepest is how deep lines are moved to the right; what is nested deeper is no wider.
	deepest = 40
	// lineMost is after how many bytes a line of other text is broken.
	lineMost = 160
)

// setOut is a payload as lines: JSON is set out and coloured, other text stands as it is.
func setOut(value []byte) (lines text, isJSON bool) {
	if json.Valid(value) {
		w := &jsonWriter{b: value}
		w.value(0)
		w.end()
		return w.lines, true
	}
	return plain(value), false
}

// plain is text as it stands, with long lines broken.
func plain(value []byte) text {
	var lines text
	for _, line := range strings.Split(strings.TrimSuffix(string(value), "\n"), "\n") {
		for first := true; first || line != ""; first = false {
			cut := min(len(line), lineMost)
			lines = append(lines, []part{{frame.Text, line[:cut]}})
			line = line[cut:]
		}
	}
	return lines
}

// jsonWriter sets out a JSON document that is valid.
type jsonWriter struct {
	b     []byte
	at    int
	lines text
	line  []part
}

func (w *jsonWriter) put(s frame.Style, t string) { w.line = append(w.line, part{s, t}) }

// end ends a line.
func (w *jsonWriter) end() {
	w.lines = append(w.lines, w.line)
	w.line = nil
}

func (w *jsonWriter) begin(depth int) {
	if depth > 0 {
		w.put(frame.Dim, strings.Repeat("  ", min(depth, deepest)))
	}
}

// next skips blanks, and returns the byte behind them, 0 at the end.
func (w *jsonWriter) next() byte {
	for w.at < len(w.b) {
		switch c := w.b[w.at]; c {
		case ' ', '\t', '\n', '\r':
			w.at++
		default:
			return c
		}
	}
	return 0
}

// token takes a string, a number or a word.
func (w *jsonWriter) token() string {
	start := w.at
	if w.b[w.at] == '"' {
		for w.at++; w.b[w.at] != '"'; w.at++ {
			if w.b[w.at] == '\\' {
				w.at++
			}
		}
		w.at++
	} else {
		for w.at < len(w.b) && !bytes.ContainsRune([]byte(" \t\r\n,]}:"), rune(w.b[w.at])) {
			w.at++
		}
	}
	return string(w.b[start:w.at])
}

// value writes what stands here.
func (w *jsonWriter) value(depth int) {
	switch c := w.next(); c {
	case '{', '[':
		w.nested(c, depth, w.short())
	case '"':
		w.put(frame.Busy, w.token())
	case 't', 'f', 'n':
		w.put(frame.Cold, w.token())
	default:
		w.put(frame.Text, w.token())
	}
}

// short reports whether the object or array here fits into one line: it is short, and
// holds no other one.
func (w *jsonWriter) short() bool {
	quoted := false
	for i := w.at + 1; i < len(w.b) && i < w.at+inlineMost; i++ {
		switch c := w.b[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			return false
		case c == '}' || c == ']':
			return true
		}
	}
	return false
}

// nested writes an object or an array, in one line or with a line for each member.
func (w *jsonWriter) nested(open byte, depth int, inline bool) {
	w.at++
	w.put(frame.Dim, string(open))
	shut := open + 2 // } and ] come two after { and [
	for w.next() != shut {
		if inline {
			w.put(frame.Dim, " ")
		} else {
			w.end()
			w.begin(depth + 1)
		}
		if open == '{' {
			w.put(frame.Text, w.token())
			w.next()
			w.at++ // the colon
			w.put(frame.Dim, ": ")
		}
		w.value(depth + 1)
		if w.next() == ',' {
			w.at++
			w.put(frame.Dim, ",")
		} else if inline {
			w.put(frame.Dim, " ")
		} else {
			w.end()
			w.begin(depth)
		}
	}
	w.at++
	w.put(frame.Dim, string(shut))
}
