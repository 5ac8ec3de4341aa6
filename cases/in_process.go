package cases

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// Options is what RunInProcess is told.
type Options struct {
	Found
	// Result is the file that the Result is written to. What is built for the case goes
	// into its folder, too.
	Result string
	// Real runs the case by the clock even if it does not ask for that.
	Real bool
	// Update writes goldens that are missing or not what came out.
	Update bool
	// Timeout is how long the case may take in real time, also if it runs in virtual time,
	// until it is ended in order and failed.
	Timeout time.Duration
	// Rates is what a run of a configuration is billed by. Nil leaves cost out.
	Rates func(profile string, cfg *emulator.Config) *report.Rates
}

// hangs is how long virtual time may stand still, in real time, before a case is ended. A
// child that works, or is started, does not count.
const hangs = 20 * time.Second

// RunInProcess runs a case, writes its result, and ends the process. If the process ends and
// there is no result, or with a status other than 0 and a result that is OK, what it printed
// says why. The end of its input ends the case in order: that is how it is interrupted, on
// every system and also if who started it is gone. Signals that a terminal sends to both are
// left to the other.
func RunInProcess(o Options) {
	// Else package testing would take the flags of the command line for its own.
	_ = flag.CommandLine.Parse(nil) // of nothing, which has no mistakes
	p := &play{options: o, result: &Result{Name: o.Name, File: filepath.ToSlash(o.File), Outcome: Broken, Problems: []Problem{}}}
	signal.Ignore(os.Interrupt)
	go p.obey(os.Stdin)
	time.AfterFunc(o.Timeout, func() { p.late.Store(true) })
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: o.Name, F: p.test}}, nil, nil)
}

// play is one run of a case. Its goroutine is that of the test; interrupted and late are set
// by others.
type play struct {
	options     Options
	c           *config.Case
	cfg         emulator.Config
	result      *Result
	interrupted atomic.Bool
	late        atomic.Bool // the timeout has passed

	w    *emulatortest.World
	t    testing.TB
	seen *orderWatch // nil if order is not checked
	// unfinished says that the case ended before everything was handled: topics are not
	// compared, and goldens not written.
	unfinished bool
}

// obey waits for the end of the input: the process lives on until its handlers are stopped.
func (p *play) obey(input io.Reader) {
	_, _ = io.Copy(io.Discard, input) // however it ends
	p.interrupted.Store(true)
}

// test is the test that package testing runs.
func (p *play) test(t *testing.T) {
	started := time.Now()
	defer func() {
		p.result.Real = time.Since(started)
		if err := p.result.write(p.options.Result); err != nil {
			t.Error(err)
		}
	}()
	if err := p.prepare(); err != nil {
		p.result.breakOff(err)
		return
	}
	if !p.result.Virtual {
		p.run(t, emulatortest.Start(t, p.cfg))
		return
	}
	emulatortest.Run(t, p.cfg, func(t *testing.T, w *emulatortest.World) { p.run(t, w) }, p.runOptions()...)
}

// prepare reads the case and the configuration that it is run with.
func (p *play) prepare() error {
	var err error
	if p.c, err = config.LoadCase(p.options.File); err != nil {
		return err
	}
	p.result.Virtual = !p.options.Real && !p.c.Real
	project, err := projectOf(p.c)
	if err != nil {
		return err
	}
	if p.cfg, err = config.Load(project); err != nil {
		return err
	}
	for _, assignment := range p.c.Set {
		if p.cfg, err = config.Assign(p.cfg, assignment); err != nil {
			return fmt.Errorf("%s: set: %w", p.result.File, err)
		}
	}
	if err := p.c.Check(&p.cfg); err != nil { // with the processes that it is to run without
		return err
	}
	p.adapt()
	if err := p.cfg.Validate(); err != nil {
		return err // with paths of the configuration
	}
	return p.checkProcesses()
}

// adapt makes a configuration one of a test: nothing in it is the user's own, nothing comes
// from elsewhere.
func (p *play) adapt() {
	cfg := &p.cfg
	cfg.Kafka.Port, cfg.Kafka.DataDir, cfg.Invoke.Port = new(0), "", 0
	cfg.Reload.Watch = false
	// Cases run side by side, and one must not replace what another is about to start.
	cfg.Reload.Builds = filepath.Join(filepath.Dir(p.options.Result), "build")
	cfg.Journal.Records = p.checksOrder()
	if p.c.Profile != "" {
		cfg.Profile = p.c.Profile
	}
	if p.c.Seed != nil {
		cfg.Seed = p.c.Seed
	}
	var others []emulator.Process
	for _, process := range cfg.Processes {
		if !process.Source && !slices.Contains(p.c.Without, process.Name) { // those that only feed are what the fixture stands for
			others = append(others, process)
		}
	}
	cfg.Processes = others
}

func (p *play) checkProcesses() error {
	if len(p.cfg.Processes) == 0 || !p.result.Virtual {
		return nil
	}
	return &hinted{fmt.Errorf("process %q cannot run in virtual time", p.cfg.Processes[0].Name),
		fmt.Sprintf("without: [%s] in the case runs it without: its input stands for what that would produce; real: true, or --real, runs it by the clock; role: source in coldbrook.yaml says that a process only feeds, and all cases run without it", p.cfg.Processes[0].Name)}
}

// errInterrupted is the result of a case that was interrupted.
var errInterrupted = errors.New("interrupted")

// errEnded says that there is no broker any more: the run has ended by itself, and what the
// process prints says why.
var errEnded = errors.New("the run ended before anything went in")

// run plays the fixture and judges what comes of it.
func (p *play) run(t testing.TB, w *emulatortest.World) {
	p.t, p.w = t, w
	e := w.Emulator()
	p.result.Profile, p.result.Seed = e.ProfileName(), e.Seed()
	if why := skippedBecause(e); why != "" {
		p.result.Outcome = Skipped
		p.result.Problems = append(p.result.Problems, Problem{Message: why})
		return
	}
	if p.checksOrder() {
		p.seen = watchOrder(e, p.c.Expect.Order)
	}
	begin := w.Now()
	err := p.produce()
	if err == nil {
		err = p.await(begin)
	}
	p.result.World = w.Now() - begin
	if errors.Is(err, errEnded) {
		return // with a result that is Broken
	}
	if err != nil {
		p.result.breakOff(err)
		return
	}
	if len(p.result.Problems) == 0 {
		p.result.Outcome = OK
	}
	p.judge()
}

// skippedBecause says why functions are not run on this machine, "" if all are.
func skippedBecause(e *emulator.Emulator) string {
	for _, f := range e.Status().Functions {
		if f.Skipped != "" {
			return fmt.Sprintf("function %q: %s", f.Name, f.Skipped)
		}
	}
	return ""
}
