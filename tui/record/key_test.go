package record

import (
	"strings"
	"testing"
)

func TestKeyText(t *testing.T) {
	for _, test := range []struct{ key, want string }{
		{"", `""`},
		{"order-1", "order-1"},
		{"鍵🔑", "鍵🔑"},
		{"\x00\x01\xff", "0x0001ff"},
		{strings.Repeat("鍵", 100), strings.Repeat("鍵", 85)},
	} {
		if got := KeyText([]byte(test.key)); got != test.want {
			t.Errorf("KeyText(%q) = %q, want %q", test.key, got, test.want)
		}
	}
}
