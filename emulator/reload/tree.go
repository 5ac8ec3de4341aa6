package reload

import "path/filepath"

// tree is what a root watches from one folder on: the root's own, one that an
// include leads to, or the one that files lie in.
//
// Paths in it are those that the user would write; the real path of a folder,
// which events name, is another if a symbolic link leads to it.
type tree struct {
	rules *rules
	base  string
	// only is the include that leads here; nil if all in base counts.
	only *placed
	// names are the files, if it is for a root of files.
	names map[string]bool
	// shallow enters no folders; others are the folders of other owners, which
	// it does not enter either.
	shallow bool
	others  map[string]bool

	git   repository
	files map[string]bool // that count, or did until the change that is being taken
	spots map[string]spot // folders that are entered
	reals map[string]string
	full  bool // there were too many folders
}

// spot is a folder that is entered.
type spot struct {
	real string
	// ignored is what its .gitignore file and those above it say.
	ignored *ignoreFile
	// inside means that an include names a folder that it is in, or that no
	// include is needed.
	inside bool
}

// clear forgets what was found.
func (t *tree) clear() {
	t.files, t.spots, t.reals, t.full = map[string]bool{}, map[string]spot{}, map[string]string{}, false
	t.git = repositoryOf(t.base)
}

// start is the spot of base.
func (t *tree) start() spot {
	p := spot{inside: t.only == nil}
	if t.names == nil {
		p.ignored = ignoreFilesAbove(t.git, t.base)
	}
	return p
}

// wants reports whether path, which lies in p, counts or, a folder, is to be
// entered; then below is what its spot has of p.
func (t *tree) wants(p *spot, path string, isFolder bool) (below spot, ok bool) {
	if t.names != nil {
		return spot{}, t.names[path] && !isFolder
	}
	if isFolder && t.shallow || t.rules.excluded(path, isFolder) {
		return spot{}, false
	}
	below = spot{ignored: p.ignored, inside: p.inside || t.only.names(path, isFolder)}
	if !t.lifts(path, isFolder) {
		name := filepath.Base(path)
		if noise.has(name) || bulk.has(name) || t.others[path] || p.ignored.ignores(path, isFolder) {
			return spot{}, false
		}
	} else if isFolder && p.ignored.ignores(path, true) {
		below.ignored = nil // it is code, though git ignores it: what follows begins anew
	}
	if !below.inside {
		return below, isFolder && t.only.reaches(relative(t.only.folder, path))
	}
	return below, true
}

// lifts reports whether an include names path itself, so that it counts though it
// would be ignored.
func (t *tree) lifts(path string, isFolder bool) bool {
	if t.only != nil {
		return t.only.lifts && t.only.names(path, isFolder)
	}
	for i := range t.rules.lifting {
		if p := &t.rules.lifting[i]; p.lifts && p.names(path, isFolder) {
			return true
		}
	}
	return false
}

// drop forgets a folder and all below, and hands over the files that were in it.
func (t *tree) drop(folder string, gone func(file string)) {
	for at, p := range t.spots {
		if within(folder, at) {
			delete(t.spots, at)
			delete(t.reals, p.real)
		}
	}
	for file := range t.files {
		if within(folder, file) {
			gone(file)
		}
	}
}

// plant makes the trees of all roots.
func plant(roots []*Root, all []*rules) []*tree {
	var trees []*tree
	for i, root := range roots {
		if root.Dir == "" {
			trees = append(trees, plantFiles(root, all[i])...)
			continue
		}
		if !root.OnlyInclude {
			trees = append(trees, &tree{rules: all[i], base: all[i].dir, shallow: root.Shallow, others: othersBelow(i, roots, all)})
		}
		for j := range all[i].beside {
			p := &all[i].beside[j]
			if !all[i].excludedAbove(p.folder) {
				trees = append(trees, &tree{rules: all[i], base: p.folder, only: p})
			}
		}
	}
	return trees
}

// plantFiles makes a tree for each folder in which some of the files lie.
func plantFiles(root *Root, rules *rules) []*tree {
	byFolder := map[string]*tree{}
	var trees []*tree
	for _, file := range root.Files {
		path, err := filepath.Abs(file)
		if err != nil {
			continue // the working directory is gone: nothing can be watched then
		}
		folder := filepath.Dir(path)
		t := byFolder[folder]
		if t == nil {
			t = &tree{rules: rules, base: folder, names: map[string]bool{}}
			byFolder[folder] = t
			trees = append(trees, t)
		}
		t.names[path] = true
	}
	return trees
}

// othersBelow is the folders below that of root i which belong to other owners.
func othersBelow(i int, roots []*Root, all []*rules) map[string]bool {
	others := map[string]bool{}
	for j, other := range roots {
		if other.Dir != "" && !other.Shallow && !other.OnlyInclude && other.Owner != roots[i].Owner &&
			all[j].dir != all[i].dir && within(all[i].dir, all[j].dir) {
			others[all[j].dir] = true
		}
	}
	for j, own := range roots {
		if own.Owner == roots[i].Owner && own.Dir != "" {
			delete(others, all[j].dir)
		}
	}
	return others
}
