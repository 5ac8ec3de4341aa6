package emulator

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// limitProcesses fills in how many environments this machine holds.
func (e *Emulator) limitProcesses(r *platform.Config) {
	if r.MaxProcesses == 0 && !e.world.Virtual() {
		r.MaxProcesses = int32(processesPerCore * runtime.NumCPU())
	}
}

func errProcessInVirtual(p *Process) error {
	return fmt.Errorf("process %q: a process has no Kafka address in virtual time: take it out of the configuration, or run this in real time", p.Name)
}

// compareRules finds the rules of the machine that are different: what they follow
// from may be of the whole run. Functions get the ids that they have, or will have.
func (t *turn) compareRules(m *platform.Machine) {
	nextID, mapping := platform.FunctionID(len(t.parts.functions)), 0
	for i := range t.functions {
		of, rules := &t.functions[i], &t.resolved.Functions[i]
		id := nextID
		if of.was == nil {
			nextID++
		} else {
			id = of.was.id
			if now := m.FunctionRules(id); !reflect.DeepEqual(*now, *rules) {
				t.rules = append(t.rules, &platform.Change{Function: id, FunctionRules: rules})
			}
			of.revises = of.revises || t.launchesDiffer(of)
		}
		for j := range of.events {
			r := &t.resolved.Mappings[mapping]
			mapping++
			r.Function = id
			t.compareMapping(m, of, &of.events[j], r)
		}
		for j := range of.events {
			if of.events[j].anew {
				t.gone = append(t.gone, of.events[j].was)
			}
		}
	}
	if limits := m.Limits(); limits.AccountConcurrency != t.resolved.AccountConcurrency || limits.MaxProcesses != t.resolved.MaxProcesses {
		t.rules = append(t.rules, &platform.Change{Limits: &platform.Limits{
			AccountConcurrency: t.resolved.AccountConcurrency, MaxProcesses: t.resolved.MaxProcesses,
		}})
	}
}

// compareMapping compares the rules of a mapping that is there, which keeps its
// group: its name depends on how many events the function has.
func (t *turn) compareMapping(m *platform.Machine, of *turnedFunction, e *turnedEvent, rules *platform.Mapping) {
	if e.was == nil {
		return
	}
	rules.Name = e.was.rules.Name
	now := m.MappingRules(e.was.id)
	rules.PayloadBase, rules.PayloadPartition = now.PayloadBase, now.PayloadPartition
	if reflect.DeepEqual(*now, *rules) {
		return
	}
	if e.anew = e.anew || now.Fixed(rules) != ""; !e.anew {
		t.rules = append(t.rules, &platform.Change{Mapping: e.was.id, MappingRules: rules})
	}
}

// launchesDiffer says that how a function is launched follows from what is of the whole
// run and was changed.
func (t *turn) launchesDiffer(of *turnedFunction) bool {
	now, next := &t.parts.config, &t.next
	return !of.config.isInProcess() && (now.CPU != next.CPU && of.config.CPU == "" ||
		now.memoryMode() != next.memoryMode() || now.freezes() != next.freezes() || !slices.Equal(now.PassEnv, next.PassEnv))
}

// needsRun says that something comes or goes, which needs a run.
func (t *turn) needsRun() bool {
	for i := range t.functions {
		if t.functions[i].was == nil || t.functions[i].revises {
			return true
		}
		for j := range t.functions[i].events {
			if e := &t.functions[i].events[j]; e.was == nil || e.anew {
				return true
			}
		}
	}
	return len(t.gone)+len(t.removed)+len(t.started)+len(t.stopped) > 0
}
