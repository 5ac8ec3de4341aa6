package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// driver is a run with some settings and faults, which notes what it is asked for.
type driver struct {
	tuitest.Driver
	settings []ui.Setting
	faults   []ui.Fault
	calls    []string
	refuse   error
	diff     string
	now      int64
}

func (d *driver) note(call string, more ...any) (string, error) {
	d.calls = append(d.calls, fmt.Sprintf(call, more...))
	return "done", d.refuse
}

func (d *driver) Now() int64 { return d.now }
func (d *driver) Settings(context.Context) ([]ui.Setting, error) {
	return slices.Clone(d.settings), nil
}
func (d *driver) Faults(context.Context) ([]ui.Fault, error) { return slices.Clone(d.faults), nil }
func (d *driver) Undo(context.Context) (string, error)       { return d.note("undo") }
func (d *driver) SaveDiff(context.Context) (string, error)   { return d.diff, d.refuse }
func (d *driver) Save(context.Context) (string, error)       { return d.note("save") }
func (d *driver) RemoveFault(_ context.Context, id int) error {
	_, err := d.note("remove %d", id)
	return err
}

func (d *driver) AddFault(_ context.Context, f ui.FaultSpec) (string, error) {
	return d.note("add %s %q %s", f.Kind, f.Function, formatSpec(&f))
}

func (d *driver) Set(_ context.Context, assignments []string) (string, error) {
	if d.refuse == nil {
		for _, a := range assignments {
			path, value, _ := strings.Cut(a, "=")
			i := slices.IndexFunc(d.settings, func(s ui.Setting) bool { return s.Path == path })
			if d.settings[i].From = "live"; value == "default" {
				value, d.settings[i].From = d.settings[i].Default, "default"
			}
			d.settings[i].Value = value
		}
	}
	return d.note("set %s", strings.Join(assignments, " "))
}

// shopDriver is the shop as it runs, with two faults.
func shopDriver() *driver {
	return &driver{settings: shopSettings(), faults: []ui.Fault{
		{ID: 3, Kind: "slow", Function: "enrich", Text: "invocations of enrich take 200 ms longer: each with a probability of 0.05, for 30 s", Fired: 1204, Left: 21 * time.Second},
		{ID: 4, Kind: "broker down", Text: "the broker is down for 5 s once", Fired: 1, Over: true},
	}}
}

func shopSettings() []ui.Setting {
	all := []ui.Setting{
		{Path: "accountConcurrency", Group: "RUN", Label: "accountConcurrency", Value: "1000", Default: "1000", From: "default", Source: "AWS quotas, 2026-08-07", Meaning: "concurrent invocations of the whole account", Kind: "number", Min: 1, Max: 1_000_000},
		{Path: "logs", Group: "RUN", Label: "logs", Value: "handler", Default: "handler", From: "default", Source: "Coldbrook", Meaning: "whether the platform's own lines are journalled beside the handler's", Kind: "choice", Choices: []string{"handler", "platform"}},
		{Path: "freeze", Group: "RUN", Label: "freeze", Value: "true", Default: "true", From: "default", Source: "Coldbrook", Meaning: "freezes environments between invocations", Kind: "switch"},
	}
	for _, name := range []string{"enrich", "price"} {
		all = append(all, functionSettings(name)...)
	}
	for i := range all {
		s := &all[i]
		switch s.Path {
		case "enrich.coldStart", "enrich.order":
			s.From = "file"
		case "enrich.reservedConcurrency":
			s.Value, s.From = "10", "live"
		case "enrich.bisect":
			s.Value, s.From = "true", "live"
		}
	}
	return all
}

func functionSettings(name string) []ui.Setting {
	botocore := "botocore API model 2015-03-31, 2026-08-07"
	all := []ui.Setting{
		{Label: "coldStart", Value: "{p50: 820ms, p99: 1.6s}", Default: "{p50: 400ms, p99: 900ms}", Meaning: "how long a cold start takes; off takes the modelled delay away", Kind: "distribution"},
		{Label: "keepAlive", Value: "5m to 1h, drawn", Default: "5m to 1h, drawn", Meaning: "how long an idle environment is kept", Kind: "duration"},
		{Label: "reservedConcurrency", Value: "unreserved", Default: "unreserved", Meaning: "concurrency that is guaranteed and not exceeded; 0 switches the function off", Kind: "number", Max: 900},
		{Label: "timeout", Value: "3s", Default: "3s", Meaning: "how long an invocation may take, in whole seconds", Kind: "duration", Min: 1e9, Max: 900e9},
		{Label: "memory", Value: "256MB", Default: "128MB", Meaning: "memory of an environment, and with it its share of a processor", Kind: "size", Min: 128 << 20, Max: 10240 << 20},
		{Label: "batchSize", Value: "100", Default: "100", Meaning: "most records of a batch", Kind: "number", Min: 1, Max: 10000},
		{Label: "batchWindow", Value: "0s", Default: "500ms", Meaning: "longest wait for more records, in whole seconds", Kind: "duration", Max: 300e9},
		{Label: "retries", Value: "2", Default: "-1", Meaning: "how often a failed batch is tried again; -1 until it succeeds", Kind: "number", Min: -1, Max: 10000},
		{Label: "bisect", Value: "false", Default: "false", Meaning: "splits a batch that failed in two", Kind: "switch"},
		{Label: "order", Value: "none", Default: "partition", Meaning: "what of a partition is handled in order", Kind: "choice", Choices: []string{"partition", "key", "none"}},
		{Label: "onFailure", Value: "kafka://orders.failed", Default: "none", Meaning: "where records go that are given up", Kind: "text"},
	}
	for i := range all {
		s := &all[i]
		s.Path, s.Function, s.Group, s.From, s.Source = name+"."+s.Label, name, "RUNTIME", "default", botocore
		if i > 4 {
			s.Group = "DELIVERY"
		}
		if s.Value != s.Default {
			s.From = "file"
		}
	}
	return all
}

// shopView is the shop after some seconds in which much happened. Its counters are set by
// hand: what the store counts of which entries is its own affair, and tested there.
func shopView(happened bool) *store.View {
	v := store.New(&journal.Description{Profile: "aws-provisioned", Seed: 42, Topics: []journal.DescribedTopic{{Name: "orders", Partitions: 4}},
		Functions: []journal.DescribedFunction{
			{Name: "enrich", Profile: "aws-provisioned", Runtime: "python3.13", Memory: 128 << 20, Architecture: "x86_64", Timeout: 1e9, Payload: 6 << 20, Reserved: 6, Output: "orders.enriched"},
			{Name: "price", Profile: "aws-provisioned", Runtime: "python3.13", Memory: 128 << 20, Timeout: 3e9, Payload: 6 << 20, Reserved: -1},
		},
		Mappings: []journal.DescribedMapping{{Group: "enrich-orders", Function: "enrich", Topic: "orders", InFlight: 4, Order: "none", BatchSize: 5, Retries: 2, OnFailure: "kafka://orders.failed"}},
	})
	v.Advance(12e9)
	if !happened {
		return v
	}
	d := v.Flow.Functions[0]
	for at := int64(0); at < 12e9; at += 250e6 {
		n := at / 1e9 * at / 1e9
		d.Rate.Add(at, 3100)
		d.ThrottleRate.Add(at, n/20)
		d.RetryRate.Add(at, n/100)
		v.Flow.ThrottleRate.Add(at, n/20)
		d.Took.Add(at, 21e6+n*1e6)
	}
	d.ColdRate.Add(11.2e9, 3)
	d.Invocations, d.Timeouts, d.DeadLettered = 3400, 7, 12
	return v
}

var errRefused = errors.New("enrich.timeout: 20m is over the limit of 15m")
