package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// Launcher starts the environments of one function as child processes. It is
// safe for concurrent use.
type Launcher struct {
	config   Config
	program  program
	debugger Debugger // its address is empty if there is none
	warnings []string
	from     source
}

// New checks that a function can be started on this machine: its code, handler
// file and interpreter. It runs the interpreter once to learn its version (20 to
// 50 ms). Errors are of type *Error or *MissingError and have hints.
func New(config Config) (*Launcher, error) {
	return newLauncher(config, func(*Config) interpreter { return interpreter{} })
}

// newLauncher is New with an interpreter that may be known already.
func newLauncher(config Config, known func(*Config) interpreter) (*Launcher, error) {
	config.Env, config.Layers = slices.Clone(config.Env), slices.Clone(config.Layers)
	l := &Launcher{config: config}
	if err := l.config.resolve(); err != nil {
		return nil, err
	}
	var err error
	if l.program, l.warnings, err = find(&l.config, known(&l.config)); err != nil {
		return nil, err
	}
	l.warnings = append(l.warnings, l.config.layerWarnings()...)
	if err := l.underDebugger(); err != nil {
		return nil, err
	}
	return l, nil
}

// Warnings say what differs from the platform; they do not name the function.
func (l *Launcher) Warnings() []string { return l.warnings }

// Launch starts an environment; see function.Launcher. Every error is an
// *function.InitFailure.
func (l *Launcher) Launch(ctx context.Context, spec function.Spec) (function.Instance, error) {
	if ctx.Err() != nil || !l.config.Debug.lease(ctx) {
		return nil, neverReady(ctx, 0)
	}
	begun := time.Now()
	for {
		dir, left := l.from.now()
		if l.config.Debug != nil {
			left = nil // one lease, one process
		}
		i, err := l.launch(ctx, spec, dir, left, begun)
		switch {
		case !isClosed(left):
			return i, err
		case err == nil:
			i.Stop()
		}
		if ctx.Err() != nil {
			return nil, neverReady(ctx, time.Since(begun))
		}
	}
}

// launch starts an environment from a folder and returns when it is ready, or anything
// if left is closed first. Nothing is left if it fails.
func (l *Launcher) launch(ctx context.Context, spec function.Spec, dir string, left <-chan struct{}, begun time.Time) (function.Instance, error) {
	config, program := l.runsFrom(dir)
	e := newEnvironment(config, spec)
	if err := e.start(program); err != nil {
		config.Debug.release()
		return nil, err
	}
	if d, ok := l.Debugger(); ok {
		go e.attendDebugger(d)
	}
	return e.ready(ctx, left, begun)
}

// ready returns the environment when its init is done, which was begun then, or it is
// not wanted any more. Nothing is left if it fails.
func (e *environment) ready(ctx context.Context, left <-chan struct{}, begun time.Time) (function.Instance, error) {
	select {
	case <-e.initDone:
	case <-e.done:
	case <-left:
		return e, nil
	case <-ctx.Done():
		e.Stop()
		return nil, neverReady(ctx, time.Since(begun))
	}
	if err := e.initOutcome(); err != nil {
		return nil, err
	}
	return e, nil
}

// start starts server and process. Nothing is left if it fails.
func (e *environment) start(p program) error {
	dir, err := e.openFolder(p.bootstrap)
	if err != nil {
		return sandboxFailure("make temporary folder", err)
	}
	e.dir = dir
	e.setPaths()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		e.removeFolder()
		return sandboxFailure("serve the Runtime API", err)
	}
	go e.server.Serve(listener) // returns when e.server is closed

	args, wd := e.arguments(p)
	// The first request may come before process.Start returns; it waits for mu.
	e.mu.Lock()
	e.process, err = process.Start(process.Spec{
		Name: e.config.FunctionName, Path: p.path, Args: args, Dir: wd,
		Env: e.environ(listener.Addr().String()), Output: e.print, Label: e.spec.Kafka,
	})
	if err == nil {
		e.startSampling()
	}
	e.mu.Unlock()
	if err != nil {
		e.server.Close()
		e.removeFolder()
		return &function.InitFailure{
			Type:    typeInvalidEntrypoint,
			Message: fmt.Sprintf(textExited, initID(e.spec), systemError(err)),
			Hint:    startHint(err),
		}
	}
	go e.watch()
	return nil
}

// startHint says what can be done about a program that the system does not start.
func startHint(err error) string {
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return "Coldbrook has as many files open as it may: raise the limit (ulimit -n)"
	}
	return "it must be a program for this machine, or a script that begins with #!"
}

// setPaths sets by what the paths of this machine are replaced in what it prints.
func (e *environment) setPaths() {
	switch {
	case e.config.CloudPaths:
		e.paths = cloudPaths(e.config.Code, e.dir)
	case e.config.shown != "":
		e.paths = codePaths(e.config.Code, e.config.shown)
	}
}

// arguments are those of its program, and the folder that it is started in.
func (e *environment) arguments(p program) (args []string, dir string) {
	args, dir = slices.Clone(p.args), e.config.Code
	if p.bootstrap != "" {
		args = append(args, filepath.Join(e.dir.runtime(), p.bootstrap))
	}
	if e.leave != nil {
		args, dir = append(args, argumentAhead), e.dir.runtime()
	}
	return args, dir
}

// sandboxFailure is the failure of an init that this machine had no means for.
func sandboxFailure(what string, err error) *function.InitFailure {
	return &function.InitFailure{Type: typeFailure, Message: fmt.Sprintf("%s: %v", what, err)}
}

// systemError takes off our own words: AWS shows the error of the system.
func systemError(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path
	}
	return err
}

// neverReady is the failure of an init that was given up.
func neverReady(ctx context.Context, took time.Duration) *function.InitFailure {
	if context.Cause(ctx) == function.ErrTimeout || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &function.InitFailure{
			Type:    typeTimedOut,
			Message: fmt.Sprintf("the runtime did not ask for its first invocation within %.2f seconds", took.Seconds()),
			Hint:    "what is outside the handler function runs during init; does it wait for something?",
		}
	}
	return &function.InitFailure{Type: typeUnknown, Message: "stopped before its init was done"}
}
