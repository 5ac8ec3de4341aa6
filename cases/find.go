package cases

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// Found is a case that Find found.
type Found struct {
	// Name is its folder, relative to where the search began, with slashes and without a
	// leading tests/; "." is that folder itself.
	Name string
	// File is its case.yaml.
	File string
}

// skipped are folders in which nobody keeps cases, and some keep very much.
var skipped = map[string]bool{"node_modules": true, "vendor": true, "__pycache__": true}

// Skips says that a folder of this name is not looked into for cases.
func Skips(name string) bool { return skipped[name] || strings.HasPrefix(name, ".") }

// Find returns the cases in dir and below, in the order of their names, of which pattern is
// nil or matches a part. Folders that begin with a dot are not looked at. It returns an error for which
// errors.Is(err, fs.ErrNotExist) holds if dir does not exist.
func Find(dir string, pattern *regexp.Regexp) ([]Found, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("find cases: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("find cases: %q is not a folder", dir)
	}
	var all []Found
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if path != dir && Skips(entry.Name()) {
				return filepath.SkipDir
			}
		case entry.Name() == config.CaseFile:
			f := Found{Name: nameOf(dir, filepath.Dir(path)), File: path}
			if pattern == nil || pattern.MatchString(f.Name) {
				all = append(all, f)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find cases: %w", err)
	}
	return all, nil
}

func nameOf(dir, of string) string {
	name, err := filepath.Rel(dir, of)
	if err != nil {
		name = of
	}
	return strings.TrimPrefix(filepath.ToSlash(name), "tests/")
}

// projectOf returns the folder of the coldbrook.yaml that a case is run with: the one that
// it names, or the nearest above.
func projectOf(c *config.Case) (string, error) {
	if c.Project != "" {
		if filepath.IsAbs(c.Project) {
			return c.Project, nil
		}
		return filepath.Join(c.Dir, c.Project), nil
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, config.FileName)); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", &hinted{errors.New("there is no " + config.FileName + " in the folder of the case, nor above"),
				"project: ../.. in the case names the folder"}
		}
		dir = parent
	}
}

// hinted is an error with something to do about it.
type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

// Hint says what to do.
func (e *hinted) Hint() string { return e.hint }
