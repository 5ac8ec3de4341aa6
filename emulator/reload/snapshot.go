package reload

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// What a snapshot copies at most.
const (
	snapshotBytes = 64 << 20
	snapshotFiles = 10_000
)

// siblingsMost is how many entries the folder around the code may have that a snapshot
// links to.
const siblingsMost = 1000

// TooLargeError is returned by Snapshot for a folder that is too large to be copied at
// each change.
type TooLargeError struct{ Dir string }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("folder %q has more than %d MiB or %d files that are watched: no copy of the last good code is kept",
		e.Dir, snapshotBytes>>20, snapshotFiles)
}

// Hint says what to do about it.
func (*TooLargeError) Hint() string {
	return "leave out with watch: exclude: what is no code; until then, a save that does not work takes the running code along"
}

// Snapshot copies the code in the folder dir into the folder into, which it makes, and
// returns the folder to run the copy from (runtimeapi.Launcher.From). Nothing is left of
// into if there is an error, a *TooLargeError above all.
//
// skip says of a path below dir that it is no code, which changes without a reload
// (node_modules, data): the copy has a link to it instead. nil skips nothing. What the
// folder around dir holds is linked to as well, so that ../shared is found from the
// copy. Python's __pycache__ is left out: it belongs to the files themselves. Links are
// copied as links, times and permissions are kept.
//
// A copy is the last good code only if nothing was changed from before it was begun to
// the moment that its trial had succeeded: whoever calls looks for that, and throws it
// away otherwise. It may be made while the trial runs. os.RemoveAll(into) removes it.
func Snapshot(dir, into string, skip func(rel string, isDir bool) bool) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("copy the code: %w", err)
	}
	if into, err = filepath.Abs(into); err != nil {
		return "", fmt.Errorf("copy the code: %w", err)
	}
	s := snapshot{dir: dir, into: into, code: filepath.Join(into, filepath.Base(dir)), skip: skip}
	if err := s.take(); err != nil {
		os.RemoveAll(into)
		if _, ok := errors.AsType[*TooLargeError](err); ok {
			return "", err
		}
		return "", fmt.Errorf("copy the code: %w", err)
	}
	return s.code, nil
}

type snapshot struct {
	dir, into, code string
	skip            func(rel string, isDir bool) bool
	bytes           int64
	files           int
}

func (s *snapshot) take() error {
	if err := os.RemoveAll(s.into); err != nil {
		return err
	}
	if err := os.MkdirAll(s.code, 0o755); err != nil {
		return err
	}
	if err := s.linkSiblings(); err != nil {
		return err
	}
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == s.dir {
			return err
		}
		return s.add(path, d)
	})
}

// linkSiblings links to what is beside the code. A folder around it that has very much
// is none of the project.
func (s *snapshot) linkSiblings() error {
	parent := filepath.Dir(s.dir)
	siblings, err := os.ReadDir(parent)
	if err != nil || len(siblings) > siblingsMost {
		return nil // it may be closed to us
	}
	for _, d := range siblings {
		if d.Name() == filepath.Base(s.dir) {
			continue
		}
		if err := os.Symlink(filepath.Join(parent, d.Name()), filepath.Join(s.into, d.Name())); err != nil {
			return err
		}
	}
	return nil
}

// add copies or links what is at path.
func (s *snapshot) add(path string, d fs.DirEntry) error {
	rel, err := filepath.Rel(s.dir, path)
	if err != nil {
		return err
	}
	to := filepath.Join(s.code, rel)
	switch {
	case path == s.into, d.IsDir() && d.Name() == "__pycache__":
		return fs.SkipDir
	case s.skip != nil && s.skip(rel, d.IsDir()):
		if err := os.Symlink(path, to); err != nil {
			return err
		}
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	case d.IsDir():
		return os.Mkdir(to, 0o755)
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !d.Type().IsRegular():
		return nil // a socket or pipe is no code
	}
	return s.copy(path, to)
}

func (s *snapshot) copy(path, to string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	s.files++
	if s.bytes += info.Size(); s.bytes > snapshotBytes || s.files > snapshotFiles {
		return &TooLargeError{s.dir}
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, io.LimitReader(from, info.Size()))
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}
