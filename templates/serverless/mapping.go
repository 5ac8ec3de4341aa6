package serverless

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// mapping is one event source mapping that is being read.
type mapping struct {
	*reading
	event emulator.Event
	// path is that of the event in the configuration, key that in the file.
	path, key string
	at        tree.Place
	// off says that it is not enabled; provisioned, which some settings need; needing are
	// those, to be left out without it.
	off, provisioned bool
	needing          []entryOf
}

// entryOf is a key and its value, which is resolved.
type entryOf struct {
	key  string
	at   tree.Place
	node *tree.Node
}

// mappingKeys read the keys of an event msk or kafka: those of the framework's schema, and
// those of CloudFormation that its users wish for.
var mappingKeys = map[string]func(*mapping, entryOf){
	"topic":                      (*mapping).topic,
	"batchSize":                  (*mapping).batchSize,
	"maximumBatchingWindow":      (*mapping).frameworkWindow,
	"startingPosition":           (*mapping).position,
	"startingPositionTimestamp":  (*mapping).timestamp,
	"enabled":                    (*mapping).enabled,
	"consumerGroupId":            (*mapping).group,
	"filterPatterns":             (*mapping).patterns,
	"provisionedPollers":         (*mapping).pollers,
	"provisionedPollerConfig":    (*mapping).pollers,
	"maximumRetryAttempts":       (*mapping).needsProvisioned,
	"maximumRecordAgeInSeconds":  (*mapping).needsProvisioned,
	"bisectBatchOnFunctionError": (*mapping).needsProvisioned,
	"functionResponseType":       (*mapping).needsProvisioned,
	"destinations":               (*mapping).destinations,
	"arn":                        (*mapping).meansNothing,
	"bootstrapServers":           (*mapping).meansNothing,
	"saslScram512":               (*mapping).meansNothing,
	"accessConfigurations":       (*mapping).meansNothing,
}

// read reads the keys of an event.
func (m *mapping) read(body *tree.Node, keys map[string]func(*mapping, entryOf)) {
	for _, e := range body.Entries {
		if !m.spend() {
			break
		}
		read, known := keys[e.Key]
		v := m.plain(e.Value)
		switch {
		case !known:
			m.say(plan.Dropped, e.At, e.Key, "is not known here", "")
		case v == nil || v.Kind == tree.Null:
		default:
			read(m, entryOf{e.Key, e.At, v})
		}
	}
}

func (m *mapping) say(v plan.Verdict, at tree.Place, key, text, advice string) {
	m.add(v, at, m.key+"."+key, text, advice)
}

// from notes where a value of the configuration comes from.
func (m *mapping) from(field string, e entryOf) {
	m.origins[m.path+"."+field] = origin{e.at, m.key + "." + e.key}
}

// known says that a value is known, and else why not.
func (m *mapping) known(e entryOf, instead string) bool {
	l := m.lack(e.node)
	if l != nil {
		m.say(l.verdict, e.at, e.key, l.why+": "+instead, l.advice)
	}
	return l == nil
}

// finish adds the event to the function.
func (m *mapping) finish() {
	switch {
	case m.off:
		m.add(plan.Dropped, m.at, m.key, fmt.Sprintf("topic %q: enabled is false", m.event.Topic), "")
		return
	case m.event.Topic == "":
		m.add(plan.Wrong, m.at, m.key, "has no topic: the event is left out", "write topic: NAME")
		return
	case !topicName.MatchString(m.event.Topic):
		m.add(plan.Wrong, m.at, m.key, fmt.Sprintf("topic %q: Kafka takes no such name: the event is left out", short(m.event.Topic)), "1 to 249 letters, digits, dots, underscores and dashes")
		return
	}
	if m.provisioned {
		m.event.Profile = "aws-provisioned"
	}
	for _, e := range m.needing {
		if !m.provisioned {
			m.say(plan.Dropped, e.at, e.key, "needs provisioned mode, as on AWS", "profile: aws-provisioned in coldbrook.yaml has it")
			continue
		}
		m.control(e)
	}
	m.out.Events = append(m.out.Events, m.event)
}

// meansNothing keeps what the local Kafka needs not: it is said once, for all events.
func (m *mapping) meansNothing(e entryOf) {
	if len(m.local) == 0 {
		m.localAt = e.at
	}
	m.local = append(m.local, e.key)
}

func (m *mapping) topic(e entryOf) {
	m.from("topic", e)
	if l := m.lack(e.node); l != nil {
		name := topicOf(l.name)
		m.say(l.verdict, e.at, e.key, fmt.Sprintf("%s: topic %q for now", l.why, name), l.advice)
		m.plan.Comment(emulator.Path(m.path, "topic"), l.why+": this name only stands in for it.")
		m.event.Topic = name
		return
	}
	m.event.Topic = scalarOf(e.node)
}

// topicName is what Kafka takes.
var topicName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,249}$`)

// topicOf makes a name that Kafka takes.
func topicOf(name string) string {
	name = strings.Map(func(c rune) rune {
		if isOfName(c) {
			return c
		}
		return '-'
	}, name)
	return cmp.Or(strings.Trim(name, "-."), "topic")
}

// whole reads a whole number.
func (m *mapping) whole(e entryOf, field string) (int, bool) {
	if !m.known(e, "its default counts") {
		return 0, false
	}
	if field != "" {
		m.from(field, e)
	}
	n, ok := e.node.Int()
	if !ok || n < -1 || n > math.MaxInt32 {
		m.say(plan.Wrong, e.at, e.key, fmt.Sprintf("%q is not a whole number: left out", short(shownText(e.node))), "")
		return 0, false
	}
	return n, true
}

func (m *mapping) batchSize(e entryOf) {
	if n, ok := m.whole(e, "batchSize"); ok {
		m.event.BatchSize = n
	}
}

// frameworkWindow reads the window; one of 0 the framework does not hand on.
func (m *mapping) frameworkWindow(e entryOf) {
	n, ok := m.whole(e, "batchWindow")
	if ok && n == 0 {
		m.say(plan.Changed, e.at, e.key, "the framework does not hand on 0: the platform's 500 ms count", "")
	} else if ok {
		m.event.BatchWindow = new(time.Duration(n) * time.Second)
	}
}

func (m *mapping) position(e entryOf) {
	if m.known(e, "TRIM_HORIZON counts") {
		m.from("startingPosition", e)
		m.event.StartingPosition = strings.ToUpper(scalarOf(e.node))
	}
}

// timestamp reads Unix seconds, which may have a fraction.
func (m *mapping) timestamp(e entryOf) {
	if !m.known(e, "left out") {
		return
	}
	m.from("startingPositionTimestamp", e)
	seconds, err := strconv.ParseFloat(scalarOf(e.node), 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > 1e11 {
		m.say(plan.Wrong, e.at, e.key, fmt.Sprintf("%q are not Unix seconds: left out", short(shownText(e.node))), "")
		return
	}
	m.event.StartingPositionTimestamp = time.UnixMilli(int64(seconds * 1000)).UTC()
}

func (m *mapping) enabled(e entryOf) {
	if !m.known(e, "it is on") {
		return
	}
	on, ok := e.node.Bool()
	if !ok {
		m.say(plan.Wrong, e.at, e.key, fmt.Sprintf("%q is neither true nor false: it is on", short(shownText(e.node))), "")
		return
	}
	m.off = !on
}

func (m *mapping) group(e entryOf) {
	if m.known(e, "the group gets the name of the function") {
		m.from("group", e)
		m.event.Group = scalarOf(e.node)
	}
}

// pollers reads provisioned mode: {min, max, group} of the framework, or the properties of
// CloudFormation; false is on demand.
func (m *mapping) pollers(e entryOf) {
	if !m.known(e, "on demand") || !e.node.Is(tree.Map) {
		return
	}
	m.provisioned = true
	m.from("provisioned", e)
	m.event.Provisioned = &emulator.Provisioned{}
	for _, x := range e.node.Entries {
		v := entryOf{e.key + "." + x.Key, x.At, m.plain(x.Value)}
		switch x.Key {
		case "min", "MinimumPollers", "minimumPollers":
			m.event.Provisioned.MinimumPollers, _ = m.whole(v, "provisioned.minimumPollers")
		case "max", "MaximumPollers", "maximumPollers":
			m.event.Provisioned.MaximumPollers, _ = m.whole(v, "provisioned.maximumPollers")
		default:
			m.say(plan.Dropped, x.At, v.key, "pollers of several mappings are not grouped here", "")
		}
	}
}
