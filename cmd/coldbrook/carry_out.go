package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// carryOut has the running instance carry an order out and prints what was done, a line
// each or a list as JSON, also beside what was not, which it returns.
func carryOut[T any](cmd *cobra.Command, w *where, format *choice, order func(context.Context, *control.Client, *[]T) error, line func(*T) string) error {
	c, err := w.client()
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, end := untilSignal(cmd.Context())
	defer end()
	done := []T{}
	err = order(ctx, c, &done)
	if format.json() {
		return errors.Join(writeJSON(cmd.OutOrStdout(), done), err)
	}
	for i := range done {
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), line(&done[i])); err != nil {
			return readerGone(err)
		}
	}
	return err
}
