package tree

import (
	"os"
	"path/filepath"
)

// Project is the folder that the files of a project lie in, without symbolic links: what
// others wrote names files, and must not have files of this machine read that are no part of
// it. The zero Project holds nothing.
type Project struct{ root string }

// ProjectOf is the folder of the git repository that dir is in, or else dir.
func ProjectOf(dir string) Project {
	start, err := filepath.Abs(dir)
	if err == nil {
		start, err = filepath.EvalSymlinks(start)
	}
	if err != nil {
		return Project{}
	}
	for d := start; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, ".git")); err == nil {
			return Project{d}
		}
		if d == filepath.Dir(d) {
			return Project{start}
		}
	}
}

// Holds says that a file lies in the project, also where symbolic links lead to it. It is
// false for what is not there.
func (p Project) Holds(path string) bool {
	full, err := filepath.Abs(path)
	if err == nil {
		full, err = filepath.EvalSymlinks(full)
	}
	if err != nil || p.root == "" {
		return false
	}
	way, err := filepath.Rel(p.root, full)
	return err == nil && filepath.IsLocal(way)
}
