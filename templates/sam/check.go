package sam

import (
	"errors"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// source is where a part of the configuration comes from.
type source struct {
	// path is that below the function, or the event.
	path string
	at   tree.Place
	key  string
	// clear takes the part out of the configuration; nil means that its function or event
	// is nothing without it.
	clear func()
}

// maxChecks is how often the configuration is looked at: what is taken out of it may be
// what something else needs.
const maxChecks = 8

// check takes out what the emulator would not take, and says so where it comes from. The
// limits are those of AWS, so that the template is wrong there.
func (r *reader) check() {
	for range maxChecks {
		r.configure()
		err := r.plan.Config.Validate()
		if err == nil {
			return
		}
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok {
			return
		}
		for _, one := range joined.Unwrap() {
			if m, ok := errors.AsType[*emulator.Mistake](one); ok {
				r.mistake(m)
			}
		}
	}
}

// mistake takes out one part.
func (r *reader) mistake(m *emulator.Mistake) {
	if strings.HasPrefix(m.Path, "topics.") && r.mistakeOfTopic(m) {
		return
	}
	for _, f := range r.functions {
		if m.Path == f.path && !f.gone {
			r.remove(m, nil, f.path, f.id, f.at, func() { f.gone = true })
			return
		}
		rest, ok := strings.CutPrefix(m.Path, f.path)
		if !ok || f.gone || !strings.HasPrefix(rest, ".") {
			continue
		}
		rest = rest[1:]
		if strings.HasPrefix(rest, "events[") {
			r.mistakeOfEvent(f, rest, m)
			return
		}
		r.remove(m, f.sources, rest, f.id, f.at, func() { f.gone = true })
		return
	}
	r.resource, r.key = "", ""
	r.say(plan.Wrong, r.root.At, m.Error(), m.Hint())
}

func (r *reader) mistakeOfEvent(f *function, rest string, m *emulator.Mistake) {
	for i, ev := range f.events {
		if at, ok := strings.CutPrefix(rest, eventPath(i)); ok {
			r.remove(m, ev.sources, at, ev.resource, ev.at, func() { ev.gone = true })
			return
		}
	}
}

// remove clears the source of a path, or all that it is of.
func (r *reader) remove(m *emulator.Mistake, sources []source, path, resource string, at tree.Place, all func()) {
	if s := longest(sources, path); s != nil {
		defer r.about(resource, s.key)()
		if s.clear == nil {
			r.say(plan.Wrong, s.at, m.Message+": it is left out", m.Hint())
			all()
			return
		}
		r.say(plan.Wrong, s.at, m.Message+": it is taken out", m.Hint())
		s.clear()
		return
	}
	defer r.about(resource, "")()
	r.say(plan.Wrong, at, path+": "+m.Message+": it is left out", m.Hint())
	all()
}

// longest is the source of a path, or of the closest part that it is in; nil for none.
func longest(sources []source, path string) *source {
	var found *source
	for i, s := range sources {
		if within(path, s.path) && (found == nil || len(s.path) > len(found.path)) {
			found = &sources[i]
		}
	}
	return found
}

// mistakeOfTopic takes out what names a topic that cannot be; false if the path is no
// topic's.
func (r *reader) mistakeOfTopic(m *emulator.Mistake) bool {
	found := false
	for _, f := range r.functions {
		for _, ev := range f.events {
			if within(m.Path, emulator.Path("topics", ev.config.Topic)) {
				found = true
				r.remove(m, ev.sources, "topic", ev.resource, ev.at, func() { ev.gone = true })
			}
			if name, ok := strings.CutPrefix(ev.config.OnFailure, "kafka://"); ok && within(m.Path, emulator.Path("topics", name)) {
				found = true
				r.remove(m, ev.sources, "onFailure", ev.resource, ev.at, func() { ev.gone = true })
			}
		}
	}
	return found
}

// within says that a path is another or below it.
func within(path, of string) bool {
	return path == of || strings.HasPrefix(path, of+".") || strings.HasPrefix(path, of+"[")
}
