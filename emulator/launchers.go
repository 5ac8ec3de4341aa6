package emulator

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/reload"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// launcher is how the environments of a function are started with its first revision.
// skipped says why there is none: the language is not installed here.
type launcher struct {
	function.Launcher
	prepared chan struct{} // closed when it is known whether there is one
	once     sync.Once     // closes prepared

	toldStorage atomic.Bool // that its temporary files are too large

	mu       sync.Mutex // guards all below
	skipped  string
	isServed bool // a revision serves: its event sources may run
	debugger debugger
}

// skipped says why a function is not run, "" if it is.
func (e *Emulator) skipped(f platform.FunctionID) string {
	l := e.launcher(f)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.skipped
}

// known lets those go on who wait until it is known whether the function can be
// launched.
func (l *launcher) known() { l.once.Do(func() { close(l.prepared) }) }

// serves notes that a revision serves.
func (l *launcher) serves() {
	l.mu.Lock()
	l.skipped, l.isServed = "", true
	l.mu.Unlock()
	l.known()
}

func (l *launcher) isReady() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.isServed
}

func (l *launcher) skip(why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.skipped = why
}

// prepare makes the launcher of a function: it builds the code if it needs a
// build and checks what the runtime needs.
func (e *Emulator) prepare(ctx context.Context, of *functionPart) error {
	f := of.config
	l, err := e.newLauncher(ctx, f, 1)
	if isMissing(err) {
		of.launcher.skip(err.Error())
		e.conductor.note(journal.Entry{Kind: journal.Warning, Function: f.Name, Text: "skipped: " + err.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	of.launcher.Launcher = l
	of.template.Launcher = l
	return nil
}

// isMissing says that it is this machine that lacks something, not the project.
func isMissing(err error) bool {
	_, noGo := errors.AsType[*reload.MissingError](err)
	_, noLanguage := errors.AsType[*runtimeapi.MissingError](err)
	return noGo || noLanguage
}

// newLauncher builds the code of a revision of a function and makes its launcher.
func (e *Emulator) newLauncher(ctx context.Context, f *Function, revision int32) (function.Launcher, error) {
	if f.isInProcess() {
		return inProcessLauncher(f), nil
	}
	if !e.world.Virtual() {
		return e.newProcessLauncher(ctx, f, revision, e.conductor.note)
	}
	return e.newOutsideLauncher(f, revision)
}

// newOutsideLauncher makes a launcher whose processes run outside virtual time:
// nothing that is made in there, like a context or the conductor's queue, may be
// touched from out here.
func (e *Emulator) newOutsideLauncher(f *Function, revision int32) (function.Launcher, error) {
	var mu sync.Mutex
	var notes []journal.Entry
	var l function.Launcher
	var err error
	e.world.RunOutside(func() {
		l, err = e.newProcessLauncher(context.Background(), f, revision, func(n journal.Entry) {
			mu.Lock()
			defer mu.Unlock()
			notes = append(notes, n)
		})
	})
	for _, n := range notes {
		e.conductor.note(n)
	}
	if err != nil {
		return nil, err
	}
	return function.Outside{Launcher: l, Run: e.world.RunOutside, Timeout: cmp.Or(f.Timeout, e.cfg.functionProfile(f).Function.TimeoutDefault)}, nil
}

// newProcessLauncher builds the code of a revision of a function and makes the launcher
// of its processes.
func (e *Emulator) newProcessLauncher(ctx context.Context, f *Function, revision int32, note func(journal.Entry)) (function.Launcher, error) {
	env, err := e.environment(f)
	if err != nil {
		return nil, err
	}
	layers, err := e.layers(f)
	if err != nil {
		return nil, err
	}
	binary, err := e.build(ctx, f, revision, note)
	if err != nil {
		return nil, err
	}
	p := e.cfg.functionProfile(f).Function
	cfg := runtimeapi.Config{
		FunctionName: f.Name, Runtime: f.Runtime, Code: e.path(f.Code), Project: cmp.Or(e.cfg.Dir, "."), Handler: f.Handler, Command: f.Command,
		Binary: binary, Layers: layers, Env: env, Memory: f.Memory, LimitMemory: e.limitsMemory(), MemoryPerCPU: e.throttled(f), Timeout: f.Timeout, Architecture: f.Architecture, Region: region,
		Freeze: e.parts().config.freezes(), CloudPaths: e.world.Virtual(),
	}
	if cfg.Memory == 0 {
		cfg.Memory = p.MemoryDefault
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = p.TimeoutDefault
	}
	cfg.Pass = e.passed(f)
	e.debug(&cfg, f, note)
	l, err := e.startable(ctx, f, revision, cfg, note)
	if err != nil {
		return nil, err
	}
	e.debugged(l, f, note)
	for _, w := range l.Warnings() {
		if !e.reloader.isNews(f.Name, w) {
			continue
		}
		note(journal.Entry{Kind: journal.Warning, Function: f.Name, Text: w})
	}
	return l, nil
}

// environment is the user's variables for a function: the file first, then env.
func (e *Emulator) environment(f *Function) ([]string, error) {
	env := e.TrustEnviron()
	if f.EnvFile != "" {
		lines, err := e.readEnvFile(f)
		if err != nil {
			return nil, err
		}
		env = append(env, lines...)
	}
	for _, key := range slices.Sorted(maps.Keys(f.Env)) {
		value, err := e.valueFor(f, Path(Path("functions", f.Name), "env."+key), f.Env[key])
		if err != nil {
			return nil, err
		}
		env = append(env, key+"="+value)
	}
	return env, nil
}
