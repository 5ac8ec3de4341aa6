package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// FileName is what the configuration file is called.
const FileName = "coldbrook.yaml"

// MissingError is returned by Load when there is no configuration file.
type MissingError struct {
	// Path is the file that was looked for.
	Path string
	hint string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("read configuration: there is no %s", filepath.ToSlash(e.Path))
}

// Is says that it is fs.ErrNotExist.
func (e *MissingError) Is(target error) bool { return target == fs.ErrNotExist }

// Hint says what to do next.
func (e *MissingError) Hint() string { return e.hint }

// Load reads a configuration file, or coldbrook.yaml in a folder. Dir of the
// result is the folder of the file.
//
// It returns a *MissingError if there is no such file, an *Error with all
// mistakes of the file, among them code folders and env files that do not exist,
// or what the system says.
func Load(path string) (emulator.Config, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		path = filepath.Join(path, FileName)
		info, err = os.Stat(path)
	case errors.Is(err, fs.ErrNotExist) && filepath.Ext(path) == "":
		path = filepath.Join(path, FileName) // a folder that does not exist
	}
	if errors.Is(err, fs.ErrNotExist) {
		return emulator.Config{}, missing(path)
	}
	if err != nil {
		return emulator.Config{}, fmt.Errorf("read configuration: %w", err)
	}
	if !info.Mode().IsRegular() {
		return emulator.Config{}, fmt.Errorf("read configuration: %s is not a file", filepath.ToSlash(path))
	}
	if info.Size() > maxText {
		return emulator.Config{}, fmt.Errorf("read configuration: %s: %d bytes are over the limit of %d", filepath.ToSlash(path), info.Size(), maxText)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return emulator.Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return parse(filepath.ToSlash(path), text, filepath.Dir(path))
}

// PathOf is the file that Load reads: path itself, or coldbrook.yaml in it if it is a
// folder.
func PathOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, FileName)
	}
	return path
}

// missing says what to do where there is no file: rename another one, or make
// one.
func missing(path string) *MissingError {
	e := &MissingError{Path: path, hint: "coldbrook init writes a small working project"}
	for _, other := range []string{"coldbrook.yml", "coldbrook.json"} {
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), other)); err == nil {
			e.hint = fmt.Sprintf("%s is there: rename it to %s", other, FileName)
		}
	}
	for _, other := range []string{"template.yaml", "template.yml", "serverless.yml", "serverless.yaml"} {
		at := filepath.Join(filepath.Dir(path), other)
		if info, err := os.Stat(at); err == nil && info.Mode().IsRegular() {
			e.hint = fmt.Sprintf("%s is there: coldbrook dev --from %s runs it as it is", other, filepath.ToSlash(at))
			break
		}
	}
	return e
}

// Parse reads a configuration from the text of a file; name is what the mistakes
// call it. Paths in it are not looked at, and Dir is empty. It returns an *Error
// if there are mistakes.
func Parse(name string, text []byte) (emulator.Config, error) {
	return parse(name, text, "")
}

// ParseIn is Parse for a file that would lie in dir: Dir is set, and folders of code and env
// files that do not exist there are mistakes.
func ParseIn(name string, text []byte, dir string) (emulator.Config, error) {
	return parse(name, text, dir)
}

// parse reads text and, if dir is not empty, checks the paths that are relative
// to it.
func parse(name string, text []byte, dir string) (emulator.Config, error) {
	r := newReader(text)
	c := emulator.Config{Dir: dir}
	if root := r.document(); root != nil {
		r.file(&c, root)
		r.meaning(c)
		if dir != "" {
			r.paths(&c)
		}
	}
	if len(r.mistakes) > 0 {
		return emulator.Config{}, newError(name, r)
	}
	return c, nil
}
