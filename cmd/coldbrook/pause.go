package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// resumed is what resume did; nothing if the world was not paused.
type resumed struct {
	WasPaused bool `json:"wasPaused"`
	emulator.Paused
}

// Pause has the world stand still, and returns an emulator.Paused.
func (d driven) Pause(ctx context.Context) (any, error) {
	if err := d.s.emulator.Pause(ctx); err != nil {
		return nil, err
	}
	if p := d.s.emulator.Status().Paused; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("the world goes on again: it was resumed, or the run ends")
}

// Resume has the world go on, and returns a resumed.
func (d driven) Resume(ctx context.Context) (any, error) {
	var r resumed
	if p := d.s.emulator.Status().Paused; p != nil {
		r = resumed{WasPaused: true, Paused: *p}
	}
	return r, d.s.emulator.Resume(ctx)
}

// Step has a paused world do steps things, fewer if nothing is left to do, and returns an
// []emulator.Stepped.
func (d driven) Step(ctx context.Context, steps int) (any, error) {
	all := []emulator.Stepped{}
	for range steps {
		s, err := d.s.emulator.Step(ctx)
		if err != nil {
			return all, err
		}
		all = append(all, s)
		if s.Kind == emulator.StepNothing {
			break
		}
	}
	return all, nil
}

func pauseCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "pause",
		Short: "have the world of the running instance stand still",
		Long: "Stops the clock of the world: no batch window, back-off, timeout or idle time passes, and nothing is decided. " +
			"What reaches it waits: records, responses, invocations that are asked for. Kafka, its clients, processes and the handlers that run go on; " +
			"the deadline that a handler itself sees is wall time. Keys can be changed meanwhile (set), code can be reloaded. " +
			"coldbrook step has it do one thing, coldbrook resume has it go on, and so does the end of the run.",
		Example: "coldbrook pause\ncoldbrook step 5\ncoldbrook resume",
		Args:    noArguments,
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "an object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var p emulator.Paused
		if err := w.drive(cmd.Context(), func(ctx context.Context, c *control.Client) error { return c.Pause(ctx, &p) }); err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), p)
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), pausedText(&p))
		return readerGone(err)
	}
	return cmd
}

// pausedText says that the world is paused, and since when.
func pausedText(p *emulator.Paused) string {
	return fmt.Sprintf("PAUSED at %s, for %s; %s", journal.Duration(int64(p.Since)), journal.Duration(int64(p.For)), inputsWait(p.Waiting))
}

func inputsWait(n int) string {
	if n == 1 {
		return "1 input waits"
	}
	return fmt.Sprintf("%d inputs wait", n)
}

func resumeCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "resume",
		Short: "have the paused world of the running instance go on",
		Long:  "Has the world go on where coldbrook pause stopped it: what waits is taken in the order in which it came, and no timer jumps.",
		Args:  noArguments,
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "an object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var r resumed
		if err := w.drive(cmd.Context(), func(ctx context.Context, c *control.Client) error { return c.Resume(ctx, &r) }); err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), r)
		}
		text := "the world was not paused"
		if r.WasPaused {
			text = fmt.Sprintf("the world goes on after %s; %s", journal.Duration(int64(r.For)), inputsWait(r.Waiting))
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), text)
		return readerGone(err)
	}
	return cmd
}

// drive has the running instance do something, for as long as it takes.
func (w *where) drive(ctx context.Context, order func(context.Context, *control.Client) error) error {
	c, err := w.client()
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, end := untilSignal(ctx)
	defer end()
	return order(ctx, c)
}
