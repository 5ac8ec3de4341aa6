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
	r := &report.Rates{Billing: p.Billing, Functions: map[string]report.FunctionRates{}}
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		r.Functions[f.Name] = report.FunctionRates{
			Memory:       cmp.Or(f.Memory, p.Function.MemoryDefault),
			Architecture: cmp.Or(f.Architecture, p.Function.ArchitectureDefault),
		}
		for _, e := range f.Events {
			r.Pollers = append(r.Pollers, cmp.Or(e.Pollers, p.Kafka.PollersDefault))
		}
	}
	return r
}
