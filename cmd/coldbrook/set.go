package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

func setCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "set KEY=VALUE...",
		Short: "change keys of the running instance: limits, batches, retries, durations",
		Long: "Changes keys of functions and their events while the instance runs, all or none; the file stays as it is. " +
			"They count from the next decision on: the deadline of an invocation that runs, or a wait that has begun, stays. " +
			"What a trigger cannot take as it runs, such as its filters, has it begin anew at its committed offsets; code, memory and variables make a new revision. What is used at the start only is refused, with the reason. In a key, functions. may be left out, and events[0].kafka. " +
			"where a function has one event.",
		Example: "coldbrook set functions.ship.reservedConcurrency=2\ncoldbrook set ship.batchSize=10 ship.batchWindow=1s",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "set needs KEY=VALUE, such as functions.ship.timeout=5s")
			}
			return nil
		},
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		turned, err := set(cmd.Context(), &w, args)
		if err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), turned)
		}
		for _, t := range turned {
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), t); err != nil {
				return readerGone(err)
			}
		}
		return nil
	}
	return cmd
}

func set(ctx context.Context, w *where, assignments []string) ([]emulator.Turned, error) {
	i, err := w.find()
	if err != nil {
		return nil, err
	}
	ctx, end := untilSignal(ctx)
	defer end()
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	c := control.NewClient(i)
	defer c.Close()
	turned := []emulator.Turned{}
	return turned, c.Set(ctx, assignments, &turned)
}
