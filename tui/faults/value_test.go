package faults

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{kindDuration, kindSize, kindNumber}).Draw(t, "kind")
		v := rapid.Int64().Draw(t, "value")
		if kind == kindSize {
			v &= 1<<63 - 1 // no size is negative
		}
		text := formatAmount(kind, v)
		if got, ok := parseAmount(kind, text); !ok || got != v {
			t.Fatalf("%s %d is written %q, and read as %d, %v", kind, v, text, got, ok)
		}
	})
}

func TestMistakesNameTheValueAndWhatIsAllowed(t *testing.T) {
	timeout := ui.Setting{Kind: kindDuration, Value: "3s", Default: "3s", Min: 1e9, Max: 900e9}
	for _, c := range []struct {
		s    ui.Setting
		text string
		want string
	}{
		{timeout, "5s", ""},
		{timeout, "", ""},
		{timeout, "default", ""},
		{timeout, "20m", "20m is not within 1s to 15m"},
		{timeout, "5", `"5" is not a duration, such as 500ms or 3s`},
		{ui.Setting{Kind: kindSize, Min: 128 << 20, Max: 10240 << 20}, "64MB", "64MB is not within 128MB to 10240MB"},
		{ui.Setting{Kind: kindSize}, "99999999999GB", `"99999999999GB" is not a size, such as 256MB`},
		{ui.Setting{Kind: kindNumber, Min: 1}, "0", "0 is not within 1 and more"},
		{ui.Setting{Kind: kindNumber, Default: "unreserved", Min: 0, Max: 900}, "unreserved", ""},
		{ui.Setting{Kind: kindChoice, Choices: []string{"key", "none"}}, "kay", `"kay" is none of key, none`},
		{ui.Setting{Kind: kindSwitch}, "on", `"on" is none of true, false`},
		{ui.Setting{Kind: "text"}, "whatever", ""},
	} {
		if got := mistakeIn(&c.s, c.text); got != c.want {
			t.Errorf("%q for a %s: got %q, want %q", c.text, c.s.Kind, got, c.want)
		}
	}
}
