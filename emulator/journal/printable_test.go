package journal

import "testing"

func TestPrintable(t *testing.T) {
	for _, c := range []struct{ text, want, coloured string }{
		{"plain ü 日\n\tx", "plain ü 日\n\tx", "plain ü 日\n\tx"},
		{"a\x1b[31mred\ab", `a\x1b[31mred\ab`, "a\x1b[31mred\\ab\x1b[m"},
		{"\x1b]0;owned\a\x1b[2J\r\b\u202e\u009b2J\x7f", `\x1b]0;owned\a\x1b[2J\r\b\u202e\u009b2J\x7f`, `\x1b]0;owned\a\x1b[2J\r\b\u202e\u009b2J\x7f`},
	} {
		if got := Printable(c.text); got != c.want {
			t.Errorf("Printable(%q) = %q, want %q", c.text, got, c.want)
		}
		if got := PrintableColoured(c.text); got != c.coloured {
			t.Errorf("PrintableColoured(%q) = %q, want %q", c.text, got, c.coloured)
		}
	}
}
