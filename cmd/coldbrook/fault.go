package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func faultCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "list, add and remove faults: crashes, throttles, slowness, rebalances, outages, ACLs",
		Long: "Faults are done to the platform of the running instance on purpose, and fire by rules: drawn from the seed, counted, journalled. " +
			"Without a command of its own this lists those that were added and not removed: what each does, how often it has fired, and how long it waits or lasts.",
		Example: "coldbrook fault add crash ship --probability 0.05 --for 30s\ncoldbrook fault\ncoldbrook fault remove 1",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := w.client()
		if err != nil {
			return err
		}
		defer c.Close()
		ctx, end := untilSignal(cmd.Context())
		defer end()
		all := []emulator.FaultStatus{}
		if err := c.Faults(ctx, &all); err != nil {
			return err
		}
		return writeFaults(cmd.OutOrStdout(), all, format.json())
	}
	cmd.AddCommand(faultAddCommand(), faultRemoveCommand())
	return cmd
}

func writeFaults(out io.Writer, all []emulator.FaultStatus, asJSON bool) error {
	if asJSON {
		return writeJSON(out, all)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "there are no faults")
		return readerGone(err)
	}
	for i := range all {
		if _, err := fmt.Fprintf(out, "fault %d: %s (%s)\n", all[i].ID, all[i].Text, faultState(&all[i])); err != nil {
			return readerGone(err)
		}
	}
	return nil
}

// faultState is "fired 3 times, ends in 12 s".
func faultState(s *emulator.FaultStatus) string {
	var state []string
	switch {
	case s.Kind == emulator.Deny:
		state = append(state, fmt.Sprintf("denied %d requests", s.Fired))
	case s.Fired == 0:
		state = append(state, "has not fired")
	case s.Fired == 1:
		state = append(state, "fired once")
	default:
		state = append(state, fmt.Sprintf("fired %d times", s.Fired))
	}
	switch {
	case s.Over:
		state = append(state, "is over")
	case s.Begins > 0:
		state = append(state, "begins in "+journal.Duration(int64(s.Begins)))
	case s.Ends > 0:
		state = append(state, "ends in "+journal.Duration(int64(s.Ends)))
	}
	return strings.Join(state, ", ")
}
