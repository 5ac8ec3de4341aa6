package emulator

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// watched is a function whose files are watched, as it is now.
type watched struct {
	Function
	id       platform.FunctionID
	folders  []string
	isListed bool // folders are those of the code that was built last
}

func (r *reloader) watched() []watched {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []watched
	for id := range platform.FunctionID(len(r.e.parts().functions)) { // in one order
		if f := r.functions[id]; f != nil && !f.function.isInProcess() && !f.function.Watch.Off {
			all = append(all, watched{f.function, id, f.folders, f.isListed})
		}
	}
	return all
}

// functionRoots are the folder of its code, its envFile and, if go build builds it, the
// other folders that it is made of.
func (r *reloader) functionRoots(f *watched) []reload.Root {
	owner := ownsFunction + f.Name
	root := r.sourceRoot(owner, f)
	layers, files := r.layerRoots(owner, f)
	if f.EnvFile != "" {
		files = append(files, r.e.path(f.EnvFile))
	}
	if r.isGo(f) {
		root.Exclude = append(root.Exclude, goTests)
		files = append(files, reload.GoFiles(root.Dir)...)
	}
	roots := append([]reload.Root{root}, layers...)
	if len(files) > 0 {
		roots = append(roots, reload.Root{Owner: owner, Files: files})
	}
	for _, dir := range f.folders {
		exclude := excludedIn(dir, r.e.dir(""), r.e.parts().config.Watch.Exclude, root.Dir, f.Watch.Exclude)
		roots = append(roots, reload.Root{Owner: owner, Dir: dir, Shallow: true, Exclude: exclude})
	}
	return roots
}

// goTests are what go build does not look at.
const goTests = "*_test.go"

// isGo says whether go build builds the code.
func (r *reloader) isGo(f *watched) bool {
	spec := reload.BuildSpec{Dir: r.e.path(f.Code)}
	return r.e.buildCommand(&f.Function) == "" && r.e.isBuilt(&f.Function, &spec)
}

// excludedIn are the patterns of what is not watched in a folder of a Go program apart
// from its own: those of the whole configuration, which count from the project, and those
// of the function, which count from its code.
func excludedIn(dir, project string, all []string, code string, own []string) []string {
	excluded := []string{goTests}
	move := func(from string, patterns []string) {
		from, err := filepath.Abs(from)
		if err != nil {
			return // there is no working directory
		}
		for _, p := range patterns {
			excluded = append(excluded, reload.MovePattern(p, from, dir))
		}
	}
	move(project, all)
	move(code, own)
	return excluded
}

// lookForFolders finds out what the Go programs are made of that were built since.
func (r *reloader) lookForFolders(ctx context.Context) {
	for _, f := range r.watched() {
		if f.isListed || !r.isGo(&f) {
			continue
		}
		folders, err := reload.GoFolders(ctx, r.e.path(f.Code))
		if err != nil {
			folders = f.folders
			if ctx.Err() == nil {
				r.e.conductor.note(journal.Entry{Kind: journal.Warning, Function: f.Name,
					Text: fmt.Sprintf("packages outside its folder may not be watched: %v", err)})
			}
		}
		r.mu.Lock()
		if of := r.functions[f.id]; of != nil {
			of.folders, of.isListed = folders, true
		}
		r.mu.Unlock()
	}
}

// listAgain says that the code of a function may be made of other folders now.
func (r *reloader) listAgain(id platform.FunctionID) {
	r.mu.Lock()
	if f := r.functions[id]; f != nil {
		f.isListed = false
	}
	r.mu.Unlock()
	ask(r.rewatch)
}
