package report

import (
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// Fit is how well functions suited the streams that a run gave them: what the article that
// Coldbrook began with asks of functions on streams, measured. Its JSON form is stable.
// Times are in nanoseconds of world time, prices in units of profile.PriceUnit.
type Fit struct {
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"`
	// Virtual says that the run was in virtual time, so that latencies are modelled alone.
	Virtual bool `json:"virtual,omitempty"`
	// Ran is the time of the newest entry.
	Ran int64 `json:"ran"`
	// Stopped says that the run had ended; what is open in one that goes on is not lost.
	Stopped bool `json:"stopped"`
	// Missed is how many entries are gone: what they told is in no figure.
	Missed uint64 `json:"missedEntries,omitempty"`
	// Domain is between which records order was wanted.
	Domain   order.Domain `json:"domain"`
	AlwaysOn AlwaysOn     `json:"alwaysOn"`
	// Latency is what was asked for, FitOptions.Latency.
	Latency    int64          `json:"latencyBound"`
	Functions  []FunctionFit  `json:"functions"`
	Processors []ProcessorFit `json:"processors"`
}

// FunctionFit is the article's table for one function, and what follows from it.
type FunctionFit struct {
	Name         string          `json:"name"`
	Runtime      string          `json:"runtime,omitempty"`
	Profile      string          `json:"profile,omitempty"`
	Memory       int64           `json:"memory,omitempty"` // bytes
	Architecture string          `json:"architecture,omitempty"`
	Model        []EventModel    `json:"model"`
	Latency      FunctionLatency `json:"latency"`
	Throughput   Throughput      `json:"throughput"`
	Elasticity   Elasticity      `json:"elasticity"`
	Order        Ordering        `json:"order"`
	State        State           `json:"state"`
	Work         Work            `json:"work"`
	Patterns     Patterns        `json:"patterns"`
	Cost         *FunctionCost   `json:"cost,omitempty"`
	Limits       []Limit         `json:"limits"`
	Billed       Billed          `json:"billed"`
	// Verdict is a sentence, Principles what it rests on.
	Verdict    string      `json:"verdict"`
	Fits       Judgement   `json:"fits"`
	Principles []Principle `json:"principles"`
}

// EventModel is one way in which events reach a function.
type EventModel struct {
	// Mapping is empty where the function is invoked by requests.
	Mapping string `json:"mapping,omitempty"`
	Topic   string `json:"topic,omitempty"`
	// Kind is "per partition" (one batch of a partition at a time, in order), "per key"
	// (several of one partition at once, in order within a key), "concurrent" (several of
	// one partition at once), "asynchronous" (through the queue of the
	// function) or "request".
	Kind string `json:"kind"`
	// InFlight is how many batches of a partition may be in flight at once, 0 for any
	// number. BatchSize is the most records of a batch that are asked for.
	InFlight  int `json:"inFlight"`
	BatchSize int `json:"batchSize,omitempty"`
	// Invocations is how many there were, Records how many records they had, MostRecords
	// the largest batch.
	Invocations uint64 `json:"invocations"`
	Records     uint64 `json:"records"`
	MostRecords uint64 `json:"mostRecords"`
}

// FunctionLatency is how long records and invocations took.
type FunctionLatency struct {
	// Begun is from when a record was produced until the handler began with it, and
	// Handled until it had succeeded; Cold of records whose invocation waited for an init.
	BegunHot    *Distribution `json:"begunHot,omitempty"`
	BegunCold   *Distribution `json:"begunCold,omitempty"`
	HandledHot  *Distribution `json:"handledHot,omitempty"`
	HandledCold *Distribution `json:"handledCold,omitempty"`
	// Modelled is the handler's time in the model, of all invocations, and Measured what
	// this machine took; the same of cold starts.
	Modelled      *Distribution `json:"handlerModelled,omitempty"`
	Measured      *Distribution `json:"handlerMeasured,omitempty"`
	StartModelled *Distribution `json:"coldStartModelled,omitempty"`
	StartMeasured *Distribution `json:"coldStartMeasured,omitempty"`
	// Resolution is how exactly it is known when a record was produced, and Unknown of how
	// many handled records it is not known at all.
	Resolution int64  `json:"resolution,omitempty"`
	Unknown    uint64 `json:"unknown,omitempty"`
}

// Work is how the work of a function ended.
type Work struct {
	Invocations uint64 `json:"invocations"`
	// Failed is how many did not succeed, TimedOut and Partly how many of these ran into
	// the timeout or named batch item failures, Retries how many were scheduled again.
	Failed   uint64 `json:"failed"`
	TimedOut uint64 `json:"timedOut"`
	Partly   uint64 `json:"partlyFailed"`
	Retries  uint64 `json:"retries"`
	// LeftBehind is how many failed although records of theirs were out already.
	LeftBehind uint64 `json:"leftBehind"`
	// Outputs is how many records it produced; Late of these were produced after it had
	// answered, and of Ambiguous ones the invocation cannot be told.
	Outputs   uint64 `json:"outputs"`
	Late      uint64 `json:"producedAfterAnswer"`
	Ambiguous uint64 `json:"ambiguous"`
}

// Billed is where billed time went, in nanoseconds, of invocations of which the processor
// time was measured.
type Billed struct {
	// Invocations is how many these are, Time what they are billed for.
	Invocations uint64 `json:"invocations"`
	Time        int64  `json:"time"`
	Init        int64  `json:"init"`
	// CPU was measured on this machine; Projected was added for the function's share of a
	// processor, an extrapolation; Modelled was added because the configuration or the
	// profile says how long an invocation takes. Waiting is the rest: the handler waited for
	// something else.
	CPU       int64 `json:"cpu"`
	Projected int64 `json:"projected"`
	Modelled  int64 `json:"modelled"`
	Waiting   int64 `json:"waiting"`
}

// Limit is how near a function came to a limit of its runtime.
type Limit struct {
	Name string `json:"name"`
	// Used is the most that was seen, Of the limit; both in bytes, nanoseconds or
	// environments. Used -1 was not measured.
	Used int64 `json:"used"`
	Of   int64 `json:"of"`
	// Hit is how often it stopped an invocation.
	Hit uint64 `json:"hit,omitempty"`
}

// FitOptions are what a run is measured against.
type FitOptions struct {
	// Function leaves out all others, and processors. Empty stands for all.
	Function string
	// Domain is between which records order is wanted. Default order.ByKey.
	Domain order.Domain
	// Latency is how long a record may take, in nanoseconds. Default DefaultLatency.
	Latency int64
	// AlwaysOn is what functions are compared with. Default DefaultAlwaysOn.
	AlwaysOn AlwaysOn
}

// DefaultLatency is how long a record may take unless told otherwise: a second, about what
// a person waits for without losing the thread, and between the article's hot 100 ms and
// cold 5 s.
const DefaultLatency = second

// fitKinds are those that tell anything here.
var fitKinds = journal.KindsOf(
	journal.RunStopped, journal.RecordsProduced, journal.RecordsArrived, journal.RecordsFetched,
	journal.PartitionAssigned, journal.PartitionRevoked, journal.BatchFormed, journal.RecordsExpired, journal.RecordsEnded,
	journal.OffsetCommitted, journal.EnvironmentStarting, journal.EnvironmentReady, journal.EnvironmentGone, journal.EnvironmentWaiting,
	journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled, journal.RecordsFiltered,
	journal.EventQueued, journal.EventEnded, journal.BatchHeld, journal.PollersScaled,
)

// MeasureFit reads the entries of a run once and says how well its functions suited it.
// What it holds is bounded. Its error is that of the source.
func MeasureFit(src journal.Source, options FitOptions) (*Fit, error) {
	m := newFitting(src.Description(), options)
	if err := m.scan(src); err != nil {
		return nil, err
	}
	return m.fit(), nil
}

// fit returns what was measured.
func (m *fitting) fit() *Fit {
	f := &Fit{
		Profile: m.of.Profile, Seed: m.of.Seed, Virtual: m.of.Virtual, Ran: m.now, Stopped: m.stopped, Missed: m.gone,
		Domain: m.options.Domain, AlwaysOn: m.options.AlwaysOn, Latency: m.options.Latency,
		Functions: []FunctionFit{}, Processors: []ProcessorFit{},
	}
	found := m.orderFound()
	for _, one := range m.functions {
		if m.options.Function == "" || m.options.Function == one.name {
			f.Functions = append(f.Functions, m.functionFit(one, found))
		}
	}
	slices.SortFunc(f.Functions, func(a, b FunctionFit) int { return strings.Compare(a.Name, b.Name) })
	if m.options.Function == "" {
		for _, p := range m.processors {
			f.Processors = append(f.Processors, p.fit())
		}
		slices.SortFunc(f.Processors, func(a, b ProcessorFit) int { return strings.Compare(a.Name, b.Name) })
	}
	return f
}
