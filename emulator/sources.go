package emulator

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// buildFolder is the folder in which the build command of a function runs: that of the code,
// or, if the build makes that, the one that it makes it of.
func (e *Emulator) buildFolder(f *Function) string {
	return reload.BuildFolder(e.path(f.Code), e.dir(""))
}

// shownFolder is a folder from the project, "" if it is that of the code.
func (e *Emulator) shownFolder(f *Function, folder string) string {
	code, err := filepath.Abs(e.path(f.Code))
	if err != nil || code == folder {
		return ""
	}
	project, err := filepath.Abs(e.dir(""))
	if err != nil {
		return folder
	}
	if rel, err := filepath.Rel(project, folder); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return folder
}

// sourceRoot is the folder whose files make a new revision of a function: that of its code;
// with a build command, that of the build, without what it makes. What the handler runs is
// watched also where git ignores it, unless a build makes it.
func (r *reloader) sourceRoot(owner string, f *watched) reload.Root {
	if r.e.buildCommand(&f.Function) == "" {
		root := r.root(owner, f.Code, &f.Watch)
		root.Include = append(root.Include, lifted(root.Dir, handlerPath(&f.Function))...)
		return root
	}
	folder := r.e.buildFolder(&f.Function)
	code, err := filepath.Abs(r.e.path(f.Code))
	if err != nil || folder == code {
		root := r.root(owner, f.Code, &f.Watch)
		root.Exclude = append(root.Exclude, builtFolders(root.Dir, handlerPath(&f.Function))...)
		if family(f.Runtime) == "java" {
			root.Exclude = append(root.Exclude, "/target/", "/build/")
		}
		return root
	}
	// Its own patterns count from the code.
	own := Watch{Include: movedPatterns(f.Watch.Include, code, folder), Exclude: movedPatterns(f.Watch.Exclude, code, folder)}
	root := r.root(owner, folder, &own)
	if rel, err := filepath.Rel(folder, code); err == nil {
		root.Exclude = append(root.Exclude, "/"+filepath.ToSlash(rel)+"/")
	}
	return root
}

func movedPatterns(patterns []string, from, to string) []string {
	moved := slices.Clone(patterns)
	for i, p := range moved {
		moved[i] = reload.MovePattern(p, from, to)
	}
	return moved
}

// handlerPath is the path of a handler without its function, as far as it is one.
func handlerPath(f *Function) string {
	handler := filepath.ToSlash(f.Handler)
	folder, file := "", handler
	if slash := strings.LastIndexByte(handler, '/'); slash >= 0 {
		folder, file = handler[:slash+1], handler[slash+1:]
	}
	file, _, _ = strings.Cut(file, ".")
	return folder + file
}

// endings are those of files that handlers are in.
var endings = []string{".js", ".mjs", ".cjs", ".py", ""}

// lifted are patterns that have the folder of the handler's file be watched, or the files of
// its kind, though git ignores them.
func lifted(dir, handler string) []string {
	code, err := filepath.Abs(dir)
	if err != nil {
		return nil // there is no working directory
	}
	for _, ending := range endings {
		file := filepath.Join(code, filepath.FromSlash(handler)+ending)
		ignored := reload.Ignored(code, file)
		rel, err := filepath.Rel(code, ignored)
		switch {
		case ignored == "" || err != nil:
		case ignored != file:
			return []string{filepath.ToSlash(rel) + "/**"}
		case ending != "":
			if _, err := os.Stat(file); err != nil {
				continue
			}
			return []string{"*" + ending}
		}
	}
	return nil
}

// builtFolders are patterns of the folder with the handler's file, if a build makes it.
func builtFolders(code, handler string) []string {
	first, _, found := strings.Cut(strings.TrimPrefix(handler, "./"), "/")
	if !found || !reload.IsArtefact(filepath.Join(code, first), code) {
		return nil
	}
	return []string{"/" + first + "/"}
}
