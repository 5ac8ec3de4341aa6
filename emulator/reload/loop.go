package reload

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"github.com/fsnotify/fsnotify"
)

// How long changes are waited for: see Watcher.Debounce.
const (
	defaultDebounce = 20 * time.Millisecond
	longest         = time.Second
	stepsApart      = 4  // times the debounce, between two steps of an editor
	piecesApart     = 10 // times the debounce, between two pieces of a large file
	large           = 1 << 20
	gitPause        = time.Second
	gitLongest      = 10 * time.Second
)

// loop is the state of a Watcher; the goroutine of Run owns it, but for post.
type loop struct {
	folders
	post     post
	touches  touches
	debounce time.Duration
	roots    []*Root
	trees    []*tree
	prints   map[string]print // of all files of trees, as last taken
	links    map[string]bool  // symbolic links among them
	said     map[string]bool  // warnings

	// What has happened since the last change was taken.
	dirty       map[string]bool            // files to look at
	found       map[string]map[string]bool // files that were changed, by owner
	first, last time.Time                  // of it; first is zero if nothing has
	recheck     time.Time                  // not to be taken before
	taken       time.Time                  // when the last change was
	anew        bool                       // all trees must be walked
	shrunk      bool                       // watches may be needless
}

func newLoop(w *Watcher) (*loop, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, noWatcher(err)
	}
	l := &loop{
		debounce: w.Debounce, post: post{wake: make(chan struct{}, 1)}, touches: newTouches(w),
		prints: map[string]print{}, links: map[string]bool{}, said: map[string]bool{},
		dirty: map[string]bool{}, found: map[string]map[string]bool{},
	}
	if l.debounce <= 0 {
		l.debounce = defaultDebounce
	}
	l.notify, l.add, l.watched = notify, notify.Add, map[string]fs.FileInfo{}
	l.most = cmp.Or(w.most, maxFolders)
	if w.tamper != nil {
		l.add = w.tamper
	}
	l.count()
	return l, nil
}

// close ends all watches.
func (l *loop) close() {
	// It ends the goroutine that reads events, and cannot fail but for having been called before.
	_ = l.notify.Close()
}

func (l *loop) run(ctx context.Context, requests <-chan request) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if at, ok := l.dueAt(); ok {
			timer.Reset(time.Until(at))
		} else {
			timer.Stop()
		}
		select {
		case <-ctx.Done():
			return
		case r := <-requests:
			l.set(r)
			close(r.taken)
		case e := <-l.notify.Events:
			l.event(e, time.Now())
		case err := <-l.notify.Errors:
			l.failed(err, time.Now())
		case <-timer.C:
			select {
			case e := <-l.notify.Events: // it came while we were busy
				l.event(e, time.Now())
			default:
				l.due(time.Now())
			}
		}
	}
}

// set replaces the trees, or the debounce. What was changed before that is found by the old ones.
func (l *loop) set(r request) {
	if r.debounce > 0 {
		l.debounce = r.debounce
		return
	}
	if reflect.DeepEqual(r.roots, l.roots) {
		return
	}
	now := time.Now()
	if len(l.trees) > 0 {
		l.walkAll()
		l.look()
	}
	if len(l.found) > 0 {
		l.stir(now)
	}
	l.roots, l.trees = r.roots, plant(r.roots, r.rules)
	for _, t := range l.trees {
		l.again(t)
		l.lookAtSystem(t)
	}
	// They are as nobody has seen them otherwise: no change.
	kept := map[string]print{}
	for _, t := range l.trees {
		for path := range t.files {
			p, ok := l.prints[path]
			if !ok {
				p = printOf(path)
			}
			kept[path] = p
		}
	}
	l.prints = kept
	clear(l.dirty)
	l.touches.fresh = nil
	l.count()
}

// stir notes that something has happened.
func (l *loop) stir(now time.Time) {
	if l.first.IsZero() {
		l.first = now
	}
	l.last = now
	l.touch()
}

// mark notes that a file may be another.
func (l *loop) mark(path string) {
	l.dirty[path] = true
	l.touches.fresh = append(l.touches.fresh, path)
}

// failed takes an error of the system's watches.
func (l *loop) failed(err error, now time.Time) {
	if err == nil {
		return
	}
	if !errors.Is(err, fsnotify.ErrEventOverflow) {
		l.warn("read", "while watching files: "+err.Error())
		return
	}
	// Events were lost: everything may be another.
	l.anew = true
	l.stir(now)
}

// event takes what the system tells.
func (l *loop) event(e fsnotify.Event, now time.Time) {
	if e.Name == "" {
		return // about a watch that has ended
	}
	gone := e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	before := len(l.dirty)
	folder, name := filepath.Split(e.Name)
	folder = filepath.Clean(folder)
	awaited := len(l.awaited[e.Name]) > 0
	if awaited && gone || gone && l.moved(e.Name) || l.rules(folder, name, e.Name) {
		l.anew = true
		for t := range l.awaited[e.Name] {
			l.touches.call(t.rules.owner)
		}
		l.stir(now)
	}
	if gone {
		l.forget(e.Name)
	}
	if awaited && e.Has(fsnotify.Create) {
		l.anew = true
		l.walkAll() // now, so that what is written into it is seen
		l.stir(now)
	}
	some := false
	for at := range l.known[folder] {
		some = l.touched(filepath.Join(at, name), gone) || some
	}
	for link := range l.targets[e.Name] {
		l.mark(link)
		some = true
	}
	if some || len(l.dirty) != before {
		l.stir(now)
	}
}

// moved reports whether a folder that was renamed or removed is one in which
// trees are awaited.
func (l *loop) moved(real string) bool {
	if _, ok := l.watched[real]; !ok {
		return false
	}
	for path := range l.awaited {
		if within(real, path) {
			return true
		}
	}
	return false
}

// rules reports whether a file has rules that count for a tree.
func (l *loop) rules(folder, name, path string) bool {
	return l.ruling[path] || name == ".gitignore" && len(l.known[folder]) > 0
}

// touched takes what happened to a path, by the name that it has in trees, and
// reports whether it is about any.
func (l *loop) touched(path string, gone bool) bool {
	info, err := os.Lstat(path)
	some := false
	for _, t := range l.trees {
		p, ok := t.spots[filepath.Dir(path)]
		if !ok {
			continue
		}
		_, entered := t.spots[path]
		if entered && (gone || err != nil) {
			t.drop(path, l.mark)
			l.shrunk, some, entered = true, true, false
		}
		switch {
		case err != nil:
			some = l.lost(t, path) || some
		case entered: // its entries tell of themselves
		default:
			some = l.came(t, &p, path, info) || some
		}
	}
	return some
}

// lost takes that nothing has this name any more.
func (l *loop) lost(t *tree, path string) bool {
	if l.links[path] {
		l.anew = true // it may have led to a folder, or others may lead through it
	}
	if t.files[path] {
		l.mark(path)
	}
	return t.files[path]
}

// came takes a file that is new or was written, or a new folder.
func (l *loop) came(t *tree, p *spot, path string, info fs.FileInfo) bool {
	link, isFolder := info.Mode()&fs.ModeSymlink != 0, info.IsDir()
	if link {
		target, err := os.Stat(path)
		isFolder = err == nil && target.IsDir()
	}
	below, ok := t.wants(p, path, isFolder)
	switch {
	case !ok:
		return false
	case link:
		l.anew = true // other links may lead through it
	case isFolder:
		if t.files[path] { // it was a file
			l.mark(path)
		}
		below.real = filepath.Join(p.real, filepath.Base(path))
		l.walk(t, step{path, below})
	default:
		t.files[path] = true
		l.mark(path)
	}
	return true
}
