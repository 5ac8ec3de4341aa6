package report

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// ProcessorFit is what was seen of a process at its own Kafka address: a stream processor,
// a consumer or a source. What it does in between is not seen.
type ProcessorFit struct {
	Name string `json:"name"`
	// Source says that it only feeds.
	Source bool     `json:"source,omitempty"`
	In     []string `json:"in"`
	Out    []string `json:"out"`
	// Fetched and Produced are what it read and wrote. Records that are fetched twice, as
	// by two consumers of it, count twice.
	Fetched  Throughput `json:"fetched"`
	Produced Throughput `json:"produced"`
	// Picked is from when a record was produced until it was fetched.
	Picked *Distribution `json:"picked,omitempty"`
	// ByTrace and ByKey are from when an input was produced until an output was: of outputs
	// that carry the trace of an input, and of others that have the key of the newest input
	// that was fetched with it. ByKey is too short where several inputs make one output.
	ByTrace *Distribution `json:"byTrace,omitempty"`
	ByKey   *Distribution `json:"byKey,omitempty"`
	// Unmatched is how many outputs have neither.
	Unmatched uint64 `json:"unmatched,omitempty"`
	// Resolution is how exactly it is known when a record was produced.
	Resolution int64 `json:"resolution,omitempty"`
}

// inputsMost is how many traces and keys of inputs are remembered of each process.
const inputsMost = 1 << 16

// processorFitting is what was measured of a process so far.
type processorFitting struct {
	name                   string
	source                 bool
	in, out                []string
	fetches, productions   meter
	picked, byTrace, byKey histogram
	traces, keys           recent[uint64, inputSeen]
	positions              map[place]int64 // next offset it has not fetched
	unmatched              uint64
	resolution             int64
}

// inputSeen is where and when a record with a trace or key was produced.
type inputSeen struct {
	at     place
	offset int64
	time   int64
}

func newProcessorFitting(name string) *processorFitting {
	return &processorFitting{name: name, positions: map[place]int64{},
		traces: newRecent[uint64, inputSeen](inputsMost), keys: newRecent[uint64, inputSeen](inputsMost)}
}

// knows remembers a record that the process may fetch: of topics that it was seen to fetch
// from, or of any before it fetched for the first time.
func (p *processorFitting) knows(e *journal.Entry) {
	if e.Each == nil || p.source || e.Process == p.name || len(p.in) > 0 && !slices.Contains(p.in, e.Topic) {
		return
	}
	at := place{e.Topic, e.Partition}
	for _, r := range e.Each.Each {
		seen := inputSeen{at, e.First + int64(r.Offset), e.At}
		if r.Trace != 0 {
			p.traces.put(r.Trace, seen)
		}
		if r.Key != 0 {
			p.keys.put(r.Key, seen)
		}
	}
}

// fetched takes records that it fetched.
func (p *processorFitting) fetched(e *journal.Entry, log *producedLog) {
	p.in = including(p.in, e.Topic)
	n := uint64(max(e.Records, 0))
	if n == 0 {
		n = uint64(max(e.Last-e.First+1, 0))
	}
	p.fetches.add(e.At, n)
	log.each(e.First, e.Last, func(at int64, n uint64) { p.picked.add(e.At-at, n) })
	p.resolution = max(p.resolution, log.resolution)
	at := place{e.Topic, e.Partition}
	p.positions[at] = max(p.positions[at], e.Last+1)
}

// produced takes records that it produced.
func (p *processorFitting) produced(e *journal.Entry) {
	p.out = including(p.out, e.Topic)
	n := uint64(max(e.Records, 0))
	p.productions.add(e.At, n)
	if p.source || len(p.in) == 0 {
		return
	}
	if e.Each == nil {
		p.unmatched += n
		return
	}
	for _, r := range e.Each.Each {
		switch trace, key := p.traces.get(r.Trace), p.keys.get(r.Key); {
		case r.Trace != 0 && p.has(trace):
			p.byTrace.add(e.At-trace.time, 1)
		case r.Key != 0 && p.has(key):
			p.byKey.add(e.At-key.time, 1)
		default:
			p.unmatched++
		}
	}
}

// has reports whether the process has fetched a record.
func (p *processorFitting) has(r inputSeen) bool {
	return r.at.topic != "" && r.offset < p.positions[r.at]
}

func (p *processorFitting) fit() ProcessorFit {
	return ProcessorFit{Name: p.name, Source: p.source, In: notNil(p.in), Out: notNil(p.out),
		Fetched: p.fetches.throughput(), Produced: p.productions.throughput(),
		Picked: p.picked.distribution(), ByTrace: p.byTrace.distribution(), ByKey: p.byKey.distribution(),
		Unmatched: p.unmatched, Resolution: p.resolution}
}

// including adds a name to a sorted list that does not have it.
func including(names []string, name string) []string {
	i, there := slices.BinarySearch(names, name)
	if there {
		return names
	}
	return slices.Insert(names, i, name)
}

func notNil(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}
