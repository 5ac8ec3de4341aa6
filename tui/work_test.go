package tui_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
)

// deaf is a driver that answers a pause when it is told not to wait any more.
type deaf struct {
	tuitest.Driver
	asked   chan<- struct{}
	because chan<- error
}

func (d deaf) Pause(ctx context.Context) error {
	close(d.asked)
	<-ctx.Done()
	d.because <- context.Cause(ctx)
	return ctx.Err()
}

// Work that is under way when the UI is left does not keep who waits for the driver.
func TestWorkEndsWithTheProgram(t *testing.T) {
	asked, because := make(chan struct{}), make(chan error, 1)
	m := tui.New(tui.Options{Store: store.NewStore(nil), Driver: deaf{asked: asked, because: because}})
	keys, typed := io.Pipe()
	defer typed.Close()
	over := make(chan error)
	go func() {
		over <- tui.Run(context.Background(), m, tui.Terminal{In: keys, Out: io.Discard, Width: 80, Height: 24, Environ: []string{"TERM=xterm"}})
	}()
	typed.Write([]byte("P"))
	<-asked
	typed.Write([]byte("q"))
	if err := <-over; err != nil {
		t.Error(err)
	}
	if why := <-because; !errors.Is(why, context.Canceled) {
		t.Errorf("it ended because of %v, not because the program did", why)
	}
}
