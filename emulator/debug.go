package emulator

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// debugger is the debugger of a function. Its port stays the same over all launches and
// revisions.
type debugger struct {
	lease     chan struct{} // holds one token while a process of the function lives
	port      int           // chosen before anything runs
	found     runtimeapi.Debugger
	code      string // the folder of the code, absolute
	listening int    // how often it was said to
}

func (c *Config) isDebugged(function string) bool { return slices.Contains(c.Debug, function) }

// debugging checks that there is a process of each function that is to be debugged.
func (v *validation) debugging() {
	for _, name := range v.config.Debug {
		i := slices.IndexFunc(v.config.Functions, func(f Function) bool { return f.Name == name })
		switch {
		case i < 0:
			names := make([]string, len(v.config.Functions))
			for j := range v.config.Functions {
				names[j] = v.config.Functions[j].Name
			}
			v.add("debug", name, fmt.Sprintf("there is no function %q", name), choice(name, names))
		case v.config.Functions[i].isInProcess():
			v.add("debug", name, fmt.Sprintf("function %q is no process of its own", name), "debug this process")
		}
	}
	if v.config.DebugWait && len(v.config.Debug) == 0 {
		v.add("debugWait", "true", "has no effect without a function to debug", "")
	}
}

// debuggedGrace is how long a rebalance waits for a batch that stands at a breakpoint.
const debuggedGrace = 24 * time.Hour

// grace is how long a revoked partition of a function may wait for its batch in flight.
func (e *Emulator) grace(f *Function) time.Duration {
	if e.cfg.isDebugged(f.Name) {
		return debuggedGrace
	}
	return releaseGrace
}

func (e *Emulator) launcherOf(f *Function) *launcher {
	for _, part := range slices.Backward(e.parts().functions) { // the last one, if it was removed and came again
		if part.config.Name == f.Name {
			return part.launcher
		}
	}
	panic("emulator: a function that is started has a launcher")
}

// debug has the processes of a function started under a debugger, if that was asked for,
// and takes off what a breakpoint would suffer from.
func (e *Emulator) debug(c *runtimeapi.Config, f *Function, note func(journal.Entry)) {
	if !e.cfg.isDebugged(f.Name) {
		return
	}
	l := e.launcherOf(f)
	c.Freeze, c.LimitMemory, c.MemoryPerCPU = false, false, 0
	c.Debug = &runtimeapi.Debug{
		Port: l.debugger.port, Lease: l.debugger.lease,
		Wait: e.cfg.DebugWait,
		Listening: func() {
			note(journal.Entry{Kind: journal.Note, Function: f.Name, Text: l.attachable(f.Name, e.cfg.DebugWait)})
		},
	}
}

// debugged keeps what a function is debugged with, or says that it is only not disturbed.
func (e *Emulator) debugged(r *runtimeapi.Launcher, f *Function, note func(journal.Entry)) {
	if !e.cfg.isDebugged(f.Name) {
		return
	}
	d, ok := r.Debugger()
	if !ok {
		note(journal.Entry{Kind: journal.Note, Function: f.Name, Text: "one environment, which is not " +
			"frozen, and no timer of it runs out; no debugger of this language is known: to start one is for the function's command"})
		return
	}
	code, err := filepath.Abs(e.path(f.Code))
	if err != nil {
		code = f.Code
	}
	l := e.launcherOf(f)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.debugger.found, l.debugger.code = d, code
}

// portsAfter is how many ports are looked at after the usual one.
const portsAfter = 100

// chooseDebugPorts gives each function that is debugged its port: the usual one of its
// language, or the next that nobody has. It stays that of the function.
func (e *Emulator) chooseDebugPorts() {
	taken := map[int]bool{}
	for _, part := range e.parts().functions {
		f := part.config
		if !e.cfg.isDebugged(f.Name) {
			continue
		}
		usual := runtimeapi.DebugPort(f.Runtime)
		port := usual
		for port < usual+portsAfter && (taken[port] || !isFree(port)) {
			port++
		}
		taken[port] = true
		part.launcher.debugger.port, part.launcher.debugger.lease = port, make(chan struct{}, 1)
	}
}

func isFree(port int) bool {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// debuggerAddress is where a function's debugger listens, "" if it has none.
func (l *launcher) debuggerAddress() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.debugger.found.Address
}

// attachable says that a debugger can be attached to, and at first how.
func (l *launcher) attachable(function string, waits bool) string {
	l.mu.Lock()
	d := l.debugger
	l.debugger.listening++
	l.mu.Unlock()
	text := "debugger at " + d.found.Address
	if waits {
		text += ", for which it waits"
	}
	if d.listening > 0 {
		return text + " again, and detached: attach again" + reattaches[d.found.Language]
	}
	var b strings.Builder
	b.WriteString(text + "; attach with, in launch.json of VS Code,\n")
	b.WriteString(attachConfiguration(function, &d))
	b.WriteString("\n" + otherEditors(&d))
	return b.String()
}

// reattaches says who need not.
var reattaches = map[string]string{runtimeapi.DebugNode: ` ("restart": true does it by itself)`}
