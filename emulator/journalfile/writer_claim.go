package journalfile

import (
	"errors"
	"fmt"
	"os"
)

// InUseError is returned by Create for a file that another run writes to.
type InUseError struct {
	// Path is the file as it was named.
	Path string
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("write journal to %q: another run is writing to it", e.Path)
}

// Hint says what to do.
func (e *InUseError) Hint() string { return "name another file, or end that run first" }

// errClaimed is returned by tryClaim when somebody else has the file.
var errClaimed = errors.New("claimed")

// claim makes the caller the one writer of a file until it is closed: two would overwrite
// each other's chunks. Where a file system knows no locks, there is nobody to ask.
func claim(f *os.File, path string) error {
	if errors.Is(tryClaim(f), errClaimed) {
		return &InUseError{Path: path}
	}
	return nil
}
