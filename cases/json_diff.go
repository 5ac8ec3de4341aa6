package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pathsMost is how many differing paths of a value are told.
const pathsMost = 8

// decode returns a value as JSON and true, or false if it is none. Numbers stay as they are
// written.
func decode(value []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	_, err := d.Token()
	return v, err == io.EOF
}

// ignored is a path into JSON that is not compared, in its parts: a name, or [] for all
// elements.
type ignored []string

// parseIgnored reads meta.id, items[].id. In front may stand v., for the value.
func parseIgnored(path string) ignored {
	path = strings.TrimPrefix(path, "v.")
	return strings.FieldsFunc(strings.ReplaceAll(strings.ReplaceAll(path, "[*]", "[]"), "[]", ".[]"), func(r rune) bool { return r == '.' })
}

// remove takes what a path names out of JSON, and returns the rest.
func (p ignored) remove(v any) any {
	if len(p) == 0 {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		if inner, there := v[p[0]]; there && len(p) == 1 {
			delete(v, p[0])
		} else if there {
			v[p[0]] = p[1:].remove(inner)
		}
	case []any:
		if p[0] != "[]" {
			return v
		}
		for i := range v {
			if len(p) == 1 {
				v[i] = nil
			} else {
				v[i] = p[1:].remove(v[i])
			}
		}
	}
	return v
}

// PathDifference is a place in a value at which it is not as expected. What is not there is
// "nothing".
type PathDifference struct {
	Path     string `json:"path"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
}

const nothing = "nothing"

// diffJSON appends the paths at which two values differ.
func diffJSON(dst []PathDifference, path string, want, got any) []PathDifference {
	switch w := want.(type) {
	case map[string]any:
		if g, same := got.(map[string]any); same {
			return diffObjects(dst, path, w, g)
		}
	case []any:
		if g, same := got.([]any); same {
			return diffArrays(dst, path, w, g)
		}
	default:
		if equalScalars(want, got) {
			return dst
		}
	}
	return append(dst, PathDifference{pathOr(path), inJSON(want), inJSON(got)})
}

func diffObjects(dst []PathDifference, path string, want, got map[string]any) []PathDifference {
	names := slices.Sorted(maps.Keys(want))
	for name := range got {
		if _, both := want[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		at := strings.TrimPrefix(path+"."+name, ".")
		w, expected := want[name]
		g, there := got[name]
		switch {
		case !expected:
			dst = append(dst, PathDifference{at, nothing, inJSON(g)})
		case !there:
			dst = append(dst, PathDifference{at, inJSON(w), nothing})
		default:
			dst = diffJSON(dst, at, w, g)
		}
	}
	return dst
}

func diffArrays(dst []PathDifference, path string, want, got []any) []PathDifference {
	for i := range max(len(want), len(got)) {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(want):
			dst = append(dst, PathDifference{at, nothing, inJSON(got[i])})
		case i >= len(got):
			dst = append(dst, PathDifference{at, inJSON(want[i]), nothing})
		default:
			dst = diffJSON(dst, at, want[i], got[i])
		}
	}
	return dst
}

// equalScalars takes numbers that are the same for the same, however they are written.
func equalScalars(a, b any) bool {
	return a == b || canonicalNumber(a) != "" && canonicalNumber(a) == canonicalNumber(b)
}

// exactDigits is how many digits of a number float64 keeps.
const exactDigits = 15

// canonicalNumber is the same for the same numbers; "" for what is no number. A number of
// more digits than a float64 holds is as it is written.
func canonicalNumber(v any) string {
	n, ok := v.(json.Number)
	if !ok {
		return ""
	}
	if len(n) > exactDigits {
		return string(n)
	}
	f, err := n.Float64()
	if err != nil {
		return string(n)
	}
	if f == 0 { // also -0
		return "0"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// canonical writes JSON so that equal values are equal texts.
func canonical(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = canonical(v[name])
		}
	case []any:
		for i := range v {
			v[i] = canonical(v[i])
		}
	case json.Number:
		return json.Number(canonicalNumber(v))
	}
	return v
}

func pathOr(path string) string {
	if path == "" {
		return "value"
	}
	return path
}

// shownMost is how many bytes of a value are shown.
const shownMost = 120

func inJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return fmt.Sprint(v)
	}
	return cut(strings.TrimSuffix(b.String(), "\n"))
}

// shown is the beginning of a key or a value.
func shown(value []byte) string {
	switch {
	case value == nil:
		return "null"
	case utf8.Valid(value) && len(value) > 0 && !strings.ContainsFunc(string(value), func(r rune) bool { return r < ' ' || r == 0x7f }):
		return cut(string(value))
	}
	return cut(strconv.Quote(string(value)))
}

func cut(s string) string {
	if len(s) <= shownMost {
		return s
	}
	return strings.ToValidUTF8(s[:shownMost], "") + "..."
}
