package emulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// merge brings what a file says differently than before onto a configuration, of which
// something may have been changed by hand since.
type merge struct {
	said, next *Config
	byHand     []string // keys that were changed by hand, and that the file changes now
}

// runFields are the fields of a Config that are not merged as they are: they have
// keys of their own, or are no keys of the file.
var runFields = []string{"Kafka", "Invoke", "Topics", "Functions", "Processes", "Seed", "Reload", "Debug", "Journal"}

// onto returns now with what is different in the file.
func (m *merge) onto(now Config) Config {
	said, next := reflect.ValueOf(m.said).Elem(), reflect.ValueOf(m.next).Elem()
	out := now
	into := reflect.ValueOf(&out).Elem()
	m.fields("", said, next, into, runFields...)
	for _, name := range []string{"Kafka", "Invoke"} {
		m.fields(strings.ToLower(name), said.FieldByName(name), next.FieldByName(name), into.FieldByName(name))
	}
	if !reflect.DeepEqual(m.said.Topics, m.next.Topics) {
		out.Topics = mergeNamed(m.said.Topics, m.next.Topics, now.Topics, func(t Topic) string { return t.Name }, keepNext)
	}
	if !reflect.DeepEqual(m.said.Processes, m.next.Processes) {
		out.Processes = mergeNamed(m.said.Processes, m.next.Processes, now.Processes, func(p Process) string { return p.Name }, keepNext)
	}
	out.Functions = mergeNamed(m.said.Functions, m.next.Functions, now.Functions, func(f Function) string { return f.Name }, m.function)
	return out
}

// fields brings the fields of a struct that differ onto another one.
func (m *merge) fields(path string, said, next, into reflect.Value, but ...string) {
	for i := range said.NumField() {
		f := said.Type().Field(i)
		if !f.IsExported() || f.Type.Kind() == reflect.Func || slices.Contains(but, f.Name) ||
			reflect.DeepEqual(said.Field(i).Interface(), next.Field(i).Interface()) {
			continue
		}
		now := into.Field(i).Interface()
		if !reflect.DeepEqual(now, said.Field(i).Interface()) && !reflect.DeepEqual(now, next.Field(i).Interface()) {
			m.byHand = append(m.byHand, joinPath(path, keyOf(&f)))
		}
		into.Field(i).Set(next.Field(i))
	}
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return Path(path, key)
}

// function merges a function that is in all three.
func (m *merge) function(said, next, now Function) Function {
	out, path := now, Path("functions", next.Name)
	m.fields(path, reflect.ValueOf(said), reflect.ValueOf(next), reflect.ValueOf(&out).Elem(), "Events")
	out.Events = mergeNamed(said.Events, next.Events, now.Events, Event.identity, func(said, next, now Event) Event {
		number := slices.IndexFunc(m.eventsOf(path), func(e Event) bool { return e.identity() == next.identity() })
		out := now
		m.fields(fmt.Sprintf("%s.events[%d].kafka", path, number), reflect.ValueOf(said), reflect.ValueOf(next), reflect.ValueOf(&out).Elem())
		return out
	})
	return out
}

// eventsOf are the events of the function at a path of the file.
func (m *merge) eventsOf(path string) []Event {
	for i := range m.next.Functions {
		if Path("functions", m.next.Functions[i].Name) == path {
			return m.next.Functions[i].Events
		}
	}
	return nil
}

// identity is what makes an event the same one after a change.
func (e Event) identity() string { return e.Topic + "\x00" + e.Group }

func keepNext[T any](_, next, _ T) T { return next }

// mergeNamed merges lists of what has a name: in the order of the file, then what only
// the run has, unless the file had it, too. What is in the file and was taken out by hand
// comes back when the file changes it.
func mergeNamed[T any](said, next, now []T, name func(T) string, both func(said, next, now T) T) []T {
	find := func(list []T, n string) *T {
		if i := slices.IndexFunc(list, func(t T) bool { return name(t) == n }); i >= 0 {
			return &list[i]
		}
		return nil
	}
	var out []T
	for _, n := range next {
		s, c := find(said, name(n)), find(now, name(n))
		switch {
		case c != nil && s != nil:
			out = append(out, both(*s, n, *c))
		case s == nil || !reflect.DeepEqual(*s, n):
			out = append(out, n)
		}
	}
	for _, c := range now {
		if find(next, name(c)) == nil && find(said, name(c)) == nil {
			out = append(out, c)
		}
	}
	return out
}

// withoutRefused returns what a file says, with the keys that were refused as they
// were before.
func withoutRefused(said, next *Config, refused []refusedKey) Config {
	out := *next
	r := restoring{refused: refused}
	from, into := reflect.ValueOf(said).Elem(), reflect.ValueOf(&out).Elem()
	r.fields("", from, into)
	r.fields("kafka", from.FieldByName("Kafka"), into.FieldByName("Kafka"))
	r.fields("invoke", from.FieldByName("Invoke"), into.FieldByName("Invoke"))
	out.Topics, out.Functions = slices.Clone(out.Topics), slices.Clone(out.Functions)
	for i := range out.Topics {
		t := &out.Topics[i]
		if j := slices.IndexFunc(said.Topics, func(o Topic) bool { return o.Name == t.Name }); j >= 0 {
			r.fields(Path("topics", t.Name), reflect.ValueOf(said.Topics[j]), reflect.ValueOf(t).Elem())
		}
	}
	for i := range out.Functions {
		f := &out.Functions[i]
		if j := slices.IndexFunc(said.Functions, func(o Function) bool { return o.Name == f.Name }); j >= 0 {
			r.function(&said.Functions[j], f)
		}
	}
	return out
}

// restoring takes refused keys back.
type restoring struct{ refused []refusedKey }

func (r *restoring) fields(path string, from, into reflect.Value) {
	for i := range from.NumField() {
		f := from.Type().Field(i)
		if f.IsExported() && slices.ContainsFunc(r.refused, func(k refusedKey) bool { return k.path == joinPath(path, keyOf(&f)) }) {
			into.Field(i).Set(from.Field(i))
		}
	}
}

func (r *restoring) function(from, into *Function) {
	path := Path("functions", into.Name)
	r.fields(path, reflect.ValueOf(from).Elem(), reflect.ValueOf(into).Elem())
	into.Events = slices.Clone(into.Events)
	for i := range into.Events {
		e := &into.Events[i]
		if j := slices.IndexFunc(from.Events, func(o Event) bool { return o.identity() == e.identity() }); j >= 0 {
			r.fields(fmt.Sprintf("%s.events[%d].kafka", path, i), reflect.ValueOf(from.Events[j]), reflect.ValueOf(e).Elem())
		}
	}
}
