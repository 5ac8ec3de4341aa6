package emulator

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// inputEntry says which input a step takes: Reason in words, and what it is about. The
// conductor calls it, before the input is taken.
func (e *Emulator) inputEntry(msg *message) journal.Entry {
	in := msg.input
	if in == nil {
		return journal.Entry{Reason: msg.asks}
	}
	switch in.Kind {
	case platform.Responded, platform.Published, platform.FailurePublished:
		return e.invocationInput(in)
	case platform.Ready, platform.InitError, platform.Gone:
		return e.environmentInput(in)
	case platform.Assigned, platform.Revoked, platform.Lost, platform.Arrived, platform.LogStarted, platform.Committed:
		return e.partitionInput(in)
	case platform.Delivered:
		return journal.Entry{Reason: fmt.Sprintf("request %d was delivered to its destination", in.Request), Request: uint64(in.Request)}
	case platform.Deployed:
		return journal.Entry{Reason: e.functionName(in.Function) + " can be started", Function: e.functionName(in.Function)}
	}
	return journal.Entry{Reason: "an input"} // there is no other that waits
}

func (e *Emulator) functionName(id platform.FunctionID) string {
	if id < 0 {
		return ""
	}
	return e.parts().functions[id].config.Name
}

func (e *Emulator) invocationInput(in *platform.Input) journal.Entry {
	what := "response of"
	switch in.Kind {
	case platform.Published:
		what = "outputs produced of"
	case platform.FailurePublished:
		what = "failure records produced of"
	}
	entry := journal.Entry{
		Function: e.functionName(e.conductor.machine.FunctionOf(in.Invocation)), Invocation: uint64(in.Invocation),
		Environment: uint32(in.Environment),
	}
	entry.Reason = fmt.Sprintf("%s invocation %d", what, in.Invocation)
	if entry.Function != "" { // else it was given up, and is late
		entry.Reason += " of " + entry.Function
	}
	return entry
}

func (e *Emulator) environmentInput(in *platform.Input) journal.Entry {
	what := "is ready"
	switch in.Kind {
	case platform.InitError:
		what = "does not start"
	case platform.Gone:
		what = "is gone"
	}
	entry := journal.Entry{Environment: uint32(in.Environment)}
	if f := e.conductor.machine.FunctionIn(in.Environment); f >= 0 {
		entry.Function = e.functionName(f)
	}
	entry.Reason = fmt.Sprintf("environment %d %s", in.Environment, what)
	if entry.Function != "" {
		entry.Reason = fmt.Sprintf("environment %d of %s %s", in.Environment, entry.Function, what)
	}
	return entry
}

func (e *Emulator) partitionInput(in *platform.Input) journal.Entry {
	m := e.parts().mappings[in.Mapping]
	entry := journal.Entry{Mapping: m.mapping, Function: m.function, Topic: m.topic, Partition: in.Partition}
	partition := fmt.Sprintf("%s/%d", m.topic, in.Partition)
	switch in.Kind {
	case platform.Assigned:
		entry.Reason = fmt.Sprintf("%s assigned to %s", partition, m.mapping)
	case platform.Revoked:
		entry.Reason = fmt.Sprintf("%s revoked from %s", partition, m.mapping)
	case platform.Lost:
		entry.Reason = fmt.Sprintf("%s lost to %s", partition, m.mapping)
	case platform.LogStarted:
		entry.Reason = fmt.Sprintf("the log of %s begins at offset %d", partition, in.LogStart)
	case platform.Committed:
		entry.Reason = fmt.Sprintf("%s committed up to offset %d", partition, in.Offset-1)
	case platform.Arrived:
		entry.Reason = arrivalOf(in, partition, m.mapping)
		if n := len(in.Records); n > 0 {
			entry.First, entry.Last, entry.Records = in.Records[0].Offset, in.Records[n-1].Offset, int32(n)
		}
	}
	return entry
}

func arrivalOf(in *platform.Input, partition, mapping string) string {
	switch n := len(in.Records); n {
	case 0:
		return fmt.Sprintf("%s goes on at offset %d for %s", partition, in.Offset, mapping)
	case 1:
		return fmt.Sprintf("record %d of %s for %s", in.Records[0].Offset, partition, mapping)
	default:
		return fmt.Sprintf("records %d to %d of %s for %s", in.Records[0].Offset, in.Records[n-1].Offset, partition, mapping)
	}
}
