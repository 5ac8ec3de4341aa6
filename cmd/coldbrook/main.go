// Command coldbrook runs functions that are triggered by Kafka on the laptop as
// they run in the cloud: an in-process Kafka, a simulated function platform and
// the user's own handlers as real processes.
//
// Each subcommand has a file of its own name. Results go to stdout, the rest to
// stderr; an error is printed once, as "coldbrook: ..." with a line
// "coldbrook: hint: ..." where there is something to do about it. The exit
// status is 0 if all was done, 1 if it failed, 2 if the command line was wrong; that of
// exec is its command's.
//
// Non-obvious: a broken pipe is an error like others here, not a signal that
// kills the process: dev has handlers to stop first. Commands whose reader has
// gone end quietly.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

func main() {
	keepPipeErrors()
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command line and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	failed := keepFailure(root)
	err := fang.Execute(ctx, root, fang.WithoutVersion(), fang.WithErrorHandler(
		func(_ io.Writer, _ fang.Styles, err error) { printError(stderr, err) }))
	if err == nil && *failed != nil {
		err = *failed
		printError(stderr, err)
	}
	return exitStatus(err)
}

// keepFailure has a command and all below it put aside what they fail with, and succeed. fang
// must not see it: on a terminal it asks for the colour of the background first, which waits
// for ever where the command still reads what is typed, and two seconds where the terminal has
// no answer.
func keepFailure(of *cobra.Command) *error {
	failed := new(error)
	var keep func(*cobra.Command)
	keep = func(c *cobra.Command) {
		if run := c.RunE; run != nil {
			c.RunE = func(cmd *cobra.Command, args []string) error {
				*failed = run(cmd, args)
				return nil
			}
		}
		for _, below := range c.Commands() {
			keep(below)
		}
	}
	keep(of)
	return failed
}

// exitStatus is what the process ends with after err.
func exitStatus(err error) int {
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return 2
	}
	for _, e := range parts(err) {
		if e != nil && !errors.Is(e, errReaderGone) {
			return 1
		}
	}
	return 0
}
