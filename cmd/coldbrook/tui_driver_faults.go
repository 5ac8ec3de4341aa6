package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Faults implements ui.Driver.
func (d *liveDriver) Faults(ctx context.Context) ([]ui.Fault, error) {
	standing, err := d.s.emulator.Faults(ctx)
	if err != nil {
		return nil, err
	}
	var all []ui.Fault
	for _, f := range standing {
		all = append(all, ui.Fault{ID: int(f.ID), Text: f.Text, Function: f.Function, Kind: faultArgument(f.Kind), Fired: f.Fired, Left: f.Ends, Over: f.Over})
	}
	return all, nil
}

// faultArgument is a kind of faults as it is written in commands.
func faultArgument(kind emulator.FaultKind) string {
	return strings.ReplaceAll(string(kind), " ", "-")
}

// AddFault implements ui.Driver.
func (d *liveDriver) AddFault(ctx context.Context, f ui.FaultSpec) (string, error) {
	fault := emulator.Fault{Kind: emulator.FaultKind(strings.ReplaceAll(f.Kind, "-", " ")), Function: f.Function, Probability: f.Probability,
		Times: f.Times, For: f.For, Delay: f.Delay, AfterHandler: f.AfterHandler}
	id, err := d.s.emulator.AddFault(ctx, fault)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("fault %d: %s", id, fault.Words()), nil
}

// RemoveFault implements ui.Driver.
func (d *liveDriver) RemoveFault(ctx context.Context, id int) error {
	return d.s.emulator.RemoveFault(ctx, emulator.FaultID(id))
}

// Kill implements ui.Driver.
func (d *liveDriver) Kill(ctx context.Context, environment uint32) (string, error) {
	if err := d.s.emulator.KillEnvironment(ctx, environment); err != nil {
		return "", err
	}
	return fmt.Sprintf("environment %d was killed", environment), nil
}

// Recycle implements ui.Driver.
func (d *liveDriver) Recycle(ctx context.Context, function string) (string, error) {
	n, err := d.s.emulator.RecycleEnvironments(ctx, function)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return function + ": there is no environment to recycle; its next invocation is cold", nil
	}
	return fmt.Sprintf("%s: %d environments end; the next invocations are cold", function, n), nil
}
