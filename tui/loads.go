package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// loadsAtOnce is how much is loaded side by side.
	loadsAtOnce = 4
	// loadKept is for how long what nobody asks for is kept.
	loadKept = 10 * time.Second
	// loadRetried is how long after an error what is still asked for is tried again.
	loadRetried = 2 * time.Second
	// loadsMost is how much is kept at most.
	loadsMost = 2048
)

// loads is what screens have asked for and what came of it.
type loads struct {
	all     map[string]*load
	running int
}

type load struct {
	value   any
	err     error
	done    bool
	running bool
	old     bool // what runs began before something was changed, and may not know of it
	asked   time.Time
	ended   time.Time // the work, last
}

// loaded is the end of a load.
type loaded struct {
	key   string
	of    *load
	value any
	err   error
}

func (l *loads) init() { l.all = map[string]*load{} }

// Load implements ui.Host.
func (m *Model) Load(key string, work func(context.Context) (any, error)) (any, error) {
	l := m.loads.all[key]
	if l == nil {
		if len(m.loads.all) >= loadsMost {
			return nil, nil
		}
		l = &load{}
		m.loads.all[key] = l
	}
	l.asked = time.Now()
	if !l.done && !l.running && m.loads.running < loadsAtOnce {
		l.running = true
		m.loads.running++
		of := m.work
		m.pending = append(m.pending, func() tea.Msg {
			ctx, cancel := context.WithTimeout(of, workLimit)
			defer cancel()
			value, err := guarded(func() (any, error) { return work(ctx) })
			return loaded{key, l, value, err}
		})
	}
	return l.value, l.err
}

// take notes what came of a load, if it is still wanted.
func (l *loads) take(msg loaded) {
	l.running--
	msg.of.running = false
	if l.all[msg.key] == msg.of {
		msg.of.value, msg.of.err, msg.of.done, msg.of.ended = msg.value, msg.err, !msg.of.old, time.Now()
	}
	msg.of.old = false
}

// age forgets what nobody has asked for in a while, and has tried again what failed: a
// broker that is down comes back. The error is shown until then.
func (l *loads) age() {
	now := time.Now()
	for key, of := range l.all {
		switch {
		case of.running:
		case now.Sub(of.asked) > loadKept:
			delete(l.all, key)
		case of.err != nil && now.Sub(of.ended) > loadRetried:
			of.done = false
		}
	}
}

// Forget implements ui.Host.
func (m *Model) Forget(prefix string) {
	for key := range m.loads.all {
		if strings.HasPrefix(key, prefix) {
			delete(m.loads.all, key)
		}
	}
}

// stale has what tells of the state of the run asked for again: something was changed. The
// old value is shown until then.
func (l *loads) stale() {
	for key, of := range l.all {
		if strings.HasPrefix(key, "state ") {
			of.done, of.old = false, of.running
		}
	}
}
