package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// terminal is a real pseudo-terminal, with an emulator behind it that shows what was
// written and answers what is asked.
type terminal struct {
	t      *testing.T
	master *os.File
	slave  *os.File
	modes  *unix.Termios // as they were at the start

	mu  sync.Mutex // guards all below
	em  *vt.Emulator
	raw bytes.Buffer
}

func newTerminal(t *testing.T, w, h int) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there is no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	c := &terminal{t: t, master: master, slave: slave, em: vt.NewEmulator(w, h)}
	c.resize(w, h)
	c.modes = c.getModes()
	go c.read()
	go c.answer()
	return c
}

// read takes what is written, to the end.
func (c *terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := c.master.Read(buf)
		if err != nil {
			return
		}
		c.mu.Lock()
		c.raw.Write(buf[:n])
		c.em.Write(buf[:n])
		c.mu.Unlock()
	}
}

// answer gives the program what the emulator answers.
func (c *terminal) answer() { io.Copy(c.master, c.em) }

// resize changes the size of the terminal, which the program is told by a signal.
func (c *terminal) resize(w, h int) {
	c.mu.Lock()
	c.em.Resize(w, h)
	c.mu.Unlock()
	if err := unix.IoctlSetWinsize(int(c.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(h), Col: uint16(w)}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *terminal) getModes() *unix.Termios {
	modes, err := unix.IoctlGetTermios(int(c.slave.Fd()), unix.TCGETS)
	if err != nil {
		c.t.Fatal(err)
	}
	return modes
}

// start runs a program on the terminal, as a shell would but in a session of its own.
func (c *terminal) start(dir string, environ []string, name string, args ...string) *ptyProgram {
	c.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(plainEnviron(), environ...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.slave, c.slave, c.slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	p := &ptyProgram{terminal: c, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	c.t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.done
	})
	return p
}

// plainEnviron is the environment without what changes how the UI is drawn.
func plainEnviron() []string {
	var all []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "CI", "NO_COLOR", "TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "SSH_TTY", "CLICOLOR", "CLICOLOR_FORCE", "GORACE":
		default:
			all = append(all, v)
		}
	}
	return append(all, "TERM=xterm-256color", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0")
}

// typedUntilEnd types keys again and again until the program has ended: a signal that comes
// before the one before it was taken is lost, which a user mends in the same way.
func (p *ptyProgram) typedUntilEnd(keys string, every time.Duration) {
	p.t.Helper()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for range 10 {
		p.typed(keys)
		select {
		case <-p.done:
			return
		case <-ticker.C:
		}
	}
}

// ptyProgram is a program on a terminal.
type ptyProgram struct {
	*terminal
	cmd  *exec.Cmd
	done chan struct{}
	err  error // what it ended with; read it when done is closed
}

// typed sends keys.
func (c *terminal) typed(keys string) {
	if _, err := c.master.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

// text is what stands on the screen.
func (c *terminal) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.em.String()
}

// written is everything that was written.
func (c *terminal) written() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw.String()
}

// alternate reports whether the alternate screen is shown.
func (c *terminal) alternate() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.em.IsAltScreen()
}

// ptyTime is how long a test waits for something to be shown.
const ptyTime = 30 * time.Second

// until waits until something is so.
func (c *terminal) until(what string, so func() bool) {
	c.t.Helper()
	deadline := time.Now().Add(ptyTime)
	for !so() {
		if time.Now().After(deadline) {
			c.t.Fatalf("%s: not within %v; the screen is\n%s", what, ptyTime, c.text())
		}
		time.Sleep(5 * time.Millisecond) // why: nobody tells when a screen has changed
	}
}

// shows waits until a text stands on the screen.
func (c *terminal) shows(text string) {
	c.t.Helper()
	c.until("shows "+strconv.Quote(text), func() bool { return strings.Contains(c.text(), text) })
}

// drained is a sequence that no program writes and no terminal shows.
const drained = "\x1b]7777;drained\x07"

// drain returns when everything has been read that was written until now: a program can
// have ended, and its last words still be in the terminal.
func (c *terminal) drain() {
	c.t.Helper()
	if _, err := c.slave.WriteString(drained); err != nil {
		c.t.Fatal(err)
	}
	c.until("all of it is read", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		before, after, found := bytes.Cut(c.raw.Bytes(), []byte(drained))
		if found {
			c.raw = *bytes.NewBuffer(slices.Concat(before, after))
		}
		return found
	})
}

// end waits for the program and all that it has written, and returns its exit status.
func (p *ptyProgram) end() int {
	p.t.Helper()
	p.until("ends", func() bool {
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	})
	p.drain()
	if exit, ok := errors.AsType[*exec.ExitError](p.err); ok {
		return exit.ExitCode()
	}
	if p.err != nil {
		p.t.Fatal(p.err)
	}
	return 0
}

// checkGivenBack checks that the terminal is as it was: the modes of its line, the normal
// screen, a cursor, and none of the reports that the UI asks for.
func (c *terminal) checkGivenBack() {
	c.t.Helper()
	c.until("the normal screen is shown", func() bool { return !c.alternate() })
	c.until("the modes of the line are as they were", func() bool { return *c.getModes() == *c.modes })
	c.until("nothing is reported any more", func() bool { return c.leftOn() == "" })
}

// leftOn names a private mode that is not as it was at the start, "" for none.
func (c *terminal) leftOn() string {
	written := c.written()
	for _, mode := range []string{"1000", "1002", "1003", "1004", "1006", "1049", "2004", "2026"} {
		if strings.LastIndex(written, "\x1b[?"+mode+"h") > strings.LastIndex(written, "\x1b[?"+mode+"l") {
			return mode
		}
	}
	if strings.LastIndex(written, "\x1b[?25l") > strings.LastIndex(written, "\x1b[?25h") {
		return "25"
	}
	return ""
}
