package report

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// handling is how a record ended for a mapping.
type handling struct {
	mapping, function string
	record            lineage.Record
	outcome           journal.Outcome
	call              *call // that ended it; nil if none did
	member            int32 // its index in call.inputs
	match             *handling
}

// call is an invocation, with what it was given and what it produced.
type call struct {
	function    string
	number      uint64
	batch       uint64
	environment uint32
	// served is how many invocations the environment had begun before, since its init.
	served int
	age    int64 // of the environment since its init, in nanoseconds
	fresh  bool
	inputs []lineage.Input
	index  map[lineage.Record]int32 // in inputs
	given  *lineage.Given
	// unsure says that not all it produced is known.
	unsure bool
	// distrusted says that distrust has seen it.
	distrusted bool
	outputs    []made
}

// made is a record that an invocation produced; of are the inputs that led to it, nil for
// all of them.
type made struct {
	record  lineage.Record
	of      []int32
	byIndex bool
}

// pastRun is what became of the records of a run.
type pastRun struct {
	src      journal.Source
	handled  map[taken]*handling // the last one of a mapping counts
	unbound  map[string]bool     // functions with outputs that are bound to no index
	unknown  map[string]int      // records that ended for a function and of which more is not known
	producer map[string]string   // who makes the records of a topic, "" for more than one or a client
}

// taken names a record that a mapping was handed.
type taken struct {
	mapping string
	record  lineage.Record
}

// runReader reads a run from its first entry to its last.
type runReader struct {
	run          *pastRun
	traces       map[lineage.Record]uint64
	pending      map[taken]uint64 // hash of the key of what was handed over and has not ended
	spans        map[uint64][]span
	calls        map[uint64]*call
	environments map[uint32]*usedEnvironment
}

// span is a range of records of a batch.
type span struct {
	mapping, topic string
	partition      int32
	first, last    int64
	records        int32
}

// spanMost is how many offsets of a range are looked at: a broken file may claim any.
const spanMost = 1 << 24

// usedEnvironment is what is known of an environment on the way.
type usedEnvironment struct {
	since  int64 // when its init ended, or else began
	served int
	last   [2]*call // the newest two, which could have made what is ambiguous
}

// readRun reads all entries of a run. What it holds grows with the records: some
// hundred bytes for each that a mapping was handed.
func readRun(src journal.Source) (*pastRun, error) {
	r := &runReader{
		run:    &pastRun{src: src, handled: map[taken]*handling{}, unknown: map[string]int{}, unbound: map[string]bool{}, producer: map[string]string{}},
		traces: map[lineage.Record]uint64{}, pending: map[taken]uint64{}, spans: map[uint64][]span{},
		calls: map[uint64]*call{}, environments: map[uint32]*usedEnvironment{},
	}
	// Traces first: a record may arrive before the entry of its produce, which has them.
	err := src.Scan(journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced)}, func(e *journal.Entry) bool {
		r.noteTraces(e)
		r.run.noteProducer(e)
		return true
	})
	if err != nil {
		return nil, err
	}
	kinds := journal.KindsOf(journal.RecordsProduced, journal.RecordsArrived, journal.RecordsFiltered, journal.RecordsExpired,
		journal.BatchFormed, journal.RecordsEnded, journal.EnvironmentStarting, journal.EnvironmentReady, journal.EnvironmentReset,
		journal.InvocationStarted)
	err = src.Scan(journal.Want{Kinds: kinds}, func(e *journal.Entry) bool {
		r.take(e)
		return true
	})
	return r.run, err
}

// distrust leaves the index out as evidence in functions of which a response had more or
// less outputs than records in one of two runs: where it happens to have as many, that one
// is of the other does not follow.
func (p *pastRun) distrust(functions map[string]bool) {
	for _, h := range p.handled {
		if h.call == nil || !functions[h.function] || len(h.call.inputs) < 2 || h.call.distrusted {
			continue
		}
		h.call.distrusted = true
		for i := range h.call.outputs {
			if o := &h.call.outputs[i]; o.byIndex {
				o.of = nil
			}
		}
	}
}

func (r *runReader) noteTraces(e *journal.Entry) {
	if e.Each == nil {
		return
	}
	for i := range e.Each.Each {
		if k := &e.Each.Each[i]; k.Trace != 0 {
			r.traces[lineage.Record{Topic: e.Topic, Partition: e.Partition, Offset: e.First + int64(k.Offset)}] = k.Trace
		}
	}
}

func (p *pastRun) noteProducer(e *journal.Entry) {
	who := cmp.Or(e.Function, e.Process)
	if before, known := p.producer[e.Topic]; known && before != who {
		who = ""
	}
	p.producer[e.Topic] = who
}

func (r *runReader) take(e *journal.Entry) {
	switch e.Kind {
	case journal.RecordsArrived:
		r.arrived(e)
	case journal.RecordsFiltered, journal.RecordsExpired:
		r.each(spanOf(e), func(at taken) { delete(r.pending, at) })
	case journal.BatchFormed:
		r.spans[e.Batch] = append(r.spans[e.Batch], spanOf(e))
	case journal.EnvironmentStarting, journal.EnvironmentReady, journal.EnvironmentReset:
		env := r.environment(e.Environment)
		if env.since = e.At; e.Invocation == 0 { // else its init runs inside an invocation that has begun
			env.served = 0
		}
	case journal.InvocationStarted:
		r.begun(e)
	case journal.RecordsEnded:
		r.ended(e)
	case journal.RecordsProduced:
		r.produced(e)
	}
}

func spanOf(e *journal.Entry) span {
	return span{e.Mapping, e.Topic, e.Partition, e.First, e.Last, e.Records}
}

// each calls f with the records of a span that were handed over and have not ended.
func (r *runReader) each(s span, f func(taken)) {
	for at := s.first; at <= min(s.last, s.first+spanMost); at++ {
		key := taken{s.mapping, lineage.Record{Topic: s.topic, Partition: s.partition, Offset: at}}
		if _, ok := r.pending[key]; ok {
			f(key)
		}
	}
}

func (r *runReader) arrived(e *journal.Entry) {
	if e.Each == nil {
		return
	}
	for i := range e.Each.Each {
		k := &e.Each.Each[i]
		at := lineage.Record{Topic: e.Topic, Partition: e.Partition, Offset: e.First + int64(k.Offset)}
		r.pending[taken{e.Mapping, at}] = k.Key
	}
}

func (r *runReader) environment(number uint32) *usedEnvironment {
	env := r.environments[number]
	if env == nil {
		env = &usedEnvironment{}
		r.environments[number] = env
	}
	return env
}

func (r *runReader) begun(e *journal.Entry) {
	env := r.environment(e.Environment)
	c := &call{function: e.Function, number: e.Invocation, batch: e.Batch, environment: e.Environment, served: env.served,
		age: max(e.At-env.since, 0), fresh: e.Reason != journal.Warm && env.served == 0, index: map[lineage.Record]int32{}}
	env.served++
	env.last[0], env.last[1] = env.last[1], c
	r.calls[e.Invocation] = c
	ordered := e.Batch != 0
	for _, s := range r.spans[e.Batch] {
		n := 0
		r.each(s, func(at taken) {
			n++
			c.index[at.record] = int32(len(c.inputs))
			c.inputs = append(c.inputs, lineage.Input{Record: at.record, Key: r.pending[at], Trace: r.traces[at.record]})
		})
		ordered = ordered && n == int(s.records)
	}
	if e.Records > 0 { // less than its batch was formed with, where a part had ended, or had left with its partition
		ordered = e.Batch != 0 && len(c.inputs) == int(e.Records)
	}
	c.given = lineage.NewGiven(c.inputs, ordered)
}

func (r *runReader) ended(e *journal.Entry) {
	c, n := r.calls[e.Invocation], 0
	r.each(spanOf(e), func(at taken) {
		h := &handling{mapping: e.Mapping, function: e.Function, record: at.record, outcome: e.Outcome, call: c}
		if c != nil {
			member, ok := c.index[at.record]
			if !ok {
				return // of another batch of the same mapping, where the range has gaps
			}
			h.member = member
		}
		delete(r.pending, at)
		r.run.handled[at] = h
		n++
	})
	if n < int(e.Records) {
		r.run.unknown[e.Function] += int(e.Records) - n
	}
}

func (r *runReader) produced(e *journal.Entry) {
	c := r.calls[e.Invocation]
	switch {
	case e.Reason == "on-failure": // told by how the records ended
	case c != nil:
		if e.Reason == "output" && (e.Each == nil || e.Each.Origins == nil) {
			r.run.unbound[c.function] = true
		}
		for at := e.First; at <= min(e.Last, e.First+spanMost); at++ {
			by, of := c.given.OriginOf(e, at)
			c.outputs = append(c.outputs, made{lineage.Record{Topic: e.Topic, Partition: e.Partition, Offset: at}, of, by == lineage.ByIndex})
		}
	case e.Environment != 0: // ambiguous
		for _, could := range r.environment(e.Environment).last {
			if could != nil {
				could.unsure = true
			}
		}
	}
}
