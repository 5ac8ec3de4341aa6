package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func faultRemoveCommand() *cobra.Command {
	var (
		w   where
		all bool
	)
	cmd := &cobra.Command{
		Use:     "remove ID...",
		Short:   "remove faults; what they have done goes on",
		Example: "coldbrook fault remove 1 2\ncoldbrook fault remove --all",
		Args:    func(cmd *cobra.Command, args []string) error { return removedFaults(cmd, args, all) },
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.Flags().BoolVar(&all, "all", false, "remove every fault")
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		c, err := w.client()
		if err != nil {
			return err
		}
		defer c.Close()
		ctx, end := untilSignal(cmd.Context())
		defer end()
		removed := []emulator.FaultStatus{}
		err = c.RemoveFaults(ctx, ids, &removed)
		if format.json() {
			return errors.Join(writeJSON(cmd.OutOrStdout(), removed), err)
		}
		if all && len(removed) == 0 && err == nil {
			return writeFaults(cmd.OutOrStdout(), nil, false)
		}
		for i := range removed {
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "fault %d is removed: %s (%s)\n", removed[i].ID, removed[i].Text, faultState(&removed[i])); err != nil {
				return readerGone(err)
			}
		}
		return err
	}
	return cmd
}

func removedFaults(cmd *cobra.Command, args []string, all bool) error {
	switch {
	case all && len(args) > 0:
		return usage(cmd, "--all and %q exclude each other", args[0])
	case !all && len(args) == 0:
		return usage(cmd, "fault remove needs the number of a fault, or --all")
	}
	return wholeNumbers(cmd, "a fault", args)
}

// wholeNumbers returns a usage error for what is no number from 1 on.
func wholeNumbers(cmd *cobra.Command, what string, args []string) error {
	for _, a := range args {
		if n, err := strconv.ParseInt(a, 10, 32); err != nil || n < 1 {
			return usage(cmd, "%q is no number of %s: they are counted from 1", a, what)
		}
	}
	return nil
}
