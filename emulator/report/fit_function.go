package report

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// functionFitting is what was measured of one function so far.
type functionFitting struct {
	name      string
	described *journal.DescribedFunction // nil if it is not described
	models    []*modelFitting

	hot, cold                    latencies
	modelled, measured           histogram // handlers
	startModelled, startMeasured histogram
	resolution                   int64
	unknown                      uint64

	meter   meter
	elastic elastic
	state   State
	work    Work
	billed  Billed

	billedMs     int64
	handledCold  uint64
	mostBytes    int64
	mostMemory   int64
	mostDuration int64
}

// latencies are of records since they were produced.
type latencies struct{ begun, handled histogram }

// modelFitting is one way in which events reach a function.
type modelFitting struct {
	EventModel
	described *journal.DescribedMapping
	// pollersNow is how many pollers there are since pollersSince, 0 if that is the start,
	// and pollersCost what those before came to.
	pollersNow, pollersSince, pollersCost int64
}

func (f *functionFitting) latency(cold bool) *latencies {
	if cold {
		return &f.cold
	}
	return &f.hot
}

// model returns the way of a mapping; an empty one stands for requests.
func (f *functionFitting) model(mapping, topic string) *modelFitting {
	for _, m := range f.models {
		if m.Mapping == mapping {
			return m
		}
	}
	m := &modelFitting{EventModel: EventModel{Mapping: mapping, Topic: topic}}
	f.models = append(f.models, m)
	return m
}

func (f *functionFitting) ready(e *journal.Entry) {
	if e.Delay > 0 {
		f.startModelled.add(e.Delay, 1)
	}
	if e.Measured.Took > 0 {
		f.startMeasured.add(e.Measured.Took, 1)
	}
}

// started takes the beginning of an invocation, of a mapping or, if that is empty, for a
// request.
func (f *functionFitting) started(e *journal.Entry, mapping string, cold bool) {
	f.meter.begin(e.At)
	f.elastic.invoked()
	f.elastic.result.Invocations++
	if cold {
		f.elastic.result.ColdStarts++
	}
	m := f.model(mapping, e.Topic)
	m.Invocations++
	m.Records += uint64(max(e.Records, 0))
	m.MostRecords = max(m.MostRecords, uint64(max(e.Records, 0)))
	f.mostBytes = max(f.mostBytes, e.Bytes)
}

func (f *functionFitting) ended(e *journal.Entry) {
	f.elastic.done()
	f.work.Invocations++
	if e.Outcome != journal.Succeeded {
		f.work.Failed++
	}
	switch e.Outcome {
	case journal.TimedOut:
		f.work.TimedOut++
	case journal.PartlyFailed:
		f.work.Partly++
	}
	took := cmp.Or(e.Duration, e.Measured.Took)
	f.mostDuration = max(f.mostDuration, took)
	f.mostMemory = max(f.mostMemory, e.Measured.Memory)
	if e.Duration > 0 {
		f.modelled.add(e.Duration, 1)
	}
	if e.Measured.Took > 0 {
		f.measured.add(e.Measured.Took, 1)
	}
	f.billedMs += e.Billed
	f.billed.add(e)
}

// add divides the billed time of an invocation of which the processor time is known.
func (b *Billed) add(e *journal.Entry) {
	if e.Measured.CPU <= 0 || e.Billed <= 0 {
		return
	}
	const millisecond = 1_000_000
	time := e.Billed * millisecond
	init := min(e.Init, time)
	projected := min(e.Projected, time-init)
	cpu := min(e.Measured.CPU, time-init-projected) // several threads may use more
	modelled := min(max(e.Duration-e.Projected-e.Measured.Took, 0), time-init-projected-cpu)
	b.Invocations++
	b.Time += time
	b.Modelled += modelled
	b.Init += init
	b.CPU += cpu
	b.Projected += projected
	b.Waiting += time - init - projected - cpu - modelled
}

// handle counts records that succeeded.
func (f *functionFitting) handle(at int64, records uint64, cold bool) {
	f.meter.add(at, records)
	f.elastic.handled(at, records)
	if cold {
		f.handledCold += records
	}
}

// functionFit returns what was measured of a function.
func (m *fitting) functionFit(f *functionFitting, found *order.Report) FunctionFit {
	d := f.described
	if d == nil {
		d = &journal.DescribedFunction{Name: f.name, Profile: m.of.Profile, Reserved: -1}
	}
	state := f.state
	state.Digests, state.Outputs = m.digests, f.work.Outputs > 0
	out := FunctionFit{
		Name: f.name, Runtime: d.Runtime, Profile: d.Profile, Memory: d.Memory, Architecture: d.Architecture,
		Model: f.eventModels(), Throughput: f.meter.throughput(), Elasticity: f.elastic.elasticity(),
		Order: orderingOf(f, found), State: state, Work: f.work, Patterns: m.flows.patterns(f.name),
		Limits: f.limits(d), Billed: f.billed,
		Latency: FunctionLatency{
			BegunHot: f.hot.begun.distribution(), BegunCold: f.cold.begun.distribution(),
			HandledHot: f.hot.handled.distribution(), HandledCold: f.cold.handled.distribution(),
			Modelled: f.modelled.distribution(), Measured: f.measured.distribution(),
			StartModelled: f.startModelled.distribution(), StartMeasured: f.startMeasured.distribution(),
			Resolution: f.resolution, Unknown: f.unknown,
		},
	}
	if p, ok := profile.Lookup(d.Profile); ok {
		out.Cost = f.cost(&p.Billing, d, m.now, m.options.AlwaysOn)
	}
	out.judge(m.options)
	return out
}

func (f *functionFitting) eventModels() []EventModel {
	models := []EventModel{}
	for _, m := range f.models {
		e := m.EventModel
		switch d := m.described; {
		case d == nil && e.Mapping == "":
			e.Kind = "request"
		case d == nil:
			e.Kind, e.InFlight = "per partition", 1
		default:
			e.Topic, e.BatchSize, e.InFlight = d.Topic, d.BatchSize, d.InFlight
			e.Kind = kindOfModel(d)
		}
		models = append(models, e)
	}
	return models
}

func kindOfModel(d *journal.DescribedMapping) string {
	if p, ok := profile.Lookup(d.Profile); ok && p.Kafka.Async {
		return "asynchronous"
	}
	switch {
	case d.InFlight == 1:
		return "per partition"
	case d.Order == "key":
		return "per key"
	}
	return "concurrent"
}

// limits are the limits of a function that are known, in the order of the article's table.
func (f *functionFitting) limits(d *journal.DescribedFunction) []Limit {
	limits := []Limit{}
	add := func(name string, used, of int64, hit uint64) {
		if of > 0 {
			limits = append(limits, Limit{name, used, of, hit})
		}
	}
	add("payload", f.mostBytes, d.Payload, 0)
	add("timeout", f.mostDuration, d.Timeout, f.work.TimedOut)
	memory := f.mostMemory
	if memory == 0 {
		memory = -1
	}
	add("memory", memory, d.Memory, 0)
	most := int64(d.Reserved)
	if p, ok := profile.Lookup(d.Profile); ok && d.Reserved < 0 {
		most = int64(p.Function.AccountConcurrency)
	}
	add("concurrency", int64(f.elastic.result.Busy), most, f.elastic.result.Throttles)
	return limits
}
