package emulator

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// String says it in words.
func (t Turned) String() string {
	if t.From == "" {
		return t.Path + ": " + t.To
	}
	return fmt.Sprintf("%s: %s in place of %s", t.Path, t.To, t.From)
}

// keyOf is the key of a field in the file.
func keyOf(field *reflect.StructField) string {
	switch {
	case field.Name == strings.ToUpper(field.Name): // CPU, TLS, SASL
		return strings.ToLower(field.Name)
	case field.Name == "InProcess", field.Name == "Handle":
		return "handler"
	case isRole(field):
		return "role"
	}
	key := []rune(field.Name)
	key[0] = unicode.ToLower(key[0])
	return string(key)
}

// isRole says whether a field is Process.Source, which is a key with one value.
func isRole(field *reflect.StructField) bool {
	return field.Name == "Source" && field.Type.Kind() == reflect.Bool
}

// showValue writes the value of a key.
func showValue(v reflect.Value) string {
	isPointer := v.Kind() == reflect.Pointer
	if isPointer {
		if v.IsNil() {
			return "unset"
		}
		v = v.Elem()
	}
	if v.IsZero() && !isPointer && v.Kind() != reflect.Bool {
		return "unset"
	}
	switch x := v.Interface().(type) {
	case int64: // a size
		return showMegabytes(x)
	case time.Duration:
		return showDuration(int64(x))
	case ColdStart:
		if x.Off {
			return "off"
		}
		return showQuantiles(x.P50, x.P99)
	case Duration:
		return showQuantiles(x.P50, x.P99)
	case Watch:
		if x.Off {
			return "off"
		}
		return showFields(v)
	case Async, Provisioned:
		return showFields(v)
	case map[string]string: // some hold passwords
		return "{" + strings.Join(slices.Sorted(maps.Keys(x)), ", ") + "}"
	case []string:
		return "[" + strings.Join(x, ", ") + "]"
	}
	return strings.TrimSpace(fmt.Sprint(v.Interface()))
}

// showQuantiles writes a distribution: the second is 0 where it is always the first.
func showQuantiles(p50, p99 time.Duration) string {
	if p99 == 0 {
		return showDuration(int64(p50))
	}
	return fmt.Sprintf("{p50: %s, p99: %s}", showDuration(int64(p50)), showDuration(int64(p99)))
}

// showFields writes what is set of a struct, as a map of the file.
func showFields(v reflect.Value) string {
	var all []string
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			f := v.Type().Field(i)
			all = append(all, keyOf(&f)+": "+showValue(v.Field(i)))
		}
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// turnedField is what became of a field. Of variables the names are said: some hold
// credentials.
func turnedField(path string, field *reflect.StructField, from, to reflect.Value) Turned {
	if isRole(field) {
		role := map[bool]string{false: "unset", true: "source"}
		return Turned{Path: path, From: role[from.Bool()], To: role[to.Bool()]}
	}
	was, isMap := from.Interface().(map[string]string)
	if !isMap {
		return Turned{Path: path, From: showValue(from), To: showValue(to)}
	}
	is := to.Interface().(map[string]string)
	var all []string
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if before, known := was[name]; !known {
			all = append(all, name+" added")
		} else if before != is[name] {
			all = append(all, name+" changed")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, known := is[name]; !known {
			all = append(all, name+" removed")
		}
	}
	return Turned{Path: path, To: strings.Join(all, ", ")}
}
