package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// Whatever a file holds: a configuration that can be resolved, or mistakes each
// with a place within the file.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"auction.yaml", "mistakes.yaml"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, text := range []string{
		"", "a", "- a\n- b: [c, {d: e}]", "{}", "topics: {a: }\nfunctions: {f: {command: x, events: [{kafka: {topic: a}}]}}",
		"a: &x\nb: *x\n<<: *x\n", "? a\n: b\n", "a: |\n  b\n c\n", "--- !t\na: 'b\n", "%YAML 1.2\n---\n...\n", "a: \"\\u0000\\x1b\"", "\t- {",
		"functions:\n  f:\n    timeout: 1h1m\n    memory: 1GB\n    coldStart: off\n", "\uFEFFseed: 0x7fffffffffffffff\r\nkafka: {port: 1_000}\r",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Parse("x.yaml", []byte(text))
		if err == nil {
			if _, err := c.Resolve(); err != nil {
				t.Errorf("the configuration does not resolve: %v", err)
			}
			c.Warnings()
			return
		}
		e, ok := errors.AsType[*config.Error](err)
		if !ok || len(e.Mistakes) == 0 {
			t.Fatalf("got %v, want an *Error with mistakes", err)
		}
		for i, m := range e.Mistakes {
			if m.Line < 1 || m.Column < 1 || m.Width < 1 || m.Column > utf8.RuneCountInString(m.Source)+1 || m.Message == "" {
				t.Errorf("mistake without a place in the file: %+v", m)
			}
			if i > 0 && m.Line < e.Mistakes[i-1].Line {
				t.Errorf("mistakes are not in the order of the file: %+v", m)
			}
		}
		if strings.ContainsAny(err.Error(), "\x00\x1b\r") {
			t.Errorf("control characters in %q", err)
		}
	})
}
