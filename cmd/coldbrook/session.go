package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// idleTime is how long nothing may happen until a run with --for counts as idle:
// longer than the default batch window, in which records wait unseen.
const idleTime = time.Second

// printGrace is how long the printing of the journal may go on after a run that
// was ended at once: its reader may be what is stuck.
const printGrace = time.Second

// session is one run of dev or run.
//
// Goroutines: one prints the journal, to its end; one waits for signals, until
// that is printed; with --for, one waits for the time to be over.
type session struct {
	emulator *emulator.Emulator
	options  *runOptions
	file     string    // the configuration's; "" if there is none
	ordering *ordering // nil if order is not checked
	rates    *report.Rates
	stdout   io.Writer
	stderr   io.Writer
	filter   *entryFilter // of what is printed
	ui       *liveUI      // nil without the terminal UI

	ended   chan struct{} // closed when the run has ended
	printed chan struct{} // closed when that is printed, or need not be
	aborted chan struct{} // closed when all is to end at once
	detach  func()        // stops the printing from holding the run back

	once sync.Once  // closes aborted
	mu   sync.Mutex // guards all below
	end  error      // why the run is no success; nil if it is
	left []emulator.Outstanding
}

// startSession claims the project's folder, or the run's own, starts the emulator, and runs it to
// its end.
func startSession(cmd *cobra.Command, cfg emulator.Config, o *runOptions) error {
	server, err := control.Listen(cmp.Or(o.home, cfg.Dir))
	if err != nil {
		return err
	}
	defer server.Close()
	if err := o.record(cmd.ErrOrStderr()); err != nil {
		return err
	}
	o.recording.configure(&cfg)
	// Before anything is printed or can be found: who sees it may end the run.
	signals := make(chan os.Signal, 4)
	notify(signals)
	defer signal.Stop(signals)
	e, err := emulator.Start(cmd.Context(), cfg)
	if err != nil {
		o.recording.discard()
		return err
	}
	o.recording.start(e)
	checked := o.order.start(e)
	s := &session{emulator: e, options: o, ordering: checked, rates: ratesOf(e.ProfileName(), &cfg), stdout: cmd.OutOrStdout(), stderr: cmd.ErrOrStderr(),
		filter: newEntryFilter(o.query), ended: make(chan struct{}), printed: make(chan struct{}), aborted: make(chan struct{})}
	if s.ui = newLiveUI(cmd, o, &cfg); s.ui != nil {
		s.stdout, s.stderr = s.ui.stdout, s.ui.stderr
	}
	if !o.from.isAsked() { // a template is not edited
		s.file = fileOf(&cfg)
	}
	printed := s.print(banner(e, &cfg) + o.recording.banner())
	if err := server.Serve(driven{s}, control.Addresses{Kafka: e.CommandKafka(), Invoke: e.InvokeAddr()}, thisBuild().Version); err != nil {
		s.fail(err)
		e.Abort() // only Run ends what Start began
	}
	return s.run(cmd.Context(), signals, printed)
}

// driven is a session as the control API drives it.
type driven struct{ s *session }

// Status returns an emulator.Status.
func (d driven) Status() any { return d.s.emulator.Status() }

// Order returns a *order.Report, or nil.
func (d driven) Order() any {
	if r := d.s.ordering.report(); r != nil {
		return r
	}
	return nil
}

// Stop ends the run in order.
func (d driven) Stop(reason string) {
	d.s.options.feeding.stop(errEnded)
	d.s.emulator.Stop(reason)
}

// Abort ends the run at once.
func (d driven) Abort() { d.s.abort() }

// Reload reloads functions and processes, and returns a []emulator.Reloaded.
func (d driven) Reload(ctx context.Context, names []string) (any, error) {
	return d.s.emulator.Reload(ctx, names...)
}

// Release lets held batches go on, and returns a []released.
func (d driven) Release(ctx context.Context, functions []string) (any, error) {
	all, errs := []released{}, []error(nil)
	for _, f := range functions {
		n, err := d.s.emulator.Release(ctx, f)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, released{Function: f, Batches: n})
	}
	return all, errors.Join(errs...)
}

// run runs the emulator to its end, waits until what happened is printed, and
// prints the summary.
func (s *session) run(ctx context.Context, signals chan os.Signal, printed <-chan struct{}) error {
	var wg sync.WaitGroup
	wg.Go(func() { s.obey(signals) })
	if s.options.endsItself() {
		wg.Go(s.endByItself)
	}
	err := s.emulator.Run(ctx)
	ran := s.emulator.Now() // a world that stood still has cost nothing meanwhile
	close(s.ended)
	if !awaitWithGrace(printed, s.aborted) {
		err = errors.Join(err, errStuck)
	}
	err = errors.Join(err, s.options.recording.await(s.aborted))
	close(s.printed)
	wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	err = errors.Join(err, s.checkLeft(), s.end)
	if errors.Is(err, errReaderGone) {
		return err
	}
	return errors.Join(err, s.summarize(ran))
}

// errStuck is returned when a run was ended at once while its output was stuck.
var errStuck = errors.New("the output was not read to its end")

// awaitWithGrace waits until the rest of the journal is taken, and reports whether it was.
// Who takes it and is slow gets the time, unless all is to end at once.
func awaitWithGrace(taken, giveUp <-chan struct{}) bool {
	select {
	case <-taken:
		return true
	case <-giveUp:
	}
	select {
	case <-taken:
		return true
	case <-time.After(printGrace):
		return false
	}
}

// fail notes why the run is no success; the first reason counts.
func (s *session) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end == nil {
		s.end = err
	}
}

// notify asks for the signals that end a run. One that whoever started us
// ignores, such as nohup's HUP, stays ignored.
func notify(c chan<- os.Signal) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(c, s)
		}
	}
}

// obey ends the run in order at the first signal and at once at the second; the
// third finds nobody who catches it.
func (s *session) obey(signals chan os.Signal) {
	select {
	case <-s.printed:
		return
	case got := <-signals:
		fmt.Fprintln(s.stderr, s.stopping())
		if s.options.endsItself() {
			s.fail(errInterrupted)
		}
		s.options.feeding.stop(errInterrupted)
		s.emulator.Stop(reasonOf(got))
	}
	for {
		select {
		case <-s.printed:
			return
		case got := <-signals:
			if got == syscall.SIGHUP { // a closing terminal sends it with others
				continue
			}
			signal.Stop(signals)
			fmt.Fprintln(s.stderr, "stopping at once")
			s.abort()
			return
		}
	}
}

// errAborted is the result of a run that was ended at once.
var errAborted = errors.New("stopped at once: what ran was killed and not committed")

func (s *session) abort() {
	select {
	case <-s.ended: // in order, only its output is stuck
	default:
		s.fail(errAborted)
	}
	s.detach()
	s.options.feeding.stop(errEnded)
	s.options.recording.yield()
	s.emulator.Abort()
	s.once.Do(func() { close(s.aborted) })
}

// stopping says what an orderly end waits for.
func (s *session) stopping() string {
	busy, debugged := 0, []string(nil)
	for _, f := range s.emulator.Status().Functions {
		if !f.Debugged {
			busy += f.Busy
		} else if f.Busy > 0 {
			debugged = append(debugged, f.Name)
		}
	}
	again := "Ctrl-C again to stop at once"
	if len(debugged) > 0 {
		again = "what " + strings.Join(debugged, ", ") + " runs under the debugger is ended and not committed; " + again
	}
	switch busy {
	case 0:
		return "stopping; " + again
	case 1:
		return "stopping: waiting for 1 invocation; " + again
	}
	return fmt.Sprintf("stopping: waiting for %d invocations; %s", busy, again)
}

func reasonOf(s os.Signal) string {
	switch s {
	case syscall.SIGTERM:
		return "terminated"
	case syscall.SIGHUP:
		return "the terminal was closed"
	}
	return "interrupted"
}

// endByItself ends the run after --for: it stops the sources, lets the rest run
// until it is idle, and stops.
func (s *session) endByItself() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-s.ended
		cancel()
	}()
	if !s.awaitFed(ctx) {
		return
	}
	draining, end := s.whileWorld(ctx, s.options.drain)
	defer end()
	if s.emulator.Drain(draining, idleTime); ctx.Err() != nil {
		return // it was ended otherwise
	}
	s.emulator.Stop(s.options.fedReason())
}

// errNotIdle is the result of a run with --for that left records.
var errNotIdle = errors.New("not all records were handled")

// checkLeft says what a run that has ended left, and with --for takes it for a
// failure. s.mu is held.
func (s *session) checkLeft() error {
	s.left = s.emulator.Outstanding()
	if !s.options.endsItself() || len(s.left) == 0 {
		return nil
	}
	for _, o := range s.left {
		fmt.Fprintln(s.stderr, "left: "+o.String())
	}
	if s.end != nil {
		return nil // it was ended before it could
	}
	return &hinted{err: fmt.Errorf("after %v more, %w", s.options.drain, errNotIdle), hint: "--drain gives them more time"}
}

// summarize prints what the run came to: to stdout with the text, to stderr
// beside JSON. s.mu is held.
func (s *session) summarize(ran time.Duration) error {
	run := report.Run{Profile: s.emulator.ProfileName(), Seed: s.emulator.Seed(), Ran: ran, Rates: s.rates}
	for _, o := range s.left {
		run.Left += o.Records
	}
	summary := report.Summarize(run, s.emulator.Journal().Counts())
	w := s.stdout
	if s.options.format.json() {
		w = s.stderr
	}
	if err := errors.Join(s.filter.sayHidden(w), summary.WriteText(w)); err != nil {
		return readerGone(err)
	}
	if err := s.ordering.conclude(w); err != nil {
		return readerGone(err)
	}
	if s.ui != nil {
		fmt.Fprintf(w, "again: %s --seed %d\n", s.ui.replay, s.emulator.Seed())
	}
	return nil
}
