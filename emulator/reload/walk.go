package reload

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFolders is how many folders of one tree are watched.
const maxFolders = 10_000

// step is a folder that a walk comes to.
type step struct {
	folder string
	spot   spot
}

// walk enters a folder and all that counts below, the near ones first, so that
// the far ones are those left out if there are too many. What symbolic links
// lead to comes last: it may be in the tree under its own name.
//
// A folder is watched before it is read: what comes into it later is seen.
func (l *loop) walk(t *tree, first step) {
	near, linked := []step{first}, []step(nil)
	for len(near)+len(linked) > 0 {
		if len(near) == 0 {
			near, linked = linked[:1], linked[1:]
		}
		var s step
		s, near = near[0], near[1:]
		folders, links := l.enter(t, s)
		near, linked = append(near, folders...), append(linked, links...)
	}
	if t.full {
		l.tooMany(t)
	}
}

// enter watches a folder and reads it, and returns the folders in it that count
// and those that symbolic links in it lead to.
func (l *loop) enter(t *tree, s step) (folders, links []step) {
	p := s.spot
	if p.real == "" {
		real, err := filepath.EvalSymlinks(s.folder)
		if err != nil {
			return nil, nil // it is gone, or was never there
		}
		p.real = real
	}
	if at, ok := t.reals[p.real]; ok && at != s.folder {
		return nil, nil
	}
	if len(t.spots) >= l.most {
		t.full = true
		return nil, nil
	}
	if err := l.watch(p.real); err != nil {
		return nil, nil // gone again; or it was said that it cannot be watched
	}
	l.know(p.real, s.folder)
	t.reals[p.real] = s.folder
	entries, err := l.entries(t, &s, &p)
	t.spots[s.folder] = p
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.warn("read "+p.real, fmt.Sprintf("cannot read folder %q: %v: changes in it are not seen", s.folder, err))
	}
	for _, entry := range entries {
		next, link, isFolder := l.entry(t, &p, filepath.Join(s.folder, entry.Name()), entry)
		switch {
		case !isFolder:
		case link:
			links = append(links, next)
		default:
			folders = append(folders, next)
		}
	}
	return folders, links
}

// entry takes in what is in a folder, if it counts: a file, or a folder that is to be
// entered.
func (l *loop) entry(t *tree, p *spot, path string, entry fs.DirEntry) (next step, link, isFolder bool) {
	link, isFolder = entry.Type()&fs.ModeSymlink != 0, entry.IsDir()
	if link {
		info, err := os.Stat(path)
		isFolder = err == nil && info.IsDir()
	}
	below, ok := t.wants(p, path, isFolder)
	switch {
	case !ok:
		return step{}, false, false
	case !isFolder:
		l.find(t, path, link)
	case !link:
		below.real = filepath.Join(p.real, entry.Name())
	}
	return step{path, below}, link, isFolder
}

// entries reads a folder: its own .gitignore file first, which is put into p. Of
// a tree of files only those are looked at.
func (l *loop) entries(t *tree, s *step, p *spot) ([]fs.DirEntry, error) {
	if t.names != nil {
		for name := range t.names {
			info, err := os.Lstat(name)
			l.find(t, name, err == nil && info.Mode()&fs.ModeSymlink != 0)
		}
		return nil, nil
	}
	if s.folder != t.base {
		if nested, ok := repositoryAt(s.folder); ok {
			p.ignored = nested.outermost()
		}
	}
	p.ignored = readIgnoreFile(filepath.Join(s.folder, ".gitignore"), s.folder, p.ignored)
	return os.ReadDir(s.folder)
}

// find takes a file in.
func (l *loop) find(t *tree, path string, link bool) {
	if link {
		l.follow(path)
	}
	if t.files[path] {
		return
	}
	t.files[path] = true
	if _, ok := l.prints[path]; !ok || l.anew {
		l.mark(path)
	}
}

// again walks a tree from its base.
func (l *loop) again(t *tree) {
	before := t.files
	t.clear()
	l.await(t)
	l.walk(t, step{t.base, t.start()})
	for path := range before {
		if t.files[path] {
			continue
		}
		// One that is there still is none of the tree's any more.
		if _, err := os.Lstat(path); err != nil {
			t.files[path] = true
			l.mark(path)
		}
	}
}
