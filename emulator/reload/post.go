package reload

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// maxFiles is how many files of an owner a Change names.
const maxFiles = 100

// post is what waits for Changed and Warn, whose calls may take long.
type post struct {
	wake chan struct{}

	mu       sync.Mutex // guards all below
	files    map[string]map[string]bool
	handed   []string // owners of the change with which Changed was called last, until it returns
	first    time.Time
	settled  time.Time
	warnings []string
}

// change adds files, by owner, to what is delivered next.
func (p *post) change(files map[string]map[string]bool, first, settled time.Time) {
	p.mu.Lock()
	if len(p.files) == 0 {
		p.files, p.first = map[string]map[string]bool{}, first
	}
	for owner, of := range files {
		if p.files[owner] == nil {
			p.files[owner] = map[string]bool{}
		}
		maps.Copy(p.files[owner], of)
	}
	p.settled = settled
	p.mu.Unlock()
	p.ring()
}

func (p *post) warn(text string) {
	p.mu.Lock()
	p.warnings = append(p.warnings, text)
	p.mu.Unlock()
	p.ring()
}

func (p *post) ring() {
	select {
	case p.wake <- struct{}{}:
	default: // it is going to look
	}
}

// take returns what waits; the change is one only if it has owners.
func (p *post) take() (c Change, warnings []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	warnings, p.warnings = p.warnings, nil
	if len(p.files) == 0 {
		return c, warnings
	}
	c = Change{Owners: slices.Sorted(maps.Keys(p.files)), Files: map[string][]string{}, First: p.first, Settled: p.settled}
	for owner, files := range p.files {
		sorted := slices.Sorted(maps.Keys(files))
		c.Files[owner] = sorted[:min(len(sorted), maxFiles)]
	}
	p.files, p.handed = nil, c.Owners
	return c, warnings
}

// has reports whether a change of an owner has not been delivered yet.
func (p *post) has(owner string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.files[owner]) > 0 || slices.Contains(p.handed, owner)
}

// delivered notes that Changed has returned.
func (p *post) delivered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handed = nil
}

// deliver calls Changed and Warn until ctx ends.
func (p *post) deliver(ctx context.Context, w *Watcher) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		c, warnings := p.take()
		for _, text := range warnings {
			if w.Warn != nil {
				w.Warn(text)
			}
		}
		if len(c.Owners) > 0 && w.Changed != nil {
			w.Changed(c)
		}
		p.delivered()
	}
}
