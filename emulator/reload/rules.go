package reload

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
)

// rules is what a Root asks for, with its patterns read.
type rules struct {
	owner string
	dir   string // absolute; empty for a root of files
	// excludes take out; lifting names what is in the folder though it would be
	// ignored; each of beside has a tree of its own.
	excludes, lifting, beside []placed
}

// placed is a pattern and the folder that it counts from.
type placed struct {
	folder string
	pattern
}

// names reports whether the pattern names path, which is absolute. One about
// the last name of a path counts outside the folder too.
func (p *placed) names(path string, isFolder bool) bool {
	if p.anywhere {
		return p.match(filepath.Base(path), isFolder)
	}
	return path != p.folder && within(p.folder, path) && p.match(relative(p.folder, path), isFolder)
}

// readRules reads the patterns of a root.
func readRules(r *Root) (*rules, error) {
	s := &rules{owner: r.Owner}
	if r.Dir == "" {
		if len(r.Include)+len(r.Exclude) > 0 {
			return nil, fmt.Errorf("watch %q: patterns without a folder that they count from", r.Owner)
		}
		return s, nil
	}
	var err error
	if s.dir, err = filepath.Abs(r.Dir); err != nil {
		return nil, fmt.Errorf("watch %q: %w", r.Owner, err)
	}
	for _, text := range r.Exclude {
		p, err := placePattern(s.dir, text, false)
		if err != nil {
			return nil, fmt.Errorf("watch %q: exclude: %w", r.Owner, err)
		}
		s.excludes = append(s.excludes, p)
	}
	for _, text := range r.Include {
		p, err := placePattern(s.dir, text, true)
		if err != nil {
			return nil, fmt.Errorf("watch %q: include: %w", r.Owner, err)
		}
		if p.folder == s.dir && !r.OnlyInclude {
			s.lifting = append(s.lifting, p)
		} else {
			s.beside = append(s.beside, p)
		}
	}
	return s, nil
}

// placePattern reads a pattern that counts from dir. If descend, it then counts from
// the folder that its first names are, as far as they have no wildcards and
// another follows.
func placePattern(dir, text string, descend bool) (placed, error) {
	if err := CheckPattern(text); err != nil {
		return placed{}, err
	}
	folder, rest := dir, text
	for strings.HasPrefix(rest, "../") {
		parent := filepath.Dir(folder)
		if parent == folder {
			return placed{}, fmt.Errorf("pattern %q leads out of the file system from %q", text, dir)
		}
		folder, rest = parent, rest[3:]
	}
	if rest != text || strings.Contains(strings.TrimSuffix(rest, "/"), "/") {
		rest = strings.TrimPrefix(rest, "/")
		for descend {
			name, after, _ := strings.Cut(rest, "/")
			if after == "" || strings.ContainsAny(name, `*?[\`) {
				break
			}
			folder, rest = filepath.Join(folder, name), after
		}
		rest = "/" + rest
	}
	p, _ := parsePattern(rest)
	return placed{folder, p}, nil
}

// excluded reports whether exclude names path, which is absolute.
func (s *rules) excluded(path string, isFolder bool) bool {
	return anyNames(s.excludes, path, isFolder)
}

// excludedAbove reports whether exclude names a folder, or one that it is in.
func (s *rules) excludedAbove(folder string) bool {
	for {
		if folder != s.dir && s.excluded(folder, true) {
			return true
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return false
		}
		folder = parent
	}
}

func anyNames(patterns []placed, path string, isFolder bool) bool {
	for i := range patterns {
		if patterns[i].names(path, isFolder) {
			return true
		}
	}
	return false
}

// MovePattern is a pattern of Include or Exclude that counts from the folder
// from, written so that it counts from the folder to: patterns for the whole
// project become those of one function. Patterns about the last name of a path
// stay as they are.
func MovePattern(text, from, to string) string {
	if !strings.Contains(strings.TrimSuffix(text, "/"), "/") {
		return text
	}
	way, err := filepath.Rel(to, from)
	if err != nil || way == "." {
		return text
	}
	moved := path.Clean(filepath.ToSlash(way) + "/" + text)
	if strings.HasSuffix(text, "/") {
		moved += "/"
	}
	return moved
}
