//go:build unix

package journalfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryClaim locks f until it is closed or the process ends. It returns errClaimed if another
// process, or another file of this one, has locked it. Readers do not ask.
func tryClaim(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return errClaimed
	}
	return err
}
