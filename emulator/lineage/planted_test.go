package lineage

import (
	"maps"
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// planted is a history that is made up, with where each record really came from.
type planted struct {
	t       *rapid.T
	entries []journal.Entry
	looked  bool // entries know each record
	topics  []string
	logs    map[string][2][]plant
	at      map[string]int64 // position by function or process, topic and partition
	fetched map[string][][]Record
	counts  struct{ batch, invocation uint64 }
	traces  uint64
}

// fleeting is a Source whose entries are spoilt after the call, as it is allowed to.
type fleeting struct{ journal.Held }

func (s *fleeting) Scan(want journal.Want, f func(*journal.Entry) bool) error {
	return s.Held.Scan(want, func(e *journal.Entry) bool {
		given := kept(e)
		defer func() {
			if given.Each != nil {
				clear(given.Each.Each)
				clear(given.Each.Origins)
			}
			given = journal.Entry{}
		}()
		return f(&given)
	})
}

// plant is a record with its origin, by definition: of what stands equal, and why.
type plant struct {
	key, trace uint64
	parent     *Record // the one it was really made from
	evidence   Evidence
	of         []Record
}

func (p *planted) add(e journal.Entry) {
	e.Seq = uint64(len(p.entries) + 1)
	e.At = int64(e.Seq) * 1e6
	p.entries = append(p.entries, e)
}

func (p *planted) plant(r Record) plant { return p.logs[r.Topic][r.Partition][r.Offset] }

// append appends records to a partition, in one entry.
func (p *planted) append(e journal.Entry, topic string, partition int32, records []plant, origins []int32) {
	log := p.logs[topic]
	e.Kind, e.Topic, e.Partition = journal.RecordsProduced, topic, partition
	e.First, e.Records = int64(len(log[partition])), int32(len(records))
	e.Last = e.First + int64(len(records)) - 1
	log[partition] = append(log[partition], records...)
	p.logs[topic] = log
	if e.Each = p.each(topic, partition, e.First, e.Last); e.Each != nil {
		e.Each.Origins = origins
	}
	p.add(e)
}

func (p *planted) each(topic string, partition int32, first, last int64) *journal.Records {
	if !p.looked {
		return nil
	}
	all := &journal.Records{}
	for at := first; at <= last; at++ {
		k := p.logs[topic][partition][at]
		all.Each = append(all.Each, journal.Known{Key: k.key, Trace: k.trace, Offset: int32(at - first)})
	}
	return all
}

// produce has a client produce.
func (p *planted) produce() {
	var records []plant
	for range rapid.IntRange(1, 4).Draw(p.t, "records") {
		k := plant{key: rapid.Uint64Range(0, 3).Draw(p.t, "key")}
		if rapid.Bool().Draw(p.t, "traced") {
			p.traces++
			k.trace = 100 + p.traces
		}
		records = append(records, k)
	}
	p.append(journal.Entry{}, rapid.SampledFrom(p.topics).Draw(p.t, "topic"), rapid.Int32Range(0, 1).Draw(p.t, "partition"), records, nil)
}

// next takes records from where a reader is in a partition.
func (p *planted) next(reader, topic string, partition int32, most int) []Record {
	name := reader + topic + string(rune('0'+partition))
	var all []Record
	for p.at[name] < int64(len(p.logs[topic][partition])) && len(all) < most {
		all = append(all, Record{topic, partition, p.at[name]})
		p.at[name]++
	}
	return all
}

// handle has a function handle what waits for it.
func (p *planted) handle() {
	function := rapid.SampledFrom([]string{"f", "g", "h"}).Draw(p.t, "function")
	topic := p.topics[int(function[0]-'f')]
	p.counts.batch++
	batch := p.counts.batch
	var members []Record
	var formed []journal.Entry
	for partition := range int32(2) {
		all := p.next(function, topic, partition, 4)
		if len(all) == 0 {
			continue
		}
		first, last := all[0].Offset, all[len(all)-1].Offset
		p.add(journal.Entry{Kind: journal.RecordsArrived, Mapping: function, Function: function, Topic: topic, Partition: partition,
			First: first, Last: last, Records: int32(len(all)), Each: p.each(topic, partition, first, last)})
		var kept []Record
		for _, r := range all {
			if p.looked && rapid.IntRange(0, 4).Draw(p.t, "filtered") == 0 {
				p.add(journal.Entry{Kind: journal.RecordsFiltered, Mapping: function, Function: function, Topic: topic, Partition: partition,
					First: r.Offset, Last: r.Offset, Records: 1, Outcome: journal.Filtered})
				continue
			}
			kept = append(kept, r)
		}
		if len(kept) > 0 {
			members = append(members, kept...)
			formed = append(formed, p.formed(function, batch, kept, "size"))
		}
	}
	for _, e := range formed {
		p.add(e)
	}
	if len(members) > 0 {
		p.try(function, batch, 1, members)
	}
}

func (p *planted) formed(function string, batch uint64, members []Record, reason string) journal.Entry {
	first, last := members[0], members[len(members)-1]
	return journal.Entry{Kind: journal.BatchFormed, Mapping: function, Function: function, Batch: batch, Topic: first.Topic,
		Partition: first.Partition, First: first.Offset, Last: last.Offset, Records: int32(len(members)), Reason: reason}
}

// byPartition divides members where the partition changes.
func byPartition(members []Record) [][]Record {
	var parts [][]Record
	for i, r := range members {
		if i == 0 || r.Partition != members[i-1].Partition {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], r)
	}
	return parts
}

// try invokes a function with a batch, and again with what failed.
func (p *planted) try(function string, batch uint64, attempt int32, members []Record) {
	p.counts.invocation++
	i := p.counts.invocation
	base := journal.Entry{Function: function, Mapping: function, Batch: batch, Invocation: i, Attempt: attempt,
		Environment: uint32(function[0]), Records: int32(len(members)), Reason: journal.Warm}
	base.Kind = journal.InvocationStarted
	p.add(base)
	outcome := rapid.SampledFrom([]string{"ok", "ok", "fails", "bisect", "partly", "dead"}).Draw(p.t, "outcome")
	if attempt > 3 {
		outcome = "ok"
	}
	if rapid.Bool().Draw(p.t, "sends") {
		p.output(journal.Entry{Function: function, Environment: uint32(function[0]), Invocation: i}, members, false)
	}
	base.Kind = journal.InvocationEnded
	p.add(base)
	end := func(of []Record, outcome journal.Outcome) {
		for _, r := range of { // one by one: what failed may lie between
			p.add(journal.Entry{Kind: journal.RecordsEnded, Mapping: function, Function: function, Batch: batch, Invocation: i, Topic: r.Topic,
				Partition: r.Partition, First: r.Offset, Last: r.Offset, Records: 1, Outcome: outcome})
		}
	}
	switch {
	case outcome == "fails":
		p.try(function, batch, attempt+1, members)
	case outcome == "bisect" && len(members) > 1:
		half := len(members) / 2
		p.counts.batch += 2
		left := p.counts.batch
		for n, part := range [][]Record{members[:half], members[half:]} {
			for _, span := range byPartition(part) {
				p.add(p.formed(function, left-1+uint64(n), span, "bisect of batch"))
			}
		}
		p.try(function, left-1, 1, members[:half])
		p.try(function, left, 1, members[half:])
	case outcome == "partly" && len(members) > 1:
		var failed, done []Record
		for n, r := range members {
			if n == 0 || rapid.Bool().Draw(p.t, "fails") {
				failed = append(failed, r)
			} else {
				done = append(done, r)
			}
		}
		end(done, journal.Succeeded)
		p.try(function, batch, attempt+1, failed)
	case outcome == "dead":
		p.output(journal.Entry{Function: function, Mapping: function, Invocation: i, Reason: "on-failure"}, members, true)
		end(members, journal.DeadLettered)
	default:
		p.output(journal.Entry{Function: function, Mapping: function, Invocation: i, Reason: "output"}, members, true)
		end(members, journal.Succeeded)
	}
}

// output has an invocation produce records that are made from its members.
func (p *planted) output(e journal.Entry, members []Record, mayBind bool) {
	for range rapid.IntRange(0, 2).Draw(p.t, "entries") {
		var records []plant
		var origins []int32
		bind := mayBind && rapid.Bool().Draw(p.t, "binds")
		for range rapid.IntRange(1, 3).Draw(p.t, "outputs") {
			parent := rapid.IntRange(0, len(members)-1).Draw(p.t, "parent")
			k := p.made(members[parent])
			bound := int32(-1)
			if bind && rapid.Bool().Draw(p.t, "bound") {
				bound = int32(parent)
			}
			k.evidence, k.of = p.defined(k, members, bound)
			records, origins = append(records, k), append(origins, bound)
		}
		if !bind {
			origins = nil
		}
		p.append(e, rapid.SampledFrom(p.topics).Draw(p.t, "to"), rapid.Int32Range(0, 1).Draw(p.t, "partition"), records, origins)
	}
}

// made is a record made from another one, whose key and trace it may keep.
func (p *planted) made(from Record) plant {
	of := p.plant(from)
	k := plant{parent: &from}
	if rapid.Bool().Draw(p.t, "keeps key") {
		k.key = of.key
	}
	if rapid.Bool().Draw(p.t, "keeps trace") {
		k.trace = of.trace
	}
	return k
}

// defined is the origin of a record by the definition of the evidence.
func (p *planted) defined(k plant, members []Record, bound int32) (Evidence, []Record) {
	with := func(f func(plant) bool) (all []Record) {
		for _, r := range members {
			if f(p.plant(r)) {
				all = append(all, r)
			}
		}
		return all
	}
	byTrace := with(func(in plant) bool { return in.trace == k.trace && k.trace != 0 })
	byKey := with(func(in plant) bool { return in.key == k.key && k.key != 0 })
	switch {
	case p.looked && bound >= 0:
		return ByIndex, []Record{members[bound]}
	case len(members) == 1:
		return Alone, members
	case p.looked && len(byTrace) > 0:
		return ByTrace, byTrace
	case p.looked && len(byKey) > 0:
		return ByKey, byKey
	}
	return ByBatch, members
}

// read has a process read a range, and produce of what it has read so far.
func (p *planted) read() {
	name := rapid.SampledFrom([]string{"x", "y"}).Draw(p.t, "process")
	topic := p.topics[int(name[0]-'x')]
	all := p.next(name, topic, rapid.Int32Range(0, 1).Draw(p.t, "partition"), 3)
	if len(all) > 0 {
		first, last := all[0], all[len(all)-1]
		p.fetched[name] = append(p.fetched[name], all)
		p.add(journal.Entry{Kind: journal.RecordsFetched, Process: name, Topic: topic, Partition: first.Partition,
			First: first.Offset, Last: last.Offset, Records: int32(len(all))})
	}
	fetched := slices.Concat(p.fetched[name]...)
	if len(fetched) == 0 || rapid.Bool().Draw(p.t, "silent") {
		return
	}
	k := p.made(rapid.SampledFrom(fetched).Draw(p.t, "parent"))
	k.evidence, k.of = p.definedInProcess(k, p.fetched[name])
	p.append(journal.Entry{Process: name}, p.topics[2], 0, []plant{k}, nil)
}

// definedInProcess is defined for what a process made.
func (p *planted) definedInProcess(k plant, fetches [][]Record) (Evidence, []Record) {
	if !p.looked {
		return NoEvidence, nil
	}
	var byTrace []Record
	for _, r := range slices.Concat(fetches...) {
		if k.trace != 0 && p.plant(r).trace == k.trace {
			byTrace = append(byTrace, r)
		}
	}
	if len(byTrace) > 0 {
		return ByTrace, byTrace
	}
	for _, fetch := range slices.Backward(fetches) {
		var byKey []Record
		has := false
		for _, r := range fetch {
			if in := p.plant(r); k.key != 0 && in.key == k.key {
				has = true
				if in.trace == 0 || k.trace == 0 {
					byKey = append(byKey, r)
				}
			}
		}
		if len(byKey) > 0 {
			return ByKey, byKey
		}
		if has {
			break
		}
	}
	return NoEvidence, nil
}

func plantedHistory(t *rapid.T) *planted {
	p := &planted{t: t, topics: []string{"a", "b", "c"}, logs: map[string][2][]plant{}, at: map[string]int64{}, fetched: map[string][][]Record{}}
	p.looked = rapid.IntRange(0, 3).Draw(t, "looked") > 0
	for range rapid.IntRange(2, 25).Draw(t, "steps") {
		switch rapid.IntRange(0, 3).Draw(t, "step") {
		case 0:
			p.produce()
		case 1:
			p.read()
		default:
			p.handle()
		}
	}
	return p
}

func (p *planted) all() []Record {
	var all []Record
	for _, topic := range p.topics {
		for partition, log := range p.logs[topic] {
			for offset := range log {
				all = append(all, Record{topic, int32(partition), int64(offset)})
			}
		}
	}
	return all
}

// reached is all that a record reaches over edges, with the edges.
func reached(from Record, edges map[Record][]Record) map[Record]bool {
	set := map[Record]bool{}
	for todo := []Record{from}; len(todo) > 0; todo = todo[1:] {
		for _, r := range edges[todo[0]] {
			if !set[r] && r != from {
				set[r] = true
				todo = append(todo, r)
			}
		}
	}
	return set
}

// told is all that a story tells of, and by which evidence each edge.
func told(t *rapid.T, s *Story, next func(*Story) []*Story, check func(s, to *Story)) map[Record]bool {
	set := map[Record]bool{}
	var walk func(*Story)
	walk = func(s *Story) {
		if len(s.Cuts) > 0 {
			t.Fatalf("%s is cut: %q", s.Record, s.Cuts)
		}
		for _, to := range next(s) {
			check(s, to)
			set[to.Record] = true
			walk(to)
		}
	}
	walk(s)
	delete(set, s.Record)
	return set
}

func causesOf(s *Story) []*Story { return s.Causes }

func effectsOf(s *Story) []*Story {
	var all []*Story
	for _, r := range s.Readings {
		all = append(all, r.outputs()...)
	}
	return all
}

// What a story tells is what was planted: no more, no less, by the evidence that the
// definition gives; and what a record was really made from is always among it.
func TestStoryIsThatOfPlantedHistory(t *testing.T) {
	counts := map[Evidence]int{}
	rapid.Check(t, func(t *rapid.T) {
		p := plantedHistory(t)
		src := &fleeting{journal.Held{Entries: p.entries}}
		up, down := map[Record][]Record{}, map[Record][]Record{}
		for _, r := range p.all() {
			k := p.plant(r)
			up[r] = k.of
			for _, cause := range k.of {
				down[cause] = append(down[cause], r)
			}
			if k.parent != nil && k.evidence != NoEvidence && k.evidence != ByKey && !slices.Contains(k.of, *k.parent) {
				t.Fatalf("%s was made from %s, which the definition leaves out: %v", r, k.parent, k.of)
			}
			counts[k.evidence]++
		}
		all := p.all()
		if len(all) == 0 {
			return
		}
		r := rapid.SampledFrom(all).Draw(t, "record")
		s, err := Explain(src, r, Options{Depth: 1000, Breadth: 1000, Records: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		evidence := func(from, to *Story) {
			k := p.plant(to.Record)
			if to.Evidence != k.evidence || !slices.Contains(k.of, from.Record) {
				t.Fatalf("%s came from %s by %v, want %v of %v", to.Record, from.Record, to.Evidence, k.evidence, k.of)
			}
		}
		same(t, "led to "+r.String(), told(t, s, causesOf, func(s, cause *Story) {
			if want := p.plant(s.Record); cause.Evidence != want.evidence || cause.Of != len(want.of) {
				t.Fatalf("%s came from %s by %v, one of %d; want %v of %v", s.Record, cause.Record, cause.Evidence, cause.Of, want.evidence, want.of)
			}
		}), reached(r, up))
		same(t, r.String()+" led to", told(t, s, effectsOf, evidence), reached(r, down))
	})
	t.Logf("records by evidence: %v", counts)
	for e := NoEvidence; e <= ByBatch; e++ {
		if counts[e] == 0 {
			t.Errorf("no record has evidence %q: the test proves nothing about it", e)
		}
	}
}

func same(t *rapid.T, what string, got, want map[Record]bool) {
	for r := range want {
		if !got[r] {
			t.Fatalf("%s: %s is missing", what, r)
		}
	}
	if !maps.Equal(got, want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}
