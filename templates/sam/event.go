package sam

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// event is an event source mapping that is taken.
type event struct {
	config emulator.Event
	// resource and key name it in findings: a function and Events.Orders, or a mapping of
	// its own and "".
	resource, key string
	at            tree.Place
	// isProvisioned is that it has a ProvisionedPollerConfig, which much else needs.
	isProvisioned bool
	sources       []source
	comments      []comment
	gone          bool
}

// from notes the source of a part of the configuration.
func (ev *event) from(path string, v *tree.Node, key string, clear func()) {
	if ev.key != "" {
		key = ev.key + "." + key
	}
	ev.sources = append(ev.sources, source{path: path, at: v.At, key: key, clear: clear})
}

// notEmulated is what is said of events that the emulator does not have.
const notEmulated = "the emulator has Kafka and Invoke"

func invokeAdvice(f *function) string {
	return fmt.Sprintf("coldbrook invoke %s -f FILE calls it", f.config.Name)
}

// readEvents reads the events of a SAM function.
func (r *reader) readEvents(f *function, v *tree.Node) {
	for _, entry := range entriesOf(r.spread(v)) {
		key := "Events." + entry.Key
		back := r.about(f.id, key)
		declared := r.spread(entry.Value)
		kind := r.values.value(declared.Get("Type"))
		switch properties := r.spread(declared.Get("Properties")); {
		case r.values.value(entry.Value) == nil && len(declared.Entries) == 0: // AWS::NoValue
		case !kind.IsScalar():
			r.say(plan.Wrong, entry.At, "has no Type", "MSK and SelfManagedKafka are what the emulator has")
		case kind.Scalar == "MSK":
			r.mapping(f, event{resource: f.id, key: key, at: entry.At, config: emulator.Event{Source: "msk"}}, properties)
		case kind.Scalar == "SelfManagedKafka":
			r.mapping(f, event{resource: f.id, key: key, at: entry.At, config: emulator.Event{Source: "self-managed"}}, properties)
		default:
			r.say(plan.Dropped, entry.At, fmt.Sprintf("%s: %s", kind.Scalar, notEmulated), invokeAdvice(f))
		}
		back()
	}
}

// mapping reads an event source mapping of Kafka, of either form. base has what tells it from
// others.
func (r *reader) mapping(f *function, base event, properties *tree.Node) {
	if enabled := properties.Get("Enabled"); enabled != nil && !r.inKey(&base, "Enabled", func() bool { return r.truth(enabled, true) }) {
		r.say(plan.Dropped, enabled.At, "Enabled is false: the mapping is left out", "")
		return
	}
	pollers := r.values.shallow(properties.Get("ProvisionedPollerConfig"))
	base.isProvisioned = len(entriesOf(pollers)) > 0 // an empty one is on demand (API model)
	var topics []*tree.Node
	r.inKey(&base, "Topics", func() bool { topics = r.topics(&base, properties.Get("Topics")); return true })
	for i, topic := range topics {
		ev := base
		if !r.inKey(&ev, "Topics", func() bool { return r.topic(&ev, topic) }) {
			continue
		}
		for _, p := range mappingProperties {
			if v := properties.Get(p.key); v != nil {
				r.inKey(&ev, p.key, func() bool { p.read(r, &ev, v); return true })
			}
		}
		if i > 0 && ev.config.Group != "" {
			ev.config.Group += "-" + ev.config.Topic
		}
		f.events, f.read = append(f.events, &ev), append(f.read, &ev)
		r.dropOfMapping(&ev, properties)
		r.plan.Findings = append(r.plan.Findings, ev.taken(f))
	}
}

// taken is the finding that an event is.
func (ev *event) taken(f *function) plan.Finding {
	return plan.Finding{Verdict: plan.Taken, At: ev.at, Resource: ev.resource, Key: ev.key,
		Text: fmt.Sprintf("topic %q to function %q", ev.config.Topic, f.config.Name)}
}

// inKey does something about a property of a mapping.
func (r *reader) inKey(ev *event, key string, do func() bool) bool {
	if ev.key != "" {
		key = ev.key + "." + key
	}
	defer r.about(ev.resource, key)()
	return do()
}

// topics are those of a mapping, each of which has an event of its own. On AWS there is one.
func (r *reader) topics(ev *event, given *tree.Node) []*tree.Node {
	list := r.values.value(given)
	if list.IsScalar() {
		list = &tree.Node{Kind: tree.List, At: list.At, Items: []*tree.Node{list}}
	}
	if !list.Is(tree.List) || len(list.Items) == 0 {
		if !r.values.isBroken(list) {
			r.say(plan.Wrong, ev.at, "has no topic: it is left out", "give it in Topics")
		}
		return nil
	}
	if len(list.Items) > 1 {
		r.say(plan.Changed, list.At, fmt.Sprintf("%d topics: AWS takes one for a mapping; here, each has a mapping of its own", len(list.Items)), "")
	}
	return list.Items
}

func (r *reader) topic(ev *event, topic *tree.Node) bool {
	switch {
	case r.values.isBroken(topic):
		return false
	case !topic.IsScalar() || topic.Scalar == "":
		r.say(plan.Wrong, topic.At, shown(topic)+" is not a topic: it is left out", "")
		return false
	}
	ev.config.Topic = topic.Scalar
	if why, yes := r.values.isOpen(topic); yes {
		ev.config.Topic = topicName(topic.Scalar)
		r.guesses[topic.Scalar] = true
		r.say(plan.NeedsValue, topic.At, fmt.Sprintf("%s: the topic is called %s", why.reason, ev.config.Topic), why.advice)
		ev.comments = append(ev.comments, comment{"topic", "a guess: " + why.reason})
	}
	ev.from("topic", topic, "Topics", nil)
	return true
}

// topicName makes a name of a topic of a stand-in.
func topicName(standIn string) string {
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune("._-", c) || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '-'
	}, standIn)
	if name = name[:min(len(name), 200)]; strings.Trim(name, ".") == "" {
		return "topic"
	}
	return name
}
