package report

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// past writes the journal of a run as tests want it: one topic "in" of one partition, a
// function "f" that reads it, and its output topic "out".
type past struct {
	journal.Held
	at          int64
	ends        map[string]int64
	invocations uint64
	served      map[uint32]int
}

func newPast() *past { return &past{ends: map[string]int64{}, served: map[uint32]int{}} }

func (p *past) entry(e journal.Entry) *journal.Entry {
	p.at += 1e9
	e.Seq, e.At = uint64(len(p.Entries)+1), p.at
	p.Entries = append(p.Entries, e)
	return &p.Entries[len(p.Entries)-1]
}

// keyed is a record; key "" is none.
type keyed struct{ key, value string }

// produce writes records with who produced them and which inputs they are bound to.
func (p *past) produce(by journal.Entry, topic string, origins []int32, records ...keyed) (first int64) {
	first = p.ends[topic]
	if len(records) == 0 {
		return first
	}
	each := journal.NewRecords(len(records))
	each.Origins = origins
	for i, r := range records {
		m := journal.Message{Topic: topic, Offset: first + int64(i), Value: []byte(r.value)}
		if r.key != "" {
			m.Key = []byte(r.key)
		}
		each.Know(i, m.Key, 0, m.Offset, first, 0)
		p.Messages = append(p.Messages, m)
	}
	p.ends[topic] = first + int64(len(records))
	by.Kind, by.Topic, by.First, by.Last, by.Records, by.Each = journal.RecordsProduced, topic, first, p.ends[topic]-1, int32(len(records)), each
	p.entry(by)
	return first
}

// arrive has a client produce records to "in", and f handed them.
func (p *past) arrive(records ...keyed) (first int64) {
	first = p.produce(journal.Entry{}, "in", nil, records...)
	e := p.Entries[len(p.Entries)-1]
	e.Kind, e.Mapping, e.Function = journal.RecordsArrived, "f", "f"
	p.entry(e)
	return first
}

// handling of a batch by f.
type handled struct {
	environment uint32
	first, last int64
	outputs     []keyed
	origins     []int32 // nil: nothing is bound
	outcome     journal.Outcome
	direct      bool // it produced by itself
	reason      string
}

// handle writes an invocation; outputs that name an environment only are ambiguous.
func (p *past) handle(h handled) {
	p.invocations++
	n := p.invocations
	start := journal.Warm
	if p.served[h.environment] == 0 {
		start = journal.Cold
		p.entry(journal.Entry{Kind: journal.EnvironmentReady, Function: "f", Environment: h.environment})
	}
	p.served[h.environment]++
	span := journal.Entry{Function: "f", Mapping: "f", Batch: n, Topic: "in", First: h.first, Last: h.last, Records: int32(h.last - h.first + 1)}
	formed := span
	formed.Kind = journal.BatchFormed
	p.entry(formed)
	p.entry(journal.Entry{Kind: journal.InvocationStarted, Function: "f", Mapping: "f", Environment: h.environment, Invocation: n, Batch: n,
		Attempt: 1, Records: span.Records, Reason: start})
	by := journal.Entry{Function: "f", Mapping: "f", Invocation: n, Reason: "output"}
	if h.direct {
		by = journal.Entry{Function: "f", Environment: h.environment, Invocation: n}
	}
	if h.reason == "ambiguous" {
		by = journal.Entry{Function: "f", Environment: h.environment, Reason: h.reason}
	}
	p.produce(by, "out", h.origins, h.outputs...)
	span.Kind, span.Invocation, span.Outcome = journal.RecordsEnded, n, h.outcome
	if h.outcome == journal.NoOutcome {
		span.Outcome = journal.Succeeded
	}
	p.entry(span)
}

// one has f handle a record alone, in an environment, with one output.
func (p *past) one(environment uint32, offset int64, out string) {
	p.handle(handled{environment: environment, first: offset, last: offset, outputs: []keyed{{"", out}}, origins: []int32{0}})
}

// recycle compares two runs, of which f is the only function.
func recycle(t *testing.T, first, again *past, o RecycleOptions) RecycledFunction {
	t.Helper()
	r, err := Recycle(first, again, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Functions) != 1 {
		t.Fatalf("got %d functions, want 1", len(r.Functions))
	}
	f := r.Functions[0]
	if sum := f.Equal + f.Natural + f.Stale + f.Other + f.notCompared(); sum != f.Records {
		t.Errorf("the records do not add up: %d of %d", sum, f.Records)
	}
	return f
}
