package reload

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Ignored returns what git ignores on the way from the folder dir to path, which lies in it:
// the outermost folder, or path itself. It is empty if git ignores nothing there, or all of
// dir.
func Ignored(dir, path string) string {
	dir, path = absolute(dir), absolute(path)
	if !within(dir, path) || dir == path {
		return ""
	}
	chain, at := ignoreFilesAbove(repositoryOf(dir), dir), dir
	names := strings.Split(relative(dir, path), "/")
	for i, name := range names {
		chain = readIgnoreFile(filepath.Join(at, ".gitignore"), at, chain)
		at = filepath.Join(at, name)
		if chain.ignores(at, i < len(names)-1) {
			return at
		}
	}
	return ""
}

// artefacts are what folders are called that programs make.
var artefacts = []string{"dist", "build", "out", "target", "bin", ".build", ".esbuild", ".webpack", ".aws-sam", ".serverless"}

// IsArtefact reports whether a folder is what a build makes, as far as that can be told: it
// is not there yet, git ignores it, or it is called as such folders are, or a folder is that
// it is in, and nothing in between says how it is built. Above last nothing is looked at.
func IsArtefact(folder, last string) bool {
	folder, last = absolute(folder), absolute(last)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return true
	}
	if Ignored(last, filepath.Join(folder, "x")) != "" {
		return true
	}
	for at := folder; at != last && within(last, at) && !hasManifest(at); at = filepath.Dir(at) {
		if slices.Contains(artefacts, filepath.Base(at)) {
			return true
		}
	}
	return false
}

// manifests say how what is in a folder is built.
var manifests = []string{"package.json", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "go.mod", "pyproject.toml", "Makefile", "makefile"}

func hasManifest(folder string) bool {
	return slices.ContainsFunc(manifests, func(name string) bool {
		_, err := os.Stat(filepath.Join(folder, name))
		return err == nil
	})
}

// BuildFolder is the folder in which a build of the code in dir runs, and whose files it is
// made of: dir, or, if that is what the build makes, the nearest one above it that is none
// and says how it is built: by a package.json, a Cargo.toml, a pom.xml and the like. Above
// last nothing is looked for, and last it is if there is none.
func BuildFolder(dir, last string) string {
	dir, last = absolute(dir), absolute(last)
	if !IsArtefact(dir, last) {
		return dir
	}
	for at := filepath.Dir(dir); within(last, at); at = filepath.Dir(at) {
		if hasManifest(at) && !IsArtefact(at, last) {
			return at
		}
		if at == last {
			return last
		}
	}
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	return last
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
