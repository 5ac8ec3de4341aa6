package emulator

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// turn is another configuration on its way into the run.
type turn struct {
	parts    *parts // as they were when it was planned
	next     Config
	resolved platform.Config
	lenient  bool
	fromFile bool     // one ConfigReloaded tells of it
	nothing  bool     // nothing of it is applied
	byHand   []string // keys that the file overrides

	turned  []Turned
	whose   []string // the function of each
	refused []refusedKey

	topics    []broker.Topic
	functions []turnedFunction // those of next, in its order
	removed   []*functionPart
	gone      []*mappingPart // removed, or replaced
	rules     []*platform.Change
	started   []*Process // added or changed
	stopped   []*supervised

	// What was connected for it.
	processes []*supervised
	destined  parts
}

// turnedFunction is a function of the next configuration. Events are in its order.
type turnedFunction struct {
	config   *Function
	was      *functionPart // nil if it is new
	part     *functionPart // what it is now
	template function.Template
	revises  bool
	events   []turnedEvent
}

type turnedEvent struct {
	was  *mappingPart // nil if it is new
	part *mappingPart
	anew bool // it takes the place of was
}

// compare finds what is different, and what of it cannot be changed. The conductor
// calls it.
func (e *Emulator) compare(now *parts, next Config, lenient bool) (*turn, error) {
	t := &turn{parts: now, next: next, lenient: lenient}
	t.next.Seed, t.next.Reload, t.next.Debug, t.next.tamper = now.config.Seed, now.config.Reload, now.config.Debug, now.config.tamper
	t.next.Journal = now.config.Journal
	t.next.Functions = slices.Clone(next.Functions)
	if !lenient { // a mistake is said before what cannot be changed
		if err := t.next.Validate(); err != nil {
			return nil, err
		}
	}
	fromFile := next
	t.top()
	t.compareTopics()
	t.compareProcesses()
	for i := range t.next.Functions {
		t.function(&t.next.Functions[i])
	}
	for _, f := range now.present() {
		if !slices.ContainsFunc(t.next.Functions, func(g Function) bool { return g.Name == f.config.Name }) {
			t.removed = append(t.removed, f)
			t.gone = append(t.gone, now.of(f.id)...)
			t.say(Path("functions", f.config.Name), f.config.Name, "removed")
		}
	}
	if e.world.Virtual() && len(t.next.Processes) > 0 {
		return nil, errProcessInVirtual(&t.next.Processes[0])
	}
	if len(t.refused) > 0 && !lenient {
		return t, nil
	}
	var err error
	if t.resolved, err = t.next.Resolve(); err != nil {
		if len(t.refused) > 0 && fromFile.Validate() == nil {
			return e.allNeedsARestart(now, t.refused, err)
		}
		return nil, err
	}
	e.limitProcesses(&t.resolved)
	t.compareRules(e.conductor.machine)
	return t, nil
}

func (t *turn) say(path, function, to string) {
	t.note(function, Turned{Path: path, To: to})
}

func (t *turn) note(function string, changed Turned) {
	t.turned, t.whose = append(t.turned, changed), append(t.whose, function)
}

// top compares what is of the whole run.
func (t *turn) top() {
	now := reflect.ValueOf(&t.parts.config).Elem()
	t.fields("", "", now, reflect.ValueOf(&t.next).Elem(), func(name string) (string, bool) {
		return fixedKeys[name], !slices.Contains(runFields, name)
	})
	always := func(why string) func(string) (string, bool) {
		return func(string) (string, bool) { return why, true }
	}
	t.fields("kafka", "", now.FieldByName("Kafka"), reflect.ValueOf(&t.next.Kafka).Elem(), always(fixedBroker))
	t.fields("invoke", "", now.FieldByName("Invoke"), reflect.ValueOf(&t.next.Invoke).Elem(), always(fixedInvoke))
}

// fields compares two structs: rule says why a field cannot be changed, or that it
// is not looked at. It returns the names of those that are changed.
func (t *turn) fields(path, function string, now, next reflect.Value, rule func(string) (why string, compared bool)) (changed []string) {
	for i := range now.NumField() {
		f := now.Type().Field(i)
		if !f.IsExported() || f.Type.Kind() == reflect.Func || reflect.DeepEqual(now.Field(i).Interface(), next.Field(i).Interface()) {
			continue
		}
		why, compared := rule(f.Name)
		if !compared {
			continue
		}
		at := joinPath(path, keyOf(&f))
		if why != "" {
			t.refuse(at, why, showValue(now.Field(i)), showValue(next.Field(i)))
			next.Field(i).Set(now.Field(i)) // a lenient turn goes on without
			continue
		}
		changed = append(changed, f.Name)
		t.note(function, turnedField(at, &f, now.Field(i), next.Field(i)))
	}
	return changed
}

func (t *turn) refuse(path, why, from, to string) {
	t.refused = append(t.refused, refusedKey{path, why, from, to})
}

// compareTopics finds topics that are new, or get more partitions.
func (t *turn) compareTopics() {
	partitions := func(n int) int { return cmp.Or(n, t.parts.config.Kafka.DefaultPartitions, DefaultPartitions) }
	t.next.Topics = slices.Clone(t.next.Topics)
	for i := range t.next.Topics {
		next := &t.next.Topics[i]
		path := Path("topics", next.Name)
		j := slices.IndexFunc(t.parts.config.Topics, func(o Topic) bool { return o.Name == next.Name })
		if j < 0 {
			t.topics = append(t.topics, broker.Topic{Name: next.Name, Partitions: next.Partitions})
			t.say(path, "", "added")
			continue
		}
		switch from, to := partitions(t.parts.config.Topics[j].Partitions), partitions(next.Partitions); {
		case to > from:
			t.topics = append(t.topics, broker.Topic{Name: next.Name, Partitions: next.Partitions})
			t.note("", Turned{Path: Path(path, "partitions"), From: showCount(from), To: showCount(to)})
		case to < from:
			t.refuse(Path(path, "partitions"), fixedPartitions, showCount(from), showCount(to))
			next.Partitions = t.parts.config.Topics[j].Partitions
		}
	}
	for _, o := range t.parts.config.Topics {
		if !slices.ContainsFunc(t.next.Topics, func(n Topic) bool { return n.Name == o.Name }) {
			t.say(Path("topics", o.Name), "", "removed from the configuration; the topic and its records stay until the end")
		}
	}
}

// compareProcesses finds processes that come, go or are to be started again.
func (t *turn) compareProcesses() {
	for i := range t.next.Processes {
		next := &t.next.Processes[i]
		path := Path("processes", next.Name)
		j := slices.IndexFunc(t.parts.processes, func(s *supervised) bool { return s.cfg.Name == next.Name })
		if j < 0 {
			t.started = append(t.started, next)
			t.say(path, "", "added")
			continue
		}
		was := t.parts.processes[j]
		now := slices.IndexFunc(t.parts.config.Processes, func(p Process) bool { return p.Name == next.Name })
		changed := t.fields(path, "", reflect.ValueOf(&t.parts.config.Processes[now]).Elem(), reflect.ValueOf(next).Elem(), func(string) (string, bool) { return "", true })
		if slices.ContainsFunc(changed, func(name string) bool { return name != "Watch" }) {
			t.started, t.stopped = append(t.started, next), append(t.stopped, was)
		}
	}
	for _, s := range t.parts.processes {
		if !slices.ContainsFunc(t.next.Processes, func(p Process) bool { return p.Name == s.cfg.Name }) {
			t.stopped = append(t.stopped, s)
			t.say(Path("processes", s.cfg.Name), "", "removed")
		}
	}
}

// function compares a function of the next configuration.
func (t *turn) function(next *Function) {
	path := Path("functions", next.Name)
	of := turnedFunction{config: next, was: t.parts.named(next.Name)}
	next.Events = slices.Clone(next.Events)
	if of.was == nil {
		t.say(path, next.Name, "added")
		of.events = make([]turnedEvent, len(next.Events))
		t.functions = append(t.functions, of)
		return
	}
	now := of.was.config
	changed := t.fields(path, next.Name, reflect.ValueOf(now).Elem(), reflect.ValueOf(next).Elem(), func(name string) (string, bool) {
		if name == "ReservedConcurrency" && now.ProvisionedConcurrency > 0 {
			return fixedReserved, true
		}
		return fixedOfFunctions[name], name != "Events"
	})
	of.revises = !next.isInProcess() && slices.ContainsFunc(changed, func(name string) bool { return slices.Contains(revisionFields, name) })
	t.events(path, &of)
	t.functions = append(t.functions, of)
}

// events finds for each event of a function the mapping that it has: one of the same
// topic and group.
func (t *turn) events(path string, of *turnedFunction) {
	left := t.parts.of(of.was.id)
	for j := range of.config.Events {
		next := &of.config.Events[j]
		at := fmt.Sprintf("%s.events[%d].kafka", path, j)
		k := slices.IndexFunc(left, func(m *mappingPart) bool {
			return m.settings.Topic == next.Topic && m.settings.Group == next.Group
		})
		if k < 0 {
			t.say(at, of.config.Name, "added, topic "+next.Topic+", group "+of.config.group(j))
			of.events = append(of.events, turnedEvent{})
			continue
		}
		was := left[k]
		left = slices.Delete(left, k, k+1)
		changed := t.fields(at, of.config.Name, reflect.ValueOf(was.settings).Elem(), reflect.ValueOf(next).Elem(),
			func(name string) (string, bool) { return fixedOfEvents[name], true })
		anew := slices.ContainsFunc(changed, func(name string) bool { return !slices.Contains(rulesOfEvents, name) })
		of.events = append(of.events, turnedEvent{was: was, anew: anew})
	}
	for _, m := range left {
		t.say(path+".events", of.config.Name, fmt.Sprintf("removed, topic %s, group %s", m.topic, m.mapping))
	}
	t.gone = append(t.gone, left...)
}
