package runtimeapi

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Debug has the processes of a function started under the debugger of its language. They
// should not be frozen then, throttled or limited.
type Debug struct {
	// Port is the port on 127.0.0.1 that the debugger listens on.
	Port int
	// Lease, of capacity 1, takes a token while a process lives: Launch waits until the one
	// before is gone, which has the port. Nil does not.
	Lease chan struct{}
	// Wait lets nothing of the handler run until a debugger is attached.
	Wait bool
	// Listening is called each time a process was started and its debugger can be
	// attached to. It may block.
	Listening func()
}

// Debugger is what the processes of a function are started under.
type Debugger struct {
	// Language is nodejs, python, or go.
	Language string
	// Address is where it listens, 127.0.0.1:PORT.
	Address string
}

// The languages that have a debugger here.
const (
	DebugNode   = "nodejs"
	DebugPython = "python"
	DebugGo     = "go"
)

// DebugPort is the port that debuggers of the language of a runtime usually listen on, and
// that editors expect.
func DebugPort(runtime string) int {
	switch {
	case nodeRuntime.MatchString(runtime):
		return 9229
	case pythonRuntime.MatchString(runtime):
		return 5678
	}
	return 2345 // of Delve; another language has none
}

// Debugger says what environments are started under; ok is false if there is nothing
// that we know: Config.Debug is not set, the command is the user's own, or its language
// is another one.
func (l *Launcher) Debugger() (d Debugger, ok bool) { return l.debugger, l.debugger.Address != "" }

// underDebugger has a program started under the debugger of its language.
func (l *Launcher) underDebugger() error {
	c := &l.config
	if c.Debug == nil || len(c.Command) > 0 {
		return nil
	}
	switch {
	case nodeRuntime.MatchString(c.Runtime):
		flag := "--inspect="
		if c.Debug.Wait {
			flag = "--inspect-wait="
		}
		l.listen(DebugNode)
		l.program.args = append([]string{flag + l.debugger.Address}, l.program.args...)
	case pythonRuntime.MatchString(c.Runtime):
		return l.underDebugpy()
	case isGo(l.program.path):
		return l.underDelve()
	}
	return nil
}

func (l *Launcher) listen(language string) {
	l.debugger = Debugger{Language: language, Address: net.JoinHostPort("127.0.0.1", strconv.Itoa(l.config.Debug.Port))}
}

func (l *Launcher) underDebugpy() error {
	c, python := &l.config, l.program.path
	ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
	defer cancel()
	ask := exec.CommandContext(ctx, python, "-c", "import debugpy")
	ask.Dir, ask.Env = c.Code, append(inherited(os.Environ()), c.Env...)
	if err := ask.Run(); err != nil {
		return mistake(python+" -m pip install debugpy", "debugpy, the debugger of Python, cannot be imported by %s", python)
	}
	l.listen(DebugPython)
	program := fmt.Sprintf(listenPython, c.Debug.Port, debugpyListens+l.debugger.Address)
	if c.Debug.Wait {
		program += "\ndebugpy.wait_for_client()"
	}
	// With frozen modules, as Python has them from 3.11 on, breakpoints are missed.
	l.program.args = append([]string{"-X", "frozen_modules=off", "-c", program + runPython}, l.program.args...)
	return nil
}

// debugpyListens is what listenPython says when it does. To find it out by connecting
// would use debugpy up: it takes one connection, and listens no more when that was closed.
const debugpyListens = "debugpy listening at "

// The Python program that listens, and then runs the one that is its first argument.
const (
	listenPython = `import os, runpy, sys, debugpy
debugpy.listen(("127.0.0.1", %d))
print(%q, file=sys.stderr, flush=True)`
	runPython = `
del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")`
)

func (l *Launcher) underDelve() error {
	delve, err := exec.LookPath("dlv")
	if err != nil {
		return mistake("go install github.com/go-delve/delve/cmd/dlv@latest", "dlv, the debugger of Go, is not in PATH")
	}
	l.listen(DebugGo)
	args := []string{"exec", "--headless", "--listen=" + l.debugger.Address, "--api-version=2", "--accept-multiclient", "--check-go-version=false"}
	if !l.config.Debug.Wait {
		args = append(args, "--continue")
	}
	l.program.args = slices.Concat(args, []string{l.program.path}, separated(l.program.args))
	l.program.path = delve
	return nil
}

// separated are the arguments of a program that dlv starts.
func separated(args []string) []string {
	if len(args) == 0 {
		return nil
	}
	return append([]string{"--"}, args...)
}

func isGo(path string) bool {
	_, err := buildinfo.ReadFile(path)
	return err == nil
}

// lease waits until the process before is gone. It returns false if ctx ends first.
func (d *Debug) lease(ctx context.Context) bool {
	if d == nil || d.Lease == nil {
		return true
	}
	select {
	case d.Lease <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (d *Debug) release() {
	if d != nil && d.Lease != nil {
		<-d.Lease
	}
}

// probeEvery is how often a debugger is asked whether it is there.
const probeEvery = 25 * time.Millisecond

// attendDebugger is a goroutine's: it waits until the debugger of a process can be
// attached to, says so, and stays with one that would outlive the program, until the
// process has ended.
func (e *environment) attendDebugger(d Debugger) {
	if d.Language == DebugPython {
		select {
		case <-e.debugpy:
			e.config.Debug.told()
		case <-e.process.Done():
		}
		return
	}
	connection := e.dialDebugger(d.Address)
	if connection == nil {
		return
	}
	defer connection.Close()
	e.config.Debug.told()
	if d.Language == DebugGo {
		e.attendDelve(connection)
	}
}

func (d *Debug) told() {
	if d.Listening != nil {
		d.Listening()
	}
}

// heard looks for what debugpy's program says.
func (e *environment) heard(line string) {
	if e.config.Debug != nil && strings.HasPrefix(line, debugpyListens) {
		select {
		case e.debugpy <- struct{}{}:
		default: // it was said by the handler
		}
	}
}

// dialDebugger connects to the debugger as soon as it listens. It returns nil if the
// process has ended before.
func (e *environment) dialDebugger(address string) net.Conn {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			return connection
		}
		if !e.pause(tick.C) {
			return nil
		}
	}
}

// pause returns false if the process has ended meanwhile.
func (e *environment) pause(tick <-chan time.Time) bool {
	select {
	case <-tick:
		return true
	case <-e.process.Done():
		return false
	}
}

// exitStatus cuts the status out of what dlv says of a program that has ended.
func exitStatus(said string) (status string, ended bool) {
	_, status, ended = strings.Cut(said, "has exited with status ")
	return "exit status " + status, ended
}
