package tree

import (
	"fmt"
	"strings"
	"testing"
)

// Keys were compared each with all before, and merges multiply them: a file of 1 MiB took
// minutes.
func TestLargeMaps(t *testing.T) {
	keys := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	merges := "a: &a\n" + keys("  k%d: 1\n", 1000) + "b:\n"
	for _, c := range []struct{ name, text, want string }{
		{"x.json", "{" + keys("\"%x\":1,", maxKeys-1) + "\"z\":1}", ""},
		{"x.json", "{" + keys("\"%x\":1,", 80_000) + "\"z\":1}", "a map has over 10000 keys"},
		{"x.yaml", keys("k%d: 1\n", maxKeys+1), "x.yaml:10001:1: a map has over 10000 keys"},
		{"x.yaml", merges + strings.Repeat("- <<: *a\n", 100), ""},
		{"x.yaml", merges + strings.Repeat("- <<: *a\n", 5000), "the merges (<<) of the file make over 200000 entries"},
		{"x.yaml", merges + "- <<: [" + strings.Repeat("*a,", 5000) + "*a]\n", "the merges (<<) of the file make over 200000 entries"},
		{"x.yaml", "a: &a {b: !Ref AWS::Region}\nc:\n  <<: *a\n", ""}, // read twice
	} {
		_, err := Parse(c.name, []byte(c.text))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%.40q...: got %v, want %q", c.text, err, c.want)
		}
	}
}
