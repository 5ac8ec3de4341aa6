package report

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ignored are members that are left out of values.
type ignored [][]string

func newIgnored(members []string) ignored {
	var all ignored
	for _, m := range members {
		all = append(all, strings.Split(m, "."))
	}
	return all
}

// has reports whether the end of a path, without the indexes of arrays, is ignored.
func (ig ignored) has(path []string) bool {
	for _, m := range ig {
		if n := len(path) - len(m); n >= 0 && slices.Equal(path[n:], m) {
			return true
		}
	}
	return false
}

// leaves are the members of a JSON value by their path ("contact.email", "items[0].name"),
// as JSON, those of objects and arrays by what is in them. A value that is no JSON is one
// leaf without a path, and so are a number, a string, and an empty object or array.
func leaves(value []byte, ig ignored) map[string]string {
	all := map[string]string{}
	decoded, ok := decode(value)
	if !ok {
		all[""] = strconv.Quote(string(value))
		if value == nil {
			all[""] = "no value"
		}
		return all
	}
	addLeaves(all, "", nil, decoded, ig)
	return all
}

// decode reads a JSON value, with numbers as they are written.
func decode(value []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var decoded any
	if d.Decode(&decoded) != nil {
		return nil, false
	}
	_, err := d.Token()
	return decoded, err == io.EOF
}

func addLeaves(all map[string]string, path string, names []string, value any, ig ignored) {
	switch v := value.(type) {
	case map[string]any:
		left := 0
		for name, member := range v {
			inside := append(names[:len(names):len(names)], name)
			if ig.has(inside) {
				continue
			}
			left++
			addLeaves(all, strings.TrimPrefix(path+"."+name, "."), inside, member, ig)
		}
		if left == 0 {
			all[path] = "{}"
		}
	case []any:
		for i, member := range v {
			addLeaves(all, path+"["+strconv.Itoa(i)+"]", names, member, ig)
		}
		if len(v) == 0 {
			all[path] = "[]"
		}
	default:
		text, _ := json.Marshal(v)
		all[path] = string(text)
	}
}

// canonical is a value as bytes that are the same for equal JSON: members in one order,
// without those that are ignored.
func canonical(value []byte, ig ignored) []byte {
	all := leaves(value, ig)
	var b []byte
	for _, path := range slices.Sorted(maps.Keys(all)) {
		b = strconv.AppendQuote(b, path)
		b = append(append(b, all[path]...), '\n')
	}
	return b
}

// general is the path of a member whatever the index in an array: items[].name.
func general(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		b.WriteByte(path[i])
		if path[i] != '[' {
			continue
		}
		if end := strings.IndexByte(path[i:], ']'); end > 0 {
			i += end - 1
		}
	}
	return b.String()
}
