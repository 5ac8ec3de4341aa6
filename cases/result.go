package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// Outcome is how a case ended.
type Outcome string

// The outcomes. A case Failed if something is not as expected; it is Broken if it could not
// be judged: its file is wrong, the project does not start, it hangs; Skipped if this machine
// lacks the language of a function.
const (
	OK      Outcome = "ok"
	Failed  Outcome = "failed"
	Broken  Outcome = "broken"
	Skipped Outcome = "skipped"
)

// Result is what became of a case. Its JSON form is stable.
type Result struct {
	Name    string  `json:"name"`
	File    string  `json:"file"`
	Outcome Outcome `json:"outcome"`
	Profile string  `json:"profile,omitempty"`
	Seed    uint64  `json:"seed"`
	// Virtual says that it ran in virtual time, and not by the clock.
	Virtual bool `json:"virtual"`
	// World is how long it took in the world's time, Real how long in ours, in nanoseconds.
	World time.Duration `json:"worldNs"`
	Real  time.Duration `json:"realNs"`
	// Problems are the expectations that do not hold, or why it is broken or skipped.
	Problems []Problem `json:"problems"`
	// Updated are the goldens that were written.
	Updated []string `json:"updated,omitempty"`
	// Summary is what the run did; nil if there was none.
	Summary *report.Summary `json:"summary,omitempty"`
}

// Problem is one thing that is not as expected.
type Problem struct {
	// What is the expectation, by its path in the case: "expect.lost".
	What string `json:"what"`
	// Message is what is wrong, Lines the evidence.
	Message string   `json:"message"`
	Lines   []string `json:"lines,omitempty"`
	// Differences are those of a topic, the first ones, and Count how many there are.
	Differences []Difference `json:"differences,omitempty"`
	Count       int          `json:"count,omitempty"`
}

// fail notes a problem.
func (r *Result) fail(what, message string, lines ...string) {
	r.Outcome = Failed
	r.Problems = append(r.Problems, Problem{What: what, Message: message, Lines: lines})
}

// breakOff notes why the case cannot be judged.
func (r *Result) breakOff(err error) {
	r.Outcome = Broken
	r.Problems = append(r.Problems, problemsOf(err)...)
}

// problemsOf makes problems of an error, or of those that it was joined from, with their
// hints.
func problemsOf(err error) []Problem {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []Problem
		for _, e := range joined.Unwrap() {
			all = append(all, problemsOf(e)...)
		}
		return all
	}
	p := Problem{Message: err.Error()}
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok && h.Hint() != "" {
		p.Lines = append(p.Lines, "hint: "+h.Hint())
	}
	return []Problem{p}
}

// write writes the result where the process that waits for it will look.
func (r *Result) write(path string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return os.WriteFile(path, text, 0o600)
}

// ReadResult reads the result that a process wrote.
func ReadResult(path string) (*Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read result: %w", err)
	}
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read result: %w", err)
	}
	return &r, nil
}
