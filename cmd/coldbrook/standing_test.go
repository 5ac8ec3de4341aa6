package main

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestWhatStandsIsSaidUntilItIsMended: the compiler's message once in full, then shortly
// when it may be out of sight, then that it is mended.
func TestWhatStandsIsSaidUntilItIsMended(t *testing.T) {
	const message = "go build: f/main.go:5:2: undefined: no\nf/main.go:6:2: undefined: yes"
	var out strings.Builder
	p := newPlain(&out, nil)
	said := func(entries ...journal.Entry) string {
		out.Reset()
		for i := range entries {
			p.entry(&out, &entries[i])
		}
		p.tick(&out, nil)
		return withoutColour(out.String())
	}
	want := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	line := journal.Entry{Kind: journal.Output, Function: "g", Text: "line"}
	live := journal.Entry{At: 1e9, Kind: journal.Reloaded, Function: "f", Revision: 7, Outcome: journal.Succeeded,
		Measured: journal.Measured{Took: 84e6, Reload: journal.ReloadParts{Seen: 21e6, Drain: 12e6, Init: 51e6}}}
	want(said(live), "    1.000  f r7 live in 84 ms (seen 21, build 0, drain 12, init 51)\n")
	failed := journal.Entry{At: 2e9, Kind: journal.Reloaded, Function: "f", Revision: 8, Outcome: journal.FunctionError, Reason: message}
	built := failed
	built.Kind, built.Measured.Took = journal.BuildEnded, 200e6
	want(said(built, failed), `    2.000  f: build failed after 200 ms: go build: f/main.go:5:2: undefined: no
           f/main.go:6:2: undefined: yes
    2.000  f r8 cannot be built, r7 serves
`)
	line.At = 11e9
	want(said(line), "   11.000  g | line\n")
	line.At = 12e9
	again := "   12.000  f: r8 cannot be built (f/main.go:5:2: undefined: no ...), r7 serves\n"
	want(said(line), "   12.000  g | line\n"+again)
	line.At = 21e9
	want(said(line), "   21.000  g | line\n")
	want(said(), "")
	live.At, live.Revision, live.Reason = 23e9, 9, "1 invocation ends on the code it began with"
	want(said(live), "   23.000  f r9 live in 84 ms (seen 21, build 0, drain 12, init 51): mended, 1 invocation ends on the code it began with\n")
	line.At = 60e9
	want(said(line), "   60.000  g | line\n")
}

func TestAFunctionThatNeverServed(t *testing.T) {
	for outcome, want := range map[journal.Outcome]string{
		journal.FunctionError: "f r2 cannot be built: go build: x",
		journal.InitFailed:    "f r2 does not start: go build: x",
	} {
		text := plainText(
			journal.Entry{Kind: journal.Reloaded, Function: "f", Revision: 1, Outcome: outcome, Reason: "go build: x"},
			journal.Entry{Kind: journal.Reloaded, Function: "f", Revision: 2, Outcome: outcome, Reason: "go build: x"})
		if !strings.Contains(text, want) || strings.Count(text, "nothing serves: its records wait until it is saved again") != 2 {
			t.Errorf("got\n%s", text)
		}
	}
}
