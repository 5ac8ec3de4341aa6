package runtimeapi

import (
	"path/filepath"
	"strings"
)

// What folders are called on AWS.
const (
	cloudCode    = "/var/task"
	cloudRuntime = "/var/runtime"
	cloudTemp    = "/tmp"
)

// cloudPaths returns what writes the folders of an environment as on AWS. The
// system may know a folder by another name, which is what a runtime shows.
func cloudPaths(code string, dir folder) *strings.Replacer {
	const separator = string(filepath.Separator)
	var pairs []string
	for _, resolve := range []func(string) (string, error){filepath.EvalSymlinks, filepath.Abs} {
		if root, err := resolve(string(dir)); err == nil {
			pairs = append(pairs, folder(root).runtime(), cloudRuntime, folder(root).temp(), cloudTemp)
		}
		if root, err := resolve(code); err == nil {
			pairs = append(pairs, root+separator, cloudCode+"/")
		}
	}
	return strings.NewReplacer(pairs...)
}

// told is a text of the runtime as others see it.
func (e *environment) told(text string) string {
	if e.paths == nil {
		return text
	}
	return e.paths.Replace(text)
}
