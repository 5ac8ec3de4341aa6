package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Terminal is what the UI is drawn on.
type Terminal struct {
	In  io.Reader
	Out io.Writer
	// Profile is what colours it has; nil finds out.
	Profile *colorprofile.Profile
	// Environ is the environment, NAME=value; nil is that of this program.
	Environ []string
	// Width and Height are the size where Out is no terminal; 0 asks it.
	Width, Height int
}

// Run shows the UI until the user leaves it, ctx ends or a signal asks for the end of the
// program, and leaves the terminal as it was.
// Work that goes on then is cancelled: who closes a Driver need not wait for a broker that
// does not answer.
// It returns nil in these cases, and an error with a hint if the UI has a defect.
func Run(ctx context.Context, m *Model, t Terminal) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	m.work = work
	if err := runProgram(ctx, NewProgram(m, t)); errors.Is(err, tea.ErrProgramPanic) {
		return panicked{}
	} else if ctx.Err() == nil {
		return err
	}
	return nil
}

// runProgram runs p until it ends, ctx does, or a signal comes. Both are told as the user's
// wish to leave: one that is killed, as Bubble Tea does with a context and with SIGINT,
// closes its input while that is still read.
//
// Goroutines: one waits for ctx and for signals, until p has ended.
func runProgram(ctx context.Context, p *tea.Program) error {
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // nohup's HUP
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
		case <-signals:
		case <-ended:
			return
		}
		p.Quit()
	}()
	_, err := p.Run()
	return err
}

// panicked is the end of a UI that has a defect. The stack was printed to stderr by then.
type panicked struct{}

func (panicked) Error() string {
	return "terminal UI: panic, printed above: this is a defect of Coldbrook"
}

// Hint says what to do without it.
func (panicked) Hint() string {
	return "--no-tui prints lines instead; please report what stands above"
}

// NewProgram returns the program that Run runs, around a Model or what wraps one.
func NewProgram(m tea.Model, t Terminal) *tea.Program {
	options := []tea.ProgramOption{tea.WithoutSignalHandler(), tea.WithInput(t.In), tea.WithOutput(t.Out), tea.WithFPS(30), tea.WithFilter(coalesce())}
	if t.Profile != nil {
		options = append(options, tea.WithColorProfile(*t.Profile))
	}
	if t.Environ != nil {
		options = append(options, tea.WithEnvironment(t.Environ))
	}
	if t.Width > 0 && t.Height > 0 {
		options = append(options, tea.WithWindowSize(t.Width, t.Height))
	}
	return tea.NewProgram(m, options...)
}

// coalesce drops turns of the wheel that come within 16 ms of the one before: a trackpad
// would else delay keys.
func coalesce() func(tea.Model, tea.Msg) tea.Msg {
	var last wheelTime
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		if _, ok := msg.(tea.MouseWheelMsg); ok && last.tooSoon() {
			return nil
		}
		return msg
	}
}
