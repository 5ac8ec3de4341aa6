package platform

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Machine is the state of a platform. It is for one goroutine.
type Machine struct {
	cfg       Config
	now       int64
	functions []*function // by id; removed ones stay
	mappings  []*mapping
	timers    timerHeap
	steps     uint64

	environments map[EnvironmentID]*environment
	invocations  openInvocations
	events       []*batch             // what is in the asynchronous queues, in no order
	deliveries   map[RequestID]*batch // of these, those that are delivered to a destination
	waitedFor    int                  // synchronous requests that are open

	lastEnvironment EnvironmentID
	lastInvocation  InvocationID
	lastBatch       uint64
	unreserved      limit
	draining        bool

	processes int32          // environments that are processes
	queued    []*environment // those that wait for room on this machine, each with its batch
	replacing []*environment // provisioned ones that do
	behind    []*environment // those that wait for the one of a function that is debugged

	faults []*fault // by id
	armed  []*fault // those that candidates can trigger

	freeBatches   []*batch
	freeRequests  []*request
	freeResponses []*Input
	actions       []Action
	entries       []journal.Entry
	unsaid        int // how many of entries the next Step is to return, because New made them
}

// New returns a machine at world time 0 to which nothing is assigned.
func New(cfg Config) *Machine {
	cfg.Functions, cfg.Mappings = slices.Clone(cfg.Functions), slices.Clone(cfg.Mappings) // they change
	cfg.SettleDebugged()
	m := &Machine{
		cfg:          cfg,
		environments: map[EnvironmentID]*environment{},
		invocations:  openInvocations{rest: map[InvocationID]*batch{}},
		deliveries:   map[RequestID]*batch{},
	}
	for i := range cfg.Functions {
		m.newFunction(cfg.Functions[i])
	}
	m.cfg.Functions, m.cfg.Mappings = nil, nil // they change, and each has its rules
	m.setLimits()
	m.setRates()
	for i := range cfg.Mappings {
		m.newMapping(cfg.Mappings[i])
	}
	m.configuredFaults()
	m.unsaid = len(m.entries)
	return m
}

// Step takes one input at world time now (ns since the start, never less than
// before), then fires the timers that are due, in the order of their times. The
// slices it returns, and what they point to, are valid until the next Step.
//
// An input counts before a timer of the same instant: a response that came in at
// the moment of its timeout is taken.
func (m *Machine) Step(now int64, in *Input) ([]Action, []journal.Entry) {
	m.now = max(now, m.now)
	m.steps++
	m.actions, m.entries, m.unsaid = m.actions[:0], m.entries[:m.unsaid], 0
	m.take(in)
	for {
		if len(m.queued)+len(m.replacing)+len(m.behind) > 0 {
			m.startQueued()
		}
		t := m.timers.due(m.now)
		if t == nil {
			return m.actions, m.entries
		}
		m.fire(t)
	}
}

// NextTimer says when the machine wants to be stepped next, with Tick if there
// is no input before. ok is false if it waits for inputs only.
func (m *Machine) NextTimer() (at int64, ok bool) { return m.timers.next() }

// Position returns the offset below which every record of the partition is in a
// terminal state, and whether the partition is assigned.
func (m *Machine) Position(id MappingID, part int32) (offset int64, assigned bool) {
	mp := m.mappings[id]
	if part < 0 || int(part) >= len(mp.partitions) || !mp.partitions[part].assigned {
		return 0, false
	}
	return mp.partitions[part].position(), true
}

// InFlight is how many invocations are open, those that wait for an init
// included.
func (m *Machine) InFlight() int {
	n := 0
	for i := range m.functions {
		n += int(m.functions[i].busy)
	}
	return n
}

func (m *Machine) take(in *Input) {
	switch in.Kind {
	case Assigned:
		m.assigned(in)
	case Revoked:
		m.revoked(in)
	case Lost:
		m.lost(in)
	case Arrived:
		m.arrived(in)
	case LogStarted:
		m.logStarted(in)
	case Committed:
		m.committed(in)
	case Ready:
		m.ready(in)
	case InitError:
		m.initError(in)
	case Gone:
		m.gone(in)
	case Responded:
		m.responded(in)
	case Published:
		m.published(in)
	case FailurePublished:
		m.failurePublished(in)
	case Requested:
		m.requested(in)
	case Delivered:
		m.delivered(in)
	case HandedOff:
		m.handedOff(in)
	case Draining:
		m.drain()
	case Deployed:
		m.deployed(in)
	case Reloaded:
		m.reloaded(in)
	case LetGo:
		m.letGo(in)
	case FaultAdded:
		m.faultAdded(in)
	case FaultRemoved:
		m.faultRemoved(in)
	case EnvironmentKilled:
		m.killed(in)
	case FunctionRecycled:
		m.recycled(in)
	case RulesChanged:
		m.changed(in.Change)
	case FunctionAdded:
		m.functionAdded(in)
	case MappingAdded:
		m.mappingAdded(in)
	case FunctionRemoved:
		m.functionRemoved(in)
	case MappingRemoved:
		m.mappingRemoved(in)
	}
}

func (m *Machine) fire(t *timer) {
	switch t.kind {
	case windowTimer, pollerTimer:
		m.form(t.poller)
	case retryTimer:
		m.dispatch(t.batch)
	case timeoutTimer:
		m.timedOut(t.batch)
	case coldTimer:
		m.usable(t.environment)
	case initTimer:
		m.initTimedOut(t.environment)
	case idleTimer:
		m.idleExpired(t.environment)
	case durationTimer:
		m.release(t.batch)
	case evaluationTimer:
		m.evaluatePollers(t.mapping)
	case scaleTimer:
		m.scalePollers(t.mapping)
	case faultTimer:
		m.faultDue(t.fault)
	case rateTimer:
		m.wakeRates(t.function)
	case allocationTimer:
		m.allocated(t.function)
	case provisionTimer:
		m.provision(t.environment)
	}
}

func (m *Machine) act(a Action) { m.actions = append(m.actions, a) }

// entry appends an entry of now and returns it to be filled in.
func (m *Machine) entry(kind journal.Kind) *journal.Entry {
	m.entries = append(m.entries, journal.Entry{})
	e := &m.entries[len(m.entries)-1]
	e.At, e.Kind = m.now, kind
	return e
}

// drain stops forming batches and revokes all partitions.
func (m *Machine) drain() {
	m.draining = true
	m.abandonEvents()
	for i := range m.mappings {
		mp := m.mappings[i]
		for j := range mp.partitions {
			if p := &mp.partitions[j]; p.assigned {
				m.revoke(mp, p)
			}
		}
	}
	m.giveUpDebugged()
}
