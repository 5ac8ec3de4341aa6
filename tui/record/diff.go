package record

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

const (
	// diffMost is the product of the lines of two texts up to which they are compared line
	// by line; of longer ones all that lies between the first and the last difference counts
	// as changed.
	diffMost = 4_000_000
	// around is how many equal lines are shown around what differs.
	around = 2
)

// Diff is what differs between two payloads, as lines of a diff; JSON is set out first. It
// is nil if nothing differs but how JSON is set out.
func Diff(before, after []byte) []ui.Line {
	a, b := linesOf(before), linesOf(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	if head == len(a) && head == len(b) {
		return nil
	}
	var lines []ui.Line
	add := func(s frame.Style, sign string, texts ...string) {
		for _, t := range texts {
			lines = append(lines, ui.Line{Style: s, Text: sign + t})
		}
	}
	add(frame.Dim, "  ", a[max(0, head-around):head]...)
	compare(a[head:len(a)-tail], b[head:len(b)-tail], add)
	add(frame.Dim, "  ", a[len(a)-tail:min(len(a), len(a)-tail+around)]...)
	return lines
}

// linesOf sets JSON out; anything else stays as it is.
func linesOf(value []byte) []string {
	var out bytes.Buffer
	if json.Indent(&out, value, "", "  ") == nil {
		value = out.Bytes()
	}
	return strings.Split(strings.TrimSuffix(string(value), "\n"), "\n")
}

// compare adds the lines of two texts, by their longest common part.
func compare(a, b []string, add func(s frame.Style, sign string, texts ...string)) {
	if len(a)*len(b) > diffMost {
		add(frame.Bad, "- ", a...)
		add(frame.Busy, "+ ", b...)
		return
	}
	longest := make([]int32, (len(a)+1)*(len(b)+1)) // of what follows
	at := func(i, j int) *int32 { return &longest[i*(len(b)+1)+j] }
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				*at(i, j) = *at(i+1, j+1) + 1
			} else {
				*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(frame.Dim, "  ", a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && *at(i+1, j) >= *at(i, j+1):
			add(frame.Bad, "- ", a[i])
			i++
		default:
			add(frame.Busy, "+ ", b[j])
			j++
		}
	}
}
