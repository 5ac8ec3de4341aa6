package runtimeapi

import (
	"errors"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// debugged makes a launch of it wait for a debugger on a free port.
func debugged(t *testing.T, c Config) (Config, chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listening := make(chan struct{}, 10)
	c.Freeze = false
	c.Debug = &Debug{Port: listener.Addr().(*net.TCPAddr).Port, Lease: make(chan struct{}, 1),
		Listening: func() { listening <- struct{}{} }}
	listener.Close()
	return c, listening
}

// Each of them is skipped where its debugger is not installed.
func TestDebuggedEnvironmentsListenAndEndAsOthersDo(t *testing.T) {
	for language, config := range map[string]func(t *testing.T) Config{
		DebugNode:   func(t *testing.T) Config { return nodeConfig(t, "index.handler") },
		DebugPython: func(t *testing.T) Config { needDebugpy(t); return pythonConfig(t, "app.handler") },
		DebugGo:     func(t *testing.T) Config { need(t, "dlv"); return goConfig(t) },
	} {
		t.Run(language, func(t *testing.T) {
			c, listening := debugged(t, config(t))
			for range 2 { // the second one gets the port when the first one is gone
				e := launch(t, c)
				if d, ok := launcher(t, c).Debugger(); !ok || d.Language != language {
					t.Fatalf("got %+v, %v, want a debugger of %s", d, ok, language)
				}
				select {
				case <-listening:
				case <-time.After(patience):
					t.Fatalf("no debugger listens:\n%s", e.transcript)
				}
				e.succeeds(`{"do": "echo", "name": "x"}`)
				r := e.invoke(`{"do": "exit", "bytes": 4}`)
				if r.Outcome != journal.Exited || !strings.Contains(r.ErrorMessage, "exit status 4") {
					t.Errorf("got %v, %s, want it to have exited with status 4", r.Outcome, r.ErrorMessage)
				}
				e.closes()
			}
		})
	}
}

func needDebugpy(t *testing.T) {
	t.Helper()
	if exec.Command("python3", "-c", "import debugpy").Run() != nil {
		t.Skip("debugpy is not installed")
	}
}

// A process that is not gone has the port: nothing is launched beside it.
func TestDebuggedEnvironmentsAreOneAtATime(t *testing.T) {
	config, _ := debugged(t, nodeConfig(t, "index.handler"))
	first := launch(t, config)
	second := make(chan *launched)
	go func() { second <- launch(t, config) }()
	first.succeeds(`{}`)
	select {
	case <-second:
		t.Fatal("a second process was started beside the first one")
	case <-time.After(100 * time.Millisecond):
	}
	first.Stop()
	select {
	case e := <-second:
		e.succeeds(`{}`)
	case <-time.After(patience):
		t.Fatal("the second process was not started when the first one was gone")
	}
}

func TestWhatIsMissingForADebuggerIsSaid(t *testing.T) {
	config := goConfig(t)
	t.Setenv("PATH", t.TempDir())
	config.Debug = &Debug{Port: 2345}
	_, err := New(config)
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Error() != "dlv, the debugger of Go, is not in PATH" || e.Hint() != "go install github.com/go-delve/delve/cmd/dlv@latest" {
		t.Errorf("got %v", err)
	}
}

func TestDebuggersOfOtherProgramsAreTheirOwn(t *testing.T) {
	config := shellConfig(t)
	config.Debug = &Debug{Port: 2345}
	if d, ok := launcher(t, config).Debugger(); ok {
		t.Errorf("got %+v for a shell script", d)
	}
	config = nodeConfig(t, "index.handler")
	config.Command, config.Debug = []string{"node", "x.js"}, &Debug{Port: 9229}
	if d, ok := launcher(t, config).Debugger(); ok {
		t.Errorf("got %+v for a command of the user's own", d)
	}
}
