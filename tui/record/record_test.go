package record

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
)

// A diff of whatever lines says what both were, as far as it shows them, and nothing
// where they are the same.
func TestDiff(t *testing.T) {
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "{"}), 1, 12)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		lines := Diff([]byte(strings.Join(a, "\n")), []byte(strings.Join(b, "\n")))
		if same := strings.Join(a, "\n") == strings.Join(b, "\n"); same != (lines == nil) {
			t.Fatalf("%q and %q: got %v", a, b, lines)
		}
		var before, after []string
		changed := 0
		for _, l := range lines {
			sign, line := l.Text[:2], l.Text[2:]
			if sign != "+ " {
				before = append(before, line)
			}
			if sign != "- " {
				after = append(after, line)
			}
			if sign != "  " {
				changed++
			}
		}
		if !contains(a, before) || !contains(b, after) {
			t.Fatalf("%q and %q: the diff is of %q and %q", a, b, before, after)
		}
		if want := len(a) + len(b); changed > want {
			t.Fatalf("%d lines were changed of %d", changed, want)
		}
	})
}

// contains reports whether part stands in all.
func contains(all, part []string) bool {
	return strings.Contains("\n"+strings.Join(all, "\n")+"\n", "\n"+strings.Join(part, "\n")+"\n") || len(part) == 0
}

// JSON is compared as it is set out.
func TestDiffOfJSON(t *testing.T) {
	if lines := Diff([]byte(`{"a":1, "b":2}`), []byte(`{ "a": 1, "b": 2 }`)); lines != nil {
		t.Errorf("got %v", lines)
	}
	lines := Diff([]byte(`{"a":1,"b":2}`), []byte(`{"a":1,"b":3}`))
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l.Text + "\n")
	}
	if want := "  {\n    \"a\": 1,\n-   \"b\": 2\n+   \"b\": 3\n  }\n"; out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
	if large := bytes.Repeat([]byte("x\n"), 3000); len(Diff(append(large, 'a'), append([]byte("b\n"), large...))) == 0 {
		t.Error("nothing is said of large texts")
	}
}

// A bar fills its width, and everything that took time can be seen in it.
func TestBar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s lineage.Story
		for what := lineage.Poll; what <= lineage.Send; what++ {
			if n := rapid.Int64Range(0, 1e10).Draw(t, "time"); n > 0 {
				s.Where = append(s.Where, lineage.Span{What: what, Time: n})
				s.Total += n
			}
		}
		w := rapid.IntRange(0, 100).Draw(t, "w")
		var f frame.Frame
		f.Resize(110, 1)
		Bar(f.Area(), 3, 0, w, &s)
		row := []rune(f.Plain())
		if s.Total > 0 && w > 0 && len(row) != 3+w {
			t.Fatalf("%d columns, want %d: %q", len(row)-3, w, string(row))
		}
		for _, part := range s.Where {
			if glyph, _ := Mark(part.What); w >= len(s.Where) && !strings.ContainsRune(string(row), glyph) {
				t.Fatalf("%s is not in %q", part.What, string(row))
			}
		}
	})
}
