package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// begin starts the command. If that fails it returns the exit status, and x.command is nil.
func (x *execution) begin(cmd *cobra.Command) int {
	o := x.options
	// With a terminal it stays in our process group, or it could not read from that, and
	// Ctrl-Z would not stop both.
	x.streams = []any{cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()}
	x.shared = slices.ContainsFunc(x.streams, isTerminal)
	p, err := process.StartAttached(process.AttachedSpec{
		Path: o.command[0], Args: o.command[1:], Env: execEnviron(os.Environ(), x.session.emulator, x.home),
		Stdin: cmd.InOrStdin(), Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr(), Shared: x.shared,
	})
	if err == nil {
		x.command = p
		return 0
	}
	x.errs = append(x.errs, fmt.Errorf("run command: %w", err))
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return exitNone
	}
	return exitCannot
}

// attend passes signals on until the command ends, and returns its exit status.
func (x *execution) attend() int {
	ended, late := x.session.ended, (<-chan time.Time)(nil)
	for {
		select {
		case <-x.command.Done():
			code := x.command.ExitCode()
			x.command = nil
			return code
		case s := <-x.signals:
			if x.got == 0 && !(x.shared && s == os.Interrupt && terminalIsOurs(x.streams)) { // or the command has it, too
				x.command.Signal(s)
			}
			x.take(s)
		case <-ended:
			ended = nil
			// Whoever asked for the end waits until nothing can be found any more.
			x.server.Close()
			if x.ran == nil {
				fmt.Fprintln(x.log, "the run was ended; the command goes on without it")
				continue
			}
			fmt.Fprintln(x.log, "the run has failed; the command is ended")
			x.command.Signal(syscall.SIGTERM)
			late = time.After(failedGrace)
		case <-late:
			x.command.Kill()
		}
	}
}

// conclude prints what is known of the whole run, and returns what of it is a failure.
func (x *execution) conclude() error {
	if x.options.log != "" || x.options.verbose {
		x.session.mu.Lock()
		defer x.session.mu.Unlock()
		x.session.left = x.session.emulator.Outstanding()
		return x.session.summarize(time.Duration(x.session.emulator.Now()))
	}
	r := x.session.ordering.settled()
	if r == nil || !x.options.askedOrder || r.Order+r.Loss+r.Duplicates == 0 {
		return x.session.ordering.conclude(io.Discard)
	}
	return x.session.ordering.conclude(x.log)
}
