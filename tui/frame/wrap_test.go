package frame

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text string
		w    int
		want []string
	}{
		{"", 5, []string{""}},
		{"one two", 7, []string{"one two"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"abcdefgh ij", 4, []string{"abcd", "efgh", "ij"}},
		{"日本語 x", 4, []string{"日本", "語 x"}},
	} {
		if got := Wrap(test.text, test.w); !slices.Equal(got, test.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", test.text, test.w, got, test.want)
		}
	}
}

// No line is wider than asked for, and nothing but blanks is lost.
func TestWrapKeepsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z日 ]{0,40}`).Draw(t, "text")
		w := rapid.IntRange(2, 20).Draw(t, "w")
		lines := Wrap(text, w)
		for _, line := range lines {
			if Width(line) > w {
				t.Errorf("%q is wider than %d", line, w)
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func TestMiddleKeepsTheEnd(t *testing.T) {
	for _, test := range []struct {
		text, want string
		w          int
	}{
		{"i619456172.1084", "i619….1084", 10},
		{"i619456172", "i619456172", 10},
		{"日本語日本語日本語", "日 …本語", 8},
		{"abcdefgh", "abc…", 4},
	} {
		var f Frame
		f.Resize(20, 1)
		end := f.Area().Middle(0, 0, test.w, Text, test.text)
		if got := strings.TrimRight(f.Plain(), " "); got != test.want || end > test.w {
			t.Errorf("%q in %d columns is %q, up to %d; want %q", test.text, test.w, got, end, test.want)
		}
	}
}

func TestARuleWithoutRoomForBothIsItsTitle(t *testing.T) {
	for _, test := range []struct {
		w    int
		want string
	}{{20, "── title ── right ──"}, {15, "── title ──────"}, {8, "── tit…─"}} {
		var f Frame
		f.Resize(test.w, 1)
		f.Area().Rule(0, "title", "right")
		if got := f.Plain(); got != test.want {
			t.Errorf("in %d columns: got %q, want %q", test.w, got, test.want)
		}
	}
}
