package report

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// addEnded takes records that came to their end at a mapping.
func (m *fitting) addEnded(e *journal.Entry) {
	if m.async[e.Mapping] || e.Outcome != journal.Succeeded {
		return // those of a queue end with their event
	}
	function := e.Function
	if i := m.invocations.get(e.Invocation); i != nil {
		function = i.function.name
		m.judge(i)
	}
	if function != "" {
		m.handled(m.function(function), place{e.Topic, e.Partition}, e.First, e.Last, uint64(max(e.Records, 0)), e.Invocation, e.At)
	}
}

// addEvent takes an event of an asynchronous queue.
func (m *fitting) addEvent(e *journal.Entry) {
	if e.Kind == journal.EventQueued {
		if e.Topic != "" {
			m.async[e.Mapping] = true
			m.requests.put(e.Request, queuedEvent{mapping: e.Mapping, place: place{e.Topic, e.Partition}, first: e.First, last: e.Last,
				records: uint64(max(e.Records, 0)), input: m.inputs.batches.get(e.Batch)})
		}
		return
	}
	if q := m.requests.get(e.Request); q.records > 0 && e.Outcome == journal.Succeeded {
		m.judge(m.invocations.get(q.invocation))
		m.handled(m.function(e.Function), q.place, q.first, q.last, q.records, q.invocation, e.At)
	}
}

// handled counts records that succeeded, and how long they took. Of a range with gaps the
// parts are weighed by their offsets.
func (m *fitting) handled(f *functionFitting, at place, first, last int64, records, number uint64, now int64) {
	i := m.invocations.get(number)
	cold := i != nil && i.cold
	f.handle(now, records, cold)
	m.flows.reads(f.name, at.topic, records)
	l := m.produced[at]
	var known uint64
	if l != nil {
		to := f.latency(cold)
		l.each(first, last, func(produced int64, n uint64) {
			n = min(n, records-known)
			known += n
			to.handled.add(now-produced, n)
			if i != nil {
				to.begun.add(i.started-produced, n)
			}
		})
		f.resolution = max(f.resolution, l.resolution)
	}
	f.unknown += records - known
}
