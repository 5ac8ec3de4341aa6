package lineage

import (
	"strings"
	"testing"
)

// A key of 10 KB does not fill the screen, and no cause gives orders to the terminal.
func TestTextOfBadInput(t *testing.T) {
	s := &Story{Key: strings.Repeat("é", 5_000), Cuts: []string{"Error: \x1b[2J\a\u202e"}}
	var b strings.Builder
	if err := (Text{}).Write(&b, s); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if len(text) > 500 || !strings.Contains(text, "10000 bytes") || strings.Contains(text, `\xc3`) {
		t.Errorf("the key is not cut: %d bytes\n%.400s", len(text), text)
	}
	if strings.ContainsAny(text, "\x1b\a\u202e") || !strings.Contains(text, `Error: \x1b[2J\a\u202e`) {
		t.Errorf("printed as it is: %q", text)
	}
}
