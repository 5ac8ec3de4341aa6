package frame

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// FuzzText writes any text anywhere, in any theme: nothing is outside of the frame, and no
// control character is in it but those of its styles.
func FuzzText(f *testing.F) {
	f.Add("plain", 0, 0, 10, 3)
	f.Add("\x1b[2J\x1b]0;title\a\r\n\t\x9b31m\u202e\u200bevil", 1, 1, 20, 4)
	f.Add("宽宽宽宽 combining e\u0301 👩‍👩‍👧 \xff\xfe", -3, 0, 9, 1)
	f.Fuzz(func(t *testing.T, text string, x, y, w, h int) {
		w, h, x, y = w&63, h&15, x%80, y%20
		var paper Frame
		paper.Resize(w, h)
		a := paper.Area()
		a.Text(x, y, Bad, text)
		a.Cut(x, y+1, w/2, Text|Reverse, text)
		a.Right(x, y+2, Moved, text)
		a.Sub(x, y, 5, 2).Box(text, true)
		a.Rule(0, text, text)
		plain := paper.Plain()
		for _, ascii := range []bool{false, true} {
			for _, p := range []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
				got := paper.Write(NewTheme(p, false, ascii))
				stripped := ansi.Strip(got)
				if !ascii && stripped != plain && strings.TrimRight(stripped, " \n") != strings.TrimRight(plain, " \n") {
					t.Errorf("profile %v: the text is %q, without colours %q", p, stripped, plain)
				}
				checkLines(t, stripped, w, h, ascii)
			}
		}
	})
}

func checkLines(t *testing.T, text string, w, h int, ascii bool) {
	lines := strings.Split(text, "\n")
	if len(lines) > max(h, 1) {
		t.Errorf("%d lines on %d rows", len(lines), h)
	}
	for _, line := range lines {
		if n := ansi.StringWidth(line); n > w {
			t.Errorf("%q has %d columns of %d", line, n, w)
		}
		for _, r := range line {
			if !unicode.IsPrint(r) || r == utf8.RuneError || ascii && r > 0x7e {
				t.Errorf("%q in %q", r, line)
			}
		}
	}
}

func TestNumbersKeepTheirWidth(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.00k", 1234: "1.23k", 12_345: "12.3k", 123_456: "123k", 1_204_331: "1.20M", 999_999: "999k", 5e9: "5.00G", -1500: "-1.50k"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) is %q, want %q", n, got, want)
		}
	}
	for ns, want := range map[int64]string{0: "0ns", 15_300: "15µs", 4e6: "4.0ms", 20_250_000: "20.2ms", 840e6: "840ms", 3e9: "3.00s", 61e9: "1m1s", 3 * 3600e9: "3h0m", -5e6: "-5.0ms"} {
		if got := Span(ns); got != want {
			t.Errorf("Span(%d) is %q, want %q", ns, got, want)
		}
	}
	if got := Clock(252_480e6); got != "04:12.480" {
		t.Errorf("got %q", got)
	}
	if got := Clock(3_600e9 + 1e6); got != "1:00:00.001" {
		t.Errorf("got %q", got)
	}
	if got := Grouped(1_204_331); got != "1,204,331" {
		t.Errorf("got %q", got)
	}
}

func TestASparkThatIsSomethingIsDrawn(t *testing.T) {
	var paper Frame
	paper.Resize(4, 1)
	paper.Area().Spark(4, 0, Text, []int64{0, 1, 1000, 500}, 0)
	if got := paper.Plain(); got != "▁▁█▄" {
		t.Errorf("got %q", got)
	}
}

// Every glyph that screens draw has a twin in ASCII that is no question mark.
func TestGlyphsHaveTwins(t *testing.T) {
	for r, twin := range asciiOf {
		if twin < 0x21 || twin > 0x7e || twin == '?' {
			t.Errorf("%q is %q in ASCII", r, twin)
		}
		if shown, wide := printable(r); shown != r || wide {
			t.Errorf("%q is drawn as %q, wide %v", r, shown, wide)
		}
	}
}
