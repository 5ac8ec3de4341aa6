package filter

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzIsJSON holds isJSON to encoding/json.
func FuzzIsJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, ` {"a" : [1, -0.5e+3, "\u00e4\n", null, true, false]} `, `{"a":}`, `{"a"}`, `{,}`, `[1,]`, `[,1]`, `01`, `-`, `1.`, `1e`,
		`"\x"`, `"\u12"`, "\"\n\"", `"`, `tru`, `{} {}`, "{}\x00", "\x00", `[1 2]`, `{"a":1,}`, `{"a":1 "b":2}`, `"\`, `-01`, `1.5.5`, ``, ` `, `}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if strings.Count(string(data), "[")+strings.Count(string(data), "{") > maxDepth {
			return
		}
		if got, want := isJSON(data), json.Valid(data); got != want {
			t.Errorf("%q: got %v, want %v", data, got, want)
		}
	})
}

func TestDepthOfJSON(t *testing.T) {
	for depth, want := range map[int]bool{maxDepth: true, maxDepth + 1: false} {
		if got := isJSON([]byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))); got != want {
			t.Errorf("depth %d: got %v, want %v", depth, got, want)
		}
	}
}
