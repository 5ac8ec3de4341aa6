package emulator

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// What nobody edits: a file that is among this many changes in a row, so fast; or one
// that was changed while that many builds ran.
const (
	unedited      = 6
	uneditedSoon  = 15 * time.Second
	uneditedBuilt = 3
)

// unedit finds the files that a function or a process writes into its own code, or its
// build: each is a change, and a reload that nobody wants. The goroutine that changes
// come from owns it.
type unedit struct {
	last  []seenChange   // the last few
	built map[string]int // how many builds each was changed in
	said  map[string]bool
}

// seenChange is a change of files; what is a number in a name is "*", so that files that
// are numbered are one.
type seenChange struct {
	at     time.Time
	files  []string
	shapes []string
}

// typed are the files that people write, and programs only when they build: an editor
// that saves by itself saves them as often as that.
var typed = []string{".go", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".py", ".rb", ".java", ".kt", ".rs", ".cs", ".sh"}

var digits = regexp.MustCompile(`[0-9]+`)

// note takes in a change of files, named relative to the code, while a build of the user's
// ran or not. It returns what to exclude, or "", and what speaks for that.
func (u *unedit) note(files []string, at time.Time, isBuilding bool) (pattern, why string) {
	if u.said == nil {
		u.built, u.said = map[string]int{}, map[string]bool{}
	}
	c := seenChange{at: at, files: files}
	for _, f := range files {
		c.shapes = append(c.shapes, digits.ReplaceAllString(f, "*"))
	}
	if u.last = append(u.last, c); len(u.last) > unedited {
		u.last = u.last[1:]
	}
	for i, f := range files {
		if u.said[f] || u.said[c.shapes[i]] {
			continue
		}
		if isBuilding {
			u.built[f]++
		}
		if u.built[f] == uneditedBuilt {
			u.said[f] = true
			return f, fmt.Sprintf("changed during %d builds", uneditedBuilt)
		}
	}
	took := at.Sub(u.last[0].at)
	if len(u.last) < unedited || took > uneditedSoon {
		return "", ""
	}
	why = fmt.Sprintf("changed %d times within %d s", unedited, int(took.Round(time.Second)/time.Second)+1)
	for i, f := range files {
		shape := c.shapes[i]
		switch {
		case u.said[f] || u.said[shape], slices.Contains(typed, filepath.Ext(f)):
		case u.always(func(c *seenChange) []string { return c.files }, f):
			u.said[f] = true
			return f, why
		case u.always(func(c *seenChange) []string { return c.shapes }, shape):
			u.said[shape] = true
			return shape, why
		}
	}
	return "", ""
}

// always reports whether all of the last changes have a name.
func (u *unedit) always(names func(*seenChange) []string, name string) bool {
	for i := range u.last {
		if !slices.Contains(names(&u.last[i]), name) {
			return false
		}
	}
	return true
}

// buildTime is when a revision was built; ended is zero while it is.
type buildTime struct{ begun, ended time.Time }

func (s buildTime) has(at time.Time) bool {
	return !s.begun.IsZero() && !at.Before(s.begun) && (s.ended.IsZero() || !at.After(s.ended))
}

// codeAt returns the folder of a function's code, and whether the user's command was
// building it.
func (r *reloader) codeAt(id platform.FunctionID, at time.Time) (dir string, isBuilding bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if f == nil {
		return "", false
	}
	return r.e.dir(f.function.Code), f.function.Build != "" && f.building.has(at)
}

// warnUnedited warns of what seems to be written by the code itself, with the remedy.
func (r *reloader) warnUnedited(c *reload.Change, owner, name, dir string, isBuilding bool) {
	var files []string
	dir, err := filepath.Abs(dir)
	if err != nil {
		return
	}
	for _, f := range c.Files[owner] {
		if rel, err := filepath.Rel(dir, f); err == nil && filepath.IsLocal(rel) {
			files = append(files, filepath.ToSlash(rel))
		}
	}
	if len(files) == 0 {
		return
	}
	if r.unedited[owner] == nil {
		r.unedited[owner] = &unedit{}
	}
	pattern, why := r.unedited[owner].note(files, c.First, isBuilding)
	if pattern == "" {
		return
	}
	writer := "the code"
	if isBuilding {
		writer = "the build"
	}
	e := journal.Entry{Kind: journal.Warning, Text: fmt.Sprintf(
		"%s was %s, each time a reload: if %s writes it, add watch: {exclude: [%q]} to %s", pattern, why, writer, pattern, name)}
	if strings.HasPrefix(owner, ownsProcess) {
		e.Process = name
	} else {
		e.Function = name
	}
	r.e.conductor.note(e)
}
