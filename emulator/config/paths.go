package config

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// paths checks that the folders and files of the configuration exist.
func (r *reader) paths(c *emulator.Config) {
	for _, f := range c.Functions {
		r.layersExist(c.Dir, f.Name, f.Layers)
		at := emulator.Path("functions", f.Name)
		if f.Build == "" { // else it may be what the build makes
			r.exists(c.Dir, emulator.Path(at, "code"), f.Code, true)
		}
		r.exists(c.Dir, emulator.Path(at, "envFile"), f.EnvFile, false)
	}
	for _, p := range c.Processes {
		r.exists(c.Dir, emulator.Path(emulator.Path("processes", p.Name), "dir"), p.Dir, true)
	}
}

// exists reports a file or folder that is not there, or is the other of the two.
func (r *reader) exists(dir, path, name string, folder bool) {
	if name == "" || r.unknown(path) {
		return
	}
	full := name
	if !filepath.IsAbs(full) {
		full = filepath.Join(dir, filepath.FromSlash(name))
	}
	kind := map[bool]string{true: "folder", false: "file"}
	info, err := os.Stat(full)
	switch {
	case err != nil:
		r.add(r.find(path), emulator.Mistake{Path: path, Value: name,
			Message: fmt.Sprintf("there is no %s %q", kind[folder], name),
			Advice:  r.sibling(full, name)})
	case info.IsDir() != folder:
		r.add(r.find(path), emulator.Mistake{Path: path, Value: name,
			Message: fmt.Sprintf("%q is a %s, not a %s", name, kind[!folder], kind[folder])})
	}
}

// sibling is the hint for a name of which something similar exists.
func (r *reader) sibling(full, name string) string {
	entries, err := os.ReadDir(filepath.Dir(full))
	if err != nil {
		return "paths are relative to the folder of the configuration"
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if near := emulator.DidYouMean(filepath.Base(full), names); near != "" {
		return fmt.Sprintf("did you mean %q?", filepath.ToSlash(filepath.Join(filepath.Dir(name), near)))
	}
	return "paths are relative to the folder of the configuration"
}
