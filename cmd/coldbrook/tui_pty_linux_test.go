package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// smallProject is a project of one function that answers at once, and of one topic more.
const smallProject = `kafka: {port: 0}
topics:
  in: {partitions: 1}
  out: {partitions: 1}
functions:
  echo:
    runtime: provided.al2023
    code: .
    command: [handler]
    timeout: 60s
    coldStart: off
    output: out
    env: {RELEASE: release}
    events: [{kafka: {topic: in, batchWindow: 0s}}]
`

// project is a folder with smallProject in it.
func project(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "coldbrook.yaml"), []byte(smallProject), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// dev starts coldbrook dev in a terminal of 100x30, and waits for its UI.
func dev(t *testing.T, environ []string, args ...string) (*ptyProgram, string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts processes")
	}
	dir := project(t)
	return devIn(t, dir, environ, args...), dir
}

// devIn is dev in a project that is there.
func devIn(t *testing.T, dir string, environ []string, args ...string) *ptyProgram {
	t.Helper()
	p := newTerminal(t, 100, 30).start(dir, environ, "coldbrook", append([]string{"dev"}, args...)...)
	p.shows("1 Flow")
	if !p.alternate() {
		t.Errorf("the UI is drawn on the normal screen:\n%s", p.text())
	}
	return p
}

// A terminal gets the UI; q ends the run, and what it came to stands on the normal screen,
// with the command that runs it again.
func TestUIOpensOnATerminalAndLeaves(t *testing.T) {
	p, dir := dev(t, nil)
	p.shows("cbk small")
	p.shows("LIVE")
	produce := exec.Command("coldbrook", "produce", "in")
	produce.Dir, produce.Stdin = dir, strings.NewReader("hello\n")
	if out, err := produce.CombinedOutput(); err != nil {
		t.Errorf("produce: %v\n%s", err, out)
	}
	p.shows("out 1/s")
	p.typed("?")
	p.shows("help: Flow")
	p.typed("\x1b")
	p.until("the help is gone", func() bool { return !strings.Contains(p.text(), "help: Flow") })
	p.typed("q")
	if status := p.end(); status != 0 {
		t.Errorf("ended with status %d:\n%s", status, p.text())
	}
	p.checkGivenBack()
	p.shows("again: coldbrook dev --seed ")
	p.shows("1 handled: 1 succeeded")
}

// What is no terminal, and what does not want the UI, gets lines.
func TestUIStaysAwayWhereItIsNotWanted(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	for _, c := range []struct {
		name    string
		environ []string
		command string
	}{
		{"no-tui", nil, "coldbrook dev --no-tui --for 100ms"},
		{"pipe", nil, "coldbrook dev --for 100ms | cat"},
		{"input", nil, "coldbrook dev --for 100ms </dev/null"},
		{"CI", []string{"CI=true"}, "coldbrook dev --for 100ms"},
		{"dumb", []string{"TERM=dumb"}, "coldbrook dev --for 100ms"},
		{"run", nil, "coldbrook run --for 100ms"},
		{"json", nil, "coldbrook dev --format json --for 100ms"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newTerminal(t, 100, 60).start(project(t), c.environ, "sh", "-c", c.command)
			if status := p.end(); status != 0 {
				t.Errorf("ended with status %d", status)
			}
			p.shows("100ms are over")
			if text := p.written(); strings.Contains(text, "\x1b[?1049h") || strings.Contains(text, "\x1b[?25l") {
				t.Errorf("the UI was drawn:\n%q", text)
			}
			p.checkGivenBack()
		})
	}
}

// A finished run is shown in the same screens, and needs a terminal for that.
func TestUIShowsAJournal(t *testing.T) {
	file, err := filepath.Abs("../../tui/testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	p := newTerminal(t, 120, 36).start(t.TempDir(), nil, "coldbrook", "journal", file, "--tui")
	p.shows("cbk shop")
	p.shows("FINISHED")
	p.typed("@")
	p.shows("time (")
	p.typed("9\r")
	p.shows("00:09.000")
	p.typed("5")
	p.shows("[5 Logs")
	p.typed("q")
	if status := p.end(); status != 0 {
		t.Errorf("ended with status %d:\n%s", status, p.text())
	}
	p.checkGivenBack()
	out, err := exec.Command("coldbrook", "journal", file, "--tui").CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 || !strings.Contains(string(out), "--tui needs a terminal") {
		t.Errorf("without a terminal: %v\n%s", err, out)
	}
}

// Whatever ends the run gives the terminal back.
func TestUIGivesTheTerminalBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		end    func(t *testing.T, p *ptyProgram, dir string)
		status int
		says   string
	}{
		{"TERM", func(t *testing.T, p *ptyProgram, _ string) { p.signal(syscall.SIGTERM) }, 0, "again: coldbrook dev"},
		{"INT", func(t *testing.T, p *ptyProgram, _ string) { p.signal(syscall.SIGINT) }, 0, "again: coldbrook dev"},
		{"HUP", func(t *testing.T, p *ptyProgram, _ string) { p.signal(syscall.SIGHUP) }, 0, "again: coldbrook dev"},
		{"ctrl-c", func(t *testing.T, p *ptyProgram, _ string) { p.typed("\x03") }, 0, "again: coldbrook dev"},
		{"stop", func(t *testing.T, _ *ptyProgram, dir string) {
			cmd := exec.Command("coldbrook", "stop")
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("stop: %v\n%s", err, out)
			}
		}, 0, "again: coldbrook dev"},
		{"kill", func(t *testing.T, p *ptyProgram, _ string) { p.signal(syscall.SIGKILL) }, -1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, dir := dev(t, nil)
			c.end(t, p, dir)
			if status := p.end(); status != c.status {
				t.Errorf("ended with status %d, want %d:\n%s", status, c.status, p.text())
			}
			p.checkGivenBack()
			if c.says != "" {
				p.shows(c.says)
			}
		})
	}
}

func (p *ptyProgram) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// A defect of the UI gives the terminal back, says what happened, and fails; one in work
// that a screen has asked for is told, and everything goes on.
func TestUIPanics(t *testing.T) {
	dir := t.TempDir()
	p := newTerminal(t, 120, 60).start(dir, nil, "ui-panics")
	p.shows("cbk broken")
	p.typed("P")
	p.shows("pause: panic: the switch is broken, at tui_panic_test.go:")
	p.typed("2")
	p.shows("[2 Events")
	if err := os.WriteFile(filepath.Join(dir, "broken"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if status := p.end(); status != 1 {
		t.Errorf("ended with status %d", status)
	}
	p.checkGivenBack()
	for _, text := range []string{"this is a defect of Coldbrook", "hint: --no-tui prints lines instead"} {
		p.shows(text)
	}
	if !strings.Contains(p.written(), "the clock is broken") { // the stack has scrolled it away
		t.Errorf("it does not say what happened:\n%s", p.text())
	}
}

// Where there is no shell to go back to, ctrl+z leaves the UI as it is.
func TestUIWithoutAShellIsNotSuspended(t *testing.T) {
	p, _ := dev(t, nil)
	p.typed("\x1a")
	p.shows("there is no shell to go back to")
	if !p.alternate() {
		t.Error("the UI is gone")
	}
	p.typed("q")
	if status := p.end(); status != 0 {
		t.Errorf("ended with status %d", status)
	}
	p.checkGivenBack()
}

// coloursOf finds the sequences that set a colour.
var coloursOf = regexp.MustCompile(`\x1b\[[0-9;]*\b(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;[0-9;]*)?m`)

// NO_COLOR, --color and --ascii are obeyed on a real terminal.
func TestUIColours(t *testing.T) {
	for _, c := range []struct {
		name    string
		environ []string
		args    []string
		want    string // what a sequence has; "" for no colour
	}{
		{"colour", nil, nil, "38;5;"},
		{"NO_COLOR", []string{"NO_COLOR=1"}, nil, ""},
		{"never", nil, []string{"--color", "never"}, ""},
		{"true", nil, []string{"--color", "true"}, "38;2;"},
		{"16", nil, []string{"--color", "16"}, "[94"},
		{"ascii", nil, []string{"--ascii", "--color", "never"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := dev(t, c.environ, c.args...)
			p.shows("LIVE")
			for _, key := range "23456" {
				p.typed(string(key))
				p.shows("[" + string(key) + " ")
			}
			p.typed("q")
			text := p.untilGone()
			colours := coloursOf.FindAllString(text, -1)
			if c.want == "" && len(colours) > 0 {
				t.Errorf("there are colours: %q", colours)
			}
			if c.want != "" && !strings.Contains(strings.Join(colours, ""), c.want) {
				t.Errorf("no colour has %q: %q", c.want, colours)
			}
			if c.name == "ascii" {
				for _, r := range text {
					if r > 0x7e {
						t.Fatalf("there is a %q in %q", r, text)
					}
				}
			}
		})
	}
}

// untilGone waits for the end, and returns what was written until the normal screen came
// back.
func (p *ptyProgram) untilGone() string {
	p.t.Helper()
	p.end()
	p.checkGivenBack()
	text, _, _ := strings.Cut(p.written(), "\x1b[?1049l")
	return text
}

// The UI follows the size of its terminal, however small.
func TestUIResizes(t *testing.T) {
	p, _ := dev(t, nil)
	for _, size := range []struct {
		w, h int
		want string
	}{{120, 36, "filter: none"}, {60, 15, "1Flow"}, {30, 5, "LIVE"}, {1, 1, ""}, {80, 24, "1Flow"}} {
		p.resize(size.w, size.h)
		p.shows(size.want)
		p.until("fits", func() bool { return len(strings.Split(p.text(), "\n")) <= size.h })
	}
	p.typed("q")
	p.end()
	p.checkGivenBack()
}

// Ctrl-Z gives the terminal to the shell, fg takes it again.
func TestUISuspends(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no shell with job control")
	}
	if testing.Short() {
		t.Skip("it starts processes")
	}
	p := newTerminal(t, 100, 30).start(project(t), []string{"PS1=ready> "}, shell, "--norc", "--noprofile", "-i")
	p.shows("ready>")
	modes := *p.getModes()
	p.typed("coldbrook dev\r")
	p.shows("1 Flow")
	p.typed("\x1a")
	p.until("the shell has the terminal", func() bool { return !p.alternate() && *p.getModes() == modes })
	p.shows("Stopped")
	p.typed("echo $((6*7))\r")
	p.shows("42")
	p.typed("fg\r")
	p.until("the UI is back", p.alternate)
	p.shows("1 Flow")
	p.typed("2")
	p.shows("[2 Events")
	p.typed("q")
	p.shows("again: coldbrook dev")
	p.typed("exit\r")
	p.end()
	if left := p.leftOn(); left != "" && left != "2004" { // which is the shell's own
		t.Errorf("mode %s is left on", left)
	}
}
