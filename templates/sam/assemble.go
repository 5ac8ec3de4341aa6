package sam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// assemble makes the configuration of what was read, without what the emulator would not
// take, and the comments, whose paths are known only then.
func (r *reader) assemble() {
	before := slices.Clone(r.functions)
	r.check()
	r.configure()
	r.untake(before)
	for _, f := range r.functions {
		for _, c := range f.comments {
			r.plan.Comment(f.path+"."+c.path, c.text)
		}
		for i, ev := range f.events {
			for _, c := range ev.comments {
				r.plan.Comment(fmt.Sprintf("%s.events[%d].kafka.%s", f.path, i, c.path), c.text)
			}
		}
	}
}

// untake takes back that something was taken that is gone. before are all functions.
func (r *reader) untake(before []*function) {
	gone := map[plan.Finding]bool{}
	for _, f := range before {
		gone[f.taken()] = f.gone
		for _, ev := range f.read {
			gone[ev.taken(f)] = f.gone || ev.gone
		}
	}
	r.plan.Findings = slices.DeleteFunc(r.plan.Findings, func(f plan.Finding) bool { return gone[f] })
}

// ownGroups gives mappings of one topic to one function groups of their own: on AWS, each
// has one that is made up, and here the default would be the same.
func (f *function) ownGroups() {
	used := map[string]bool{}
	for _, ev := range f.events {
		used[ev.config.Group] = true
	}
	for _, ev := range f.events {
		if ev.config.Group != "" {
			continue
		}
		byDefault := f.config.Name + "-" + ev.config.Topic
		group := byDefault
		for n := 2; used[group]; n++ {
			group = fmt.Sprintf("%s-%d", byDefault, n)
		}
		if used[group] = true; group != byDefault {
			ev.config.Group = group
		}
	}
}

// configure writes what is not gone into the configuration.
func (r *reader) configure() {
	c := &r.plan.Config
	c.Functions, c.Topics = nil, nil
	r.functions = slices.DeleteFunc(r.functions, func(f *function) bool { return f.gone })
	for _, f := range r.functions {
		f.events = slices.DeleteFunc(f.events, func(ev *event) bool { return ev.gone })
		f.ownGroups()
		f.config.Events = nil
		for _, ev := range f.events {
			f.config.Events = append(f.config.Events, ev.config)
			r.declare(ev.config.Topic)
		}
		c.Functions = append(c.Functions, f.config)
	}
	for _, f := range r.functions {
		for _, ev := range f.events {
			if topic, ok := strings.CutPrefix(ev.config.OnFailure, "kafka://"); ok {
				r.declare(topic)
			}
		}
	}
}

// declare adds a topic once.
func (r *reader) declare(name string) {
	c := &r.plan.Config
	if name != "" && !slices.ContainsFunc(c.Topics, func(t emulator.Topic) bool { return t.Name == name }) {
		c.Topics = append(c.Topics, emulator.Topic{Name: name, Partitions: r.partitions[name]})
	}
}

// others says in one finding which resources are not read.
func (r *reader) others(resources []tree.Entry) {
	var types []string
	count := map[string]int{}
	var at tree.Place
	for _, entry := range resources {
		t := typeOf(entry.Value)
		switch {
		case t == "":
			back := r.about(entry.Key, "Type")
			r.say(plan.Wrong, entry.At, "the resource has no Type", "")
			back()
		case isFunction(entry.Value) || attachedTypes[t] != nil:
		default:
			if len(types) == 0 {
				at = entry.At
			}
			if count[t]++; count[t] == 1 {
				types = append(types, t)
			}
		}
	}
	if len(types) == 0 {
		return
	}
	for i, t := range types {
		if count[t] > 1 {
			types[i] = fmt.Sprintf("%s (%d)", t, count[t])
		}
	}
	defer r.about("", "Resources")()
	r.say(plan.Dropped, at, strings.Join(types, ", ")+": the emulator has functions and Kafka", "")
}

// eventPath begins the paths of an event of a function.
func eventPath(i int) string { return fmt.Sprintf("events[%d].kafka.", i) }
