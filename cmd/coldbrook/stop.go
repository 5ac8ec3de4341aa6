package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

func stopCommand() *cobra.Command {
	var (
		w       where
		now     bool
		timeout time.Duration
	)
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "end the running instance, in order, and wait for it",
		Long:  "Ends the running instance as Ctrl-C does: it takes no more records, lets the invocations that run end, commits what they did, and ends. The command returns when that is done.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return stop(cmd, &w, now, timeout)
		},
	}
	w.addInstance(cmd)
	cmd.Flags().BoolVar(&now, "now", false, "end it at once: what runs is killed and not committed")
	cmd.Flags().DurationVar(&timeout, "timeout", time.Minute, "how long to wait for its end")
	return cmd
}

// errSlow is the cause of a stop that takes longer than the user wants to wait.
var errSlow = errors.New("it takes longer than --timeout")

func stop(cmd *cobra.Command, w *where, now bool, timeout time.Duration) error {
	i, err := w.find()
	if err != nil {
		return err
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errSlow)
	defer cancel()
	c := control.NewClient(i)
	defer c.Close()
	err = c.Stop(ctx, `asked by "coldbrook stop"`, now)
	if errors.Is(err, errSlow) {
		return &hinted{err: err, hint: "coldbrook stop --now ends it at once"}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "stopped pid %d\n", i.PID)
	return readerGone(err)
}
