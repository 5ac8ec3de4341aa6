package reload

import (
	"time"
)

// dueAt is when it is to be seen whether what happened can be taken.
func (l *loop) dueAt() (at time.Time, ok bool) {
	if l.first.IsZero() {
		return at, false
	}
	at = l.last.Add(l.debounce)
	if limit := l.limit(); limit.Before(at) {
		at = limit
	}
	if l.recheck.After(at) {
		at = l.recheck
	}
	return at, true
}

// limit is when what happened is taken though more happens.
func (l *loop) limit() time.Time { return l.first.Add(max(longest, 2*l.debounce)) }

// due takes what has happened, unless there are signs that more follows.
func (l *loop) due(now time.Time) {
	if l.anew {
		l.walkAll()
	}
	if l.waits(now) {
		l.recheck = now.Add(max(l.debounce, 5*time.Millisecond))
		return
	}
	l.look()
	if l.shrunk {
		l.count()
	}
	first, found := l.first, l.found
	l.first, l.last, l.recheck = time.Time{}, time.Time{}, time.Time{}
	l.calm()
	if len(found) > 0 {
		l.taken = now
		l.found = map[string]map[string]bool{}
		l.post.change(found, first, now)
	}
}

// waits reports whether what has happened is half of something: git is at work,
// or an editor has emptied or removed a file to write it.
func (l *loop) waits(now time.Time) bool {
	quiet := now.Sub(l.last)
	if now.Sub(l.first) < gitLongest && quiet < max(gitPause, l.debounce) {
		tops := map[string]bool{}
		for _, t := range l.trees {
			if !tops[t.git.top] && t.git.locked() {
				return true
			}
			tops[t.git.top] = true
		}
	}
	if !now.Before(l.limit()) {
		return false
	}
	return quiet < stepsApart*l.debounce && l.halfWritten() || quiet < piecesApart*l.debounce && l.grows(now)
}

// grows reports whether a large file has more than it had in the change before, which
// was just now: it is copied or downloaded, and is no code yet.
func (l *loop) grows(now time.Time) bool {
	if now.Sub(l.taken) > longest+l.limit().Sub(l.first) {
		return false
	}
	for path := range l.dirty {
		if before := l.prints[path]; before.there && sizeOf(path) > max(before.size, large) {
			return true
		}
	}
	return false
}

// halfWritten reports whether a file that had a text has none.
func (l *loop) halfWritten() bool {
	for path := range l.dirty {
		if before := l.prints[path]; before.size > 0 && sizeOf(path) == 0 {
			return true
		}
	}
	return false
}

// walkAll walks all trees, and marks the files that are new; if anew is set, all.
func (l *loop) walkAll() {
	for _, t := range l.trees {
		l.again(t)
	}
	l.anew = false
	l.count()
}

// look compares the files that may be others with what they were, and notes
// those that are.
func (l *loop) look() {
	for path := range l.dirty {
		now, before := printOf(path), l.prints[path]
		if now.there {
			l.prints[path] = now
		} else {
			delete(l.prints, path)
		}
		for _, t := range l.trees {
			if !t.files[path] {
				continue
			}
			if now != before {
				put(l.found, t.rules.owner, path)
			}
			if !now.there {
				delete(t.files, path)
				delete(l.links, path)
			}
		}
	}
	clear(l.dirty)
}
