package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// A sink connector of Kafka Connect whose aws.lambda.invocation.type is async hands
// each batch to the function's asynchronous queue, as one event, and is done with it
// when the queue has taken it: "fire and forget". What becomes of the event is for
// the queue's rules. Order is best effort: an event that is tried again is overtaken
// (Confluent docs: kafka-connectors/aws-lambda, overview).

// handedOver is the reason of records whose event was queued.
const handedOver = "handed to the asynchronous queue"

// handOff asks for the event of a batch. The batch keeps its partition until that is
// queued: what was not queued must not be committed.
func (m *Machine) handOff(b *batch) {
	m.lastInvocation++ // no invocation, but a number to be answered
	b.invocation, b.state = m.lastInvocation, batchHandingOff
	m.invocations.put(b)
	m.act(Action{
		Kind: HandOff, Invocation: b.invocation, Mapping: b.mapping, Function: b.function, Spans: b.spans, Records: b.records,
	})
}

// handedOff queues the event of a batch, and ends its records. An event is refused
// where its partition was lost meanwhile or the run ends: then nothing is committed,
// and the records are for the next owner.
func (m *Machine) handedOff(in *Input) {
	b := m.invocations.get(in.Invocation)
	if b == nil || b.state != batchHandingOff {
		m.refuseRequest(in.Request, RefusedStopping, "it was handed over before")
		return
	}
	m.forget(b)
	b.invocation = 0 // it had none
	if m.draining || m.functions[b.function].removed || len(b.spans) == 0 {
		m.refuseRequest(in.Request, RefusedStopping, "its records are for the next owner of their partition")
		m.leaveRevoked(b) // draining has revoked them all
		m.finish(b, journal.Abandoned, "")
		return
	}
	event := m.allocBatch()
	event.mapping, event.function, event.bytes, event.request = noMapping, b.function, in.Bytes, m.allocRequest()
	*event.request = request{id: in.Request, isEvent: true, accepted: m.now}
	m.accept(event, b)
	m.finish(b, journal.Succeeded, handedOver)
}

// eventQueued says that an event was queued and, where it is that of a batch, which
// records it holds.
func (m *Machine) eventQueued(event, from *batch) {
	e := m.batchEntry(journal.EventQueued, event)
	e.Bytes = event.bytes
	if from == nil {
		return
	}
	r, s := m.mappings[from.mapping].rules, &from.spans[0]
	e.Mapping, e.Topic, e.Batch = r.Name, r.Topic, from.number
	e.Partition, e.First, e.Last, e.Records = s.Partition, s.First, s.Last, s.Records
}
