package emulator

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// Owners of watched files: a function, a process, or the configuration.
const (
	ownsFunction = "functions/"
	ownsProcess  = "processes/"
	ownsConfig   = "coldbrook.yaml"
)

// watch begins to watch what the configuration says, if that is wanted. When it returns,
// changes are seen.
func (r *reloader) watch(running context.Context) {
	if !r.isWatching() {
		return
	}
	r.removeCopies()
	w := r.watcher(running)
	roots := r.roots()
	r.warn(w.Watch(roots))
	ask(r.configured) // it may have been saved since it was read
	r.e.work.Go(func() { r.tend(running, w, roots) })
}

// watcher starts a watcher.
func (r *reloader) watcher(running context.Context) *reload.Watcher {
	w := &reload.Watcher{
		Debounce: r.debounce(), Changed: r.changed, Touched: r.touched, Unchanged: r.unchanged,
		Warn: func(text string) { r.e.conductor.note(journal.Entry{Kind: journal.Warning, Text: text}) },
	}
	r.e.work.Go(func() { r.warn(w.Run(running)) })
	return w
}

func (r *reloader) debounce() time.Duration {
	return cmp.Or(r.e.parts().config.Watch.Debounce, DefaultDebounce)
}

func (r *reloader) warn(err error) {
	if err != nil && !errors.Is(err, reload.ErrEnded) { // whose end was said, or asked for
		r.e.conductor.note(journal.Entry{Kind: journal.Warning, Text: "files are not watched: " + withHint(err)})
	}
}

// tend does what must not hold the watcher up, until the run ends.
func (r *reloader) tend(running context.Context, w *reload.Watcher, now []reload.Root) {
	debounce := w.Debounce
	for {
		select {
		case <-running.Done():
			return
		case <-r.rewatch:
			r.lookForFolders(running)
			if next := r.debounce(); next != debounce {
				debounce = next
				r.warn(w.SetDebounce(next))
			}
			if next := r.roots(); !reflect.DeepEqual(now, next) {
				now = next
				r.warn(w.Watch(next))
			}
		case <-r.configured:
			if r.e.cfg.Reload.Read != nil {
				r.e.configSaved(running, r.configured)
			}
		}
	}
}

// ask asks for something that is done once however often it is asked for.
func ask(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// changed begins what follows from a change of files. A watcher calls it.
func (r *reloader) changed(c reload.Change) {
	for _, owner := range c.Owners {
		files := fromHere(c.Files[owner])
		if name, ok := strings.CutPrefix(owner, ownsFunction); ok {
			if id, ok := r.e.functionNamed(name); ok {
				dir, isBuilding := r.codeAt(id, c.First)
				r.warnUnedited(&c, owner, name, dir, isBuilding)
				r.supersede(id, nil, change{files: files, first: c.First})
			}
		} else if name, ok := strings.CutPrefix(owner, ownsProcess); ok {
			if s := r.e.processNamed(name); s != nil {
				r.warnUnedited(&c, owner, name, r.e.dir(s.cfg.Dir), false)
			}
			r.e.processChanged(name, change{files: files, first: c.First})
		} else if owner == ownsConfig {
			ask(r.configured)
		}
	}
}

// fromHere names files as the user does: those below the working directory from there.
func fromHere(files []string) []string {
	here, err := os.Getwd()
	if err != nil {
		return files
	}
	named := make([]string, len(files))
	for i, f := range files {
		named[i] = f
		if rel, err := filepath.Rel(here, f); err == nil && filepath.IsLocal(rel) {
			named[i] = rel
		}
	}
	return named
}

// roots are all files that are watched.
func (r *reloader) roots() []reload.Root {
	var roots []reload.Root
	if files := r.e.cfg.Reload.Files; len(files) > 0 {
		roots = append(roots, reload.Root{Owner: ownsConfig, Files: files})
	}
	cfg := &r.e.parts().config
	if cfg.Watch.Off {
		return roots // the file may say otherwise later
	}
	for _, f := range r.watched() {
		roots = append(roots, r.functionRoots(&f)...)
	}
	for i := range cfg.Processes {
		roots = append(roots, r.processRoots(&cfg.Processes[i])...)
	}
	return roots
}

// root is a folder of the project with the patterns that are about it: those of the
// whole configuration, which are relative to the project, and then its own.
func (r *reloader) root(owner, dir string, own *Watch) reload.Root {
	root := reload.Root{Owner: owner, Dir: r.e.dir(dir)}
	root.Include = append(r.within(r.e.parts().config.Watch.Include, root.Dir), own.Include...)
	root.Exclude = append(r.within(r.e.parts().config.Watch.Exclude, root.Dir), own.Exclude...)
	root.Exclude = append(root.Exclude, r.notCode(root.Dir, own.Include)...)
	return root
}

// notCode are the files of the configuration, as patterns relative to a folder: they are
// watched on their own, and are no code that lies beside them, unless that includes them.
func (r *reloader) notCode(dir string, included []string) []string {
	folder, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	var all []string
	for _, file := range r.e.cfg.Reload.Files {
		path, err := filepath.Abs(file)
		if err != nil {
			continue
		}
		rel, err := filepath.Rel(folder, path)
		if name := filepath.ToSlash(rel); err == nil && filepath.IsLocal(rel) && !slices.Contains(included, name) {
			all = append(all, "/"+name)
		}
	}
	return all
}

// within makes patterns relative to the project relative to a folder.
func (r *reloader) within(patterns []string, dir string) []string {
	rel, err := filepath.Rel(filepath.Clean(r.e.dir("")), dir)
	if err != nil {
		rel = "."
	}
	var all []string
	for _, p := range patterns {
		all = append(all, relativePattern(p, filepath.ToSlash(rel)))
	}
	return all
}

// processRoots are the folder of a process, if it has one of its own, or else what it
// includes of the project's.
func (r *reloader) processRoots(p *Process) []reload.Root {
	owner := ownsProcess + p.Name
	hasFolder := p.Dir != "" && filepath.Clean(r.e.dir(p.Dir)) != filepath.Clean(r.e.dir(""))
	switch {
	case p.Watch.Off, !hasFolder && len(p.Watch.Include) == 0:
		return nil
	case hasFolder:
		return []reload.Root{r.root(owner, p.Dir, &p.Watch)}
	}
	exclude := slices.Concat(r.e.parts().config.Watch.Exclude, p.Watch.Exclude)
	return []reload.Root{{Owner: owner, Dir: r.e.dir(""), Include: p.Watch.Include, Exclude: exclude, OnlyInclude: true}}
}
