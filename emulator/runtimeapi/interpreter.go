package runtimeapi

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// versionLimit is how long an interpreter may take to say its version.
const versionLimit = 10 * time.Second

// What an interpreter is asked: its version and, on the next line, where it
// really is. Shims of version managers take longer than the interpreter itself,
// so that they are used only here, once.
const (
	askNode   = "console.log(process.versions.node + '\\n' + process.execPath)"
	askPython = "import sys; print(sys.version.split()[0]); print(sys.executable)"
)

var versionNumber = regexp.MustCompile(`^(\d+)\.(\d+)\S*$`)

// interpreter is one found on this machine.
type interpreter struct {
	path string
	// full is the version, release what is compared: 20 for Node, 3.11 for Python.
	full, release string
	// source says what of the project it was chosen by: .venv, .nvmrc; "" for PATH.
	source string
}

// findNode finds a Node.js, preferably of the release (20, 22), and checks the
// handler.
func findNode(c *Config, release string, found interpreter) (program, []string, error) {
	module, _, _ := cutModule(c.Handler)
	file, err := checkHandler(c, module, "index.handler", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", "/index.js", "/index.mjs", "/index.ts", "/index.mts", "")
	if err != nil {
		return program{}, nil, err
	}
	asked := findPin(c, file, "nodejs")
	how := probe{dir: c.Code, args: []string{"-e", askNode}, release: func(v []string) string { return v[1] }}
	found = found.project(how, asked.file, installed(asked.version, nodeInstalls)).or(release, how, "node")
	if found.path == "" {
		return program{}, nil, &MissingError{c.Runtime, "Node.js " + release}
	}
	p := program{path: found.path, bootstrap: "node.cjs", found: found}
	switch {
	case c.Module != "":
		p.args = []string{sourceMaps}
	case isTypeScript(file):
		if p.args, err = runsTypeScript(c, found, file); err != nil {
			return program{}, nil, err
		}
	}
	return p, otherRelease(c, found, asked, "Node.js", release), nil
}

// findPython finds a Python, preferably of the release (3.11, 3.12), and checks
// the handler.
func findPython(c *Config, release string, found interpreter) (program, []string, error) {
	module, _ := pythonModule(c.Handler)
	file, err := checkHandler(c, module, "app.handler", ".py", "/__init__.py", ".so", ".pyc")
	if err != nil {
		return program{}, nil, err
	}
	isKnown, asked := found.path != "", findPin(c, file, "python")
	how := probe{dir: c.Code, args: []string{"-c", askPython}, release: func(v []string) string { return v[1] + "." + v[2] }}
	if found = found.virtualenv(c, how, file); found.path == "" {
		names := []string{"python" + release, "python3", "python"}
		if v := versionNumber.FindStringSubmatch(asked.version); v != nil {
			wanted := v[1] + "." + v[2]
			names = append([]string{"python" + wanted}, names...)
			found = found.project(how, asked.file, installed(asked.version, pythonInstalls)).or(wanted, how, names...)
		} else {
			found = found.or(release, how, names...)
		}
	}
	if found.path == "" {
		return program{}, nil, &MissingError{c.Runtime, "Python " + release}
	}
	warnings := otherRelease(c, found, asked, "Python", release)
	if !isKnown {
		warnings = append(warnings, missingPackages(c, file, found)...)
	}
	return program{path: found.path, bootstrap: "python.py", found: found}, warnings, nil
}

// pythonModule splits a Python handler, and has the module as a path: pkg/mod of pkg.mod.fn.
func pythonModule(handler string) (module, function string) {
	dot := strings.LastIndexByte(handler, '.')
	if dot < 0 {
		return handler, ""
	}
	return strings.ReplaceAll(handler[:dot], ".", "/"), handler[dot+1:]
}

// cutModule splits a Node handler at the first dot of its last path element.
func cutModule(handler string) (module, export string, ok bool) {
	folder, file := filepath.ToSlash(handler), ""
	if slash := strings.LastIndexByte(folder, '/'); slash >= 0 {
		folder, file = folder[:slash+1], folder[slash+1:]
	} else {
		folder, file = "", folder
	}
	module, export, ok = strings.Cut(file, ".")
	return folder + module, export, ok
}

// checkHandler checks that the file of a handler is there, and returns it.
func checkHandler(c *Config, module, example string, endings ...string) (string, error) {
	if !strings.Contains(c.Handler, ".") {
		return "", mistake("it is file.function, for example "+example, "handler %q", c.Handler)
	}
	for _, root := range []string{c.Code, filepath.Join(c.Code, "node_modules")} {
		for _, ending := range endings {
			file := filepath.Join(root, filepath.FromSlash(module+ending))
			if _, err := os.Stat(file); err == nil {
				return file, nil
			}
		}
	}
	return "", mistake("handler is file.function, relative to code; a file that has to be built first needs build:",
		"handler %q: no %s in %q", c.Handler, module+endings[0], c.Code)
}

// probe is how interpreters of a language are asked.
type probe struct {
	// dir is where: version managers decide by the folder.
	dir  string
	args []string
	// release makes what is compared from the parts of the version.
	release func(version []string) string
}

// or is the interpreter, or where it is none, one found by names, preferably of the
// release; none if there is none.
func (i interpreter) or(release string, how probe, names ...string) interpreter {
	if i.path != "" {
		return i
	}
	var other interpreter
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		found, ok := how.ask(path)
		if ok && found.release == release {
			return found
		}
		if ok && other.path == "" {
			other = found
		}
	}
	return other
}

// ask asks one interpreter. It is not ok if it does not answer: a shim is found,
// but may have nothing to run.
func (p probe) ask(path string) (found interpreter, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, p.args...)
	cmd.Dir = p.dir
	out, err := cmd.Output()
	full, real, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(string(out), "\r\n", "\n")), "\n")
	version := versionNumber.FindStringSubmatch(full)
	if err != nil || version == nil {
		return interpreter{}, false
	}
	if _, err := os.Stat(real); err != nil {
		real = path
	}
	return interpreter{path: real, full: full, release: p.release(version)}, true
}

// otherRelease is the warning that the interpreter is another than the runtime, or a file
// of the project, asks for.
func otherRelease(c *Config, found interpreter, asked pin, language, release string) []string {
	isNumber := asked.version != "" && asked.version[0] >= '0' && asked.version[0] <= '9'
	missed := isNumber && !asked.isMet(found.full) && (found.source == "" || found.source == asked.file)
	if found.release == release && !missed {
		return nil
	}
	text := fmt.Sprintf("runtime %s runs on the local %s %s", c.Runtime, language, found.full)
	switch {
	case missed:
		text += fmt.Sprintf("; %s asks for %s, which was not found", asked.file, asked.version)
	case found.source != "":
		text += ", by " + found.source
	}
	return []string{text}
}
