package reload

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// LimitError is returned by Run when the system lets nothing be watched.
type LimitError struct {
	err  error
	hint string
}

func (e *LimitError) Error() string { return fmt.Sprintf("watch files: %v", e.err) }

func (e *LimitError) Unwrap() error { return e.err }

// Hint says what to do about it.
func (e *LimitError) Hint() string { return e.hint }

// noWatcher is the error of a watcher that cannot be made.
func noWatcher(err error) error {
	if !errors.Is(err, syscall.EMFILE) && !errors.Is(err, syscall.ENFILE) {
		return &LimitError{err, "what is saved is taken by a restart"}
	}
	hint := "too many files are open: raise the limit (ulimit -n), or end what has them open"
	if n := setting("max_user_instances"); n != "" {
		hint = fmt.Sprintf("fs.inotify.max_user_instances is %s, and other programs of yours (editors, watchers) use them up: "+
			"sudo sysctl fs.inotify.max_user_instances=1024; or too many files are open: ulimit -n", n)
	}
	return &LimitError{err, hint}
}

// setting is a limit of inotify, empty where there is none.
func setting(name string) string {
	if runtime.GOOS != "linux" {
		return ""
	}
	text, err := os.ReadFile("/proc/sys/fs/inotify/" + name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// warn says something once.
func (l *loop) warn(about, text string) {
	if !l.said[about] {
		l.said[about] = true
		l.post.warn(text)
	}
}

// refused says that the system does not watch a folder.
func (l *loop) refused(folder string, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR): // it is gone
	case errors.Is(err, syscall.ENOSPC):
		l.warn("watches", fmt.Sprintf("cannot watch folder %q and others: the system watches no more folders (fs.inotify.max_user_watches is %s): "+
			"changes in them are not seen. Exclude large folders with watch.exclude, or: sudo sysctl fs.inotify.max_user_watches=524288", folder, setting("max_user_watches")))
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		l.warn("files", fmt.Sprintf("cannot watch folder %q and others: too many files are open: changes in them are not seen. "+
			"Exclude large folders with watch.exclude, or raise the limit: ulimit -n 65536", folder))
	default:
		l.warn("watch "+folder, fmt.Sprintf("cannot watch folder %q: %v: changes in it are not seen", folder, err))
	}
}

// tooMany says that a tree has more folders than are watched, and where most are.
func (l *loop) tooMany(t *tree) {
	counts := map[string]int{}
	for folder := range t.spots {
		name, _, _ := strings.Cut(relative(t.base, folder), "/")
		if name != "" {
			counts[name]++
		}
	}
	most := ""
	for name, n := range counts {
		if n > counts[most] || n == counts[most] && name < most {
			most = name
		}
	}
	l.warn("many "+t.base, fmt.Sprintf("%q has more than %d folders: changes in the others are not seen. "+
		"Most (%d) are in %q: exclude it (watch.exclude: [%q])", t.base, l.most, counts[most], most, "/"+most+"/"))
}

// lookAtSystem says what is to be known about where a tree lies.
func (l *loop) lookAtSystem(t *tree) {
	if _, ok := t.spots[t.base]; !ok {
		if _, err := os.Stat(t.base); err != nil {
			l.warn("missing "+t.base, fmt.Sprintf("folder %q is not there: it is watched from when it is made", t.base))
		}
		return
	}
	if name := remoteSystem(t.base); name != "" {
		l.warn("remote", fmt.Sprintf("%q lies on a file system (%s) that does not tell what other computers change: "+
			"save on this one, or reload by hand", t.base, name))
	}
}
