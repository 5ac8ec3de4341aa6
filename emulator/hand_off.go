package emulator

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// handOff makes the event of a connector's batch and gives it to the machine, as if
// the connector had called Invoke with it. Its document holds all that is needed:
// the records may be gone once they are committed. Making it encodes every record,
// so a goroutine of the run does it.
func (e *Emulator) handOff(a *platform.Action) {
	b, spans := e.parts().mappings[a.Mapping], slices.Clone(a.Spans)
	invocation, f := a.Invocation, a.Function
	e.work.Go(func() {
		request := &openRequest{payload: b.event.AppendEvent(nil, b.source.Records(spans)), isEvent: true}
		e.conductor.queue <- message{asks: "the event of a connector's batch", call: func() {
			e.conductor.awaited--
			id := e.conductor.requests.add(e.resolved.Seed, request)
			e.conductor.step(&platform.Input{
				Kind: platform.HandedOff, Function: f, Invocation: invocation, Request: id, Bytes: int64(len(request.payload)),
			})
		}}
	})
}
