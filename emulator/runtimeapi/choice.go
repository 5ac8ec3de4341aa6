package runtimeapi

import "path/filepath"

// project is the interpreter, or where it is none, the one at path, which a file of the
// project asks for; none if there is none.
func (i interpreter) project(how probe, file, path string) interpreter {
	if i.path != "" || path == "" {
		return i
	}
	found, ok := how.ask(path)
	if !ok {
		return interpreter{}
	}
	found.source = file
	return found
}

// virtualenv is the interpreter, or where it is none, that of the virtual environment of the
// project; none if it has none.
func (i interpreter) virtualenv(c *Config, how probe, file string) interpreter {
	if i.path != "" {
		return i
	}
	env := findVirtualenv(c, file)
	if env == "" {
		env = poetryVirtualenv(c, file)
	}
	if env == "" {
		return i
	}
	return i.project(how, from(c.Code, env), pythonIn(env))
}

// isOutdated reports whether the project has a virtual environment that it had not when the
// interpreter was chosen.
func (i interpreter) isOutdated(c *Config) bool {
	if i.source != "" || !pythonRuntime.MatchString(c.Runtime) {
		return false
	}
	module, _ := pythonModule(c.Handler)
	return findVirtualenv(c, filepath.Join(c.Code, filepath.FromSlash(module))) != ""
}
