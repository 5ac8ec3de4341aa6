package reload

import (
	"fmt"
	"strings"
)

// pattern is a line of a .gitignore file.
type pattern struct {
	text     string
	negated  bool // begins with "!"
	folder   bool // ends with "/": names folders alone
	anywhere bool // has no other "/": is about the last name of a path
	lifts    bool // its last part is more than stars: see rules
	plain    bool // has no wildcards: parts is then not used
	parts    []part
}

// part is one step of a pattern.
type part struct {
	kind partKind
	char byte
	set  *[256]bool
}

type partKind byte

const (
	literal partKind = iota
	one              // "?", "[...]": one of set
	star             // "*": any number, without "/"
	stars            // "**" that is a whole name: any number, with "/"
	never            // what matches nothing
)

// parsePattern reads a line of a .gitignore file; ok is false for one that is
// empty or a comment.
func parsePattern(line string) (p pattern, ok bool) {
	if line == "" || line[0] == '#' {
		return p, false
	}
	line = trimSpaces(line)
	rest, negated := strings.CutPrefix(line, "!")
	rest, folder := strings.CutSuffix(rest, "/")
	if rest == "" {
		return p, false
	}
	p = pattern{text: line, negated: negated, folder: folder, anywhere: !strings.Contains(rest, "/")}
	rest = strings.TrimPrefix(rest, "/")
	p.lifts = strings.Trim(rest[strings.LastIndexByte(rest, '/')+1:], "*") != ""
	if p.plain = !strings.ContainsAny(rest, `*?[\`); p.plain {
		p.text = rest
		return p, true
	}
	p.parts = parseParts(rest)
	return p, true
}

// trimSpaces removes the spaces at the end that have no backslash before them.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			i++
			end = i + 1
		case line[i] != ' ':
			end = i + 1
		}
	}
	return line[:end]
}

// parseParts takes text apart as git does. What git would never match becomes
// never.
func parseParts(text string) []part {
	var parts []part
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\\':
			if i++; i == len(text) {
				return append(parts, part{kind: never})
			}
			parts = append(parts, part{kind: literal, char: text[i]})
		case '?':
			parts = append(parts, part{kind: one, set: anyChar})
		case '*':
			from := i
			for i+1 < len(text) && text[i+1] == '*' {
				i++
			}
			kind := star
			if i > from && (from == 0 || text[from-1] == '/') && (i+1 == len(text) || text[i+1] == '/') {
				kind = stars
			}
			parts = append(parts, part{kind: kind})
		case '[':
			set, next := parseSet(text, i+1)
			if set == nil {
				return append(parts, part{kind: never})
			}
			parts = append(parts, part{kind: one, set: set})
			i = next
		default:
			parts = append(parts, part{kind: literal, char: c})
		}
	}
	return parts
}

var anyChar = func() *[256]bool {
	set := new([256]bool)
	for c := range set {
		set[c] = c != '/'
	}
	return set
}()

// classes are what may stand in [[:here:]], for the bytes that are ASCII.
var classes = map[string]func(c byte) bool{
	"alnum":  func(c byte) bool { return isAlpha(c) || isDigit(c) },
	"alpha":  isAlpha,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 127 },
	"digit":  isDigit,
	"graph":  func(c byte) bool { return c > ' ' && c < 127 },
	"lower":  isLower,
	"print":  func(c byte) bool { return c >= ' ' && c < 127 },
	"punct":  func(c byte) bool { return c > ' ' && c < 127 && !isAlpha(c) && !isDigit(c) },
	"space":  func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' },
	"upper":  isUpper,
	"xdigit": func(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' },
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isAlpha(c byte) bool { return isLower(c) || isUpper(c) }

// parseSet reads [...] from behind its bracket, and returns where its end is; a
// nil set is one that is not closed, or names no class.
func parseSet(text string, i int) (set *[256]bool, end int) {
	p := setParser{text: text, i: i, set: new([256]bool), previous: -1}
	negated := i < len(text) && (text[i] == '!' || text[i] == '^')
	if negated {
		p.i++
	}
	for first := true; p.i < len(text); first = false {
		if text[p.i] == ']' && !first {
			for c := range p.set {
				p.set[c] = p.set[c] != negated && c != '/'
			}
			return p.set, p.i
		}
		if !p.member() {
			return nil, 0
		}
		p.i++
	}
	return nil, 0
}

// setParser reads a set of bytes; i is at the last byte that was read.
type setParser struct {
	text     string
	i        int
	set      *[256]bool
	previous int // what a range may begin with; -1 if nothing may
}

// member reads what belongs to the set next. It reports false if there is no such set.
func (p *setParser) member() bool {
	c, more := p.text[p.i], p.i+1 < len(p.text)
	switch {
	case c == '-' && p.previous >= 0 && more && p.text[p.i+1] != ']':
		return p.upTo()
	case c == '[' && more && p.text[p.i+1] == ':':
		return p.class()
	case c == '\\' && !more:
		return false
	case c == '\\':
		p.i++
		c = p.text[p.i]
	}
	p.set[c], p.previous = true, int(c)
	return true
}

// upTo reads the end of a range.
func (p *setParser) upTo() bool {
	if p.i++; p.text[p.i] == '\\' {
		p.i++
	}
	if p.i >= len(p.text) {
		return false
	}
	for c := p.previous; c <= int(p.text[p.i]); c++ {
		p.set[c] = true
	}
	p.previous = -1
	return true
}

// class reads a name like [:alpha:].
func (p *setParser) class() bool {
	rest := p.text[p.i+2:]
	length := strings.IndexByte(rest, ']')
	if length < 0 {
		return false
	}
	name, ok := strings.CutSuffix(rest[:length], ":")
	if !ok { // no class: the bracket is meant
		p.set['['], p.previous = true, '['
		return true
	}
	in := classes[name]
	if in == nil {
		return false
	}
	for c := range p.set {
		p.set[c] = p.set[c] || in(byte(c))
	}
	p.i, p.previous = p.i+2+length, -1
	return true
}

// match reports whether the pattern names path, which is relative to where the
// pattern counts from, with slashes.
func (p *pattern) match(path string, isFolder bool) bool {
	if p.folder && !isFolder {
		return false
	}
	if p.anywhere {
		path = path[strings.LastIndexByte(path, '/')+1:]
	}
	if p.plain {
		return path == p.text
	}
	var steps steps
	steps.begin(p.parts)
	for i := range len(path) {
		if !steps.take(path[i]) {
			return false
		}
	}
	return steps.on[len(p.parts)]
}

// reaches reports whether the pattern may name something below the folder path.
func (p *pattern) reaches(path string) bool {
	if p.anywhere {
		return false
	}
	if p.plain {
		return strings.HasPrefix(p.text, path+"/")
	}
	var steps steps
	steps.begin(p.parts)
	for i := range len(path) {
		if !steps.take(path[i]) {
			return false
		}
	}
	return steps.take('/')
}

// steps is all places in a pattern that what was read so far can have led to:
// they are tried at once, so that no pattern takes long.
type steps struct {
	parts    []part
	on, next []bool
}

func (s *steps) begin(parts []part) {
	s.parts, s.on, s.next = parts, make([]bool, len(parts)+1), make([]bool, len(parts)+1)
	s.arrive(s.on, 0)
}

// arrive notes place i, and those that follow without a character.
func (s *steps) arrive(on []bool, i int) {
	for ; !on[i]; i++ {
		on[i] = true
		if i == len(s.parts) || s.parts[i].kind != star && s.parts[i].kind != stars {
			return
		}
		// "**/" may be nothing at all.
		if s.parts[i].kind == stars && i+1 < len(s.parts) {
			s.arrive(on, i+2)
		}
	}
}

// take reads one more character, and reports whether any place is left.
func (s *steps) take(c byte) bool {
	clear(s.next)
	some := false
	for i, p := range s.parts {
		if !s.on[i] {
			continue
		}
		switch {
		case p.kind == stars, p.kind == star && c != '/':
			s.next[i] = true
			s.arrive(s.next, i+1)
			some = true
		case p.kind == literal && p.char == c, p.kind == one && p.set[c]:
			s.arrive(s.next, i+1)
			some = true
		}
	}
	s.on, s.next = s.next, s.on
	return some
}

// CheckPattern returns an error that names the pattern if it cannot be one of
// Root.Include or Root.Exclude. It is safe for concurrent use.
func CheckPattern(text string) error {
	rest := strings.TrimPrefix(text, "/")
	for strings.HasPrefix(rest, "../") {
		rest = rest[3:]
	}
	p, ok := parsePattern(rest)
	switch {
	case !ok:
		return fmt.Errorf("pattern %q names nothing", text)
	case strings.ContainsRune(text, 0):
		return fmt.Errorf("pattern %q has a zero byte", text)
	case strings.HasPrefix(text, "!"):
		return fmt.Errorf(`pattern %q: "!" belongs into a .gitignore file: what include names, exclude takes out`, text)
	case strings.HasPrefix(text, "/../"):
		return fmt.Errorf(`pattern %q begins at the folder and leaves it: write it without the first "/"`, text)
	}
	for _, name := range strings.Split(rest, "/") {
		if name == ".." {
			return fmt.Errorf(`pattern %q: ".." can only be at its beginning`, text)
		}
	}
	for _, part := range p.parts {
		if part.kind == never {
			return fmt.Errorf(`pattern %q: a "[" without its "]", a class that does not exist, or a "\" at its end`, text)
		}
	}
	return nil
}
