package serverless

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// maxRounds bounds how many mistakes are taken away, one after the other: what depends on one
// may be a mistake only then, or none any more.
const maxRounds = 500

// settle takes away what the emulator would refuse, so that the rest runs: the smallest part
// that the mistake is in, and says what and why.
func (f *file) settle() {
	for range maxRounds {
		m := firstMistake(f.plan.Config)
		if m == nil || !f.withdraw(m) {
			return
		}
		f.topics()
	}
}

// firstMistake is nil for a configuration that is valid.
func firstMistake(c emulator.Config) *emulator.Mistake {
	m, _ := errors.AsType[*emulator.Mistake](c.Validate())
	return m
}

// withdraw takes away what a mistake is in; false if that is no part of a function.
func (f *file) withdraw(m *emulator.Mistake) bool {
	if topic, found := strings.CutPrefix(m.Path, "topics."); found {
		return f.withdrawTopic(topic, m)
	}
	c := &f.plan.Config
	for i := range c.Functions {
		path := emulator.Path("functions", c.Functions[i].Name)
		field, found := strings.CutPrefix(m.Path, path)
		if !found || field != "" && field[0] != '.' {
			continue
		}
		f.withdrawOf(i, strings.TrimPrefix(field, "."), m)
		return true
	}
	return false
}

// withdrawOf takes away what a mistake of a function is in.
func (f *file) withdrawOf(i int, field string, m *emulator.Mistake) {
	c := &f.plan.Config
	out := &c.Functions[i]
	name, left := out.Name, "left out"
	o, exact := f.originOf(m.Path)
	if !exact && o.key == "" {
		o.key = field
	}
	switch j, of, isEvent := eventIn(field); {
	case isEvent && f.withdrawEvent(out, j, of):
		left = "the event is left out"
	case of == "group":
		left = "a name of its own counts"
	case isEvent:
	case !withdrawField(out, field):
		c.Functions = slices.Delete(c.Functions, i, i+1)
		left = "the function is left out"
	}
	f.plan.Add(plan.Wrong, o.at, name, o.key, m.Message+": "+left, m.Advice)
}

// withdrawTopic takes a topic away that Kafka refuses, and the events of it.
func (f *file) withdrawTopic(path string, m *emulator.Mistake) bool {
	c := &f.plan.Config
	i := slices.IndexFunc(c.Topics, func(t emulator.Topic) bool { return emulator.Path("topics", t.Name) == m.Path })
	if i < 0 {
		return false
	}
	name := c.Topics[i].Name
	c.Topics = slices.Delete(c.Topics, i, i+1)
	for j := range c.Functions {
		f := &c.Functions[j]
		f.Events = slices.DeleteFunc(f.Events, func(e emulator.Event) bool { return e.Topic == name })
	}
	f.plan.Add(plan.Wrong, f.root.At, "", "topic "+path, m.Message+": its events are left out", m.Advice)
	return true
}

// withdrawField takes one setting of a function away; false for one that it cannot be
// without.
func withdrawField(f *emulator.Function, field string) bool {
	switch name, rest, _ := strings.Cut(field, "."); {
	case name == "memory":
		f.Memory = defaultMemory << 20
	case name == "timeout":
		f.Timeout = defaultTimeout
	case name == "ephemeralStorage":
		f.EphemeralStorage = 0
	case name == "architecture":
		f.Architecture = ""
	case name == "reservedConcurrency":
		f.ReservedConcurrency = nil
	case name == "provisionedConcurrency":
		f.ProvisionedConcurrency = 0
	case name == "deadLetter":
		f.DeadLetter = ""
	case name == "async":
		f.Async = emulator.Async{}
	case name == "env":
		return withdrawVariable(f, rest)
	default:
		return false
	}
	return true
}

func withdrawVariable(f *emulator.Function, name string) bool {
	if unquoted, err := strconv.Unquote(name); err == nil {
		name = unquoted
	}
	if _, ok := f.Env[name]; !ok {
		return false
	}
	delete(f.Env, name)
	return true
}

// eventIn takes events[i].kafka.field apart; of what is below the field only that counts.
func eventIn(path string) (i int, field string, ok bool) {
	list, field, _ := strings.Cut(path, ".")
	field, _, _ = strings.Cut(strings.TrimPrefix(field, "kafka."), ".")
	i, ok = indexOf(list, "events")
	return i, field, ok
}

// indexOf takes name[i] apart.
func indexOf(element, name string) (int, bool) {
	number, found := strings.CutPrefix(element, name+"[")
	i, err := strconv.Atoi(strings.TrimSuffix(number, "]"))
	return i, found && err == nil && i >= 0
}

// withdrawEvent takes a setting of an event away, or else the event, and says whether it was
// that.
func (f *file) withdrawEvent(out *emulator.Function, i int, field string) (whole bool) {
	if i >= len(out.Events) {
		return false
	}
	e, list := &out.Events[i], emulator.Path("functions", out.Name)+".events["
	own := out.Name + "-" + e.Topic + "-" + strconv.Itoa(i+1)
	switch {
	case field == "batchSize":
		e.BatchSize = 0
	case field == "batchWindow":
		e.BatchWindow = nil
	case field == "startingPosition", field == "startingPositionTimestamp":
		e.StartingPosition, e.StartingPositionTimestamp = "", time.Time{}
	case field == "retries":
		e.Retries = nil
	case field == "maximumRecordAge":
		e.MaximumRecordAge = nil
	case field == "onFailure":
		e.OnFailure = ""
	case field == "provisioned":
		e.Provisioned = nil
	case field == "group" && e.Group == "":
		e.Group = own
	case field == "group" && e.Group != own:
		e.Group = ""
	case strings.HasPrefix(field, "filters["):
		if j, ok := indexOf(field, "filters"); ok && j < len(e.Filters) {
			e.Filters = slices.Delete(e.Filters, j, j+1)
			f.forget(fmt.Sprintf("%s%d].kafka.filters[", list, i), j)
		}
	default:
		out.Events = slices.Delete(out.Events, i, i+1)
		f.forget(list, i)
		return true
	}
	return false
}

// relative is a path as the configuration has it, with slashes.
func relative(dir, path string) string {
	if way, err := filepath.Rel(dir, path); err == nil {
		path = way
	}
	return filepath.ToSlash(path)
}
