package runtimeapi

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// bootstraps are the runtimes for Node and Python.
//
//go:embed bootstrap
var bootstraps embed.FS

// folder is an environment's own: its temporary files and the bootstrap.
type folder string

func (f folder) temp() string    { return filepath.Join(string(f), "tmp") }
func (f folder) runtime() string { return filepath.Join(string(f), "runtime") }

// newFolder makes the folder of an environment. bootstrap, if not empty, is put
// into it.
func newFolder(bootstrap string) (folder, error) {
	dir, err := process.MkdirTemp()
	if err != nil {
		return "", err
	}
	f := folder(dir)
	if err := f.fill(bootstrap); err != nil {
		f.remove()
		return "", err
	}
	return f, nil
}

// openFolder returns the folder on the environment's disk, which it may have from
// a launch before, or else makes one.
func (e *environment) openFolder(bootstrap string) (folder, error) {
	if e.spec.Disk == nil {
		return newFolder(bootstrap)
	}
	dir, err := e.spec.Disk.Use(func() (string, func(), error) {
		f, err := newFolder(bootstrap)
		return string(f), f.remove, err
	})
	return folder(dir), err
}

// removeFolder removes the folder, unless it is on a disk, which outlives the
// process.
func (e *environment) removeFolder() {
	if e.spec.Disk == nil {
		e.dir.remove()
	}
}

func (f folder) fill(bootstrap string) error {
	for _, dir := range []string{f.temp(), f.runtime()} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	if bootstrap == "" {
		return nil
	}
	text, err := bootstraps.ReadFile("bootstrap/" + bootstrap)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(f.runtime(), bootstrap), text, 0o600)
}

// remove deletes the folder, also read-only folders in it, such as Go's module
// cache has.
func (f folder) remove() {
	if os.RemoveAll(string(f)) == nil {
		return
	}
	filepath.WalkDir(string(f), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	os.RemoveAll(string(f))
}
