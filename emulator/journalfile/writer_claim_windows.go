package journalfile

import (
	"errors"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// tryClaim locks f until it is closed or the process ends. It returns errClaimed if another
// process, or another file of this one, has locked it.
//
// Locks are mandatory on Windows: the locked byte is behind all that a file ever has.
func tryClaim(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: math.MaxInt32}
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errClaimed
	}
	return err
}
