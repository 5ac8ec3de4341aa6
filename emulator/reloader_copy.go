package emulator

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// codeCopy is a copy of the code of a revision whose processes run from the folder that
// the user edits: between a save and the revision that comes of it, the one that serves
// starts from there. The zero value is none.
type codeCopy struct {
	into string // what is to be removed
	code string // what runs
}

func (c codeCopy) remove() {
	if c.into != "" {
		os.RemoveAll(c.into) // nothing depends on it
	}
}

// startsFrom is a launcher that can run a copy of the code.
type startsFrom interface{ From(dir string) }

// copies is the folder of all copies.
func (r *reloader) copies() string { return r.e.path(filepath.Join(".coldbrook", "code")) }

// removeCopies removes what this run or one before has left.
func (r *reloader) removeCopies() {
	if r.isWatching() {
		os.RemoveAll(r.copies())
	}
}

// copyCode begins to copy the code of an attempt and returns what waits for it. Nothing is
// copied where nobody would learn of a change, or where something built runs.
func (r *reloader) copyCode(a *attempt, l function.Launcher) (wait func() codeCopy) {
	spec := reload.BuildSpec{Dir: r.e.path(a.function.Code)}
	_, ok := l.(startsFrom)
	isGo := a.function.Build == "" && r.e.isBuilt(&a.function, &spec)
	if !ok || isGo || a.function.Code == "" || a.function.Watch.Off || !r.isWatching() {
		return func() codeCopy { return codeCopy{} }
	}
	into := filepath.Join(r.copies(), url.PathEscape(a.function.Name)+",r"+strconv.Itoa(int(a.revision)))
	done := make(chan codeCopy, 1)
	r.e.work.Go(func() {
		code, err := reload.Snapshot(spec.Dir, into, isNoCode)
		if err != nil {
			r.notCopied(a, err)
			into = ""
		}
		done <- codeCopy{into, code}
	})
	return func() codeCopy { return <-done }
}

// notCopied says, once for each function, that there is no copy.
func (r *reloader) notCopied(a *attempt, err error) {
	_, isLarge := errors.AsType[*reload.TooLargeError](err)
	if !isLarge && a.ctx.Err() != nil {
		return // it was being changed
	}
	r.mu.Lock()
	told := a.of.toldCopy
	a.of.toldCopy = true
	r.mu.Unlock()
	if !told {
		r.e.conductor.note(journal.Entry{Kind: journal.Warning, Function: a.function.Name, Text: withHint(err)})
	}
}

// noCode are folders that a copy leads to instead of having them.
var noCode = []string{".git", ".hg", ".svn", ".jj", "node_modules", ".venv", "venv", ".tox", ".coldbrook", ".idea", ".vscode"}

func isNoCode(rel string, isDir bool) bool {
	return isDir && slices.Contains(noCode, filepath.Base(rel))
}

// serveFromCopy has the revision that serves start from its copy: what is in its folder is
// another one since then. A copy that was not complete by then may be a mixture. r.mu is
// held.
func (f *revisions) serveFromCopy(since time.Time) {
	if l, ok := f.launcher.(startsFrom); ok && f.copy.code != "" && since.After(f.kept) {
		l.From(f.copy.code)
	}
}

// keepFirst is keep for the first revision, which no trial precedes.
func (r *reloader) keepFirst(a *attempt, l function.Launcher) {
	c := r.copyCode(a, l)()
	r.mu.Lock()
	isLast := a.of.newest == a
	if isLast {
		a.of.copy, a.of.kept = c, time.Now()
	}
	a.of.launcher = l
	r.mu.Unlock()
	if !isLast { // it was changed meanwhile
		c.remove()
	}
}

// keep makes a launcher that of the revision that serves, with its copy, and returns the
// copy from which nothing starts any more.
func (r *reloader) keep(a *attempt, l function.Launcher, c codeCopy) (old codeCopy) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old = a.of.copy
	a.of.launcher, a.of.copy, a.of.kept = l, c, time.Now()
	return old
}

// next returns what makes the launcher of a revision: that of the one that serves, which
// knows the interpreter, or, for want of one, of the first.
func (r *reloader) next(function string, revision int32) func(runtimeapi.Config) (*runtimeapi.Launcher, error) {
	id, ok := r.e.functionNamed(function)
	if !ok || revision == 1 || r.e.world.Virtual() {
		return runtimeapi.New
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if l, ok := r.functions[id].launcher.(*runtimeapi.Launcher); ok {
		return l.Next
	}
	return runtimeapi.New
}

// isWarned says whether a warning is also one of the revision that serves.
func (r *reloader) isWarned(function, warning string) bool {
	id, ok := r.e.functionNamed(function)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if f == nil {
		return false
	}
	l, ok := f.launcher.(*runtimeapi.Launcher)
	return ok && slices.Contains(l.Warnings(), warning)
}
