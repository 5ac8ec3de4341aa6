package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// writeRevisions says which revisions serve, where it is not the first alone, what is
// wrong with newer ones, and what waits for them.
func (s *status) writeRevisions(w io.Writer) error {
	for i := range s.Functions {
		f := &s.Functions[i]
		if f.Skipped != "" || f.Revision == 1 && f.Next == "" && f.Failed == nil && f.Held == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s: %s\n", f.Name, revisionText(f)); err != nil {
			return err
		}
	}
	return nil
}

func revisionText(f *emulator.FunctionStatus) string {
	parts := []string{fmt.Sprintf("r%d serves", f.Revision)}
	switch {
	case f.Revision == 0 && f.Failed == nil && f.Next != "":
		return "the first revision is " + f.Next
	case f.Revision == 0:
		parts[0] = "nothing serves yet, its records wait"
	}
	if f.Next != "" {
		parts = append(parts, "the next is "+f.Next)
	}
	switch f.Held {
	case 0:
	case 1:
		parts = append(parts, "1 batch is held for the next")
	default:
		parts = append(parts, fmt.Sprintf("%d batches are held for the next", f.Held))
	}
	if f.Failed == nil {
		return strings.Join(parts, ", ")
	}
	what := "does not start"
	if f.Failed.Build {
		what = "cannot be built"
	}
	return fmt.Sprintf("%s\n  r%d %s: %s", strings.Join(parts, ", "), f.Failed.Revision, what, strings.ReplaceAll(f.Failed.Error, "\n", "\n  "))
}
