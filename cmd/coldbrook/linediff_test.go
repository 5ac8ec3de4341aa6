package main

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLineDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"a\nb", "a\nb", ""},
		{"", "x", "- |+ x"},
		{"a\nb\nc", "a\nB\nc", "  a|- b|+ B|  c"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nfive\n6\n7\n8\n9", "...|  2|  3|  4|- 5|+ five|  6|  7|  8|..."},
		{"a\nb\nc\nd", "b\nx\nd\ne", "- a|  b|- c|+ x|  d|+ e"},
	} {
		if got := strings.Join(lineDiff(c.before, c.after), "|"); got != c.want {
			t.Errorf("%q to %q: got %s, want %s", c.before, c.after, got, c.want)
		}
	}
}

// TestChangedLinesLeadFromOneToTheOther: without those that are new it is the one text,
// without those that are gone the other.
func TestChangedLinesLeadFromOneToTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 12)
		before, after := lines.Draw(t, "before"), lines.Draw(t, "after")
		var a, b []string
		for _, l := range changedLines(before, after) {
			if l[0] != '+' {
				a = append(a, l[2:])
			}
			if l[0] != '-' {
				b = append(b, l[2:])
			}
		}
		if !slices.Equal(a, before) || !slices.Equal(b, after) {
			t.Fatalf("got %q and %q", a, b)
		}
	})
}

func TestLineDiffOfManyLines(t *testing.T) {
	before, after := strings.Repeat("a\n", 5000), strings.Repeat("b\n", 5000)
	if got := len(lineDiff(before, after)); got != 10_000+1 { // the last line is equal, and empty
		t.Errorf("got %d lines, want 10,001", got)
	}
}
