package emulatortest

import (
	"cmp"
	"maps"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// tally is what is counted over all entries of a run, also those that are not
// kept. It speaks of ranges of records, so it grows with batches, not records.
type tally struct {
	functions map[string]*functionTally
	produced  map[topicPartition][]producedRange
	producers map[producer]int64
	mappings  map[mappingPartition]*deliveryTally
	ended     map[string]*[journal.Filtered + 1]int64 // records, by mapping and terminal state
	logStart  map[topicPartition]int64                // where retention moved it
	// invocations are those with numbers from 1 on.
	invocations []invocationTally
}

type topicPartition struct {
	topic     string
	partition int32
}

type mappingPartition struct {
	mapping, topic string
	partition      int32
}

type functionTally struct {
	invocations, coldStarts, throttles, retries int
}

// producedRange is records that were produced at once; it has no gaps.
type producedRange struct {
	first, last int64
	at          int64 // world time
}

// deliveryTally is what became of a partition at a mapping.
type deliveryTally struct {
	function    string
	start       int64 // where the first assignment began: what is below is not the mapping's
	assignments int
	ended       []endedRange
	filtered    []offsetRange // in the order of offsets, joined
	commits     []commitMark
}

// endedRange is records that came to a terminal state together.
type endedRange struct {
	first, last int64
	order       uint64 // index of the entry
	assignment  int    // how many assignments there were
	at          int64  // world time at which it ended
	invocation  uint64
	outcome     journal.Outcome
}

// commitMark says since when everything up to an offset counts as done.
type commitMark struct {
	last  int64
	order uint64
}

// invocationTally is the world time of an invocation; -1 for what is not known.
type invocationTally struct {
	started, ended int64
	function       string
}

func newTally() tally {
	return tally{
		functions: map[string]*functionTally{},
		produced:  map[topicPartition][]producedRange{},
		producers: map[producer]int64{},
		mappings:  map[mappingPartition]*deliveryTally{},
		ended:     map[string]*[journal.Filtered + 1]int64{},
		logStart:  map[topicPartition]int64{},
	}
}

// add counts an entry; order is its index in the run.
func (t *tally) add(order uint64, e *journal.Entry) {
	switch e.Kind {
	case journal.RecordsProduced:
		key := topicPartition{e.Topic, e.Partition}
		t.produced[key] = append(t.produced[key], producedRange{e.First, e.Last, e.At})
		t.producers[producerOf(e)] += int64(e.Records)
	case journal.RetentionMoved:
		key := topicPartition{e.Topic, e.Partition}
		t.logStart[key] = max(t.logStart[key], e.First)
	case journal.InvocationStarted, journal.InvocationEnded:
		t.addInvocation(e)
	case journal.Throttled:
		t.function(e.Function).throttles++
	case journal.RetryScheduled:
		t.function(e.Function).retries++
	case journal.PartitionAssigned, journal.RecordsEnded, journal.RecordsExpired, journal.RecordsFiltered,
		journal.OffsetCommitted:
		t.addDelivery(order, e)
	}
}

func (t *tally) function(name string) *functionTally {
	f := t.functions[name]
	if f == nil {
		f = &functionTally{}
		t.functions[name] = f
	}
	return f
}

func (t *tally) addInvocation(e *journal.Entry) {
	for uint64(len(t.invocations)) < e.Invocation {
		t.invocations = append(t.invocations, invocationTally{started: -1, ended: -1})
	}
	if e.Kind == journal.InvocationStarted {
		f := t.function(e.Function)
		f.invocations++
		if e.Reason == journal.Cold {
			f.coldStarts++
		}
	}
	if e.Invocation == 0 {
		return
	}
	i := &t.invocations[e.Invocation-1]
	i.function = e.Function
	switch {
	case e.Kind == journal.InvocationStarted:
		i.started = e.At
	case i.ended < 0: // a second end says that its outputs could not be produced
		i.ended = e.At
	}
}

func (t *tally) addDelivery(order uint64, e *journal.Entry) {
	key := mappingPartition{e.Mapping, e.Topic, e.Partition}
	d := t.mappings[key]
	if d == nil {
		d = &deliveryTally{}
		t.mappings[key] = d
	}
	switch e.Kind {
	case journal.PartitionAssigned:
		if d.assignments == 0 {
			d.start = e.First
		}
		d.assignments++
	case journal.OffsetCommitted:
		if n := len(d.commits); n == 0 || e.Last > d.commits[n-1].last {
			d.commits = append(d.commits, commitMark{e.Last, order})
		}
	default:
		t.addEnded(d, order, e)
	}
}

func (t *tally) addEnded(d *deliveryTally, order uint64, e *journal.Entry) {
	if e.Function != "" {
		d.function = e.Function
	}
	r := endedRange{first: e.First, last: e.Last, order: order, assignment: d.assignments, at: e.At,
		invocation: e.Invocation, outcome: e.Outcome}
	if n := e.Invocation; n > 0 && n <= uint64(len(t.invocations)) && t.invocations[n-1].ended >= 0 {
		r.at = t.invocations[n-1].ended
	}
	d.end(r)
	byOutcome := t.ended[e.Mapping]
	if byOutcome == nil {
		byOutcome = &[journal.Filtered + 1]int64{}
		t.ended[e.Mapping] = byOutcome
	}
	if e.Outcome.Terminal() {
		byOutcome[e.Outcome] += int64(e.Records)
	}
}

// producer is who produced records to a partition.
type producer struct {
	topicPartition
	function, mapping, process, client string
	failure                            bool
}

func producerOf(e *journal.Entry) producer {
	p := producer{topicPartition: topicPartition{e.Topic, e.Partition}, function: e.Function, mapping: e.Mapping,
		process: e.Process, failure: e.Reason == "on-failure"}
	if p.function == "" && p.mapping == "" && p.process == "" {
		p.client = e.Measured.Client
	}
	return p
}

// String says who it is, in words.
func (p producer) String() string {
	switch {
	case p.failure:
		return "failure records of " + p.mapping
	case p.mapping != "":
		return "outputs of " + p.function
	case p.process != "":
		return "process " + p.process
	case p.function != "":
		return "a client of function " + p.function
	case p.client != "":
		return "client " + p.client
	}
	return "a client without a name"
}

// producersTo returns how many records each producer produced to a topic.
func (t *tally) producersTo(topic string) map[producer]int64 {
	to := map[producer]int64{}
	for p, n := range t.producers {
		if p.topic == topic {
			to[p] = n
		}
	}
	return to
}

// deliveries returns what became of the partitions of topic at a mapping, as it
// is now.
func (t *tally) deliveries(mapping, topic string) map[int32]deliveryTally {
	of := map[int32]deliveryTally{}
	for key, d := range t.mappings {
		if key.mapping == mapping && key.topic == topic {
			c := *d
			c.ended, c.commits, c.filtered = slices.Clone(d.ended), slices.Clone(d.commits), slices.Clone(d.filtered)
			of[key.partition] = c
		}
	}
	return of
}

// producedTo returns the ranges produced to the partitions of a topic, by
// offset.
func (t *tally) producedTo(topic string) map[int32][]producedRange {
	of := map[int32][]producedRange{}
	for key, ranges := range t.produced {
		if key.topic == topic {
			ranges = slices.Clone(ranges)
			slices.SortFunc(ranges, func(a, b producedRange) int { return cmp.Compare(a.first, b.first) })
			of[key.partition] = ranges
		}
	}
	return of
}

// topics are those that records were produced to.
func (t *tally) topics() []string {
	names := map[string]bool{}
	for key := range t.produced {
		names[key.topic] = true
	}
	return slices.Sorted(maps.Keys(names))
}
