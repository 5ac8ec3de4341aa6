package emulator_test

import (
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func TestResolveProvisionedConcurrency(t *testing.T) {
	c := shop()
	f := &c.Functions[0]
	f.ProvisionedConcurrency = 5
	f.Events[0].RequestLimit = "off"
	c.AccountConcurrency, c.MaxProcesses = 2000, 6
	r, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	if r.AccountConcurrency != 2000 || r.MaxProcesses != 6 || !r.Mappings[0].RequestsUncounted {
		t.Errorf("got %+v", r)
	}
	got := r.Functions[0]
	if got.Provisioned != 5 || got.ProvisionedMin != int64(time.Minute) || got.ProvisionedMax != int64(2*time.Minute) ||
		got.ProvisionedInterval != int64(10*time.Millisecond) || got.ProvisionedInitLimit != int64(130*time.Second) {
		t.Errorf("got %+v", got)
	}
	f.ProvisionedDelay, f.Timeout, f.Events = new(time.Duration(0)), 15*time.Minute, nil
	r, _ = c.Resolve()
	if got := r.Functions[0]; got.ProvisionedMax != 0 || got.ProvisionedInterval != 0 || got.ProvisionedInitLimit != int64(15*time.Minute) {
		t.Errorf("without delay, 15 minutes: got %+v", got)
	}
}

func TestValidateConcurrency(t *testing.T) {
	checkMistakes(t, []mistakeCase{
		{"over what is reserved", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.ReservedConcurrency, f.ProvisionedConcurrency = new(3), 4
		}, []string{
			"functions.ship.provisionedConcurrency: 4 is over the reservedConcurrency of 3; " +
				"AWS says: Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
		}},
		{"over the account", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			c.AccountConcurrency, f.ProvisionedConcurrency = 300, 150
			g := *f
			g.Name, g.ProvisionedConcurrency, g.ReservedConcurrency, g.Events = "g", 0, new(51), nil
			c.Functions = append(c.Functions, g)
		}, []string{
			"functions.g.reservedConcurrency: 51 makes 201 reserved up to here, over the limit of 200; of the account's 300, 100 stay unreserved; " +
				"AWS says: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
		}},
		{"nothing can be kept in a small account", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			c.AccountConcurrency, f.ProvisionedConcurrency = 10, 1
			g := *f
			g.Name, g.ProvisionedConcurrency, g.ReservedConcurrency, g.Events = "g", 0, new(2), nil
			c.Functions = append(c.Functions, g)
		}, []string{
			"functions.ship.provisionedConcurrency: 1 is over the limit of 0",
			"functions.g.reservedConcurrency: 2 is over the limit of 0",
		}},
		{"ranges", func(c *emulator.Config, f *emulator.Function, e *emulator.Event) {
			c.AccountConcurrency, c.MaxProcesses = 100_001, -1
			f.ProvisionedConcurrency, f.ProvisionedDelay, e.RequestLimit = -1, new(2*time.Hour), "on"
		}, []string{
			"functions.ship.provisionedDelay: 2h is over the limit of 1h",
			"functions.ship.provisionedConcurrency: -1 is under the minimum of 0",
			"functions.ship.events[0].kafka.requestLimit: \"on\" is not one of enforce, off; there are enforce, off",
			"accountConcurrency: 100001 is over the limit of 100000",
			"maxProcesses: -1 is under the minimum of 1",
		}},
	})
}
