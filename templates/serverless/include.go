package serverless

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// maxFiles and maxPlain bound what one project may have read.
const (
	maxFiles = 200
	maxPlain = 64 << 10 // bytes of a file that is no YAML or JSON
)

// files are those that ${file()} names.
type files struct {
	project tree.Project // that they must lie in
	read    map[string]*tree.Node
}

func newFiles(dir string) files {
	return files{project: tree.ProjectOf(dir), read: map[string]*tree.Node{}}
}

// included looks up an address in another file: ${file(./x.yml):a.b}.
func (r *resolver) included(c *choice, address string, at tree.Place) *tree.Node {
	argument := r.fill(c.argument, at)
	if r.lack(argument) != nil {
		return argument
	}
	name := strings.Trim(scalarOf(argument), `'"`)
	if v, ok := r.options.Parameters["file("+name+"):"+address]; ok {
		return r.made(v, at)
	}
	root := r.load(name, at)
	if address == "" || r.lack(root) != nil {
		if l := r.lack(root); l != nil && address != "" && l.verdict == plan.NeedsValue {
			said := *l
			said.name, said.advice = lastName(address), giving(fmt.Sprintf("%q", "file("+name+"):"+address))
			return r.lacking(at, &said)
		}
		return root
	}
	if v := r.get(root, strings.Split(address, ".")...); v != nil {
		return v
	}
	return r.lacking(at, wrong(lastName(address), fmt.Sprintf("there is no %s in %s", address, name), ""))
}

// load reads a file once.
func (r *resolver) load(name string, at tree.Place) *tree.Node {
	if strings.HasPrefix(name, "~") || filepath.IsAbs(name) || strings.ContainsRune(name, 0) {
		return r.lacking(at, wrong(lastName(name), fmt.Sprintf("file %q is not read: its path must be relative", name), ""))
	}
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if n, known := r.files.read[path]; known {
		return n
	}
	if len(r.files.read) >= maxFiles {
		return r.lacking(at, wrong(lastName(name), fmt.Sprintf("over %d files are named", maxFiles), ""))
	}
	n := r.loadNew(name, path, at)
	r.files.read[path] = n
	return n
}

// programEndings are those of files that would have to be run.
var programEndings = []string{".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"}

func (r *resolver) loadNew(name, path string, at tree.Place) *tree.Node {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r.lacking(at, wrong(stem, fmt.Sprintf("there is no file %s", filepath.ToSlash(path)), "write it, or give the variable a default"))
	case err != nil:
		return r.lacking(at, wrong(stem, fmt.Sprintf("file %s cannot be read: %v", name, err), ""))
	case !info.Mode().IsRegular():
		return r.lacking(at, wrong(stem, fmt.Sprintf("%s is not a file", name), ""))
	case !r.files.project.Holds(path):
		return r.lacking(at, wrong(stem, fmt.Sprintf("file %s is not read: it lies outside of the project", name), "copy it into the project"))
	case slices.Contains(programEndings, filepath.Ext(path)):
		return r.lacking(at, &lack{verdict: plan.NeedsValue, name: stem, why: fmt.Sprintf("${file(%s)} is a program, which is not run", name),
			advice: "npx serverless print --format yaml > printed.yml, and give that"})
	}
	r.plan.Read(filepath.ToSlash(path))
	if ending := strings.ToLower(filepath.Ext(path)); ending == ".yml" || ending == ".yaml" || ending == ".json" {
		n, err := tree.Load(path)
		if err != nil {
			return r.lacking(at, wrong(stem, err.Error(), ""))
		}
		return n
	}
	if info.Size() > maxPlain {
		return r.lacking(at, wrong(stem, fmt.Sprintf("file %s has %d bytes, over the limit of %d", name, info.Size(), maxPlain), ""))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return r.lacking(at, wrong(stem, fmt.Sprintf("file %s cannot be read: %v", name, err), ""))
	}
	return r.made(strings.ToValidUTF8(string(text), "\uFFFD"), tree.Place{File: filepath.ToSlash(path), Line: 1, Column: 1})
}
