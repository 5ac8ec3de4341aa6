package emulator

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

func debuggable() Config {
	return Config{
		Profile: "aws-provisioned",
		Topics:  []Topic{{Name: "orders"}},
		Functions: []Function{
			{Name: "ship", Runtime: "nodejs24.x", Code: "ship", Handler: "index.handler", ReservedConcurrency: new(5),
				Events: []Event{{Topic: "orders", MaximumRecordAge: new(time.Minute)}}},
			{Name: "pack", Runtime: "nodejs24.x", Code: "pack", Handler: "index.handler"},
			{Name: "run", Command: []string{"true"}},
		},
	}
}

func TestResolveDebugged(t *testing.T) {
	c := debuggable()
	c.Debug = []string{"ship"}
	r, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	f, m := r.Functions[0], r.Mappings[0]
	if !f.Debugged || f.Timeout != platform.DebuggedTimeout || f.Reserved != -1 || f.Process || f.MemoryPerCPU != 0 || f.LifeMax != 0 || f.Async.MaxAge != 0 {
		t.Errorf("got %+v", f)
	}
	if m.MaxAge != 0 || m.PollersMin != m.PollersMax {
		t.Errorf("got %+v", m)
	}
	if f := r.Functions[1]; f.Debugged || f.Timeout != int64(3*time.Second) || !f.Process {
		t.Errorf("the other function: got %+v", f)
	}
}

func TestValidateDebug(t *testing.T) {
	c := debuggable()
	c.Debug = []string{"shp", "pack"}
	err := c.Validate()
	if err == nil || err.Error() != `debug: there is no function "shp"` {
		t.Errorf("got %v", err)
	}
	c.Debug, c.DebugWait = nil, true
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "debugWait") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsDebuggedInVirtualTime(t *testing.T) {
	c := debuggable()
	c.Debug = []string{"ship"}
	if _, err := StartIn(&world.World{Settle: func() {}}, c); err == nil || !strings.Contains(err.Error(), "no debugging in virtual time") {
		t.Errorf("got %v", err)
	}
}

// The usual port goes to the first that wants it, the next free ones to others.
func TestDebugPorts(t *testing.T) {
	c := debuggable()
	c.Debug = []string{"ship", "pack"}
	e := &Emulator{cfg: c}
	var p parts
	for i := range c.Functions {
		p.functions = append(p.functions, &functionPart{config: &c.Functions[i], launcher: &launcher{}})
	}
	e.published.Store(&p)
	e.chooseDebugPorts()
	port := func(i int) int { return p.functions[i].launcher.debugger.port }
	ship, pack, run := port(0), port(1), port(2)
	if ship < 9229 || pack <= ship || run != 0 {
		t.Errorf("got ports %d, %d, %d, want the first ones free from 9229 on, and none", ship, pack, run)
	}
	taken, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ship)))
	if err != nil {
		t.Skip(err) // another program took it just now
	}
	defer taken.Close()
	if e.chooseDebugPorts(); port(0) == ship {
		t.Errorf("got port %d, which is taken", ship)
	}
}

func TestGraceOfDebuggedFunctions(t *testing.T) {
	c := debuggable()
	c.Debug = []string{"ship"}
	e := &Emulator{cfg: c}
	if got, other := e.grace(&c.Functions[0]), e.grace(&c.Functions[1]); got != 24*time.Hour || other != releaseGrace {
		t.Errorf("got %v and %v", got, other)
	}
}

func TestAttachableSaysHowOnce(t *testing.T) {
	l := &launcher{}
	l.debugger.found, l.debugger.code = runtimeapi.Debugger{Language: runtimeapi.DebugPython, Address: "127.0.0.1:5678"}, `/home/o"m/pack`
	got := l.attachable("pack", true)
	for _, want := range []string{
		"debugger at 127.0.0.1:5678, for which it waits; attach with, in launch.json of VS Code,\n",
		`"type": "debugpy", "request": "attach", "connect": {"host": "127.0.0.1", "port": 5678}`,
		`"localRoot": "/home/o\"m/pack"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %q in it", got, want)
		}
	}
	if got := l.attachable("pack", false); got != "debugger at 127.0.0.1:5678 again, and detached: attach again" {
		t.Errorf("the second time: got %s", got)
	}
}
