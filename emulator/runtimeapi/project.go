package runtimeapi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// top is the folder at which looking upwards for what belongs to a project ends: that of its
// git repository, or of its configuration, or of the code.
func (c *Config) top() string {
	for folder := range upwards(c.Code, "") {
		if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil {
			return folder
		}
	}
	if project, err := filepath.Abs(c.Project); err == nil && c.Project != "" {
		if rel, err := filepath.Rel(project, c.Code); err == nil && filepath.IsLocal(rel) {
			return project
		}
	}
	return c.Code
}

// pin is a file of the project that asks for a version of an interpreter.
type pin struct {
	// file is its name; version what it asks for: 22, 22.18.0, lts/jod.
	file, version string
}

// findPin finds the version that a project asks for, in the folder of the handler's file or
// above. Of the files in one folder the first one of a language counts.
func findPin(c *Config, file string, language string) pin {
	names := map[string][]string{"nodejs": {".nvmrc", ".node-version", "package.json"}, "python": {".python-version"}}[language]
	for folder := range upwards(filepath.Dir(file), c.top()) {
		for _, name := range append(names, ".tool-versions") {
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				continue
			}
			if version := pinned(name, language, text); version != "" {
				return pin{name, version}
			}
		}
	}
	return pin{}
}

// pinned is the version that a file asks for, "" for none.
func pinned(name, language string, text []byte) string {
	switch name {
	case "package.json":
		var manifest struct{ Volta struct{ Node string } }
		if json.Unmarshal(text, &manifest) != nil {
			return "" // Node says it better
		}
		return manifest.Volta.Node
	case ".tool-versions": // of asdf and mise: a name and its versions on each line
		for line := range strings.Lines(string(text)) {
			if words := strings.Fields(line); len(words) > 1 && words[0] == language {
				return words[1]
			}
		}
		return ""
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			return strings.TrimPrefix(line, "v")
		}
	}
	return ""
}

// isMet reports whether a version is the one that is asked for, or one of it: 22.18.0 of 22.
func (p pin) isMet(version string) bool {
	return version == p.version || strings.HasPrefix(version, p.version+".")
}
