package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// killed is what kill did.
type killed struct {
	Environment uint32 `json:"environment"`
}

// recycled is what evict did.
type recycled struct {
	Function string `json:"function"`
	// Environments is how many end, now or after what they run.
	Environments int `json:"environments"`
}

func killCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "kill ENVIRONMENT...",
		Short: "end environments at once, as when the machine under them fails",
		Long: "Ends environments of the running instance now, by the numbers that the journal has. What runs on one has exited, and its batch is tried again by its rules; " +
			"a batch that waits for its init gets another one. Memory and temporary files are lost; provisioned concurrency is replaced as slowly as when it dies.",
		Example: "coldbrook kill 3",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "kill needs the number of an environment, such as 3")
			}
			return wholeNumbers(cmd, "an environment", args)
		},
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, environments []string) error {
		return carryOut(cmd, &w, format, func(ctx context.Context, c *control.Client, done *[]killed) error {
			return c.Kill(ctx, environments, done)
		},
			func(d *killed) string { return fmt.Sprintf("environment %d is killed", d.Environment) })
	}
	return cmd
}

func evictCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use: "evict FUNCTION...",
		// What evict was called first; the journal says recycled.
		Aliases: []string{"recycle"},
		Short:   "let the next invocations of functions be cold, as after a deployment",
		Long: "Has every environment of the functions begin no other invocation: what is idle ends now, what runs after its invocation, and provisioned ones are replaced. " +
			"What is just being started is fresh already. So what a handler keeps in memory or in temporary files is gone.",
		Example: "coldbrook evict ship",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "evict needs a function")
			}
			return nil
		},
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, functions []string) error {
		return carryOut(cmd, &w, format, func(ctx context.Context, c *control.Client, done *[]recycled) error {
			return c.Recycle(ctx, functions, done)
		},
			func(d *recycled) string { return d.Function + ": " + environmentsEnd(d.Environments) })
	}
	return cmd
}

func environmentsEnd(n int) string {
	switch n {
	case 0:
		return "no environment has been used"
	case 1:
		return "1 environment ends, now or after its invocation"
	}
	return fmt.Sprintf("%d environments end, now or after their invocations", n)
}
