package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func stepCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "step [N]",
		Short: "have the paused world do one thing, or N",
		Long: "Has a world that coldbrook pause stopped do one thing: take the input that has waited longest or, if none waits, go on to its next timer. " +
			"It says what that was, and what came of it is in the journal. Where a handler runs or an environment starts, its answer is waited for, " +
			"for as long as the world would. It ends early where nothing waits and there is no timer.",
		Example: "coldbrook step\ncoldbrook step 20 --format json",
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	steps := 1
	cmd.Args = func(cmd *cobra.Command, args []string) (err error) {
		if len(args) == 0 {
			return nil
		}
		if err := oneArgument("number")(cmd, args); err != nil {
			return err
		}
		if steps, err = strconv.Atoi(args[0]); err != nil || steps < 1 || steps > control.StepsMost {
			return usage(cmd, "step %q: a number of steps is 1 to %d", args[0], control.StepsMost)
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var out io.Writer = cmd.OutOrStdout()
		if format.json() {
			out = nil
		}
		all, err := step(cmd.Context(), &w, steps, out)
		if format.json() {
			return errors.Join(writeJSON(cmd.OutOrStdout(), all), err)
		}
		return err
	}
	return cmd
}

// step has the world do steps things, and prints each as soon as it is done; out may be
// nil. What was done is returned also beside an error.
func step(ctx context.Context, w *where, steps int, out io.Writer) ([]emulator.Stepped, error) {
	all := []emulator.Stepped{}
	err := w.drive(ctx, func(ctx context.Context, c *control.Client) error {
		for range steps {
			var done []emulator.Stepped
			if err := c.Step(ctx, 1, &done); err != nil {
				return err
			}
			all = append(all, done...)
			for i := range done {
				if out == nil {
					continue
				}
				if _, err := fmt.Fprintf(out, "%s  %s\n", journal.Duration(int64(done[i].At)), done[i].Text); err != nil {
					return readerGone(err)
				}
			}
			if n := len(done); n == 0 || done[n-1].Kind == emulator.StepNothing {
				return nil
			}
		}
		return nil
	})
	return all, err
}
