package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

func reloadCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "reload [FUNCTION|PROCESS]...",
		Short: "make new revisions of functions, as if their code was saved",
		Long: "Builds the code of the functions again and lets the new revision serve: what runs ends on the code it began with. " +
			"A process that is named is started again. With no name all functions are reloaded, and no process. " +
			"Code that cannot be built or does not start changes nothing, and the exit status is 1.",
		Example: "coldbrook reload\ncoldbrook reload validate-bid",
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, names []string) error {
		return carryOut(cmd, &w, format, func(ctx context.Context, c *control.Client, done *[]emulator.Reloaded) error {
			return c.Reload(ctx, names, done)
		},
			func(d *emulator.Reloaded) string { return d.Text })
	}
	return cmd
}

// released is what release did.
type released struct {
	Function string `json:"function"`
	Batches  int    `json:"batches"`
}

func releaseCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "release FUNCTION...",
		Short: "let batches go on that are held until their function is saved",
		Long: "With onReload: retry, a batch that failed is held until there is a new revision of its function. " +
			"This lets the held batches of the functions go on as if they were not: to their retries, or to where records go that are given up.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "release needs a function")
			}
			return nil
		},
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, functions []string) error {
		return carryOut(cmd, &w, format, func(ctx context.Context, c *control.Client, done *[]released) error {
			return c.Release(ctx, functions, done)
		},
			func(d *released) string { return d.Function + ": " + batchesGoOn(d.Batches) })
	}
	return cmd
}

func batchesGoOn(n int) string {
	switch n {
	case 0:
		return "no batch is held"
	case 1:
		return "1 batch goes on"
	}
	return fmt.Sprintf("%d batches go on", n)
}

// client returns a client of the running instance.
func (w *where) client() (*control.Client, error) {
	i, err := w.find()
	if err != nil {
		return nil, err
	}
	return control.NewClient(i), nil
}
