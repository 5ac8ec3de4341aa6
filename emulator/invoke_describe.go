package emulator

import (
	"cmp"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
)

// Functions returns the functions of the configuration, as the Invoke API tells of
// them, in its order. Their variables are left out: anybody on this machine can ask,
// and some hold credentials.
func (e *Emulator) Functions() []invokeapi.Function {
	cfg := &e.parts().config
	all := make([]invokeapi.Function, len(cfg.Functions))
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		p := &cfg.functionProfile(f).Function
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
	p := e.parts()
	for _, f := range p.present() {
		for _, m := range p.of(f.id) {
			all = append(all, e.describeMapping(&p.config, f.config, m))
		}
	}
	return all
}

func (e *Emulator) describeMapping(cfg *Config, f *Function, mp *mappingPart) invokeapi.Mapping {
	rules, event := &mp.rules, mp.settings
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
	if cfg.eventProfile(f, event).Kafka.ErrorControls { // provisioned mode
		m.Pollers = int(rules.Pollers)
	}
	return m
}
