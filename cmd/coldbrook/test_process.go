package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/cases"
)

// caseGrace is how long the process of a case may take to stop its handlers when it is
// interrupted.
const caseGrace = 3 * time.Second

// caseCommandName is the command that runs one case in a process of its own: package cases
// says why.
const caseCommandName = "test-case"

func caseCommand() *cobra.Command {
	var o cases.Options
	cmd := &cobra.Command{
		Use:    caseCommandName + " FILE NAME RESULT",
		Short:  "run one case, for coldbrook test",
		Hidden: true,
		Args:   cobra.ExactArgs(3),
		RunE: func(_ *cobra.Command, args []string) error {
			o.File, o.Name, o.Result = args[0], args[1], args[2]
			o.Rates = ratesOf
			cases.RunInProcess(o) // does not return
			return nil
		},
	}
	cmd.Flags().BoolVar(&o.Real, "real", false, "by the clock")
	cmd.Flags().BoolVar(&o.Update, "update", false, "write goldens")
	cmd.Flags().DurationVar(&o.Timeout, "timeout", caseTimeout, "real time")
	return cmd
}

// caseTimeout is how long a case may take in real time, unless it is set.
const caseTimeout = time.Minute

// hangGrace is how long after its timeout a case may take to notice it: in virtual time it
// looks after a minute of that, in which handlers may be at work.
const hangGrace = 15 * time.Second

// runCase runs a case in a process of its own. It returns nil if it was not begun with
// because all is to end.
func (o *testOptions) runCase(outer context.Context, f cases.Found) *cases.Result {
	if outer.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(outer, o.timeout+hangGrace)
	defer cancel()
	started := time.Now()
	broken := func(err error, lines ...string) *cases.Result {
		return &cases.Result{Name: f.Name, File: filepath.ToSlash(f.File), Outcome: cases.Broken, Real: time.Since(started),
			Problems: []cases.Problem{{Message: err.Error(), Lines: lines}}}
	}
	dir, err := os.MkdirTemp("", "coldbrook-test-")
	if err != nil {
		return broken(err)
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "result.json")
	cmd, printed, err := o.caseProcess(ctx, f, result)
	if err != nil {
		return broken(err)
	}
	ended := cmd.Run()
	if ctx.Err() != nil && outer.Err() == nil {
		return broken(fmt.Errorf("it hangs: it did not end %v after its timeout of %v", hangGrace, o.timeout), lastLines(printed.text.String())...)
	}
	r, err := cases.ReadResult(result)
	switch {
	case ctx.Err() != nil:
		return broken(errInterrupted)
	case err != nil:
		return broken(fmt.Errorf("the case ended without a result: %v", ended), lastLines(printed.text.String())...)
	case ended != nil: // what else is wrong follows from that
		if r.Outcome == cases.OK {
			r.Outcome = cases.Broken
		}
		r.Problems = slices.Insert(r.Problems, 0, cases.Problem{Message: "the run did not go well", Lines: lastLines(printed.text.String())})
	}
	return r
}

// caseProcess is this program once more, in the mode for one case.
func (o *testOptions) caseProcess(ctx context.Context, f cases.Found, result string) (*exec.Cmd, *boundedText, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, caseCommandName, "--timeout", o.timeout.String())
	if o.real {
		cmd.Args = append(cmd.Args, "--real")
	}
	if o.update {
		cmd.Args = append(cmd.Args, "--update")
	}
	cmd.Args = append(cmd.Args, "--", f.File, f.Name, result)
	cmd.Args[0] = os.Args[0] // by which a test binary knows what it is
	printed := &boundedText{}
	cmd.Stdout, cmd.Stderr = printed, printed
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("start a case: %w", err)
	}
	cmd.Cancel = input.Close // the end of its input ends it in order
	cmd.WaitDelay = caseGrace
	return cmd, printed, nil
}

// boundedText keeps the first bytes that are written to it. It is for one goroutine.
type boundedText struct{ text bytes.Buffer }

// printedMost is how many bytes of what a case prints are kept.
const printedMost = 1 << 16

// Write takes everything and keeps what there is room for.
func (b *boundedText) Write(p []byte) (int, error) {
	b.text.Write(p[:min(len(p), printedMost-b.text.Len())])
	return len(p), nil
}

// linesMost is how many lines of what a case prints are shown.
const linesMost = 40

// testingForm is the place that package testing puts before a line; testingNotes are lines
// that speak to those who write tests in Go.
var (
	testingForm  = regexp.MustCompile(`^ {4}[a-z_]+\.go:[0-9]+: `)
	testingNotes = regexp.MustCompile(`^(built without the tag synctests|hash [0-9a-f]{64}, seed )`)
)

// lastLines are the lines that a case printed, without those of package testing.
func lastLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if place := testingForm.FindString(line); place != "" {
			line = "    " + line[len(place):]
		}
		if testingNotes.MatchString(strings.TrimSpace(line)) {
			continue
		}
		switch word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "---", "FAIL", "PASS", "":
			continue
		}
		lines = append(lines, strings.TrimPrefix(line, "    "))
	}
	if len(lines) > linesMost {
		lines = append(lines[:linesMost], fmt.Sprintf("and %d more lines", len(lines)-linesMost))
	}
	return lines
}
