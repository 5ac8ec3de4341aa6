package reload

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// folders is the folders that the system watches for us, by their real paths:
// one watch for each, whoever needs it.
type folders struct {
	notify *fsnotify.Watcher
	// add has the system watch one. It is notify.Add, but for tests.
	add func(real string) error
	// most is how many folders of one tree are watched.
	most int

	watched map[string]fs.FileInfo
	// known is by which names folders are in trees.
	known map[string]map[string]bool
	// awaited is by a real path the trees that begin anew when it comes or goes.
	awaited map[string]map[*tree]bool
	// targets is by a real file the symbolic links that lead to it.
	targets map[string]map[string]bool
	// ruling is the files with rules of git that lie above trees.
	ruling map[string]bool
	// needed is, while they are counted, what must go on being watched.
	needed map[string]bool
}

// watch has the system watch a folder, if it does not.
func (l *loop) watch(real string) error {
	if l.needed != nil {
		l.needed[real] = true
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	if before, ok := l.watched[real]; ok {
		if os.SameFile(before, info) {
			return nil
		}
		l.unwatch(real) // another has its name now
	}
	if err := l.add(real); err != nil {
		l.refused(real, err)
		return err
	}
	l.watched[real] = info
	return nil
}

func (l *loop) unwatch(real string) {
	delete(l.watched, real)
	// An error says that the system has forgotten it before us.
	_ = l.notify.Remove(real)
}

// forget ends the watches of a folder that was removed or renamed, and of those
// below: they would tell of it by its old name.
func (l *loop) forget(real string) {
	if _, ok := l.watched[real]; !ok {
		return
	}
	for at := range l.watched {
		if within(real, at) {
			l.unwatch(at)
		}
	}
	l.shrunk = true
}

// know notes that a folder is in a tree by this name.
func (l *loop) know(real, name string) { put(l.known, real, name) }

// follow watches what a symbolic link that counts as a file leads to.
func (l *loop) follow(link string) {
	real, err := filepath.EvalSymlinks(link)
	if err != nil {
		return // it leads nowhere: what becomes of the link is seen
	}
	if l.watch(filepath.Dir(real)) == nil {
		put(l.targets, real, link)
	}
	l.links[link] = true
}

// await watches for the tree's base to come, to go or to be replaced: in the
// folder that it is in or, without that, in the nearest one above.
func (l *loop) await(t *tree) {
	for name := t.base; ; {
		parent := filepath.Dir(name)
		if parent == name {
			return
		}
		real, err := filepath.EvalSymlinks(parent)
		if err != nil || l.watch(real) != nil {
			name = parent
			continue
		}
		put(l.awaited, filepath.Join(real, filepath.Base(name)), t)
		if _, err := os.Stat(name); err != nil || name == t.base {
			return
		}
		name = t.base // its folder has come meanwhile
	}
}

// rule watches the files with rules of git that count for a tree and are not in it.
func (l *loop) rule(t *tree) {
	if t.git.top == "" || t.names != nil {
		return
	}
	l.ruledBy(t.git.excludes)
	for at := t.base; at != t.git.top && within(t.git.top, at); {
		at = filepath.Dir(at)
		l.ruledBy(filepath.Join(at, ".gitignore"))
	}
}

func (l *loop) ruledBy(file string) {
	real, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err == nil && l.watch(real) == nil {
		l.ruling[filepath.Join(real, filepath.Base(file))] = true
	}
}

// count works out anew what is watched and why, after trees have lost some of
// it, and ends the watches that nobody needs.
func (l *loop) count() {
	l.known, l.awaited = map[string]map[string]bool{}, map[string]map[*tree]bool{}
	l.targets, l.ruling, l.needed = map[string]map[string]bool{}, map[string]bool{}, map[string]bool{}
	links := l.links
	l.links = map[string]bool{}
	for _, t := range l.trees {
		l.await(t)
		l.rule(t)
		for folder, p := range t.spots {
			if l.watch(p.real) == nil {
				l.know(p.real, folder)
			}
		}
		for link := range links {
			if t.files[link] {
				l.follow(link)
			}
		}
	}
	for real := range l.watched {
		if !l.needed[real] {
			l.unwatch(real)
		}
	}
	l.needed, l.shrunk = nil, false
}

// put adds a value to the set at key.
func put[K, V comparable](sets map[K]map[V]bool, key K, value V) {
	if sets[key] == nil {
		sets[key] = map[V]bool{}
	}
	sets[key][value] = true
}
