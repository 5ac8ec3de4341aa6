package main

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// ratesOf is what a run of a configuration is billed by.
func ratesOf(name string, cfg *emulator.Config) *report.Rates {
	p, ok := profile.Lookup(name)
	if !ok {
		return nil
	}
	r := rates{&report.Rates{Billing: p.Billing, Functions: map[string]report.FunctionRates{}}}
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		r.Functions[f.Name] = report.FunctionRates{
			Memory:       cmp.Or(f.Memory, p.Function.MemoryDefault),
			Architecture: cmp.Or(f.Architecture, p.Function.ArchitectureDefault),
		}
		for j := range f.Events {
			r.addPollers(cmp.Or(f.Events[j].Profile, f.Profile, name), &f.Events[j])
		}
	}
	return r.Rates
}

// rates are made of the profiles of a run and its parts.
type rates struct{ *report.Rates }

// addPollers adds those of a mapping, if its profile bills them.
func (r rates) addPollers(name string, e *emulator.Event) {
	p, ok := profile.Lookup(name)
	if !ok || p.Billing.PollerUnitHour == 0 {
		return
	}
	r.Billing.PollerUnitHour, r.Billing.PollersPerUnit = p.Billing.PollerUnitHour, p.Billing.PollersPerUnit
	n := e.Pollers
	if e.Provisioned != nil {
		n = e.Provisioned.MinimumPollers
	}
	r.Pollers = append(r.Pollers, cmp.Or(n, p.Kafka.PollersDefault))
}
