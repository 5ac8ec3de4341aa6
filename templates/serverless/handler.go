package serverless

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// found is where the code of a function is: folder and handler as emulator.Function has
// them, and what was looked for if it is not there.
type found struct {
	code, handler string
	// note says how it is built, for the finding; "" for nothing to say.
	note   string
	looked string
}

// nodeEndings are what a handler of Node may be: a file, or a folder with an index.
var nodeEndings = []string{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"}

// findHandler finds the file of a handler. The folder of the file is the code of all its
// functions, as in the framework, unless the handler lies outside of it. module is the
// folder that serverless-python-requirements packs on its own.
func (f *file) findHandler(runtime, handler, module string) found {
	handler = path.Clean(filepath.ToSlash(handler))
	code := "."
	for strings.HasPrefix(handler, "../") {
		code, handler = path.Join(code, ".."), handler[3:]
	}
	if first, rest, below := strings.Cut(handler, "/"); below && code != "." {
		code, handler = path.Join(code, first), rest // not all that lies beside the project
	}
	out := found{code: code, handler: handler}
	switch {
	case strings.HasPrefix(runtime, "nodejs"):
		out.looked = f.look(code, nodeModule(handler), nodeEndings, "/index")
	case strings.HasPrefix(runtime, "python"):
		stem := pythonModule(handler)
		out.looked = f.look(code, stem, []string{".py"}, "/__init__")
		if module = path.Clean(filepath.ToSlash(module)); out.looked != "" && filepath.IsLocal(module) && f.look(module, stem, []string{".py"}, "/__init__") == "" {
			out.code, out.looked = module, ""
		}
	}
	return out
}

// look looks for a module; what it returns is what it looked for, "" if it is there.
func (f *file) look(code, stem string, endings []string, index string) (missing string) {
	at := filepath.Join(f.dir, filepath.FromSlash(code), filepath.FromSlash(stem))
	for _, ending := range endings {
		for _, name := range []string{at + ending, at + filepath.FromSlash(index) + ending} {
			if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
				return ""
			}
		}
	}
	return filepath.ToSlash(at) + endings[0]
}

// nodeModule is the path of a handler of Node: up to the first dot of its last name.
func nodeModule(handler string) string {
	dir, name := path.Split(handler)
	name, _, _ = strings.Cut(name, ".")
	return dir + name
}

// pythonModule is the path of a handler of Python, in which dots may be slashes.
func pythonModule(handler string) string {
	if dot := strings.LastIndexByte(handler, '.'); dot >= 0 {
		handler = handler[:dot]
	}
	return strings.ReplaceAll(handler, ".", "/")
}

// exists says that there is a file or folder.
func (f *file) exists(name string) bool {
	_, err := os.Stat(filepath.Join(f.dir, filepath.FromSlash(name)))
	return err == nil
}

// mainFolders are where the programs of a Go module are kept.
var mainFolders = []string{".", "cmd", "functions", "lambdas", "lambda", "handlers", "src", "src/handlers", "src/functions", "services", "apps"}

// findProgram finds what a function of a custom runtime runs: an executable that is there,
// or the folder of a Go program. names are what the function, its handler and its package
// are called.
func (f *file) findProgram(handler, artifact string, names []string) found {
	handler = path.Clean(filepath.ToSlash(handler))
	if folder := f.goFolder(handler, names); folder != "" {
		return found{code: folder, note: "built with go build in " + folder}
	}
	artifact = strings.TrimSuffix(filepath.ToSlash(artifact), ".zip")
	for _, c := range []struct{ code, handler string }{
		{artifact, "bootstrap"}, {path.Dir(artifact), "bootstrap"}, {".", handler}, {handler, "bootstrap"}, {"target/lambda/" + path.Base(artifact), "bootstrap"},
		{"target/lambda/" + handler[strings.LastIndexAny(handler, "./")+1:], "bootstrap"},
	} {
		name := path.Join(c.code, c.handler)
		info, err := os.Stat(filepath.Join(f.dir, filepath.FromSlash(name)))
		if c.code != "" && filepath.IsLocal(filepath.FromSlash(name)) && err == nil && info.Mode().IsRegular() {
			return found{code: c.code, handler: c.handler}
		}
	}
	looked := filepath.ToSlash(filepath.Join(f.dir, filepath.FromSlash(handler)))
	return found{code: ".", handler: handler, looked: looked}
}

// goFolder is the folder of the Go program that a handler is built from, "" if there is none.
func (f *file) goFolder(handler string, names []string) string {
	if !f.isGoModule() {
		return ""
	}
	// serverless-go-plugin has the source itself as the handler.
	if source := strings.TrimSuffix(handler, "/main.go"); source != handler || strings.HasSuffix(handler, ".go") {
		handler = strings.TrimSuffix(source, ".go")
		if dir := path.Dir(source); strings.HasSuffix(source, ".go") && f.hasMain(dir) {
			return dir
		}
	}
	for _, candidate := range append([]string{handler}, f.namedFolders(names)...) {
		if candidate != "." && filepath.IsLocal(filepath.FromSlash(candidate)) && f.hasMain(candidate) {
			return candidate
		}
	}
	if f.hasMain(".") {
		return "."
	}
	return ""
}

// namedFolders are folders with one of the names, however dashes and capitals are written.
func (f *file) namedFolders(names []string) []string {
	var folders []string
	for _, name := range names {
		for _, parent := range mainFolders {
			entries, err := os.ReadDir(filepath.Join(f.dir, filepath.FromSlash(parent)))
			if err != nil {
				continue
			}
			for _, e := range entries {
				if e.IsDir() && folded(e.Name()) == folded(name) {
					folders = append(folders, path.Join(parent, e.Name()))
				}
			}
		}
	}
	return folders
}

func folded(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(name))
}

// isGoModule says that there is a go.mod here or above, within the project.
func (f *file) isGoModule() bool {
	dir, err := filepath.Abs(f.dir)
	for err == nil && f.files.project.Holds(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return true
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return false
}

// hasMain says that a folder has a Go program.
func (f *file) hasMain(folder string) bool {
	sources, _ := filepath.Glob(filepath.Join(f.dir, filepath.FromSlash(folder), "*.go"))
	return slices.ContainsFunc(sources, func(name string) bool {
		text, err := tree.ReadText(name)
		return err == nil && !strings.HasSuffix(name, "_test.go") && strings.Contains("\n"+string(text), "\npackage main")
	})
}
