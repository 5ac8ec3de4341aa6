package main

import (
	"strings"
	"testing"
	"time"
)

// A terminal's Ctrl-C reaches the command and exec, which does not send it once more; what
// is typed reaches the command, too.
func TestExecOnATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	const script = `trap 'echo interrupted' INT; echo begun; while :; do read -r line && echo "got $line" && exit 5; done`
	p := newTerminal(t, 80, 24).start(t.TempDir(), nil, "coldbrook", "exec", "--topics", "a", "--", "sh", "-c", script)
	p.shows("begun")
	p.typed("\x03")
	p.shows("interrupted")
	p.typed("bye\r")
	p.shows("got bye")
	if status := p.end(); status != 5 {
		t.Errorf("exit status %d, want that of the command, 5", status)
	}
	if n := strings.Count(p.written(), "interrupted"); n != 1 {
		t.Errorf("the command was interrupted %d times, want once:\n%s", n, p.text())
	}
}

func TestExecOnATerminalEndsAllAtTheSecondCtrlC(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	p := newTerminal(t, 80, 24).start(t.TempDir(), nil, "coldbrook", "exec", "--topics", "a", "--", "sh", "-c",
		`trap 'echo interrupted' INT; echo begun; while :; do read -r line; done`)
	p.shows("begun")
	p.typed("\x03")
	p.shows("interrupted")
	p.typedUntilEnd("\x03", 2*time.Second)
	if status := p.end(); status != 137 {
		t.Errorf("exit status %d, want 137 of a command that was killed", status)
	}
}
