package runtimeapi

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// program is how a runtime is started.
type program struct {
	path string
	args []string
	// bootstrap is the embedded file that path runs, "" for none. It is put in
	// the environment's folder and given as the last argument.
	bootstrap string
	// found is the interpreter that path is; none for other programs.
	found interpreter
}

var (
	nodeRuntime   = regexp.MustCompile(`^nodejs(18|20|22|24)\.x$`)
	pythonRuntime = regexp.MustCompile(`^python(3\.(?:9|10|11|12|13|14))$`)
)

// osOnly reports whether a runtime is only an operating system.
func osOnly(name string) bool { return strings.HasPrefix(name, "provided") }

// find resolves how the runtime of a function is started, and what to warn of. known is
// the interpreter, if that is known already.
func find(c *Config, known interpreter) (program, []string, error) {
	if hint := otherName(c.Runtime); hint != "" {
		return program{}, nil, mistake(hint, "unknown runtime %q", c.Runtime)
	}
	node, python := nodeRuntime.FindStringSubmatch(c.Runtime), pythonRuntime.FindStringSubmatch(c.Runtime)
	switch {
	case len(c.Command) > 0:
		p, err := findCommand(c)
		return p, nil, err
	case node != nil:
		return findNode(c, node[1], known)
	case python != nil:
		return findPython(c, python[1], known)
	case javaRuntime.MatchString(c.Runtime):
		return findJava(c)
	case osOnly(c.Runtime):
		p, err := findExecutable(c)
		return p, nil, err
	}
	return program{}, nil, mistake("give a command: that speaks the Runtime API, or use nodejs18.x to nodejs24.x, "+
		"python3.9 to python3.14, java8.al2 to java25 or provided.al2023", "runtime %q is not emulated", c.Runtime)
}

// otherName returns a hint for names that people give to runtimes, "" for
// others.
func otherName(name string) string {
	switch family := strings.TrimRight(strings.ToLower(name), "0123456789.x"); {
	case name == "":
		return "set runtime, for example to nodejs24.x, python3.13 or provided.al2023"
	case family == "go" || family == "golang":
		return "the platform's name for Go is provided.al2023"
	case family == "rust" || family == "custom" || name == "provided" || family == "bash" || family == "shell":
		return "the platform's name for executables is provided.al2023"
	case family == "node" || family == "nodejs" && !nodeRuntime.MatchString(name) || family == "javascript" || family == "js":
		return "the platform's names for Node.js are nodejs18.x, nodejs20.x, nodejs22.x and nodejs24.x"
	case family == "python" && !pythonRuntime.MatchString(name) || family == "py":
		return "the platform's names for Python are python3.9 to python3.14"
	}
	return ""
}

// findCommand checks the user's own command. A relative path is relative to the
// code, which is the working directory.
func findCommand(c *Config) (program, error) {
	path := c.Command[0]
	if !strings.ContainsRune(path, filepath.Separator) && !strings.ContainsRune(path, '/') {
		found, err := exec.LookPath(path)
		if err != nil {
			return program{}, mistake("install it, or give its path", "command %q: not found in PATH", path)
		}
		return program{path: found, args: c.Command[1:]}, nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.Code, path)
	}
	if hint, err := executable(path); err != nil {
		return program{}, mistake(hint, "command %q: %w", c.Command[0], err)
	}
	return program{path: path, args: c.Command[1:]}, nil
}

// findExecutable finds what a function on a bare operating system runs: what
// was built, the file named by the handler, or bootstrap, as on AWS.
func findExecutable(c *Config) (program, error) {
	if c.Binary != "" {
		if hint, err := executable(c.Binary); err != nil {
			return program{}, mistake(hint, "binary %q: %w", c.Binary, err)
		}
		return program{path: c.Binary}, nil
	}
	var found error
	for _, name := range []string{c.Handler, "bootstrap"} {
		path := filepath.Join(c.Code, name)
		if name == "" {
			continue
		}
		hint, err := executable(path)
		if err == nil {
			return program{path: path}, nil
		}
		if found == nil || !errors.Is(err, os.ErrNotExist) { // what is there, but not right, says more
			found = mistake(hint, "%q in %q: %w", name, c.Code, err)
		}
	}
	for _, folder := range slices.Backward(c.Layers) { // as on AWS, where it is /opt/bootstrap
		if path := filepath.Join(folder, "bootstrap"); isFile(path) {
			return program{path: path}, nil
		}
	}
	return program{}, found
}

// executable checks that path is a file that can be run. If not, it says why
// and what to do.
func executable(path string) (hint string, err error) {
	const other = "name an executable with handler:, or build one with build:"
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && runtime.GOOS == "windows" && filepath.Ext(path) == "":
		return executable(path + ".exe")
	case errors.Is(err, os.ErrNotExist):
		return other, os.ErrNotExist
	case err != nil:
		return "", err
	case info.IsDir():
		return other, errors.New("it is a folder")
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return "make it executable: chmod +x " + path, errors.New("it is not executable")
	}
	return "", nil
}
