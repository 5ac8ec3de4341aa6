package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// freshRun is a run of a project with the input of another one.
type freshRun struct {
	project emulator.Config
	src     journal.Source
	options *recycleOptions
	stderr  io.Writer

	notes []string
	// incomplete says that the fresh run did not come to all of the input.
	incomplete bool
}

// compare runs the project, and compares what came of the input in both runs.
func (f *freshRun) compare(ctx context.Context, o report.RecycleOptions) (r *report.Recycled, err error) {
	in, err := readInput(f.src)
	switch {
	case err != nil:
		return nil, err
	case len(in.ranges) == 0:
		return nil, errNoInput
	}
	dir, err := os.MkdirTemp("", "coldbrook-recycle-")
	if err != nil {
		return nil, fmt.Errorf("run again: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f.notes = changes(f.src.Description(), &f.project)
	if in.requests > 0 {
		f.note("%s invocations of the first run were asked for from outside; they are not made again", report.Count(uint64(in.requests)))
	}
	for _, n := range f.notes {
		fmt.Fprintf(f.stderr, "note: %s\n", n)
	}
	file := filepath.Join(dir, "fresh.journal")
	if err := f.run(ctx, dir, file, in); err != nil {
		return nil, err
	}
	again, err := journalfile.Open(file)
	if err != nil {
		return nil, err
	}
	defer again.Close()
	if err := f.noteFailures(again); err != nil {
		return nil, err
	}
	if r, err = report.Recycle(f.src, again, o); err == nil {
		r.Notes = f.notes
	}
	return r, err
}

// noteFailures tells what went wrong in the fresh run, which nobody has seen: processes
// that ended by themselves, and invocations that failed.
func (f *freshRun) noteFailures(again journal.Source) error {
	ended, failed, reasons := map[string]bool{}, map[string]int{}, map[string]string{}
	kinds := journal.KindsOf(journal.ProcessExited, journal.InvocationEnded, journal.EnvironmentReset)
	err := again.Scan(journal.Want{Kinds: kinds}, func(e *journal.Entry) bool {
		switch {
		case e.Kind == journal.ProcessExited:
			if e.Delay > 0 && !ended[e.Process] {
				ended[e.Process] = true
				f.note("the process %s ended in the fresh run (%s) and was started again", e.Process, e.Reason)
			}
		case e.Outcome != journal.NoOutcome && e.Outcome != journal.Succeeded && e.Outcome != journal.PartlyFailed:
			if failed[e.Function]++; failed[e.Function] == 1 {
				reasons[e.Function] = e.Outcome.String() + ": " + e.Reason
			}
		}
		return true
	})
	for _, function := range slices.Sorted(maps.Keys(failed)) {
		f.note("%s failed %s times in the fresh run, first with %s", function, report.Count(uint64(failed[function])), reasons[function])
	}
	return err
}

func (f *freshRun) note(format string, a ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, a...))
}

// run runs the project from its start to its end, and writes its journal to a file.
func (f *freshRun) run(ctx context.Context, dir, file string, in *pastInput) error {
	cfg, err := freshConfig(f.project, dir, in)
	if err != nil {
		return err
	}
	w, err := journalfile.Create(file)
	if err != nil {
		return err
	}
	written := &recording{writer: w, stderr: f.stderr, done: make(chan struct{})}
	written.configure(&cfg)
	e, err := emulator.Start(ctx, cfg)
	if err != nil {
		written.discard()
		return err
	}
	written.start(e)
	defer written.cancel(nil)
	assigned := e.Journal().Draw() // from the first entry on
	ended := make(chan error, 1)
	// Run ends in order by Stop, at once by Abort, and not by ctx: nothing is left then.
	go func() { ended <- e.Run(context.WithoutCancel(ctx)) }()
	err = f.drive(ctx, e, assigned, in)
	assigned.Detach()
	if err != nil {
		written.yield()
		e.Abort()
	} else {
		e.Stop("the input was handled")
	}
	if failed := <-ended; failed != nil {
		err = failed // by which the input could not be given
	}
	<-written.done
	return errors.Join(err, written.err)
}

// drive gives the input to a run that has just begun, and waits until it is handled.
func (f *freshRun) drive(ctx context.Context, e *emulator.Emulator, assigned *journal.Reader, in *pastInput) error {
	said := &inputProgress{w: f.stderr, total: in.records, last: in.length()}
	said.begin(f.options.project, f.options.speed)
	client, err := kgo.NewClient(append(senderOptions(), kgo.SeedBrokers(e.CommandKafka()), kgo.ClientID("coldbrook-recycle"),
		kgo.ProducerLinger(0), kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	if err != nil {
		return fmt.Errorf("give input again: %w", err)
	}
	defer client.Close()
	if err := keepOld(ctx, client); err != nil {
		return err
	}
	if err := f.awaitAssigned(ctx, e, assigned); err != nil {
		return err
	}
	feed := &feeder{src: f.src, client: client, speed: f.options.speed, said: said}
	if err := feed.feed(ctx, in); err != nil {
		return err
	}
	if feed.gone > 0 {
		f.note("the payload of %s records of the input is gone; they were not given again", report.Count(uint64(feed.gone)))
	}
	draining, cancel := context.WithTimeoutCause(ctx, f.options.drain, errNotIdle)
	defer cancel()
	if err := e.Drain(draining, idleTime); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		f.incomplete = true
		f.note("in the fresh run %v within %v after the last input (--drain gives them more time)", err, f.options.drain)
	}
	return nil
}

// keepOld has the Kafka keep records that are as old as the journal.
func keepOld(ctx context.Context, client *kgo.Client) error {
	forever := "-1"
	answers, err := kadm.NewClient(client).AlterBrokerConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "log.retention.ms", Value: &forever}})
	for _, a := range answers {
		err = errors.Join(err, a.Err)
	}
	if err != nil {
		return fmt.Errorf("give input again: keep old records: %w", orCause(ctx, err))
	}
	return nil
}

// assignedEvery is how often it is looked whether a function cannot be run here.
const assignedEvery = 200 * time.Millisecond

// awaitAssigned waits until every mapping has a partition: what comes before is not handled
// when it came in the first run.
func (f *freshRun) awaitAssigned(ctx context.Context, e *emulator.Emulator, r *journal.Reader) error {
	entries := make([]journal.Entry, entriesAtOnce)
	has := map[string]bool{}
	for {
		looking, cancel := context.WithTimeout(ctx, assignedEvery)
		n, _, err := r.Next(looking, entries)
		isOver := err != nil && looking.Err() == nil
		cancel()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case isOver:
			return errEndedEarly
		}
		for i := range entries[:n] {
			if entries[i].Kind == journal.PartitionAssigned {
				has[entries[i].Mapping] = true
			}
		}
		waits := false
		for _, m := range e.EventSources() {
			waits = waits || m.Skipped == "" && !has[m.Group]
		}
		if !waits {
			return f.noteSkipped(e)
		}
	}
}

// errEndedEarly is returned for a fresh run that ended before its input; why is what it
// returns.
var errEndedEarly = errors.New("the fresh run ended before its input came")

func (f *freshRun) noteSkipped(e *emulator.Emulator) error {
	for _, m := range e.EventSources() {
		if m.Skipped != "" {
			f.note("the function %s is not run again: %s", m.Function, m.Skipped)
		}
	}
	return nil
}
