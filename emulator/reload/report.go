package reload

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// reportLines and reportLine bound what an Error repeats of the output.
const (
	reportLines = 20
	reportLine  = 500
)

// Error is a build that went wrong.
type Error struct {
	command, status string
	message         string
	hint            string
}

// Error says which command it was and what it printed: for go build, one line
// per mistake with file, line and column.
func (e *Error) Error() string {
	if e.message == "" {
		return fmt.Sprintf("%s: %s", e.command, e.status)
	}
	return fmt.Sprintf("%s: %s", e.command, e.message)
}

// Hint says what to do about it, "" if the message does.
func (e *Error) Hint() string { return e.hint }

// MissingError is returned by Build when Go is not installed.
type MissingError struct{}

func (*MissingError) Error() string { return "its code is Go, and there is no go in PATH" }

// Hint says what to do about it.
func (*MissingError) Hint() string { return "install Go, or build it with build:" }

// report keeps the end of what a build prints. It is safe for concurrent
// use.
type report struct {
	output func(stream, line string)

	mu    sync.Mutex // guards all below
	lines []string
	more  int // lines before them
}

func (r *report) add(stream, line string) {
	if r.output != nil {
		r.output(stream, line)
	}
	// "# package" is how the go command heads the mistakes of a package.
	if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "# ") {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) == reportLines {
		r.lines = r.lines[1:]
		r.more++
	}
	r.lines = append(r.lines, strings.ToValidUTF8(line[:min(len(line), reportLine)], ""))
}

// place is the beginning of a compiler's message about a file beside or above.
var place = regexp.MustCompile(`^\.{1,2}/\S+:\d+`)

// text is what was printed, with places relative to where we are instead of
// relative to dir.
func (r *report) text(dir string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := make([]string, len(r.lines))
	for i, line := range r.lines {
		if place.MatchString(line) {
			file, rest, _ := strings.Cut(line, ":")
			line = filepath.Join(dir, filepath.FromSlash(file)) + ":" + rest
		}
		lines[i] = line
	}
	if r.more > 0 {
		lines = append([]string{fmt.Sprintf("(after %d other lines)", r.more)}, lines...)
	}
	return strings.Join(lines, "\n")
}
