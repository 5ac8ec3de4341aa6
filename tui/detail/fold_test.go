package detail

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// Folded lines fit, and together they are the line.
func TestFoldLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := []part{{frame.Dim, rapid.StringMatching(` {0,6}[a-z日]{0,20}`).Draw(t, "first")}, {frame.Busy, rapid.StringMatching(`[a-z日 "]{0,60}`).Draw(t, "second")}}
		w := rapid.IntRange(8, 40).Draw(t, "w")
		var all strings.Builder
		for _, row := range foldLine(line, w) {
			used := 0
			for _, p := range row {
				used += frame.Width(p.text)
				all.WriteString(p.text)
			}
			if used > w {
				t.Errorf("a row of %q takes %d of %d columns", line, used, w)
			}
		}
		blank := strings.NewReplacer(" ", "")
		if got, want := blank.Replace(all.String()), blank.Replace(line[0].text+line[1].text); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func TestALongValueIsFoldedOnceForAWidth(t *testing.T) {
	var f folded
	of := text{{{frame.Text, "  key: " + strings.Repeat("x", 30)}}}
	got := f.fold(of, 20)
	if len(got) != 3 || got[1][0].text != "    " {
		t.Fatalf("got %q, want three rows, the second indented by four", got)
	}
	if again := f.fold(of, 20); &again[0] != &got[0] {
		t.Error("the same text was folded again for the same width")
	}
	if wide := f.fold(of, 60); len(wide) != 1 {
		t.Errorf("in 60 columns there are %d rows, want 1", len(wide))
	}
}
