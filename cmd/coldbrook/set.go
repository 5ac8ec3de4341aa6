package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// setOptions are the flags of set.
type setOptions struct {
	where
	format                     *choice
	all, undo, save, diff, yes bool
}

func setCommand() *cobra.Command {
	var o setOptions
	cmd := &cobra.Command{
		Use:   "set [KEY=VALUE... | FUNCTION|KEY...]",
		Short: "list and change keys of the running instance: limits, batches, retries, durations",
		Long: `Changes keys of the run, of its functions and of their events while the instance runs, all or none; the file stays as it is. They count from the next decision on: the deadline of an invocation that runs, or a wait that has begun, stays. What a trigger cannot take as it runs, such as its filters, has it begin anew at its committed offsets; code, memory and variables make a new revision. What is used at the start only is refused, with the reason. In a key, functions. may be left out, and events[0].kafka. where a function has one event.

KEY= goes back to what the file says, KEY=default to the default. --undo takes the last change back; again, the one before.

Without a value it lists: nothing named, the keys that are not at their default, function by function; a function, all of its keys; a key, all about it. A * marks what was changed since the file was read.

--save writes what was changed into the file, comments and order kept: it shows the lines and asks. --diff only shows them, and --yes does not ask. With keys, only those.`,
		Example: "coldbrook set\ncoldbrook set ship\ncoldbrook set functions.ship.reservedConcurrency=2\ncoldbrook set ship.batchSize=10 ship.batchWindow=1s\ncoldbrook set ship.batchSize=\ncoldbrook set --save --diff",
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error { return o.check(cmd, args) }
	o.addInstance(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.all, "all", false, "list also the keys that are at their default")
	f.BoolVar(&o.undo, "undo", false, "take the last change back")
	f.BoolVar(&o.save, "save", false, "write what was changed into the configuration file")
	f.BoolVar(&o.diff, "diff", false, "show what --save would write, and write nothing")
	f.BoolVar(&o.yes, "yes", false, "with --save: write without asking")
	o.format = addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) }
	return cmd
}

// isSave says that the file is what it is about.
func (o *setOptions) isSave() bool { return o.save || o.diff }

// check says what does not go together.
func (o *setOptions) check(cmd *cobra.Command, args []string) error {
	values := 0
	for _, a := range args {
		if strings.Contains(a, "=") {
			values++
		}
	}
	switch {
	case o.undo && (len(args) > 0 || o.isSave() || o.all):
		return usage(cmd, "--undo takes the last change back, and nothing else beside it")
	case o.yes && !o.save:
		return usage(cmd, "--yes needs --save")
	case o.yes && o.diff:
		return usage(cmd, "--diff writes nothing, and --yes writes without asking: give one of them")
	case o.isSave() && (values > 0 || o.all):
		return usage(cmd, "--save and --diff take keys, without values: set them before")
	case values > 0 && values < len(args):
		return usage(cmd, "a key with a value is set, and one without is listed: give one kind of them")
	case values > 0 && o.all:
		return usage(cmd, "--all is of the list: it takes no KEY=VALUE")
	}
	return nil
}

func (o *setOptions) run(cmd *cobra.Command, args []string) error {
	c, err := o.client()
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, end := untilSignal(cmd.Context())
	defer end()
	switch {
	case o.undo:
		return o.turn(ctx, cmd, c.Undo)
	case o.isSave():
		return o.saveSettings(ctx, cmd, c, args)
	case len(args) == 0 || !strings.Contains(args[0], "="):
		return o.list(ctx, cmd, c, args)
	}
	return o.turn(ctx, cmd, func(ctx context.Context, turned any) error { return c.Set(ctx, args, turned) })
}

// turn has keys changed, and says which were.
func (o *setOptions) turn(ctx context.Context, cmd *cobra.Command, change func(ctx context.Context, turned any) error) error {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	turned := []emulator.Turned{}
	if err := change(ctx, &turned); err != nil {
		return err
	}
	if o.format.json() {
		return writeJSON(cmd.OutOrStdout(), turned)
	}
	if o.undo && len(turned) == 0 {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), "nothing is different: the file has brought the values back that were there before")
		return readerGone(err)
	}
	for _, t := range turned {
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), t); err != nil {
			return readerGone(err)
		}
	}
	return nil
}

// settingsOf asks the instance what can be changed.
func settingsOf(ctx context.Context, c *control.Client) (settings, error) {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	s := settings{Settings: []emulator.Setting{}}
	return s, c.Settings(ctx, &s)
}
