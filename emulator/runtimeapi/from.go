package runtimeapi

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Next is New for the next revision of the same function. The interpreter is not looked
// for again if runtime and folder are the same and it is still there, which saves 20 to
// 50 ms: what .nvmrc and the like say is read by New only.
//
// A runtime that waits for code (Ahead) fits the next launcher if all of config is the
// same.
func (l *Launcher) Next(config Config) (*Launcher, error) {
	return newLauncher(config, func(c *Config) interpreter {
		if c.Runtime != l.config.Runtime || c.Code != l.config.Code {
			return interpreter{}
		}
		if _, err := os.Stat(l.program.found.path); err != nil || l.program.found.isOutdated(c) {
			return interpreter{}
		}
		return l.program.found
	})
}

// From has environments that are launched from now on run from a copy of the code, the
// folder dir; "" is the code itself again. Those that run are not touched; one whose init
// is not done, and may read what was saved since, is started again. It is for
// the time in which what is in the folder of the code is not this revision any more,
// and no other one yet (reload.Snapshot makes the copy).
//
// The handler's working directory and LAMBDA_TASK_ROOT are the copy then; where its
// paths stand in lines and error messages, those of the code are shown. A program or
// command in the folder of the code is taken from the copy; a Binary stays where it is.
func (l *Launcher) From(dir string) { l.from.set(dir) }

// source is the folder that environments are started from. It is safe for concurrent use.
type source struct {
	mu   sync.Mutex // guards all below
	dir  string     // "" is that of the code
	left chan struct{}
}

// set is a folder from now on.
func (s *source) set(dir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if dir != "" && dir != s.dir && s.left != nil {
		close(s.left)
		s.left = nil
	}
	s.dir = dir
}

// now is the folder, and what is closed when what starts from it may be another revision:
// when it is to be a copy instead.
func (s *source) now() (dir string, left <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == nil {
		s.left = make(chan struct{})
	}
	return s.dir, s.left
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// runsFrom is what an environment is started with from a folder.
func (l *Launcher) runsFrom(dir string) (*Config, program) {
	if dir == "" {
		return &l.config, l.program
	}
	c, p := l.config, l.program
	c.Code, c.shown = dir, l.config.Code
	p.path = moved(p.path, l.config.Code, dir)
	p.args = make([]string, len(l.program.args))
	for i, arg := range l.program.args {
		p.args[i] = moved(arg, l.config.Code, dir)
	}
	return &c, p
}

// moved is a path below from, below to; others stay.
func moved(path, from, to string) string {
	if rest, ok := strings.CutPrefix(path, from+string(filepath.Separator)); ok {
		return filepath.Join(to, rest)
	}
	return path
}

// codePaths returns what writes the folder of a copy of the code as that of the code.
func codePaths(code, shown string) *strings.Replacer {
	const separator = string(filepath.Separator)
	pairs := []string{code + separator, shown + separator}
	if root, err := filepath.EvalSymlinks(code); err == nil && root != code {
		pairs = append(pairs, root+separator, shown+separator)
	}
	return strings.NewReplacer(pairs...)
}
