package runtimeapi

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// askMissing has Python print which of the packages of a requirements.txt it has not. What
// is conditional, comes from elsewhere or is an option is not looked at.
const askMissing = `import importlib.metadata, importlib.util, re, sys
sys.path[0:0] = sys.argv[2:]
for line in open(sys.argv[1], encoding="utf-8"):
    line = line.split("#")[0].strip()
    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    if not name or ";" in line or "://" in line:
        continue
    try:
        importlib.metadata.distribution(name[0])
    except importlib.metadata.PackageNotFoundError:
        if importlib.util.find_spec(name[0].replace("-", "_").split(".")[0]) is None:
            print(name[0])
`

// findUpwards is the nearest file of one of the names, from a handler's file upwards.
func findUpwards(c *Config, file string, names ...string) string {
	for folder := range upwards(filepath.Dir(file), c.top()) {
		for _, name := range names {
			if path := filepath.Join(folder, name); isFile(path) {
				return path
			}
		}
	}
	return ""
}

// missingPackages is the warning that a Python has not what the requirements.txt of a handler
// asks for; none if it has.
func missingPackages(c *Config, file string, python interpreter) []string {
	requirements := findUpwards(c, file, "requirements.txt")
	if requirements == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, python.path, "-c", askMissing, requirements, c.Code, filepath.Dir(file))
	cmd.Args = append(cmd.Args, c.pythonFolders(python.release)...)
	cmd.Dir = c.Code
	out, err := cmd.Output()
	names := strings.Fields(string(out))
	if err != nil || len(names) == 0 {
		return nil // what it cannot tell is found out when the handler is loaded
	}
	return []string{fmt.Sprintf("Python %s at %s has not %s, which %s asks for: %s", python.full, python.path,
		strings.Join(names, ", "), from(c.Code, requirements), installPython(c, file))}
}

// installPython is the command that installs what a handler in Python imports.
func installPython(c *Config, file string) string {
	list := findUpwards(c, file, "requirements.txt", "uv.lock", "poetry.lock", "Pipfile")
	at := ""
	if folder := filepath.Dir(list); list != "" && folder != c.Code {
		at = "cd " + folder + " && "
	}
	switch filepath.Base(list) {
	case "uv.lock":
		return at + "uv sync"
	case "poetry.lock":
		return at + "poetry install"
	case "Pipfile":
		return at + "PIPENV_VENV_IN_PROJECT=1 pipenv install"
	case "requirements.txt":
		if env := findVirtualenv(c, file); env != "" {
			return fmt.Sprintf("%s -m pip install -r %s", pythonIn(env), list)
		}
		return at + "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
	}
	return ""
}

// installNode is the command that installs what a handler in Node imports.
func installNode(c *Config, file string) string {
	list := findUpwards(c, file, "pnpm-lock.yaml", "yarn.lock", "package-lock.json", "package.json")
	at := ""
	if folder := filepath.Dir(list); list != "" && folder != c.Code {
		at = "cd " + folder + " && "
	}
	switch filepath.Base(list) {
	case "pnpm-lock.yaml":
		return at + "pnpm install"
	case "yarn.lock":
		return at + "yarn install"
	case "package-lock.json", "package.json":
		return at + "npm install"
	}
	return ""
}

// What Python and Node say of a package that is not there.
var (
	noPythonModule = regexp.MustCompile(`No module named '([^']+)'`)
	noNodeModule   = regexp.MustCompile(`Cannot find (?:module|package) '([^'./][^']*)'`)
)

// importHint says what to do about a package that a handler imports and that is not there; ""
// if it is not one, or we do not know.
func importHint(c *Config, message string) string {
	command, name := "", ""
	if m := noPythonModule.FindStringSubmatch(message); m != nil && pythonRuntime.MatchString(c.Runtime) {
		file, _ := pythonModule(c.Handler)
		name, command = m[1], installPython(c, filepath.Join(c.source(), filepath.FromSlash(file)))
	} else if m := noNodeModule.FindStringSubmatch(message); m != nil && nodeRuntime.MatchString(c.Runtime) {
		module, _, _ := cutModule(c.Handler)
		name, command = m[1], installNode(c, filepath.Join(c.source(), filepath.FromSlash(module)))
	}
	if command == "" {
		return ""
	}
	return fmt.Sprintf("%s is not installed: %s", name, command)
}

// source is the folder of the code, also for an environment that runs from a copy of it.
func (c *Config) source() string {
	if c.shown != "" {
		return c.shown
	}
	return c.Code
}
