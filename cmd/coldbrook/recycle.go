package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// failStale is what --fail-on names of a comparison with fresh environments.
const failStale = "stale"

// recycleOptions are the flags of order about --recycle.
type recycleOptions struct {
	on      bool
	project string
	speed   float64
	ignore  []string
	drain   time.Duration
}

// recycleFlags are those that need --recycle.
var recycleFlags = []string{"project", "speed", "ignore", "drain"}

func (o *recycleOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.on, "recycle", false, "run the project again with the same input and every environment fresh, and say what comes out differently: what warm environments remember may have been stale")
	f.StringVar(&o.project, "project", ".", "with --recycle: the folder of the `DIR` that is run")
	f.Float64Var(&o.speed, "speed", 1, "with --recycle: how many times as fast the input comes")
	f.StringSliceVar(&o.ignore, "ignore", nil, "with --recycle: leave this `MEMBER` of values out, by its name or the end of its path (contact.fetchedAt); may list several")
	f.DurationVar(&o.drain, "drain", 30*time.Second, "with --recycle: how long records may take to be handled after the last input")
	cmd.MarkFlagDirname("project")
}

// check returns what is wrong with the flags, those of the rest of order among them.
func (o *recycleOptions) check(cmd *cobra.Command, fail failOn) error {
	changed := cmd.Flags().Changed
	for _, name := range recycleFlags {
		if changed(name) && !o.on {
			return usage(cmd, "--%s needs --recycle", name)
		}
	}
	switch {
	case !o.on:
		return nil
	case changed("by"):
		return usage(cmd, "--by and --recycle exclude each other: what comes out is compared, not the order")
	case !(o.speed > 0) || o.speed > 1e6:
		return usage(cmd, "--speed %v is not above 0 and at most 1,000,000", o.speed)
	case o.drain < 0:
		return usage(cmd, "--drain %v is negative", o.drain)
	}
	for _, name := range fail {
		if name != failStale {
			return usage(cmd, "--fail-on %s is not %s, which is what --recycle looks for", name, failStale)
		}
	}
	return nil
}

// recycle runs the input of a run again with every environment fresh, and compares.
func (o *ordersOptions) runAgain(cmd *cobra.Command, args []string) error {
	cfg, err := config.Load(o.recycle.project)
	if err != nil {
		if missing, ok := errors.AsType[*config.MissingError](err); ok {
			return &hinted{err: missing, hint: "--project DIR names the project that the journal is of"}
		}
		return err
	}
	src, end, err := openSource(cmd, &o.where, args)
	if err != nil {
		return err
	}
	ctx, free := untilSignal(cmd.Context())
	defer free()
	f := &freshRun{project: cfg, src: src, options: &o.recycle, stderr: cmd.ErrOrStderr()}
	r, err := f.compare(ctx, report.RecycleOptions{Ignore: o.recycle.ignore, Witnesses: o.witnesses})
	if err = errors.Join(err, end()); err != nil {
		return err
	}
	if o.format.json() {
		err = writeJSON(cmd.OutOrStdout(), r)
	} else {
		err = readerGone(r.WriteText(cmd.OutOrStdout()))
	}
	if len(o.fail) > 0 {
		err = errors.Join(err, f.failure(r))
	}
	return err
}

// failure is what --fail-on asked about and was found, nil if it is nothing.
func (f *freshRun) failure(r *report.Recycled) error {
	var err error
	if r.Stale > 0 {
		err = fmt.Errorf("%s records came out differently of a warm environment (--fail-on %s)", report.Count(uint64(r.Stale)), failStale)
	}
	if f.incomplete {
		err = errors.Join(err, fmt.Errorf("the fresh run: %w, so that they were not compared (--fail-on %s)", errNotIdle, failStale))
	}
	return err
}

// progressEvery is how often long work says how far it is.
const progressEvery = 5 * time.Second

// inputProgress says how far the input is.
type inputProgress struct {
	w     io.Writer
	total int
	last  time.Duration
	told  time.Time
}

func (p *inputProgress) begin(project string, speed float64) {
	p.told = time.Now()
	fmt.Fprintf(p.w, "running %s again with every environment fresh: %s records over %s; Ctrl-C ends it\n",
		project, report.Count(uint64(p.total)), journal.Duration(int64(float64(p.last)/speed)))
}

func (p *inputProgress) at(done int, at time.Duration) {
	if time.Since(p.told) < progressEvery {
		return
	}
	p.told = time.Now()
	fmt.Fprintf(p.w, "fresh run: %s of %s records, %s of %s\n", report.Count(uint64(done)), report.Count(uint64(p.total)),
		journal.Duration(int64(at.Truncate(time.Second))), journal.Duration(int64(p.last.Truncate(time.Second))))
}

// pause waits until a moment, or for the end of ctx.
func pause(ctx context.Context, until time.Time) error {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
