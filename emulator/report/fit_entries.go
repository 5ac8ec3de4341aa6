package report

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// invocationsMost is how many invocations are remembered: many more than are ever open at
// once.
const invocationsMost = 1 << 14

// fitting reads the entries of a run. It is for one goroutine.
type fitting struct {
	of      *journal.Description
	options FitOptions
	checker *order.Checker

	functions  []*functionFitting // in the order in which they were first seen
	byName     map[string]*functionFitting
	processors []*processorFitting
	flows      flows

	produced    map[place]*producedLog
	inputs      inputs
	requests    recent[uint64, queuedEvent]
	invocations recent[uint64, *invocation]
	answers     answers
	async       map[string]bool // mappings that hand batches to a queue

	now     int64
	gone    uint64
	digests bool
	stopped bool
}

// queuedEvent is an event in the queue of a function that a mapping put there.
type queuedEvent struct {
	mapping     string
	place       place
	first, last int64
	records     uint64
	invocation  uint64 // the last one
	input       uint64 // hash of what it holds
}

// invocation is what is remembered of one.
type invocation struct {
	function    *functionFitting
	input       uint64 // hash of what it was given, 0 for a request
	started     int64
	cold, ended bool
	environment uint32
	revision    int32
	outcome     journal.Outcome
	digest      uint64 // of its outputs
	outputs     uint64
	judged      bool
	left        bool // records behind
}

func newFitting(of *journal.Description, options FitOptions) *fitting {
	if options.Latency <= 0 {
		options.Latency = DefaultLatency
	}
	if options.AlwaysOn.PricePerHour == 0 {
		options.AlwaysOn = DefaultAlwaysOn()
	}
	m := &fitting{
		of: of, options: options, checker: order.New(order.Options{Domain: options.Domain, Of: of, Witnesses: 1}),
		byName: map[string]*functionFitting{}, produced: map[place]*producedLog{}, async: map[string]bool{},
		inputs: newInputs(), requests: newRecent[uint64, queuedEvent](batchesMost),
		invocations: newRecent[uint64, *invocation](invocationsMost), flows: newFlows(),
		answers: answers{newRecent[input, answer](answersMost)},
	}
	for i := range of.Functions {
		m.function(of.Functions[i].Name).described = &of.Functions[i]
	}
	for i := range of.Mappings {
		d := &of.Mappings[i]
		f := m.function(d.Function)
		f.model(d.Group, d.Topic).described = d
		m.flows.reads(d.Function, d.Topic, 0)
	}
	for _, p := range of.Processes {
		m.processor(p.Name).source = p.Source
	}
	return m
}

// scan reads a source once: all of it where entries are missing, to see where.
func (m *fitting) scan(src journal.Source) error {
	if m.gone = src.Missed(); m.gone == 0 {
		return src.Scan(journal.Want{Kinds: fitKinds}, func(e *journal.Entry) bool {
			m.add(e)
			return true
		})
	}
	return journal.ScanAll(src, func(missed uint64, e *journal.Entry) bool {
		m.checker.Missed(missed)
		m.add(e)
		return true
	})
}

func (m *fitting) function(name string) *functionFitting {
	f := m.byName[name]
	if f == nil {
		f = &functionFitting{name: name}
		m.byName[name] = f
		m.functions = append(m.functions, f)
	}
	return f
}

func (m *fitting) processor(name string) *processorFitting {
	for _, p := range m.processors {
		if p.name == name {
			return p
		}
	}
	p := newProcessorFitting(name)
	m.processors = append(m.processors, p)
	return p
}

func (m *fitting) producedIn(e *journal.Entry) *producedLog {
	at := place{e.Topic, e.Partition}
	l := m.produced[at]
	if l == nil {
		l = &producedLog{}
		m.produced[at] = l
	}
	return l
}

// add takes the next entry.
func (m *fitting) add(e *journal.Entry) {
	m.now = max(m.now, e.At)
	m.checker.Add(e)
	switch e.Kind {
	case journal.RunStopped:
		m.stopped = true
	case journal.RecordsProduced:
		m.addProduced(e)
	case journal.RecordsFetched:
		m.processor(e.Process).fetched(e, m.producedIn(e))
		m.flows.processReads(e.Process, e.Topic)
	case journal.BatchFormed:
		m.inputs.formed(e)
	case journal.RecordsEnded:
		m.addEnded(e)
	case journal.EnvironmentStarting:
		m.function(e.Function).elastic.started(e.At)
	case journal.EnvironmentGone:
		m.function(e.Function).elastic.gone(e.At)
	case journal.EnvironmentReady:
		m.function(e.Function).ready(e)
	case journal.EnvironmentWaiting:
		m.function(e.Function).elastic.result.MachineWaits++
	case journal.Throttled:
		m.function(e.Function).elastic.result.Throttles++
	case journal.RetryScheduled:
		m.function(e.Function).work.Retries++
	case journal.PollersScaled:
		m.function(e.Function).model(e.Mapping, "").pollersScaled(e)
	case journal.InvocationStarted:
		m.addStarted(e)
	case journal.InvocationEnded:
		m.addInvocationEnded(e)
	case journal.EventQueued, journal.EventEnded:
		m.addEvent(e)
	}
}

func (m *fitting) addProduced(e *journal.Entry) {
	m.producedIn(e).add(e.First, e.Last, e.At)
	m.inputs.produced(e)
	m.digests = m.digests || e.Digest != 0
	for _, p := range m.processors {
		p.knows(e)
	}
	switch {
	case e.Process != "":
		m.processor(e.Process).produced(e)
		m.flows.processWrites(e.Process, e.Topic)
	case e.Function != "" && !e.ByPlatform():
		m.addOutput(e)
	}
}

// addOutput takes records that a function produced, as a response or by itself.
func (m *fitting) addOutput(e *journal.Entry) {
	f, n := m.function(e.Function), uint64(max(e.Records, 0))
	f.work.Outputs += n
	m.flows.writes(e.Function, e.Topic, n)
	switch e.Reason {
	case "late":
		f.work.Late += n
	case "ambiguous":
		f.work.Ambiguous += n
		return
	}
	if i := m.invocations.get(e.Invocation); i != nil {
		i.digest += e.Digest
		i.outputs += n
		i.leaveBehind()
	}
}

func (m *fitting) addStarted(e *journal.Entry) {
	f := m.function(e.Function)
	i := &invocation{function: f, started: e.At, cold: e.Reason == journal.Cold || e.Reason == journal.Suppressed,
		environment: e.Environment, revision: e.Revision}
	if e.Batch != 0 {
		i.input = m.inputs.batches.get(e.Batch)
	}
	m.invocations.put(e.Invocation, i)
	mapping := e.Mapping
	if q := m.requests.get(e.Request); e.Request != 0 && q.records > 0 {
		mapping = q.mapping
		q.invocation, i.input = e.Invocation, q.input
		m.requests.put(e.Request, q)
	}
	f.started(e, mapping, i.cold)
}

func (m *fitting) addInvocationEnded(e *journal.Entry) {
	f := m.function(e.Function)
	i := m.invocations.get(e.Invocation)
	if i == nil {
		i = &invocation{function: f, started: e.At - e.Measured.Took}
	}
	i.ended, i.outcome = true, e.Outcome
	f.ended(e)
	i.leaveBehind()
	if e.Outcome != journal.Succeeded {
		m.judge(i)
	}
	if e.Mapping == "" && e.Outcome == journal.Succeeded && m.requests.get(e.Request).records == 0 {
		f.handle(e.At, 1, i.cold)
		f.latency(i.cold).handled.add(e.At-i.started, 1)
	}
}

// leaveBehind notes an invocation that failed with records of its own already out. Those
// of a response that names failures belong to the records that did not fail.
func (i *invocation) leaveBehind() {
	if i.left || !i.ended || i.outputs == 0 || i.outcome == journal.Succeeded || i.outcome == journal.PartlyFailed {
		return
	}
	i.left = true
	i.function.work.LeftBehind++
}

// judge compares the answer of an invocation with that of an earlier one that had the
// same records. The outputs of a response stand behind the end of its invocation in the
// journal, and before that of its records.
func (m *fitting) judge(i *invocation) {
	if i == nil || i.input == 0 || i.judged {
		return
	}
	i.judged = true
	if i.outcome == journal.Abandoned {
		return
	}
	m.answers.add(&i.function.state, input{i.function.name, i.input},
		answer{i.digest, i.environment, i.revision, i.outcome == journal.Succeeded})
}
