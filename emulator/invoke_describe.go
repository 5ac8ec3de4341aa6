package emulator

import (
	"cmp"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Functions returns the functions of the configuration, as the Invoke API tells of
// them, in its order. Their variables are left out: anybody on this machine can ask,
// and some hold credentials.
func (e *Emulator) Functions() []invokeapi.Function {
	all := make([]invokeapi.Function, len(e.cfg.Functions))
	for i := range e.cfg.Functions {
		f := &e.cfg.Functions[i]
		p := &e.cfg.functionProfile(f).Function
		all[i] = invokeapi.Function{
			Name: f.Name, ARN: functionARN(f.Name), Runtime: cmp.Or(f.Runtime, inProcessRuntime), Handler: f.Handler,
			Memory: cmp.Or(f.Memory, p.MemoryDefault), Timeout: cmp.Or(f.Timeout, p.TimeoutDefault),
			Architecture: cmp.Or(f.Architecture, p.ArchitectureDefault), Reserved: f.ReservedConcurrency,
			EphemeralStorage: cmp.Or(f.EphemeralStorage, p.StorageDefault),
		}
	}
	return all
}

// Mappings returns the event source mappings, as the Invoke API tells of them, in
// the order of the functions and their events.
func (e *Emulator) Mappings() []invokeapi.Mapping {
	var all []invokeapi.Mapping
	for i := range e.cfg.Functions {
		f := &e.cfg.Functions[i]
		for j := range f.Events {
			all = append(all, e.describeMapping(f, &f.Events[j], platform.MappingID(len(all))))
		}
	}
	return all
}

func (e *Emulator) describeMapping(f *Function, event *Event, id platform.MappingID) invokeapi.Mapping {
	rules := &e.resolved.Mappings[id]
	m := invokeapi.Mapping{
		Name: rules.Name, Topic: rules.Topic, FunctionARN: functionARN(f.Name), Bootstrap: e.KafkaAddr(),
		Source: cmp.Or(event.Source, "self-managed"), StartingPosition: cmp.Or(event.StartingPosition, "TRIM_HORIZON"),
		OnFailure: event.OnFailure, BatchSize: int(rules.BatchSize), BatchWindow: time.Duration(rules.Window),
		Retries: int(rules.Retries), RecordAge: -1, Bisect: event.Bisect, PartialResponse: event.PartialResponse,
		Filters: event.Filters,
	}
	if m.Source == "msk" {
		m.EventSourceARN = clusterARN
	}
	if rules.MaxAge > 0 {
		m.RecordAge = time.Duration(rules.MaxAge)
	}
	if e.cfg.eventProfile(f, event).Kafka.ErrorControls { // provisioned mode
		m.Pollers = int(rules.Pollers)
	}
	return m
}
