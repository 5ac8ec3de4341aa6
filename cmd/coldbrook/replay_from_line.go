package main

import (
	"fmt"
	"io"

	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// checkFirstLine returns what is wrong with --from-line, which counts in the first file. One
// behind its last line is where a replay goes on that has played all of that file.
func (r *replay) checkFirstLine() error {
	first, name := r.player.FirstLine, r.files[0]
	if first <= 2 { // a fixture has a header
		return nil
	}
	lines, err := fixtures.CountLines(name, first)
	if err != nil || lines >= first-1 {
		return err
	}
	return &usageError{err: fmt.Errorf("--from-line %d is behind the end of %s, which has %s lines", first, name, report.Count(uint64(lines))),
		hint: fmt.Sprintf("1 to %d are its lines, the first is the header; %d is where it goes on when all of it was played", lines, lines+1)}
}

// sayNothingLeft says that --from-line left nothing of the first file, of which so many
// records were sent.
func (r *replay) sayNothingLeft(w io.Writer, sent int64) {
	if sent == 0 && r.player.FirstLine > 1 {
		fmt.Fprintf(w, "note: nothing is left to replay of %s from line %d on\n", r.files[0], r.player.FirstLine)
	}
}
