package reload

// touches is who was told that a file of theirs may be another.
type touches struct {
	touched, unchanged func(owner string)
	fresh              []string        // files that were marked since it was last looked whose they are
	told               map[string]bool // owners, since the last change was taken
}

func newTouches(w *Watcher) touches {
	t := touches{touched: w.Touched, unchanged: w.Unchanged, told: map[string]bool{}}
	if t.touched == nil {
		t.touched = func(string) {}
	}
	if t.unchanged == nil {
		t.unchanged = func(string) {}
	}
	return t
}

// call tells an owner, once.
func (t *touches) call(owner string) {
	if !t.told[owner] {
		t.told[owner] = true
		t.touched(owner)
	}
}

// touch tells those whose files were marked.
func (l *loop) touch() {
	for _, path := range l.touches.fresh {
		for _, t := range l.trees {
			if t.files[path] {
				l.touches.call(t.rules.owner)
			}
		}
	}
	l.touches.fresh = l.touches.fresh[:0]
}

// calm tells those that were told, and of whose files none is another. It is called when
// all was looked at.
func (l *loop) calm() {
	for owner := range l.touches.told {
		if len(l.found[owner]) == 0 && !l.post.has(owner) {
			l.touches.unchanged(owner)
		}
	}
	clear(l.touches.told)
	l.touches.fresh = nil // what a walk has found by now
}
