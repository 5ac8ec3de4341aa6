package runtimeapi

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// TypeScriptError is returned by New for a handler in TypeScript that Node cannot run as it
// is: it has to be made JavaScript first, which Config.Module names then.
type TypeScriptError struct {
	// Handler is the function's; File is the absolute path of its file.
	Handler, File string
	// Release is that of the Node that was found: 20, 22.
	Release string

	node  string // its version
	why   string // "" if it is the version
	where string // the place of that, relative to the code
	shown string // the file, relative to the code
}

func (e *TypeScriptError) Error() string {
	if e.why == "" {
		return fmt.Sprintf("handler %q: Node.js %s cannot run %s as it is", e.Handler, e.node, e.shown)
	}
	return fmt.Sprintf("handler %q: Node.js %s only leaves out types, and that is not enough: %s: %s", e.Handler, e.node, e.where, e.why)
}

// Hint says what to do about it.
func (e *TypeScriptError) Hint() string {
	base := strings.TrimSuffix(e.shown, filepath.Ext(e.shown))
	hint := fmt.Sprintf("npm install --save-dev esbuild, with which it is built by itself; or set build: npx esbuild %s --bundle --platform=node --sourcemap --outfile=%s.js", e.shown, base)
	if e.why == "" {
		hint += "; or install Node.js 22.18 or later"
	}
	return hint
}

// typescript are the endings of files that Node runs once their types are left out.
var typescript = []string{".ts", ".mts", ".cts"}

// isTypeScript reports whether a file is of a kind that Node may have to be helped with.
func isTypeScript(file string) bool {
	return file != "" && (slices.Contains(typescript, filepath.Ext(file)) || filepath.Ext(file) == ".tsx")
}

// runsTypeScript returns with which arguments Node runs a file of TypeScript, or a
// *TypeScriptError if it cannot.
func runsTypeScript(c *Config, node interpreter, file string) ([]string, error) {
	failed := &TypeScriptError{Handler: c.Handler, File: file, Release: node.release, node: node.full, shown: from(c.Code, file)}
	flags, ok := stripFlags(node.full)
	if !ok {
		return nil, failed
	}
	if p := needsBuild(file); p != nil {
		failed.why, failed.where = p.why, fmt.Sprintf("%s:%d", from(c.Code, p.file), p.line)
		return nil, failed
	}
	return flags, nil
}

// stripFlags are the arguments with which a version of Node leaves out types. From 22.18
// and 23.6 on it does so by itself; from 22.6 on it can be asked to. It is not ok before.
func stripFlags(version string) (flags []string, ok bool) {
	major, minor := majorMinor(version)
	switch {
	case major > 23, major == 23 && minor >= 6, major == 22 && minor >= 18:
		return []string{noExperiment}, true
	case major == 23, major == 22 && minor >= 6:
		return []string{"--experimental-strip-types", noExperiment}, true
	}
	return nil, false
}

// noExperiment has Node not say in the function's output, at each cold start, that it
// leaves out types, which is an experiment.
const noExperiment = "--disable-warning=ExperimentalWarning"

// sourceMaps has Node name the places of the user's files in stacks, not those of what was
// built of them.
const sourceMaps = "--enable-source-maps"

func majorMinor(version string) (major, minor int) {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, _ = strconv.Atoi(first) // 0 is older than all that count
	minor, _ = strconv.Atoi(second)
	return major, minor
}

// from is a path as seen from a folder, with slashes.
func from(folder, path string) string {
	if rel, err := filepath.Rel(folder, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}
