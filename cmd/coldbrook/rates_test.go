package main

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// TestRatesOfPollers: only mappings in provisioned mode are billed for pollers,
// whatever the profile of the run; a connector has none.
func TestRatesOfPollers(t *testing.T) {
	cfg := &emulator.Config{Functions: []emulator.Function{
		{Name: "a", Events: []emulator.Event{{Topic: "x", Pollers: 3}, {Topic: "y", Profile: "connect-sync"}}},
		{Name: "b", Profile: "aws", Events: []emulator.Event{{Topic: "x"}, {Topic: "y", Profile: "aws-provisioned",
			Provisioned: &emulator.Provisioned{MinimumPollers: 7}}}},
	}}
	for name, want := range map[string][]int{"aws-provisioned": {3, 7}, "aws": {7}} {
		r := ratesOf(name, cfg)
		if !slices.Equal(r.Pollers, want) || r.Billing.PollerUnitHour == 0 {
			t.Errorf("%s: pollers %v at %d, want %v at a price", name, r.Pollers, r.Billing.PollerUnitHour, want)
		}
	}
	if r := ratesOf("azure", cfg); r != nil {
		t.Errorf("a profile that does not exist: %v", r)
	}
}
