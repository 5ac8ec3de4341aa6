package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// Exit statuses of our own, as env, nohup and timeout have them.
const (
	exitOurs     = 125 // the run could not be had
	exitCannot   = 126 // there is such a command, but it cannot be run
	exitNone     = 127 // there is no such command
	exitSignaled = 128 // and the number of the signal
)

// failedGrace is how long the command may go on after its run has failed.
const failedGrace = 10 * time.Second

// execution is one run of exec: a session, and the command beside it. It is for one
// goroutine, which takes every signal.
//
// Goroutines: one is the emulator's Run; one prints the journal; for a while, one waits
// until the run is ready or idle.
type execution struct {
	options *execOptions
	stderr  io.Writer
	log     io.Writer // of what the run prints
	home    string    // the folder of this run
	server  *control.Server
	session *session

	signals chan os.Signal
	got     syscall.Signal // the first one; 0 if there was none
	killed  bool           // there was a second one: all ends at once

	command *process.Attached // nil if it does not run
	shared  bool              // it is in our process group
	streams []any             // its input and output
	ran     error             // of the emulator's Run; to be read when session.ended is closed
	errs    []error           // what went wrong with the run
}

// run does it all, and returns an *exitError, or nil.
func (x *execution) run(cmd *cobra.Command) (err error) {
	x.stderr = cmd.ErrOrStderr()
	// Before anything is begun that it would have to end.
	x.signals = make(chan os.Signal, 4)
	notify(x.signals)
	defer signal.Stop(x.signals)
	closeLog, err := x.openLog()
	if err != nil {
		return &exitError{exitOurs, parts(err)}
	}
	defer closeLog()
	if x.home, err = process.MkdirTemp(); err != nil {
		return &exitError{exitOurs, parts(fmt.Errorf("make the folder of the run: %w", err))}
	}
	defer os.RemoveAll(x.home)
	if err := x.start(cmd); err != nil {
		if _, wrong := errors.AsType[*usageError](err); wrong {
			return err
		}
		return &exitError{exitOurs, parts(err)}
	}
	defer x.server.Close()
	code := x.whole(cmd)
	if code == 0 && len(x.errs) > 0 {
		code = 1
	}
	if code == 0 {
		return nil
	}
	return &exitError{code, x.errs}
}

// openLog opens where the run prints to.
func (x *execution) openLog() (closeLog func(), err error) {
	x.log, closeLog = &prefixed{to: x.stderr}, func() {}
	if x.options.log == "" {
		return closeLog, nil
	}
	f, err := os.Create(x.options.log)
	if err != nil {
		return nil, fmt.Errorf("open the file of --log: %w", err)
	}
	x.log = f
	return func() { f.Close() }, nil
}

// start starts the emulator, which can be found and driven from then on.
func (x *execution) start(cmd *cobra.Command) (err error) {
	o := x.options
	cfg, err := o.config(cmd, x.home)
	if err != nil {
		return err
	}
	if x.server, err = control.Listen(x.home); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			x.server.Close()
		}
	}()
	if err := o.record(x.log); err != nil {
		return err
	}
	o.recording.configure(&cfg)
	e, err := emulator.Start(cmd.Context(), cfg)
	if err != nil {
		o.recording.discard()
		return err
	}
	o.recording.start(e)
	x.session = &session{emulator: e, options: &o.runOptions, ordering: o.order.start(e), rates: ratesOf(e.ProfileName(), &cfg), file: fileOf(&cfg),
		stdout: x.log, stderr: x.log, ended: make(chan struct{}), printed: make(chan struct{}), aborted: make(chan struct{})}
	printed := x.print(banner(e, &cfg))
	go func() {
		x.ran = e.Run(context.WithoutCancel(cmd.Context()))
		if !awaitWithGrace(printed, x.session.aborted) {
			x.ran = errors.Join(x.ran, errStuck)
		}
		close(x.session.ended)
	}()
	at := control.Addresses{Kafka: e.CommandKafka(), Invoke: e.InvokeAddr()}
	if err := x.server.Serve(driven{x.session}, at, thisBuild().Version); err != nil {
		x.session.abort()
		<-x.session.ended
		return err
	}
	return nil
}

// print prints the run as it was asked for. The returned channel is closed when that is
// done.
func (x *execution) print(banner string) <-chan struct{} {
	if x.options.log != "" || x.options.verbose {
		return x.session.print(banner)
	}
	r := x.session.emulator.Journal().Draw()
	x.session.detach = r.Detach
	printed, profile := make(chan struct{}), colorprofile.Detect(x.stderr, os.Environ())
	go func() {
		defer close(printed)
		defer r.Detach()
		printFailures(r, x.log, profile, x.session.ordering)
	}()
	return printed
}

// whole waits for the run, runs the command, and ends the run. It returns the exit status.
func (x *execution) whole(cmd *cobra.Command) int {
	code, begun := x.awaitReady(), false
	if code == 0 {
		if code = x.begin(cmd); x.command != nil {
			code, begun = x.attend(), true
		}
	}
	if begun && x.options.drainFor > 0 && x.got == 0 {
		x.drain()
		if x.got != 0 && code == 0 {
			code = exitSignaled + int(x.got)
		}
	}
	x.end(code)
	if x.killed && code == 0 {
		code = exitSignaled + int(x.got)
	}
	return code
}

// awaitReady waits until the command can begin, and returns 0 then.
func (x *execution) awaitReady() int {
	ctx, cancel := context.WithTimeout(context.Background(), x.options.readyTimeout)
	defer cancel()
	var ready emulator.Readiness
	err := x.meanwhile(cancel, func() (err error) {
		ready, err = x.session.emulator.AwaitReady(ctx)
		return err
	})
	switch {
	case x.got != 0:
		return exitSignaled + int(x.got)
	case errors.Is(err, context.DeadlineExceeded):
		x.errs = append(x.errs, waited(&ready, x.options.readyTimeout))
		return exitOurs
	case err != nil: // the run has ended
		<-x.session.ended
		if x.ran == nil { // else that says why
			x.errs = append(x.errs, errors.New("the run was ended before the command could begin"))
		}
		return exitOurs
	}
	return 0
}

// meanwhile does something that a signal cancels, and returns what came of it.
func (x *execution) meanwhile(cancel func(), do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	for {
		select {
		case err := <-done:
			return err
		case s := <-x.signals:
			x.take(s)
			cancel()
		}
	}
}

// take notes a signal; all ends at once at the second. A terminal that is closed sends HUP
// with others.
func (x *execution) take(s os.Signal) {
	if x.got == 0 {
		x.got, _ = s.(syscall.Signal)
		return
	}
	if s == syscall.SIGHUP || x.killed {
		return
	}
	x.killed = true
	if x.command != nil {
		x.command.Kill()
	}
	fmt.Fprintln(x.log, "stopping at once")
	x.session.abort()
}

// drain waits until all records are handled.
func (x *execution) drain() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), x.options.drainFor, errNotIdle)
	defer cancel()
	select {
	case <-x.session.ended:
		return
	default:
	}
	x.note(fmt.Sprintf("the command has ended; waiting until every record is handled, for %v at most", x.options.drainFor))
	err := x.meanwhile(cancel, func() error { return x.session.emulator.Drain(ctx, 0) })
	if err == nil || x.got != 0 {
		return
	}
	for _, o := range x.session.emulator.Outstanding() {
		fmt.Fprintln(x.log, "left: "+o.String())
	}
	if errors.Is(err, errNotIdle) {
		err = &hinted{err: fmt.Errorf("%v after the command, %w", x.options.drainFor, errNotIdle), hint: "--drain gives them more time"}
	}
	x.errs = append(x.errs, err)
}

// note says what is no warning, where all is printed.
func (x *execution) note(sentence string) {
	if x.options.log != "" || x.options.verbose {
		fmt.Fprintln(x.log, sentence)
	}
}

// end ends the run in order, waits for it, and says what was found. code is that of the
// command.
func (x *execution) end(code int) {
	x.session.emulator.Stop(fmt.Sprintf("the command ended with exit status %d", code))
	for over := false; !over; {
		select {
		case <-x.session.ended:
			over = true
		case s := <-x.signals:
			if x.got == 0 { // it ends already
				x.got, _ = s.(syscall.Signal)
				continue
			}
			x.take(s)
		}
	}
	o := x.options
	x.errs = append(x.errs, x.ran, o.recording.await(x.session.aborted))
	close(x.session.printed)
	x.errs = append(x.errs, x.conclude())
	x.errs = partsIfAny(errors.Join(x.errs...))
}
