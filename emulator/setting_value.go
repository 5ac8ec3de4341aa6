package emulator

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// writeValue writes the value of a key as it would stand in the file, so that reading
// it gives the same value; but of variables only the names.
func writeValue(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case string:
		return YAMLText(x)
	case []string:
		return YAMLTexts(x)
	case map[string]string:
		return writeNames(x)
	case time.Duration:
		if x == -1 {
			return "-1"
		}
		return showDuration(int64(x))
	case ColdStart:
		if x.Off {
			return "off"
		}
		return writeFields(v)
	case Watch:
		if x.Off {
			return "off"
		}
		return writeFields(v)
	case Async, Provisioned:
		return writeFields(v)
	}
	return showValue(v)
}

// writeFields writes what is set of a struct, as a map in one line.
func writeFields(v reflect.Value) string {
	var all []string
	for i := range v.NumField() {
		if f := v.Type().Field(i); !v.Field(i).IsZero() {
			all = append(all, keyOf(&f)+": "+writeValue(v.Field(i)))
		}
	}
	return "{" + strings.Join(all, ", ") + "}"
}

func writeNames(variables map[string]string) string {
	all := slices.Sorted(maps.Keys(variables))
	for i := range all {
		all[i] = YAMLText(all[i]) + ": ..."
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// plainText is a text that needs no quotes wherever it stands in YAML: no number, and a
// colon only within, as in kafka://orders.
var plainText = regexp.MustCompile(`^(?:[A-Za-z_/]|\.(?:[A-Za-z_./]|$))(?:[A-Za-z0-9_./+@-]|:[A-Za-z0-9/])*$`)

// YAMLText writes a text as a value of coldbrook.yaml, with quotes where YAML, or an older reader of it, would take it
// for something else.
func YAMLText(s string) string {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "y", "n", ".inf", ".nan":
	default:
		if plainText.MatchString(s) && !strings.HasPrefix(s, "...") {
			return s
		}
	}
	return quoteText(s)
}

// YAMLTexts writes texts as a list in one line. There the parser takes a colon within a
// text for that of a map.
func YAMLTexts(texts []string) string {
	all := make([]string, len(texts))
	for i, t := range texts {
		if all[i] = YAMLText(t); strings.Contains(t, ":") {
			all[i] = quoteText(t)
		}
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// quoteText writes a text with quotes.
func quoteText(s string) string {
	isGraphic := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar }) < 0
	if isGraphic && strings.Contains(s, `"`) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text can be written
	return strings.TrimSuffix(b.String(), "\n")
}

// writeNumber writes a number of a profile as a key would have it.
func writeNumber(n *profile.Number) string {
	switch v := n.Value.(type) {
	case int64:
		switch n.Unit {
		case "ns":
			return showDuration(v)
		case "bytes":
			return showMegabytes(v)
		}
		return showNumber(v)
	case profile.Backoff:
		return showDuration(v.Initial)
	case string:
		return v
	}
	return ""
}

// writeQuantiles writes a distribution of a profile, rounded to a millisecond.
func writeQuantiles(q *profile.Quantiles) string {
	d := ColdStart{P50: time.Duration(q.At(1 << 63)).Round(time.Millisecond), P99: time.Duration(q.At(1 << 63 / 50 * 99)).Round(time.Millisecond)}
	if d.P99 == d.P50 {
		d.P99 = 0
	}
	return writeFields(reflect.ValueOf(d))
}
