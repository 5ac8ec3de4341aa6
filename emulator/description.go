package emulator

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// errBatchesInVirtual refuses what would make a run in virtual time depend on how
// clients cut their batches.
var errBatchesInVirtual = errors.New("Journal.Batches is for runs in real time: in virtual time read the records with Emulator.Records")

// Description is what the run consisted of when it was started, with the topics there
// are now; entries ConfigReloaded tell what was changed since. Version is the caller's
// to fill in. It is for the head of a journal file.
func (e *Emulator) Description() journal.Description {
	d := journal.Description{
		Schema: journal.Schema, Profile: e.ProfileName(), Seed: e.Seed(),
		Started: e.conductor.clock.start.UnixNano(), Virtual: e.world.Virtual(),
	}
	for _, t := range e.broker.Topics() {
		d.Topics = append(d.Topics, journal.DescribedTopic{Name: t.Name, Partitions: int32(len(t.Partitions))})
	}
	slices.SortFunc(d.Topics, func(a, b journal.DescribedTopic) int { return cmp.Compare(a.Name, b.Name) })
	mapping := 0
	for i := range e.cfg.Functions {
		f := &e.cfg.Functions[i]
		d.Functions = append(d.Functions, e.functionDescription(f, &e.resolved.Functions[i]))
		for j := range f.Events {
			d.Mappings = append(d.Mappings, e.mappingDescription(f, &f.Events[j], &e.resolved.Mappings[mapping]))
			mapping++
		}
	}
	for i := range e.cfg.Processes {
		p := &e.cfg.Processes[i]
		d.Processes = append(d.Processes, journal.DescribedProcess{Name: p.Name, Source: p.Source})
	}
	return d
}

func (e *Emulator) functionDescription(f *Function, r *platform.Function) journal.DescribedFunction {
	p := e.cfg.functionProfile(f)
	return journal.DescribedFunction{
		Name: f.Name, Profile: p.Name, Runtime: f.Runtime, Timeout: r.Timeout,
		Memory:       cmp.Or(f.Memory, p.Function.MemoryDefault),
		Architecture: cmp.Or(f.Architecture, p.Function.ArchitectureDefault),
		Payload:      p.Function.RequestMax, Output: f.Output,
		Reserved: max(int(r.Reserved), -1), Provisioned: int(r.Provisioned),
	}
}

func (e *Emulator) mappingDescription(f *Function, event *Event, r *platform.Mapping) journal.DescribedMapping {
	d := journal.DescribedMapping{
		Group: r.Name, Function: f.Name, Topic: r.Topic, Profile: e.cfg.eventProfile(f, event).Name,
		InFlight: 1, // the machine blocks a partition until its batch has ended
		Pollers:  int(max(r.Pollers, r.PollersMax)), PollersFirst: int(r.Pollers), BatchSize: int(r.BatchSize),
		OnFailure: r.OnFailure, Retries: max(int(r.Retries), -1), Partial: event.PartialResponse, Bisect: r.Bisect,
	}
	if r.Lanes > 0 {
		d.InFlight, d.Order = int(r.Lanes), event.Order
	}
	if r.Async {
		d.InFlight = 0 // as many as the asynchronous queue of the function
	}
	if d.Pollers == math.MaxInt32 {
		d.Pollers = 0 // as many as there are partitions
	}
	return d
}
