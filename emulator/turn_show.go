package emulator

import (
	"fmt"
	"reflect"
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
func keyOf(field string) string {
	switch field {
	case "CPU":
		return "cpu"
	case "InProcess", "Handle":
		return "handler"
	}
	key := []rune(field)
	key[0] = unicode.ToLower(key[0])
	return string(key)
}

// showValue writes the value of a key. Variables are not shown: some hold
// credentials.
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
		return fmt.Sprintf("{p50: %s, p99: %s}", showDuration(int64(x.P50)), showDuration(int64(x.P99)))
	case Duration:
		return fmt.Sprintf("{p50: %s, p99: %s}", showDuration(int64(x.P50)), showDuration(int64(x.P99)))
	case Async, Watch, Provisioned:
		return "other settings"
	case map[string]string:
		return showCount(len(x)) + " variables"
	}
	return strings.TrimSpace(fmt.Sprint(v.Interface()))
}
