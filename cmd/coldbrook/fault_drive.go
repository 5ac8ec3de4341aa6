package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Faults returns a []emulator.FaultStatus.
func (d driven) Faults(ctx context.Context) (any, error) { return d.s.emulator.Faults(ctx) }

// AddFault adds an emulator.Fault, and returns an emulator.FaultStatus.
func (d driven) AddFault(ctx context.Context, fault []byte) (any, error) {
	var f emulator.Fault
	read := json.NewDecoder(bytes.NewReader(fault))
	read.DisallowUnknownFields()
	if err := read.Decode(&f); err != nil {
		return nil, fmt.Errorf("read fault: %w", err)
	}
	id, err := d.s.emulator.AddFault(ctx, f)
	if err != nil {
		return nil, err
	}
	all, err := d.s.emulator.Faults(ctx)
	if i := slices.IndexFunc(all, func(s emulator.FaultStatus) bool { return s.ID == id }); i >= 0 {
		return all[i], err
	}
	return emulator.FaultStatus{ID: id, Fault: f, Text: f.Words()}, err // somebody has removed it already
}

// RemoveFaults removes faults, none are all, and returns a []emulator.FaultStatus of what
// they were.
func (d driven) RemoveFaults(ctx context.Context, ids []string) (any, error) {
	all, err := d.s.emulator.Faults(ctx)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		for i := range all {
			ids = append(ids, strconv.Itoa(int(all[i].ID)))
		}
	}
	removed, errs := []emulator.FaultStatus{}, []error(nil)
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			errs = append(errs, fmt.Errorf("%q is no number of a fault", text))
			continue
		}
		if err := d.s.emulator.RemoveFault(ctx, emulator.FaultID(id)); err != nil {
			errs = append(errs, err)
			continue
		}
		for i := range all {
			if all[i].ID == emulator.FaultID(id) {
				removed = append(removed, all[i])
			}
		}
	}
	return removed, errors.Join(errs...)
}

// Kill ends environments at once, and returns a []killed.
func (d driven) Kill(ctx context.Context, environments []string) (any, error) {
	all, errs := []killed{}, []error(nil)
	for _, text := range environments {
		number, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			errs = append(errs, fmt.Errorf("%q is no number of an environment", text))
			continue
		}
		if err := d.s.emulator.KillEnvironment(ctx, uint32(number)); err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, killed{Environment: uint32(number)})
	}
	return all, errors.Join(errs...)
}

// Recycle recycles the environments of functions, and returns a []recycled.
func (d driven) Recycle(ctx context.Context, functions []string) (any, error) {
	all, errs := []recycled{}, []error(nil)
	for _, f := range functions {
		n, err := d.s.emulator.RecycleEnvironments(ctx, f)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, recycled{Function: f, Environments: n})
	}
	return all, errors.Join(errs...)
}
