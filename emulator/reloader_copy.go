package emulator

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	into string    // what is to be removed
	code string    // what runs
	at   time.Time // when it was complete
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
	isGo := a.function.Build == "" && (r.e.isBuilt(&a.function, &spec) || family(a.function.Runtime) == "java")
	isWatched := r.isWatching() && !a.function.Watch.Off && !r.e.parts().config.Watch.Off
	if !ok || isGo || a.function.Code == "" || !isWatched {
		return func() codeCopy { return codeCopy{} }
	}
	// A function that was removed may come again, with the same name.
	into := filepath.Join(r.copies(), fmt.Sprintf("%s,%d,r%d", url.PathEscape(a.function.Name), a.of.id, a.revision))
	done := make(chan codeCopy, 1)
	r.e.work.Go(func() {
		code, err := reload.Snapshot(spec.Dir, into, r.noCode(&a.function))
		if err != nil {
			r.notCopied(a, err)
			into = ""
		}
		done <- codeCopy{into, code, time.Now()}
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
	if told {
		return
	}
	text := withHint(err)
	if !isLarge {
		text = "no copy of the last good code is kept: " + text
	}
	r.e.conductor.note(journal.Entry{Kind: journal.Warning, Function: a.function.Name, Text: text})
}

// noCodeFolders are folders that a copy leads to instead of having them.
var noCodeFolders = []string{".git", ".hg", ".svn", ".jj", "node_modules", ".venv", "venv", ".tox", ".coldbrook", ".idea", ".vscode"}

func isNoCode(rel string, isDir bool) bool {
	return isDir && slices.Contains(noCodeFolders, filepath.Base(rel))
}

// noCode returns what reports what a copy of the code of a function leads to: also what
// the user excludes. What a build makes is excluded too, and is code.
func (r *reloader) noCode(f *Function) func(rel string, isDir bool) bool {
	if f.Build != "" {
		return isNoCode
	}
	excludes, err := reload.Excluded(r.root(ownsFunction+f.Name, f.Code, &f.Watch))
	if err != nil { // said when it is watched
		return isNoCode
	}
	return func(rel string, isDir bool) bool { return isNoCode(rel, isDir) || excludes(rel, isDir) }
}

// touched has a function serve from its copy as soon as one of its files may be another:
// what starts before the change is taken is the revision that it is said to be. What the
// next revision starts in is started meanwhile.
func (r *reloader) touched(owner string) {
	r.mu.Lock()
	f := r.owning(owner)
	if f != nil {
		f.touched = time.Now() // for the launcher that may serve in a moment, too
	}
	if r.closed || f == nil || f.launcher == nil {
		r.mu.Unlock()
		return
	}
	f.serveFromCopy(f.touched)
	id, revision, l := f.id, f.live, f.launcher
	r.mu.Unlock()
	r.e.pool.Prepare(id, revision, l)
}

// unchanged takes back what touched has done. A change before it that was none for the
// better stands.
func (r *reloader) unchanged(owner string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.owning(owner)
	if f == nil {
		return
	}
	f.touched = time.Time{}
	if l, ok := f.launcher.(startsFrom); ok && !f.changed {
		l.From("")
	}
}

// owning is the function that owns files, nil if another does; r.mu is held.
func (r *reloader) owning(owner string) *revisions {
	if name, ok := strings.CutPrefix(owner, ownsFunction); ok {
		if id, ok := r.e.functionNamed(name); ok {
			return r.functions[id]
		}
	}
	return nil
}

// serveFromCopy has the revision that serves start from its copy: what is in its folder is
// another one since then. A copy that was not complete by then may be a mixture. r.mu is
// held.
func (f *revisions) serveFromCopy(since time.Time) {
	if l, ok := f.launcher.(startsFrom); ok && f.copy.code != "" && since.After(f.copy.at) {
		l.From(f.copy.code)
	}
}

// keepFirst is keep for the first revision, which no trial precedes.
func (r *reloader) keepFirst(a *attempt, l function.Launcher) {
	c := r.copyCode(a, l)()
	r.mu.Lock()
	isLast := a.of.newest == a && !a.of.isForgotten
	a.of.launcher = l
	if isLast {
		a.of.copy = c
		a.of.serveFromCopy(a.of.touched)
	}
	r.mu.Unlock()
	if !isLast { // it was changed meanwhile
		c.remove()
	}
}

// keep makes a launcher that of the revision that serves, with its copy, and notes the
// copy from which nothing starts any more. It reports false, and does nothing, if the
// attempt was given up.
func (r *reloader) keep(a *attempt, l function.Launcher, c codeCopy) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a.ctx.Err() != nil {
		return false
	}
	a.old = a.of.copy
	a.of.launcher, a.of.copy, a.of.changed = l, c, false
	a.of.serveFromCopy(a.of.touched) // it was being saved again
	return true
}

// before returns the launcher of the revision that serves, nil for want of one: the next
// one knows the interpreter from it.
func (r *reloader) before(function string, revision int32) *runtimeapi.Launcher {
	id, ok := r.e.functionNamed(function)
	if !ok || revision == 1 || r.e.world.Virtual() {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.functions[id]; f != nil {
		l, _ := f.launcher.(*runtimeapi.Launcher)
		return l
	}
	return nil
}

// nextLauncher makes the launcher of a revision; before is nil if it is the first.
func nextLauncher(before *runtimeapi.Launcher, cfg runtimeapi.Config) (*runtimeapi.Launcher, error) {
	if before == nil {
		return runtimeapi.New(cfg)
	}
	return before.Next(cfg)
}

// isNews reports whether a function has not been warned of this yet: most warnings are
// about what its next revision has, too.
func (r *reloader) isNews(function, warning string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := function + "\x00" + warning
	isNews := !r.warned[key]
	r.warned[key] = true
	return isNews
}
