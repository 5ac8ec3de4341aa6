package platform

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestComparedErrorsAreTheirFirstLineAndBounded(t *testing.T) {
	e := ending{revision: 2, outcome: journal.FunctionError, reason: "KeyError: 'x'\n  at line 3"}
	if got, want := e.words(false), "r2 function error: KeyError: 'x'"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, r := range []string{"a", "é", "日"} {
		got := firstLine(strings.Repeat(r, comparedMax+1))
		if len(got) > comparedMax+len(" ...") || !utf8.ValidString(got) || !strings.HasSuffix(got, " ...") {
			t.Errorf("%s: got %q, %d bytes", r, got, len(got))
		}
	}
	if whole := strings.Repeat("a", comparedMax); firstLine(whole) != whole {
		t.Error("a line that fits was cut")
	}
}
