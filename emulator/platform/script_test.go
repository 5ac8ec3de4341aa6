package platform

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the transcripts in testdata as they come out")

// TestTranscripts plays the scenarios of testdata/*.txt. Each is a text that
// says what it shows, sets the rules, and gives inputs (lines with ">"); below
// each input stands what the machine answers: journal entries (".") and actions
// ("->"). With -update the answers are written anew; read the diff.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n")) // as git checks out on Windows
			t.Log(rule(string(want)))                                   // with -v this is the list of the rules
			got := play(t, string(want))
			if got == string(want) {
				return
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s: %s", file, firstDifference(got, string(want)))
		})
	}
}

// rule is what a scenario says that it shows: the comment that it begins with.
func rule(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		words = append(words, strings.Fields(strings.TrimLeft(line, "# "))...)
	}
	return strings.Join(words, " ")
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, a, b)
		}
	}
	return "equal"
}

// script is a scenario while it is played.
type script struct {
	t           *testing.T
	cfg         Config
	m           *Machine // made when the first input comes
	now         int64
	shown       int64
	line        int
	assignments map[partitionKey]int32
	out         strings.Builder
}

// play runs a scenario and returns its text with the answers as they are.
func play(t *testing.T, text string) string {
	s := &script{t: t, assignments: map[partitionKey]int32{}}
	s.cfg.AccountConcurrency = 1000
	s.cfg.FailOpenReasons = []string{"", "the value is no JSON"}
	for line := range strings.Lines(text) {
		s.line++
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue // a former answer
		}
		fmt.Fprintln(&s.out, line)
		switch {
		case strings.HasPrefix(line, "> "):
			s.input(strings.Fields(line[2:]))
		case line != "" && !strings.HasPrefix(line, "#"):
			s.rule(strings.Fields(line))
		}
	}
	return s.out.String()
}

func (s *script) fatalf(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("line %d: %s", s.line, fmt.Sprintf(format, args...))
}

// step gives the machine an input and writes down what it answers.
func (s *script) step(in Input) {
	if s.m == nil {
		s.m = New(s.cfg)
	}
	actions, entries := s.m.Step(s.now, &in)
	if len(actions)+len(entries) > 0 && s.now != s.shown {
		fmt.Fprintf(&s.out, "  at %s\n", seconds(s.now))
		s.shown = s.now
	}
	for i := range entries {
		fmt.Fprintf(&s.out, "    . %s\n", describeEntry(&entries[i]))
	}
	for i := range actions {
		fmt.Fprintf(&s.out, "    -> %s\n", s.describeAction(&actions[i]))
	}
}

// wait lets time pass: the machine is stepped at each of its timers.
func (s *script) wait(ns int64) {
	end := s.now + ns
	for at, ok := s.nextTimer(); ok && at <= end; at, ok = s.nextTimer() {
		s.now = max(at, s.now)
		s.step(Input{Kind: Tick})
	}
	s.now = end
}

func (s *script) nextTimer() (int64, bool) {
	if s.m == nil {
		return 0, false
	}
	return s.m.NextTimer()
}
