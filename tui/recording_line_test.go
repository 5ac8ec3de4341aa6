package tui

import (
	"reflect"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

func TestParseRecording(t *testing.T) {
	for text, want := range map[string]ui.RecordingSpec{
		"a -o f":                           {Topics: []string{"a"}, File: "f"},
		" a  b.c-d -o my file.jsonl.gz ":   {Topics: []string{"a", "b.c-d"}, File: "my file.jsonl.gz"},
		"a -o f --filter key=x | v.n>3":    {Topics: []string{"a"}, File: "f", Filter: "key=x | v.n>3"},
		"a --from 1.5 --to 00:02.250 -o f": {Topics: []string{"a"}, File: "f", From: 1.5e9, To: 2.25e9 + 1e6 - 1},
	} {
		if got, mistake, _ := parseRecording(text, true); mistake != "" || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, %q", text, got, mistake)
		}
	}
}

// Each mistake is named, and marked where it stands.
func TestParseRecordingMistakes(t *testing.T) {
	for _, c := range []struct {
		text, want string
		at         int
	}{
		{"", "which topics?", -1},
		{"-o f", "which topics?", -1},
		{"a", "into which file?", -1},
		{"a -o", "-o of what?", -1},
		{"a a -o f", "topic a is there twice", 2},
		{"a -x f", "-x is none of -o, --from, --to, --filter", 2},
		{"a -o f -o g", "-o is there twice", 7},
		{"a --from 1 -o f", "--from is for a run that is over", 9},
		{"ä --filter fn=x -o f", "fn", 11},
		{"a -o f --filter v.n>", "has no value", 20},
	} {
		_, mistake, at := parseRecording(c.text, false)
		if mistake == "" || !strings.Contains(mistake, c.want) || at != c.at {
			t.Errorf("%q: got %q at %d, want %q at %d", c.text, mistake, at, c.want, c.at)
		}
	}
	if _, mistake, _ := parseRecording("a -o f --from 3 --to 2", true); mistake != "--from is behind --to" {
		t.Errorf("got %q", mistake)
	}
	if _, mistake, at := parseRecording("a -o f --to x", true); !strings.Contains(mistake, "is no time") || at != 12 {
		t.Errorf("got %q at %d", mistake, at)
	}
}

// Whatever is typed, a line is either wrong or has topics and a file, and is within itself.
func FuzzParseRecording(f *testing.F) {
	f.Add("a b -o f --from 1 --to 2 --filter key=x", true)
	f.Add("-o", false)
	f.Fuzz(func(t *testing.T, text string, past bool) {
		spec, mistake, at := parseRecording(text, past)
		if n := len([]rune(text)); at < -1 || at > n {
			t.Errorf("%q at %d of %d", mistake, at, n)
		}
		if mistake == "" && (len(spec.Topics) == 0 || spec.File == "") {
			t.Errorf("got %+v", spec)
		}
	})
}
