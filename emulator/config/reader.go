package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// place is where something stands in the file.
type place struct{ line, column, width int }

// reader reads the tree of a file and keeps what it finds wrong.
type reader struct {
	yaml     string
	lines    []string
	mistakes []Mistake
	// places are where the values stand, by path; for a map or list, its key.
	// keys are where the keys stand.
	places, keys map[string]place
	// broken are the paths that could not be read: what Validate says about
	// them only follows from that.
	broken map[string]bool
}

// newReader prepares a text: without a byte order mark, lines ended by LF.
func newReader(text []byte) *reader {
	s := strings.TrimPrefix(strings.ToValidUTF8(string(text), "\uFFFD"), "\uFEFF")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return &reader{
		yaml: s, lines: strings.Split(s, "\n"),
		places: map[string]place{}, keys: map[string]place{}, broken: map[string]bool{},
	}
}

// mistake keeps a mistake of shape.
func (r *reader) mistake(at place, path, message, advice string) {
	r.broken[path] = true
	r.add(at, emulator.Mistake{Path: path, Message: message, Advice: advice})
}

func (r *reader) add(at place, m emulator.Mistake) {
	at = r.inside(at)
	r.mistakes = append(r.mistakes, Mistake{Mistake: m, Line: at.line, Column: at.column, Width: at.width})
}

// inside moves a place into the text: the YAML package puts some, such as the
// end of an open quote, behind it.
func (r *reader) inside(at place) place {
	at.line = min(max(at.line, 1), len(r.lines))
	length := len([]rune(r.lines[at.line-1]))
	at.column = min(max(at.column, 1), length+1)
	at.width = max(1, min(at.width, length+1-at.column))
	return at
}

// meaning adds what Validate finds, except what follows from what could not be
// read.
func (r *reader) meaning(c emulator.Config) {
	joined, ok := c.Validate().(interface{ Unwrap() []error })
	if !ok {
		return
	}
	for _, err := range joined.Unwrap() {
		m, ok := err.(*emulator.Mistake)
		if !ok {
			m = &emulator.Mistake{Message: err.Error()}
		}
		if r.unknown(m.Path) || m.Basis != "" && r.broken[m.Basis] {
			continue
		}
		at, ok := r.keys[m.Path]
		if !ok || !m.Key {
			at = r.find(m.Path)
		}
		r.add(at, *m)
	}
}

// unknown says whether the path or a part above it could not be read.
func (r *reader) unknown(path string) bool {
	for ; path != ""; path = parent(path) {
		if r.broken[path] {
			return true
		}
	}
	return false
}

// find returns the place of a path, or of the nearest part above it that stands
// in the file.
func (r *reader) find(path string) place {
	for ; path != ""; path = parent(path) {
		if at, ok := r.places[path]; ok {
			return at
		}
	}
	return place{1, 1, 1}
}

// parent cuts the last part off a path. Within a quoted key it may cut more than
// once for one part; what it returns in between is the path of nothing.
func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

// fields are the keys of an object, each with what reads its value.
type fields map[string]func(path string, n ast.Node)

// object reads a map with known keys, in the order of the file.
func (r *reader) object(path string, n ast.Node, known fields) {
	r.each(path, n, func(at place, p, key string, value ast.Node) {
		if read := known[key]; read != nil {
			read(p, value)
			return
		}
		r.unknownKey(at, path, key, slices.Sorted(maps.Keys(known)))
	})
}

// each calls f for each entry of a map, in the order of the file, with the path
// of the entry. Nothing, as after a key whose lines are all comments, is an
// empty map.
func (r *reader) each(path string, n ast.Node, f func(at place, path, key string, value ast.Node)) {
	n = r.plain(path, n)
	if n == nil || n.Type() == ast.NullType {
		return
	}
	seen := map[string]int{}
	entries, ok := entriesOf(n)
	if !ok {
		r.wrongType(path, n, "a map, key: value")
		return
	}
	for _, e := range entries {
		key, ok := r.key(path, e.Key)
		if !ok {
			continue
		}
		p, at := emulator.Path(path, key), r.placeOf(e.Key)
		if line := seen[key]; line > 0 {
			r.add(at, emulator.Mistake{Path: p, Message: fmt.Sprintf("%q is here twice: first in line %d", key, line)})
			continue
		}
		seen[key] = at.line
		r.places[p], r.keys[p] = at, at
		f(at, p, key, e.Value)
	}
}

// list calls f for each element of a list.
func (r *reader) list(path string, n ast.Node, f func(path string, element ast.Node)) {
	n = r.plain(path, n)
	if n == nil || n.Type() == ast.NullType {
		return
	}
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrongType(path, n, "a list")
		return
	}
	for i, element := range sequence.Values {
		p := fmt.Sprintf("%s[%d]", path, i)
		r.places[p] = r.placeOf(element)
		f(p, element)
	}
}

// unknownKey reports a key that no one reads, with the one that was meant.
func (r *reader) unknownKey(at place, path, key string, known []string) {
	p := emulator.Path(path, key)
	if why, ok := notEmulated(path, key); ok {
		r.mistake(at, p, "is not emulated yet", why)
		return
	}
	advice := "the keys here are " + strings.Join(known, ", ")
	near := synonyms[strings.ToLower(key)]
	if !slices.Contains(known, near) {
		near = emulator.DidYouMean(key, known)
	}
	if near != "" {
		advice = fmt.Sprintf("did you mean %q?", near)
		r.broken[emulator.Path(path, near)] = true
	}
	r.mistake(at, p, fmt.Sprintf("unknown key %q", key), advice)
}
