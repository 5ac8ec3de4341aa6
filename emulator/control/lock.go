package control

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// RunningError is returned by Listen when an instance runs in the folder.
type RunningError struct {
	Dir string
	// PID is that of the instance; 0 if it did not say yet.
	PID int
}

func (e *RunningError) Error() string {
	who := "an instance"
	if e.PID != 0 {
		who += fmt.Sprintf(" (pid %d)", e.PID)
	}
	return fmt.Sprintf("%s is running in %s already", who, e.Dir)
}

// Hint says what to do.
func (e *RunningError) Hint() string {
	return "coldbrook status shows it, coldbrook stop ends it; both from that folder"
}

// errLocked is returned by tryLock when somebody else holds the lock.
var errLocked = errors.New("locked")

// claim makes the calling process the one instance of the project in dir: it
// returns the locked lock file, which holds its pid for others to read.
func claim(dir string) (*os.File, error) {
	path := filepath.Join(dir, Folder, "lock")
	for range claimTries {
		f, err := openLock(path)
		if errors.Is(err, fs.ErrNotExist) { // the last holder just removed the folder
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("claim %s: %w", dir, err)
		}
		err = tryLock(f)
		if err == nil && !stillThere(f, path) { // the last holder just removed it
			f.Close()
			continue
		}
		if errors.Is(err, errLocked) {
			err = &RunningError{Dir: dir, PID: holder(f)}
			f.Close()
			return nil, err
		}
		if err == nil {
			err = f.Truncate(0)
		}
		if err == nil {
			_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
		}
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("claim %s: %w", dir, err)
		}
		return f, nil
	}
	return nil, fmt.Errorf("claim %s: %s cannot be opened, or others start and end there all the time", dir, path)
}

// claimTries bounds how often claim meets one that is just ending.
const claimTries = 1000

func openLock(path string) (*os.File, error) {
	// Not MkdirAll: that the project's folder is missing is for others to say.
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%v", err)
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// holder reads the pid of who holds the lock.
func holder(f *os.File) int {
	var text [20]byte
	n, _ := f.ReadAt(text[:], 0)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	return pid
}

func stillThere(f *os.File, path string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(held, named)
}
