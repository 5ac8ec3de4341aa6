package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/cases"
)

// testOptions are the flags of test.
type testOptions struct {
	real, update, failOnSkip bool
	pattern, junit           string
	parallel                 int
	timeout                  time.Duration
	format                   *choice
	fresh                    newCaseOptions
}

func testCommand() *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "put fixtures in, and compare what comes out with what is expected",
		Long: `Runs the cases in DIR and below. A case is a folder with a case.yaml: which fixture goes in, what is set, and what is to come of it: the records of topics, order, dead letters, bounds on counts, latency and cost.

Cases run in virtual time, in which hours of retries take a moment: handlers are started as ever, but have no Kafka address. With --real, or real: true in a case, they run by the clock.

With --new NAME it makes a case, in the folder tests of the project, or in DIR if that is below it: of a fixture or a journal (--from), or of what went into the running instance. It is run, what came of it becomes its goldens, and what differs from run to run is ignored. What is there is never overwritten.

The exit status is 0 if all is as expected, and 1 if not.`,
		Example: `coldbrook test
coldbrook test --new refund --from fixtures/orders-3-120419.jsonl
coldbrook test --run 'refund|invoice' --update
coldbrook test --junit report.xml --fail-on-skip`,
		Args: folder,
	}
	f := cmd.Flags()
	f.BoolVar(&o.real, "real", false, "run all cases by the clock")
	f.BoolVar(&o.update, "update", false, "write the goldens that are missing or differ from what came out")
	f.StringVar(&o.pattern, "run", "", "run only cases of which this `REGEXP` matches a part of the name")
	f.StringVar(&o.junit, "junit", "", "write the results as JUnit XML into this `FILE`")
	f.IntVar(&o.parallel, "parallel", runtime.NumCPU(), "how many cases run side by side")
	f.DurationVar(&o.timeout, "timeout", caseTimeout, "how long a case may take in real time")
	f.BoolVar(&o.failOnSkip, "fail-on-skip", false, "exit with 1 if a case was skipped because this machine lacks a language")
	o.fresh.add(cmd)
	o.format = addFormat(cmd, "a line for each case")
	cmd.MarkFlagFilename("junit")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

// find returns the cases that are asked for.
func (o *testOptions) find(cmd *cobra.Command, args []string) ([]cases.Found, error) {
	var pattern *regexp.Regexp
	if cmd.Flags().Changed("run") {
		var err error
		if pattern, err = regexp.Compile(o.pattern); err != nil {
			return nil, usage(cmd, "--run %q is no regular expression: %v", o.pattern, err)
		}
	}
	switch {
	case o.parallel < 1:
		return nil, usage(cmd, "--parallel %d is below 1", o.parallel)
	case o.timeout <= 0:
		return nil, usage(cmd, "--timeout %v is no time to run", o.timeout)
	case cmd.Flags().Changed("junit") && o.junit == "":
		return nil, usage(cmd, "--junit is empty")
	}
	dir := folderOf(args)
	all, err := cases.Find(dir, pattern)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 && pattern != nil {
		return nil, &hinted{fmt.Errorf("no case in %q has a name that %q matches", dir, o.pattern), "without --run, all of them run"}
	}
	if len(all) == 0 {
		return nil, &hinted{fmt.Errorf("there is no case in %q", dir), "a case is a folder with a case.yaml, such as tests/refund: docs/cases.md describes it"}
	}
	return all, nil
}

func (o *testOptions) run(cmd *cobra.Command, args []string) error {
	if err := o.checkNew(cmd); err != nil {
		return err
	}
	if cmd.Flags().Changed("new") {
		return o.runNew(cmd, args)
	}
	found, err := o.find(cmd, args)
	if err != nil {
		return err
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	p := &casePrinter{out: cmd.OutOrStdout(), json: o.format.json()}
	// Who does not read what is printed does not keep the goldens and the report from being
	// written.
	var unread error
	var all []*cases.Result
	for r := range o.results(ctx, found) {
		all = append(all, r)
		if unread == nil {
			unread = p.print(r)
		}
	}
	if unread == nil {
		unread = p.summary(all)
	}
	if o.junit != "" {
		err = o.writeJUnit(all)
	}
	if interrupt := context.Cause(ctx); interrupt != nil {
		return errors.Join(unread, err, interrupt)
	}
	return errors.Join(unread, err, o.verdict(folderOf(args), all))
}

// results runs cases side by side, and yields what became of them in their order.
func (o *testOptions) results(ctx context.Context, found []cases.Found) func(yield func(*cases.Result) bool) {
	return func(yield func(*cases.Result) bool) {
		done := make([]chan *cases.Result, len(found))
		for i := range done {
			done[i] = make(chan *cases.Result, 1)
		}
		next := make(chan int, len(found))
		for i := range found {
			next <- i
		}
		close(next)
		var wg sync.WaitGroup
		defer wg.Wait()
		for range min(o.parallel, len(found)) {
			wg.Go(func() {
				for i := range next {
					done[i] <- o.runCase(ctx, found[i])
				}
			})
		}
		for i := range done {
			if r := <-done[i]; r != nil && !yield(r) {
				return
			}
		}
	}
}

func (o *testOptions) writeJUnit(all []*cases.Result) error {
	f, err := os.Create(o.junit)
	if err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	if err := errors.Join(cases.WriteJUnit(f, all), f.Close()); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	return nil
}

// verdict is why the exit status is 1, nil if it is not.
func (o *testOptions) verdict(dir string, all []*cases.Result) error {
	n := countCases(all)
	var errs []error
	if bad := n[cases.Failed] + n[cases.Broken]; bad > 0 {
		errs = append(errs, &hinted{fmt.Errorf("%d of %d cases failed", bad, len(all)), updateHint(dir, all)})
	}
	if o.failOnSkip && n[cases.Skipped] > 0 {
		errs = append(errs, fmt.Errorf("%d of %d cases were skipped (--fail-on-skip)", n[cases.Skipped], len(all)))
	}
	return errors.Join(errs...)
}

func countCases(all []*cases.Result) map[cases.Outcome]int {
	n := map[cases.Outcome]int{}
	for _, r := range all {
		n[r.Outcome]++
	}
	return n
}
