package runtimeapi

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// installs are where managers of versions have interpreters: a folder, which a variable of
// the environment may name, and in it a folder for each version, whose name begins and goes
// on as said.
type installs struct {
	variable, folder, within string
	prefix, program          string
}

var (
	nodeInstalls = []installs{
		{"NVM_DIR", ".nvm", "versions/node", "v", "bin/node"},
		{"VOLTA_HOME", ".volta", "tools/image/node", "", "bin/node"},
		{"FNM_DIR", ".local/share/fnm", "node-versions", "v", "installation/bin/node"},
		{"", ".fnm", "node-versions", "v", "installation/bin/node"},
		{"ASDF_DATA_DIR", ".asdf", "installs/nodejs", "", "bin/node"},
		{"MISE_DATA_DIR", ".local/share/mise", "installs/node", "", "bin/node"},
	}
	pythonInstalls = []installs{
		{"PYENV_ROOT", ".pyenv", "versions", "", "bin/python"},
		{"UV_PYTHON_INSTALL_DIR", ".local/share/uv/python", "", "cpython-", "bin/python3"},
		{"ASDF_DATA_DIR", ".asdf", "installs/python", "", "bin/python"},
		{"MISE_DATA_DIR", ".local/share/mise", "installs/python", "", "bin/python"},
	}
)

// installed returns the newest interpreter of a version, or of one of it, that a manager of
// versions has installed; "" for none.
func installed(version string, all []installs) string {
	home, err := os.UserHomeDir()
	if err != nil || version == "" || runtime.GOOS == "windows" { // whose managers have other folders
		return ""
	}
	for _, i := range all {
		root := cmp.Or(os.Getenv(i.variable), filepath.Join(home, filepath.FromSlash(i.folder)))
		if found := i.newest(filepath.Join(root, filepath.FromSlash(i.within)), i.alias(root, version)); found != "" {
			return found
		}
	}
	return ""
}

// newest is the program of the newest version in a folder that is the one asked for.
func (i *installs) newest(folder, version string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return ""
	}
	best, found := "", ""
	for _, entry := range entries {
		name, ok := strings.CutPrefix(entry.Name(), i.prefix)
		name, _, _ = strings.Cut(name, "-linux") // uv: 3.12.1-linux-x86_64-gnu
		name, _, _ = strings.Cut(name, "-macos")
		program := filepath.Join(folder, entry.Name(), filepath.FromSlash(i.program))
		if ok && (pin{version: version}).isMet(name) && newer(name, best) && isFile(program) {
			best, found = name, program
		}
	}
	return found
}

// newer compares versions part by part: 22.10.0 is newer than 22.9.1.
func newer(a, b string) bool {
	for b != "" && a != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		m, _ := strconv.Atoi(x) // what is no number is older
		n, _ := strconv.Atoi(y)
		if m != n {
			return m > n
		}
	}
	return a != ""
}

// alias is what a name stands for, such as lts/jod or default: nvm has a file for each.
func (i *installs) alias(root, version string) string {
	for range 5 { // a name may stand for another
		if version == "" || version[0] >= '0' && version[0] <= '9' {
			return version
		}
		text, err := os.ReadFile(filepath.Join(root, "alias", filepath.FromSlash(version)))
		if err != nil {
			return version
		}
		version = strings.TrimPrefix(strings.TrimSpace(string(text)), "v")
	}
	return version
}
