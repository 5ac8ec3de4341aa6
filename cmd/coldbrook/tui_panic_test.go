package main

import (
	"context"
	"os"

	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// brokenDriver panics when the world is to be paused, and when it is asked for the time once
// there is a file "broken".
type brokenDriver struct{ pastDriver }

func (d *brokenDriver) Info() ui.Info { return ui.Info{Name: "broken"} }

func (d *brokenDriver) Now() int64 {
	if _, err := os.Stat("broken"); err == nil {
		panic("the clock is broken")
	}
	return 0
}

func (d *brokenDriver) Pause(context.Context) error { panic("the switch is broken") }

// uiPanics is a command that shows a terminal UI with a defect, as dev shows it.
func uiPanics() {
	guard := guardTerminal()
	err := tui.Run(context.Background(), tui.New(tui.Options{Store: store.NewStore(nil), Driver: &brokenDriver{}}), tui.Terminal{In: os.Stdin, Out: os.Stdout})
	guard.release()
	if err != nil {
		printError(os.Stderr, err)
		os.Exit(1)
	}
}
