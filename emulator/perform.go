package emulator

import (
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/eventsource"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// perform hands the machine's actions on, in order. The conductor calls it; none
// of the orders blocks.
func (e *Emulator) perform(actions []platform.Action) {
	for i := range actions {
		a := &actions[i]
		switch a.Kind {
		case platform.Want:
			e.parts().mappings[a.Mapping].source.Want(a.Partition, a.Assignment, a.Records, a.Bytes)
		case platform.Release:
			e.parts().mappings[a.Mapping].source.Release(a.Partition, a.Assignment)
		case platform.Commit:
			e.parts().mappings[a.Mapping].source.Commit(a.Partition, a.Assignment, a.Offset, a.Keep)
		case platform.Launch:
			if a.Provisioned {
				e.pool.LaunchProvisioned(a.Function, a.Environment, a.Launch, a.Revision)
			} else {
				e.pool.Launch(a.Function, a.Environment, a.Launch, a.Revision)
			}
		case platform.Invoke:
			e.pool.Invoke(a.Environment, e.call(a))
			e.conductor.settleIfVirtual() // handlers of one moment begin one after the other
		case platform.Stop:
			e.pool.Stop(a.Environment)
		case platform.Kill:
			e.pool.Kill(a.Environment, killCause(a))
		case platform.Publish:
			e.conductor.awaited++
			e.publish(a)
		case platform.PublishFailure:
			e.conductor.awaited++
			e.publishFailure(a)
			e.conductor.settleIfVirtual() // failure records are produced in the order of the actions
		case platform.Forget:
			delete(e.conductor.outputs, a.Invocation)
			delete(e.conductor.origins, a.Invocation)
			e.conductor.requests.forget(a)
		case platform.Respond:
			e.respond(a)
		case platform.Deliver:
			e.conductor.awaited++
			e.deliver(a)
			e.conductor.settleIfVirtual() // records are produced in the order of the actions
		case platform.HandOff:
			e.conductor.awaited++
			e.handOff(a)
			e.conductor.settleIfVirtual() // events are queued in the order of the actions
		case platform.Rebalance:
			e.work.Go(e.parts().mappings[a.Mapping].source.Rebalance) // the client may hold its lock
		case platform.BrokerDown:
			e.conductor.settleIfVirtual() // no connection is just being made
			e.broker.Interrupt(time.Duration(a.Delay))
		case platform.Deny:
			e.deny(a.Fault)
		case platform.Allow:
			e.allow(a.Fault)
		}
	}
}

// publish produces the outputs of a response.
func (e *Emulator) publish(a *platform.Action) {
	invocation := a.Invocation
	base := journal.Entry{
		Kind: journal.RecordsProduced, Reason: "output", Invocation: uint64(invocation),
		Function: e.parts().functions[a.Function].config.Name, Mapping: e.parts().mappings[a.Mapping].mapping,
	}
	c := e.conductor
	produce(e.producer, c, base, c.outputs[invocation], c.origins[invocation], platform.Input{Kind: platform.Published, Invocation: invocation})
}

// publishFailure produces failure records. Making them encodes every record, so
// a goroutine of the run does it.
func (e *Emulator) publishFailure(a *platform.Action) {
	p := e.parts()
	b := p.mappings[a.Mapping]
	invocation := a.Invocation
	of := failedBatch{invocation: invocation, attempt: a.Attempt, condition: a.Condition, reason: a.Reason, at: time.Now()}
	spans := slices.Clone(a.Spans)
	base := journal.Entry{
		Kind: journal.RecordsProduced, Reason: "on-failure", Invocation: uint64(invocation),
		Function: b.function, Mapping: b.mapping,
	}
	answer := platform.Input{Kind: platform.FailurePublished, Invocation: invocation}
	e.work.Go(func() {
		producer := e.producer
		if b.uploads() {
			producer = p.uploader
		}
		batch := b.source.Records(spans)
		records := b.failureRecords(e.resolved.Seed, of, batch)
		produce(producer, e.conductor, base, records, e.origins(nil, len(records), len(batch)), answer)
	})
}

// produce hands records to a producer; the answer goes to the conductor with what
// was produced, also when only some of it was.
func produce(p *eventsource.Producer, c *conductor, base journal.Entry, records []*kgo.Record, origins []int32, answer platform.Input) {
	p.Publish(base, records, origins, func(entries []journal.Entry, err error) {
		if err != nil {
			answer.Err = err.Error()
		}
		c.queue <- message{input: &answer, entries: entries}
	})
}
