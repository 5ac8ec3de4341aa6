package store

import (
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Flow is what flows: topics, mappings, functions, processes, in the order of the
// description and then of their first entry.
type Flow struct {
	Topics    []*Topic
	Mappings  []*Mapping
	Functions []*Function
	Processes []*Process

	// Totals of the run. Produced and those from Ended to Filtered count records: Ended is
	// all that came to an end, in whatever way. The rest counts what happened; Failures are
	// invocations that did not succeed, the Timeouts among them.
	Produced, Ended, DeadLettered, Dropped, Expired, Filtered       uint64
	Invocations, Failures, Timeouts, Throttles, Retries, ColdStarts uint64
	// In and Out are records produced by clients and processes, and by functions.
	In, Out Rate
	// ThrottleRate is throttles.
	ThrottleRate Rate
	// ConfigBroken is why the configuration file cannot be read, as it is now, "" if it can:
	// what it said last counts.
	ConfigBroken string

	topics, mappings, functions, processes index
	configBrokenAt                         int64
	queue                                  queue
}

func (f *Flow) init(of *journal.Description) {
	f.queue.init()
	for _, t := range of.Topics {
		f.topic(t.Name).Partitions = make([]TopicPartition, t.Partitions)
	}
	for i := range of.Functions {
		f.function(of.Functions[i].Name).describe(&of.Functions[i])
	}
	for i := range of.Mappings {
		f.describeMapping(&of.Mappings[i])
	}
	for _, p := range of.Processes {
		f.process(p.Name).Source = p.Source
	}
}

// named returns what has a name, which is made if it was not seen before.
func named[T any](list *[]*T, x *index, name string, make func() *T) *T {
	if i := x.find(name); i >= 0 {
		return (*list)[i]
	}
	x.add(name)
	*list = append(*list, make())
	return (*list)[len(*list)-1]
}

// found returns what has a name, nil if it was not seen.
func found[T any](list []*T, x *index, name string) *T {
	if i := x.find(name); i >= 0 {
		return list[i]
	}
	return nil
}

// Topic returns a topic by its name, nil if there is none.
func (f *Flow) Topic(name string) *Topic { return found(f.Topics, &f.topics, name) }

// Mapping returns an event source mapping by its consumer group, nil if there is none.
func (f *Flow) Mapping(name string) *Mapping { return found(f.Mappings, &f.mappings, name) }

// Function returns a function by its name, nil if there is none.
func (f *Flow) Function(name string) *Function { return found(f.Functions, &f.functions, name) }

// Process returns a process by its name, nil if there is none.
func (f *Flow) Process(name string) *Process { return found(f.Processes, &f.processes, name) }

func (f *Flow) topic(name string) *Topic {
	return named(&f.Topics, &f.topics, name, func() *Topic { return &Topic{Name: name} })
}

func (f *Flow) function(name string) *Function {
	return named(&f.Functions, &f.functions, name, func() *Function {
		return &Function{Name: name, Limit: -1, Revision: 1, environments: map[uint32]environment{}}
	})
}

func (f *Flow) process(name string) *Process {
	return named(&f.Processes, &f.processes, name, func() *Process { return &Process{Name: name} })
}

// mapping returns the mapping that an entry is about.
func (f *Flow) mapping(e *journal.Entry) *Mapping {
	m := named(&f.Mappings, &f.mappings, e.Mapping, func() *Mapping { return &Mapping{Name: e.Mapping} })
	if m.Function == "" {
		m.Function = e.Function
	}
	if m.Topic == "" && e.Topic != "" && e.Kind != journal.RecordsProduced {
		f.subscribe(m, e.Topic)
	}
	return m
}

// subscribe notes that a mapping reads a topic.
func (f *Flow) subscribe(m *Mapping, topic string) {
	t := f.topic(topic)
	m.Topic = topic
	t.readers = append(t.readers, f.mappings.find(m.Name))
}

func (f *Flow) describeMapping(of *journal.DescribedMapping) {
	m := named(&f.Mappings, &f.mappings, of.Group, func() *Mapping { return &Mapping{Name: of.Group} })
	m.Function, m.InFlight, m.BatchSize, m.OnFailure = of.Function, of.InFlight, of.BatchSize, of.OnFailure
	f.subscribe(m, of.Topic)
	d := f.function(of.Function)
	if t := f.Topic(strings.TrimPrefix(of.OnFailure, "kafka://")); t != nil { // else it is a queue or the like
		d.output(t.Name).Failure = true
	}
}

// add takes an entry.
func (f *Flow) add(e *journal.Entry) {
	switch e.Kind {
	case journal.RecordsProduced:
		f.produced(e)
	case journal.RetentionMoved:
		f.retained(e)
	case journal.PartitionAssigned, journal.PartitionRevoked, journal.OffsetCommitted, journal.RecordsArrived:
		f.positioned(e)
	case journal.RecordsEnded, journal.RecordsExpired, journal.RecordsFiltered:
		f.ended(e)
	case journal.BatchFormed, journal.BatchHeld, journal.BatchReleased, journal.EventQueued, journal.EventEnded:
		f.queued(e)
	case journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled:
		f.queued(e)
		f.invoked(e)
	case journal.EnvironmentStarting, journal.EnvironmentReady, journal.EnvironmentGone, journal.EnvironmentReset, journal.EnvironmentWaiting:
		f.function(e.Function).lived(e)
	case journal.BuildStarted, journal.BuildEnded, journal.Reloaded, journal.Warning:
		f.revised(e)
	case journal.Note, journal.ConfigReloaded:
		f.configured(e)
	case journal.ProcessStarted, journal.ProcessExited, journal.RecordsFetched:
		f.process(e.Process).add(e)
	}
}

// mostPartition is the highest number of a partition that is believed: what is read may be
// damaged.
const mostPartition = 1 << 16

// subjects are the kinds that say nothing without what they are about.
var (
	ofMappings = journal.KindsOf(journal.PartitionAssigned, journal.PartitionRevoked, journal.OffsetCommitted,
		journal.RecordsArrived, journal.RecordsEnded, journal.RecordsExpired, journal.RecordsFiltered)
	ofFunctions = journal.KindsOf(journal.BatchFormed, journal.BatchHeld, journal.BatchReleased, journal.EventQueued, journal.EventEnded,
		journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled, journal.EnvironmentStarting,
		journal.EnvironmentReady, journal.EnvironmentGone, journal.EnvironmentReset, journal.EnvironmentWaiting)
)

// sound says that an entry names what it is about.
func sound(e *journal.Entry) bool {
	return e.Partition >= 0 && e.Partition <= mostPartition && !(e.Mapping == "" && ofMappings.Has(e.Kind)) && !(e.Function == "" && ofFunctions.Has(e.Kind))
}

// miss forgets what is open: entries are missing, and with them what has ended it.
func (f *Flow) miss() {
	f.queue.init()
	for _, d := range f.Functions {
		clear(d.environments)
		d.Starting, d.Idle, d.Busy, d.Queue, d.Held, d.Draining, d.Building = 0, 0, 0, 0, 0, 0, false
	}
}

func (f *Flow) clone() Flow {
	c := *f
	c.topics, c.mappings, c.functions, c.processes = f.topics.clone(), f.mappings.clone(), f.functions.clone(), f.processes.clone()
	c.queue = f.queue.clone()
	c.Topics, c.Mappings = cloned(f.Topics, (*Topic).clone), cloned(f.Mappings, (*Mapping).clone)
	c.Functions, c.Processes = cloned(f.Functions, (*Function).clone), cloned(f.Processes, (*Process).clone)
	return c
}

func cloned[T any](list []*T, clone func(*T) *T) []*T {
	c := slices.Clone(list)
	for i, of := range list {
		c[i] = clone(of)
	}
	return c
}
