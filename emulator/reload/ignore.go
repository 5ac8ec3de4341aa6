package reload

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ignoreFile is what a .gitignore file says about what lies in its folder. They
// are a chain: what none of its lines names is for the one above to say.
type ignoreFile struct {
	folder   string // absolute
	patterns []pattern
	above    *ignoreFile
}

// maxIgnoreFile is how much of a .gitignore file is read, in bytes.
const maxIgnoreFile = 1 << 20

// ignores reports whether the chain names path, which is absolute and below its
// folder. Whether a folder above path is ignored is not asked: who walks does
// not enter it.
func (f *ignoreFile) ignores(path string, isFolder bool) bool {
	for ; f != nil; f = f.above {
		rel := relative(f.folder, path)
		for i := len(f.patterns) - 1; i >= 0; i-- {
			if p := &f.patterns[i]; p.match(rel, isFolder) {
				return !p.negated
			}
		}
	}
	return false
}

// relative is path relative to folder, with slashes.
func relative(folder, path string) string {
	rest := strings.TrimPrefix(path, folder)
	return filepath.ToSlash(strings.TrimPrefix(rest, string(filepath.Separator)))
}

// within reports whether path is folder or below it.
func within(folder, path string) bool {
	rest, ok := strings.CutPrefix(path, folder)
	return ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(folder, string(filepath.Separator)))
}

// readIgnoreFile puts the file name in front of the chain, if there is one.
func readIgnoreFile(name, folder string, above *ignoreFile) *ignoreFile {
	file, err := os.Open(name)
	if err != nil {
		return above
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return above
	}
	text, err := io.ReadAll(io.LimitReader(file, maxIgnoreFile))
	if err != nil {
		return above
	}
	patterns := parseIgnoreFile(text)
	if len(patterns) == 0 {
		return above
	}
	return &ignoreFile{folder: folder, patterns: patterns, above: above}
}

func parseIgnoreFile(text []byte) []pattern {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var patterns []pattern
	for line := range strings.SplitSeq(string(text), "\n") {
		if p, ok := parsePattern(strings.TrimSuffix(line, "\r")); ok {
			patterns = append(patterns, p)
		}
	}
	return patterns
}

// repository is the git repository that a folder lies in.
type repository struct {
	top string // its folder; empty if there is none
	git string // where its index is
	// excludes is its info/exclude.
	excludes string
}

// repositoryOf looks for .git in the folder and above.
func repositoryOf(folder string) repository {
	for {
		if r, ok := repositoryAt(folder); ok {
			return r
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return repository{}
		}
		folder = parent
	}
}

// repositoryAt is the repository whose top is the folder. Where work trees
// share one, .git is a file that says where theirs is.
func repositoryAt(folder string) (repository, bool) {
	git := filepath.Join(folder, ".git")
	info, err := os.Stat(git)
	if err != nil {
		return repository{}, false
	}
	shared := git
	if !info.IsDir() {
		git = pointedAt(git, "gitdir: ", folder)
		shared = git
		if common := pointedAt(filepath.Join(git, "commondir"), "", git); common != "" {
			shared = common
		}
	}
	return repository{top: folder, git: git, excludes: filepath.Join(shared, "info", "exclude")}, true
}

// pointedAt reads a file that is the name of another behind prefix.
func pointedAt(file, prefix, relativeTo string) string {
	text, err := os.ReadFile(file)
	if err != nil || len(text) > 4096 {
		return ""
	}
	name, ok := strings.CutPrefix(strings.TrimSpace(string(text)), prefix)
	if !ok || name == "" {
		return ""
	}
	if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
		name = filepath.Join(relativeTo, name)
	}
	return name
}

// locked reports whether git is at work in the repository.
func (r *repository) locked() bool {
	if r.top == "" {
		return false
	}
	_, err := os.Lstat(filepath.Join(r.git, "index.lock"))
	return err == nil
}

// ignoreFilesAbove is the chain that counts for the folder, its own file aside.
//
// If git ignores the folder, or all that is in it, the chain is empty: it was
// named as code, and is the result of a build, say.
func ignoreFilesAbove(r repository, folder string) *ignoreFile {
	if r.top == "" || !within(r.top, folder) || r.top == folder {
		return r.outermost()
	}
	chain := r.outermost()
	at := r.top
	for name := range strings.SplitSeq(relative(r.top, folder), "/") {
		chain = readIgnoreFile(filepath.Join(at, ".gitignore"), at, chain)
		if at = filepath.Join(at, name); chain.ignores(at, true) {
			return nil
		}
	}
	if chain.ignores(filepath.Join(folder, "\x01any\x01"), false) {
		return nil
	}
	return chain
}

// outermost is the chain that begins with the repository's own file.
func (r *repository) outermost() *ignoreFile {
	if r.top == "" {
		return nil
	}
	return readIgnoreFile(r.excludes, r.top, nil)
}
