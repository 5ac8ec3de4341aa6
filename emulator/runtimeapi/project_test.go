package runtimeapi

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// says is an interpreter that only says its version and where it is.
func says(version string) string { return "#!/bin/sh\necho " + version + "\necho \"$0\"\n" }

// runnable makes the files of a project executable.
func runnable(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, file := range files {
		if err := os.Chmod(filepath.Join(dir, filepath.FromSlash(file)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// chosen is the interpreter that a function of a project gets, relative to it, with its warnings.
func chosen(t *testing.T, dir string, c Config) (path string, warnings []string) {
	t.Helper()
	c.FunctionName, c.Project = "ship", dir
	c.Code = filepath.Join(dir, c.Code)
	l := launcher(t, c)
	return from(dir, l.program.path), l.Warnings()
}

// aHome is an empty home without managers of versions, and a PATH that has a Node.js 20.1.0
// and a Python 3.11.1.
func aHome(t *testing.T) string {
	t.Helper()
	skipOnWindows(t)
	home := project(t, map[string]string{"bin/node": says("20.1.0"), "bin/python3.11": says("3.11.1")})
	runnable(t, home, "bin/node", "bin/python3.11")
	t.Setenv("HOME", home)
	t.Setenv("PATH", filepath.Join(home, "bin")+":/usr/bin:/bin")
	for _, i := range slices.Concat(nodeInstalls, pythonInstalls) {
		if i.variable != "" {
			t.Setenv(i.variable, "")
		}
	}
	return home
}

func TestNodeOfTheProject(t *testing.T) {
	const inNvm, inVolta, inFnm = ".nvm/versions/node/v22.18.0/bin/node", ".volta/tools/image/node/22.4.1/bin/node", ".local/share/fnm/node-versions/v22.9.0/installation/bin/node"
	for name, test := range map[string]struct {
		file, text string // that asks for a version
		installed  []string
		want       string // where it is found in the home, or PATH
		warning    string
	}{
		"nvm":         {".nvmrc", "v22\n", []string{inNvm}, inNvm, "runs on the local Node.js 22.18.0, by .nvmrc"},
		"nvm, exact":  {".nvmrc", "22.18.0", []string{inNvm}, inNvm, "by .nvmrc"},
		"alias":       {".nvmrc", "lts/jod", []string{inNvm}, inNvm, "by .nvmrc"},
		"volta":       {"package.json", `{"volta": {"node": "22.4.1"}}`, []string{inVolta}, inVolta, "by package.json"},
		"fnm":         {".node-version", "22.9", []string{inFnm}, inFnm, "by .node-version"},
		"asdf":        {".tool-versions", "python 3.1\nnodejs 22.1.0\n", []string{".asdf/installs/nodejs/22.1.0/bin/node"}, ".asdf/installs/nodejs/22.1.0/bin/node", "by .tool-versions"},
		"not there":   {".nvmrc", "18.3", []string{inNvm}, "PATH", "runtime nodejs20.x runs on the local Node.js 20.1.0; .nvmrc asks for 18.3, which was not found"},
		"of PATH":     {".nvmrc", "20", nil, "PATH", ""},
		"asks not":    {"package.json", `{}`, []string{inNvm}, "PATH", ""},
		"2 is not 22": {".nvmrc", "2", []string{inNvm}, "PATH", "asks for 2, which was not found"},
	} {
		t.Run(name, func(t *testing.T) {
			home := aHome(t)
			files := map[string]string{test.file: test.text, "functions/ship/src/index.js": ""}
			dir := project(t, files)
			for _, file := range test.installed {
				install(t, filepath.Join(home, filepath.FromSlash(file)))
			}
			if name == "alias" {
				alias := filepath.Join(home, ".nvm", "alias", "lts")
				os.MkdirAll(alias, 0o700)
				os.WriteFile(filepath.Join(alias, "jod"), []byte("v22.18.0\n"), 0o600)
			}
			path, warnings := chosen(t, dir, Config{Runtime: "nodejs20.x", Code: "functions/ship", Handler: "src/index.handler"})
			want := from(dir, filepath.Join(home, filepath.FromSlash(test.want)))
			if test.want == "PATH" {
				want = from(dir, filepath.Join(home, "bin", "node"))
			}
			if path != want {
				t.Errorf("got %s, want %s", path, want)
			}
			checkWarning(t, warnings, test.warning)
		})
	}
}

// install writes an interpreter whose version is in its path.
func install(t *testing.T, path string) {
	t.Helper()
	for part := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		version := strings.TrimPrefix(part, "v")
		if strings.Count(version, ".") == 2 && version[0] >= '0' && version[0] <= '9' {
			os.MkdirAll(filepath.Dir(path), 0o700)
			if err := os.WriteFile(path, []byte(says(version)), 0o700); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no version in %s", path)
}

func checkWarning(t *testing.T, got []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(got) > 0:
		t.Errorf("got warnings %q, want none", got)
	case want != "" && (len(got) != 1 || !strings.Contains(got[0], want)):
		t.Errorf("got warnings %q, want one that says %q", got, want)
	}
}

func TestPythonOfTheProject(t *testing.T) {
	for name, test := range map[string]struct {
		files   map[string]string
		want    string
		warning string
	}{
		"beside the handler":   {map[string]string{"functions/ship/.venv/bin/python": says("3.11.2"), ".venv/bin/python": says("3.12.1")}, "functions/ship/.venv/bin/python", ""},
		"of the project":       {map[string]string{".venv/bin/python": says("3.12.1")}, ".venv/bin/python", "runtime python3.11 runs on the local Python 3.12.1, by ../../.venv"},
		"venv":                 {map[string]string{"functions/venv/bin/python": says("3.11.4")}, "functions/venv/bin/python", ""},
		"before a version":     {map[string]string{".venv/bin/python": says("3.11.4"), ".python-version": "3.12"}, ".venv/bin/python", ""},
		"version that is not":  {map[string]string{".python-version": "3.7.2"}, "HOME/bin/python3.11", ".python-version asks for 3.7.2, which was not found"},
		"version of uv":        {map[string]string{".python-version": "3.11\n", "HOME": ".local/share/uv/python/cpython-3.11.9-linux-x86_64-gnu/bin/python3"}, "HOME/.local/share/uv/python/cpython-3.11.9-linux-x86_64-gnu/bin/python3", ""},
		"poetry":               {map[string]string{"pyproject.toml": "[tool.poetry]\nname = 'x'", "envs/x/bin/python": says("3.11.8"), "HOME/bin/poetry": "envs/x"}, "envs/x/bin/python", ""},
		"poetry is not used":   {map[string]string{"pyproject.toml": "[project]", "envs/x/bin/python": says("3.11.8"), "HOME/bin/poetry": "envs/x"}, "HOME/bin/python3.11", ""},
		"the project has none": {nil, "HOME/bin/python3.11", ""},
	} {
		t.Run(name, func(t *testing.T) {
			home := aHome(t)
			dir := project(t, map[string]string{"functions/ship/pkg/app.py": ""})
			for file, text := range test.files {
				path := filepath.Join(dir, filepath.FromSlash(file))
				switch {
				case file == "HOME": // an interpreter that is installed there
					path, text = filepath.Join(home, filepath.FromSlash(text)), says("3.11.9")
				case strings.HasPrefix(file, "HOME/"): // a poetry that says where the environment is
					path, text = filepath.Join(home, "bin", "poetry"), "#!/bin/sh\necho "+filepath.Join(dir, text)+"\n"
				}
				os.MkdirAll(filepath.Dir(path), 0o700)
				if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			path, warnings := chosen(t, dir, Config{Runtime: "python3.11", Code: "functions/ship", Handler: "pkg.app.handler"})
			want := test.want
			if rest, ok := strings.CutPrefix(want, "HOME"); ok {
				want = from(dir, home+rest)
			}
			if path != want {
				t.Errorf("got %s, want %s", path, want)
			}
			checkWarning(t, warnings, test.warning)
		})
	}
}

func TestRequirementsThatAreNotInstalled(t *testing.T) {
	need(t, "python3")
	if runtime.GOOS == "windows" {
		t.Skip("python3 is another one")
	}
	out, err := exec.Command("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
	if err != nil {
		t.Skip(err)
	}
	release := strings.TrimSpace(string(out))
	dir := project(t, map[string]string{
		"ship/requirements.txt": "# what it needs\npip\nno-such-package==1.2  # pinned\nvendored\nother-none>=1; python_version < '3'\n-r more.txt\n",
		"ship/app.py":           "import no_such_package", "ship/vendored.py": "",
	})
	c := Config{FunctionName: "ship", Runtime: "python" + release, Code: filepath.Join(dir, "ship"), Project: dir, Handler: "app.handler"}
	l := launcher(t, c)
	const want = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
	checkWarning(t, l.Warnings(), "has not no-such-package, which requirements.txt asks for: "+want)
	_, err = tryLaunch(t, c, &transcript{})
	wantInitFailure(t, err, "Runtime.ImportModuleError", "No module named 'no_such_package'")
	if got := withHint(err); !strings.Contains(got, "no_such_package is not installed: "+want) {
		t.Errorf("got %q, want the command", got)
	}
	// It is looked for again once there is an environment.
	if err := exec.Command("python3", "-m", "venv", "--without-pip", filepath.Join(dir, ".venv")).Run(); err != nil {
		t.Skip(err)
	}
	next, err := l.Next(c)
	if err != nil {
		t.Fatal(err)
	}
	if got := from(dir, next.program.path); got != ".venv/bin/python" {
		t.Errorf("got %s, want the new environment", got)
	}
}

func TestWhatNodeDoesNotFindHasACommand(t *testing.T) {
	need(t, "node")
	for lock, want := range map[string]string{"package.json": "npm install", "yarn.lock": "yarn install", "pnpm-lock.yaml": "pnpm install"} {
		dir := project(t, map[string]string{lock: "{}", "index.js": "require('no-such-package/sub')"})
		_, err := tryLaunch(t, Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: dir, Handler: "index.handler"}, &transcript{})
		if got := withHint(err); !strings.Contains(got, "no-such-package/sub is not installed: "+want) {
			t.Errorf("%s: got %q, want it to say %q", lock, got, want)
		}
	}
}

// withHint is an error of an init with what is said to do about it.
func withHint(err error) string {
	failure, ok := errors.AsType[*function.InitFailure](err)
	if !ok {
		return "no failure of an init"
	}
	return failure.Error() + " (" + failure.Hint + ")"
}
