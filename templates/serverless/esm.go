package serverless

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// mappingKind is what an event source mapping is in CloudFormation.
const mappingKind = "AWS::Lambda::EventSourceMapping"

// propertyKeys read the properties of an event source mapping of CloudFormation.
var propertyKeys = map[string]func(*mapping, entryOf){
	"Topics":                              (*mapping).topicsOf,
	"BatchSize":                           (*mapping).batchSize,
	"MaximumBatchingWindowInSeconds":      (*mapping).window,
	"StartingPosition":                    (*mapping).position,
	"StartingPositionTimestamp":           (*mapping).timestamp,
	"Enabled":                             (*mapping).enabled,
	"AmazonManagedKafkaEventSourceConfig": (*mapping).groupOf,
	"SelfManagedKafkaEventSourceConfig":   (*mapping).groupOf,
	"FilterCriteria":                      (*mapping).criteria,
	"ProvisionedPollerConfig":             (*mapping).pollers,
	"DestinationConfig":                   (*mapping).destinations,
	"MaximumRetryAttempts":                (*mapping).needsProvisioned,
	"MaximumRecordAgeInSeconds":           (*mapping).needsProvisioned,
	"BisectBatchOnFunctionError":          (*mapping).needsProvisioned,
	"FunctionResponseTypes":               (*mapping).needsProvisioned,
	"EventSourceArn":                      (*mapping).meansNothing,
	"SelfManagedEventSource":              (*mapping).meansNothing,
	"SourceAccessConfigurations":          (*mapping).meansNothing,
	"FunctionName":                        func(*mapping, entryOf) {},
}

// mappings reads the event source mappings of Kafka among the resources.
func (f *file) mappings() {
	for i := range f.resources {
		res := &f.resources[i]
		if res.kind != mappingKind {
			continue
		}
		f.mapped = append(f.mapped, res.id)
		if res.properties.Get("Topics") == nil {
			f.plan.Add(plan.Dropped, res.at, "", "resources."+res.id, "is a mapping of something other than Kafka, which the emulator has not", "")
			continue
		}
		name := scalarOf(f.plain(res.properties.Get("FunctionName")))
		if j := strings.LastIndex(name, ":function:"); j >= 0 {
			name = name[j+len(":function:"):]
		}
		if key, ok := f.deployed[name]; ok {
			name = key
		}
		c := &f.plan.Config
		j := slices.IndexFunc(c.Functions, func(have emulator.Function) bool { return have.Name == name })
		if j < 0 {
			f.plan.Add(plan.Dropped, res.at, "", "resources."+res.id, fmt.Sprintf("is a mapping to %q, which is no function that was taken over", name), "")
			continue
		}
		f.mappingOf(res, &c.Functions[j])
	}
}

// mappingOf reads a mapping to a function.
func (f *file) mappingOf(res *resource, to *emulator.Function) {
	r := &reading{file: f, entry: &entry{key: to.Name, at: res.at}, out: to, path: emulator.Path("functions", to.Name)}
	m := &mapping{reading: r, key: "resources." + res.id, at: res.at, event: emulator.Event{Source: "msk"}}
	if res.properties.Get("SelfManagedEventSource") != nil {
		m.event.Source = "self-managed"
	}
	m.path = fmt.Sprintf("%s.events[%d].kafka", r.path, len(to.Events))
	f.origins[m.path] = origin{res.at, m.key}
	m.read(res.properties, propertyKeys)
	m.finish()
}

func (m *mapping) topicsOf(e entryOf) {
	if e.node.Is(tree.List) && len(e.node.Items) > 0 {
		m.topic(entryOf{e.key, e.at, m.plain(e.node.Items[0])})
	}
}

func (m *mapping) groupOf(e entryOf) {
	for _, x := range e.node.Entries {
		v := entryOf{e.key + "." + x.Key, x.At, m.plain(x.Value)}
		if x.Key == "ConsumerGroupId" {
			m.group(v)
		} else {
			m.say(plan.Dropped, x.At, v.key, "is not emulated", "")
		}
	}
}

func (m *mapping) window(e entryOf) {
	if n, ok := m.whole(e, "batchWindow"); ok {
		m.event.BatchWindow = new(time.Duration(n) * time.Second)
	}
}

// criteria reads {Filters: [{Pattern: JSON}]}.
func (m *mapping) criteria(e entryOf) {
	filters := m.get(e.node, "Filters")
	if !filters.Is(tree.List) {
		return
	}
	for i, item := range filters.Items {
		if pattern := m.plain(m.get(item, "Pattern")); pattern != nil {
			m.pattern(entryOf{fmt.Sprintf("%s.Filters[%d]", e.key, i), pattern.At, pattern})
		}
	}
}
