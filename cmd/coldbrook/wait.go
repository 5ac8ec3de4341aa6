package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// What coldbrook wait waits for that is no filter.
const (
	waitReady = "ready"
	waitIdle  = "idle"
)

// waiting is one run of wait.
type waiting struct {
	where
	format  *choice
	what    string
	timeout time.Duration
	filter  *query.Query // nil for ready and idle
	missing []string     // what was missing when it was looked last

	idle  bool   // --idle
	topic string // "" unless records of a topic are counted
	count int64
}

func waitCommand() *cobra.Command {
	var o waiting
	cmd := &cobra.Command{
		Use:   "wait",
		Short: "wait until the running instance is ready, idle, or did something",
		Long: `Waits for the running instance, also for one that is just being started, and returns with exit status 0 when

  --for ready     its functions are built and serve, their triggers read every partition, and its processes were started
  --for idle      that, and every record that is in a topic of a trigger was handled, and what came of it is committed
  --idle          the same as --for idle
  --topic T       --count records, 1 if it is not given, were produced to a topic, those before the command counted, too
  --for 'FILTER'  its journal has an entry that matches, also one from before the command; coldbrook journal --help tells the language. The first is printed.

If that does not come within --timeout, it says what was missing, and the exit status is 1.`,
		Example: `coldbrook dev --no-tui & coldbrook wait
coldbrook produce orders -f orders.txt && coldbrook wait --idle --timeout 30s
coldbrook wait --topic shipments --count 100
coldbrook wait --for 'topic=shipments kind=records-produced key=o1'`,
		Args: noArguments,
	}
	o.addInstance(cmd)
	o.format = addFormat(cmd, "how far the instance is, or the entry that matches")
	cmd.Flags().StringVar(&o.what, "for", waitReady, "ready, idle, or a filter of the journal")
	cmd.Flags().BoolVar(&o.idle, "idle", false, "wait until every record was handled: --for idle")
	cmd.Flags().StringVar(&o.topic, "topic", "", "wait until --count records are in the topic `TOPIC`")
	cmd.Flags().Int64Var(&o.count, "count", 1, "with --topic: how many records")
	cmd.Flags().DurationVar(&o.timeout, "timeout", time.Minute, "how long to wait at most")
	cmd.RegisterFlagCompletionFunc("for", cobra.FixedCompletions([]string{waitReady, waitIdle}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := o.check(cmd); err != nil {
			return err
		}
		return o.run(cmd)
	}
	return cmd
}

func (o *waiting) check(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	switch {
	case o.timeout <= 0:
		return usage(cmd, "--timeout %v is no time to wait", o.timeout)
	case changed("count") && !changed("topic"):
		return usage(cmd, "--count needs --topic")
	case changed("topic") && o.topic == "":
		return usage(cmd, "--topic is empty")
	case o.count < 1:
		return usage(cmd, "--count %d is no number of records to wait for", o.count)
	}
	if err := errors.Join(exclusive(cmd, "idle", "for"), exclusive(cmd, "topic", "for"), exclusive(cmd, "topic", "idle")); err != nil {
		return err
	}
	if o.idle {
		o.what = waitIdle
	}
	switch strings.TrimSpace(o.what) {
	case waitReady, waitIdle:
		return nil
	case "":
		return usage(cmd, "--for is empty: write ready, idle, or a filter of the journal")
	}
	q, err := query.Parse(o.what)
	if err == nil && q.IsWord() { // more likely a slip than a word to look for
		return usage(cmd, "--for %q: write ready, idle, or a filter such as 'topic=orders'", o.what)
	}
	if err == nil {
		err = q.Check("an entry as it is waited for", func(*query.Field, bool) bool { return true })
	}
	o.filter = q
	return misfiltered(err)
}

// errLate is the cause of a wait that came to nothing.
var errLate = errors.New("--timeout is over")

func (o *waiting) run(cmd *cobra.Command) error {
	patient, end := untilSignal(cmd.Context())
	defer end()
	patient, giveUp := context.WithTimeoutCause(patient, o.timeout+lookMost, errLate)
	defer giveUp()
	ctx, cancel := context.WithTimeoutCause(patient, o.timeout, errLate)
	defer cancel()
	i, err := o.await(ctx)
	switch {
	case err == nil && o.filter != nil:
		err = o.awaitEntry(ctx, cmd, i)
	case err == nil && o.topic != "":
		err = o.awaitCount(ctx, patient, cmd, i)
	case err == nil:
		err = o.awaitState(ctx, patient, cmd, i)
	}
	if errors.Is(err, errLate) {
		return o.late()
	}
	return err
}

// late says what was missing.
func (o *waiting) late() error {
	what := "waited " + o.timeout.String() + " for the instance to be " + o.what
	if o.topic != "" {
		what = fmt.Sprintf("waited %v for %s in %s", o.timeout, countOf(int(o.count)), o.topic)
	}
	if o.filter != nil {
		what = fmt.Sprintf("waited %v for an entry that matches %q", o.timeout, o.what)
	}
	if len(o.missing) == 0 {
		return fmt.Errorf("%s: none came", what)
	}
	return fmt.Errorf("%s; missing:\n  %s", what, strings.Join(o.missing, "\n  "))
}

// waitPoll is how often wait looks.
const waitPoll = 20 * time.Millisecond

// lookMost is how long a look may go on when --timeout is over.
const lookMost = 5 * time.Second

// await returns the instance, as soon as there is one.
func (o *waiting) await(ctx context.Context) (*control.Instance, error) {
	ticker := time.NewTicker(waitPoll)
	defer ticker.Stop()
	for {
		i, err := o.find()
		if _, isNone := errors.AsType[*control.NotRunningError](err); !isNone {
			return i, err
		}
		o.missing = []string{err.Error()}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// awaitState returns when the instance is ready, or idle. A look that has begun is ended,
// which patient cuts off, later: what is missing can be said also after a short --timeout.
func (o *waiting) awaitState(ctx, patient context.Context, cmd *cobra.Command, i *control.Instance) error {
	o.missing = noAnswer(i)
	running := untilEnd(patient, i)
	c := control.NewClient(i)
	defer c.Close()
	ticker := time.NewTicker(waitPoll)
	defer ticker.Stop()
	for {
		var r emulator.Readiness
		if err := c.Readiness(running, &r); err != nil {
			return orCause(running, err)
		}
		if r.IsReady() && (o.what == waitReady || r.IsIdle()) {
			return o.say(cmd, &r)
		}
		o.missing = missingOf(&r)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-running.Done():
			return context.Cause(running)
		}
	}
}

// noAnswer is what is missing until the first look has ended.
func noAnswer(i *control.Instance) []string {
	return []string{fmt.Sprintf("an answer of pid %d", i.PID)}
}

// missingOf is what keeps an instance from being ready and idle, a sentence each.
func missingOf(r *emulator.Readiness) []string {
	all := r.Missing
	for _, u := range r.Unfinished {
		all = append(all, "records to be handled: "+u.String())
	}
	if r.Busy {
		all = append(all, "invocations or commits under way")
	}
	return all
}

func (o *waiting) say(cmd *cobra.Command, r *emulator.Readiness) error {
	if o.format.json() {
		return writeJSON(cmd.OutOrStdout(), r)
	}
	for _, s := range r.Skipped {
		fmt.Fprintln(cmd.ErrOrStderr(), "note: skipped: "+s)
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), o.what)
	return readerGone(err)
}

// Readiness returns an emulator.Readiness.
func (d driven) Readiness(ctx context.Context) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	return d.s.emulator.Readiness(ctx)
}
