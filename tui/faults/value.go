package faults

import (
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Kinds of settings, as ui.Setting has them. What is none of these is typed.
const (
	kindDuration = "duration"
	kindSize     = "size"
	kindNumber   = "number"
	kindChoice   = "choice"
	kindSwitch   = "switch"
	kindText     = "text"

	kindDistribution = "distribution" // of durations
)

// sizes are the units of sizes, the largest first. MB means MiB, as AWS writes it; larger
// units are read and not written, as memory is told in MB.
var sizes = []struct {
	name  string
	bytes int64
}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}}

// parseAmount reads the value of a duration (as ns), a size (as bytes) or a number. Words
// such as unreserved are none.
func parseAmount(kind, text string) (int64, bool) {
	switch kind {
	case kindDuration:
		if text == "-1" { // no limit
			return -1, true
		}
		d, err := time.ParseDuration(text)
		return int64(d), err == nil
	case kindSize:
		for _, unit := range sizes {
			if digits, ok := strings.CutSuffix(text, unit.name); ok {
				n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
				most := int64(1<<63-1) / unit.bytes
				return n * unit.bytes, err == nil && n <= most && n >= -most
			}
		}
		return 0, false
	case kindNumber:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// formatAmount writes an amount so that parseAmount, and the configuration, read it again.
func formatAmount(kind string, v int64) string {
	switch kind {
	case kindDuration:
		return formatDuration(v)
	case kindSize:
		for _, unit := range sizes[1:] {
			if v%unit.bytes == 0 {
				return strconv.FormatInt(v/unit.bytes, 10) + unit.name
			}
		}
	}
	return strconv.FormatInt(v, 10)
}

func formatDuration(ns int64) string {
	if ns == -1 {
		return "-1"
	}
	s := time.Duration(ns).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// choicesOf are the values that a setting can be chosen from, nil if it is typed.
func choicesOf(s *ui.Setting) []string {
	switch s.Kind {
	case kindChoice:
		return s.Choices
	case kindSwitch:
		return switchValues
	}
	return nil
}

var switchValues = []string{"true", "false"}

// choiceName is how a choice is shown.
func choiceName(s *ui.Setting, value string) string {
	if s.Kind == kindSwitch {
		switch value {
		case "true":
			return "on"
		case "false":
			return "off"
		}
	}
	return value
}

// mistakeIn says what is wrong with a text as the value of a setting, "" if nothing is
// known to be: the run checks it, too.
func mistakeIn(s *ui.Setting, text string) string {
	text = strings.TrimSpace(text)
	if text == "" || text == wordDefault && s.Kind != kindText || text == s.Default {
		return ""
	}
	if choices := choicesOf(s); choices != nil {
		for _, c := range choices {
			if text == c {
				return ""
			}
		}
		return quoted(text) + " is none of " + strings.Join(choices, ", ")
	}
	if s.Kind != kindDuration && s.Kind != kindSize && s.Kind != kindNumber {
		return ""
	}
	v, ok := parseAmount(s.Kind, text)
	if !ok {
		return quoted(text) + " is not " + exampleOf[s.Kind]
	}
	if lo, hi := boundsOf(s); (v < lo || v > hi) && text != s.Value {
		return text + " is not within " + limitsOf(s)
	}
	return ""
}

var exampleOf = map[string]string{kindDuration: "a duration, such as 500ms or 3s", kindSize: "a size, such as 256MB", kindNumber: "a whole number"}

func quoted(text string) string { return strconv.Quote(text) }

// limitsOf is what a setting is held to, in words; "" if to nothing.
func limitsOf(s *ui.Setting) string {
	if choices := choicesOf(s); choices != nil {
		return strings.Join(choices, ", ")
	}
	switch {
	case s.Min == 0 && s.Max == 0:
		return ""
	case isOpen(s):
		return formatAmount(s.Kind, s.Min) + " and more"
	}
	return formatAmount(s.Kind, s.Min) + " to " + formatAmount(s.Kind, s.Max)
}
