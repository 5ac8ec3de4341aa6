// Command coldbrook runs functions that are triggered by Kafka on the laptop as
// they run in the cloud: an in-process Kafka, a simulated function platform and
// the user's own handlers as real processes.
//
// Each subcommand has a file of its own name. Results go to stdout, the rest to
// stderr; an error is printed once, as "coldbrook: ..." with a line
// "coldbrook: hint: ..." where there is something to do about it. The exit
// status is 0 if all was done, 1 if it failed, 2 if the command line was wrong.
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
	err := fang.Execute(ctx, root, fang.WithoutVersion(), fang.WithErrorHandler(
		func(_ io.Writer, _ fang.Styles, err error) { printError(stderr, err) }))
	return exitStatus(err)
}

// exitStatus is what the process ends with after err.
func exitStatus(err error) int {
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
