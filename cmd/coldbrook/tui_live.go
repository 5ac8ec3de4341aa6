package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// liveUI is the terminal UI of a run that goes on. What the session prints meanwhile is
// held back, and stands on the terminal when the UI is gone.
type liveUI struct {
	options        *uiOptions
	in             io.Reader
	out            io.Writer
	stdout, stderr *heldOutput
	name, dir      string // of the project
	replay         string // the command that runs it again
}

// newLiveUI returns the UI of a session, nil if there is to be none.
func newLiveUI(cmd *cobra.Command, o *runOptions, cfg *emulator.Config) *liveUI {
	if !o.showUI {
		return nil
	}
	return &liveUI{options: &o.ui, in: cmd.InOrStdin(), out: cmd.OutOrStdout(), stdout: &heldOutput{to: cmd.OutOrStdout()},
		stderr: &heldOutput{to: cmd.ErrOrStderr()}, name: projectName(cfg.Dir), dir: cfg.Dir, replay: o.replay}
}

// show draws the run until it is over or the user leaves, which ends it. The returned
// channel is closed then.
//
// Goroutines: one feeds the store, to the end of the journal or of the UI; one is the UI,
// which waits for that.
func (s *session) show(banner string) <-chan struct{} {
	u := s.ui
	u.stdout.hold()
	u.stderr.hold()
	fmt.Fprint(s.stdout, banner)
	reader := s.emulator.Journal().Draw()
	s.detach = reader.Detach
	description := s.emulator.Description()
	live := store.NewStore(&description)
	ctx, leave := context.WithCancelCause(context.Background())
	fed, shown := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(fed)
		defer reader.Detach()
		defer func() {
			if r := recover(); r != nil { // else the terminal stayed as it is drawn on
				leave(fmt.Errorf("terminal UI: panic: %v\n%s", r, debug.Stack()))
			}
		}()
		if err := live.Feed(ctx, reader); err != nil {
			leave(err)
		}
	}()
	go func() {
		defer close(shown)
		err := s.draw(ctx, live)
		leave(context.Canceled)
		<-fed
		s.giveBack(err)
	}()
	return shown
}

// draw runs the UI.
func (s *session) draw(ctx context.Context, live *store.Store) error {
	guard := guardTerminal()
	defer guard.release()
	options := s.ui.options.options()
	driver := newLiveDriver(s)
	defer driver.close()
	options.Store, options.Driver = live, driver
	err := tui.Run(ctx, tui.New(options), s.ui.options.terminal(s.ui.in, s.ui.out))
	if cause := context.Cause(ctx); err == nil && cause != nil {
		err = cause
	}
	return err
}

// giveBack gives the terminal back, and ends the run if that goes on.
func (s *session) giveBack(err error) {
	if err != nil {
		s.fail(err)
	}
	if s.emulator.Journal().Counts().Entries[journal.RunStopping] == 0 {
		fmt.Fprintln(s.stderr, s.stopping())
		s.emulator.Stop("the terminal UI was left")
	}
	s.ui.stdout.release()
	s.ui.stderr.release()
}
