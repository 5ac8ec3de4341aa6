package process

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// AttachedSpec says what to run with streams of its own choice, untouched.
type AttachedSpec struct {
	// Path is the program; without a separator it is looked for in PATH. Args are its
	// arguments, without its name.
	Path string
	Args []string
	// Env is the whole environment, KEY=VALUE each; of equal keys the last counts. Nil
	// means this program's.
	Env []string
	// Stdin, Stdout and Stderr are its streams. An *os.File is handed over as it is:
	// nothing of it goes through this program. Nil is the null device.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Shared leaves it in the process group of this program: it may read from the
	// terminal, whose Ctrl-C reaches both. Else it has one of its own.
	Shared bool
}

// Attached is a running program whose output is not captured. Like a Process, it ends
// with its whole family. Its methods are safe for concurrent use.
type Attached struct {
	cmd   *exec.Cmd
	group group
	done  chan struct{}

	mu    sync.Mutex // guards ended, and signals to the group
	ended bool       // the leader is about to be reaped: its group must not be signalled
}

// StartAttached runs a program. It returns when the program is loaded; an error means
// that nothing was started, and wraps that of package os/exec: exec.ErrNotFound if there
// is no such program, fs.ErrPermission if it may not be run.
func StartAttached(spec AttachedSpec) (*Attached, error) {
	p := &Attached{cmd: command(&Spec{Path: spec.Path, Args: spec.Args}), done: make(chan struct{})}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = spec.Stdin, spec.Stdout, spec.Stderr
	if p.cmd.Env = spec.Env; p.cmd.Env == nil {
		p.cmd.Env = os.Environ()
	}
	p.group.shared = spec.Shared
	if err := p.group.start(p.cmd); err != nil {
		return nil, fmt.Errorf("start %q: %w", spec.Path, err)
	}
	go p.watch()
	return p, nil
}

// watch ends the process when its leader has ended.
func (p *Attached) watch() {
	p.group.wait()
	p.mu.Lock()
	p.group.end()
	p.ended = true
	p.mu.Unlock()
	p.cmd.Wait() // how it ended is in ProcessState
	p.group.close()
	close(p.done)
}

// PID is the process id of the leader.
func (p *Attached) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended and its whole family is gone.
func (p *Attached) Done() <-chan struct{} { return p.done }

// ExitCode is the exit status of the leader, as a shell has it: 128 and the number of the
// signal if that ended it. It may be called after Done is closed.
func (p *Attached) ExitCode() int {
	if p.cmd.ProcessState == nil { // somebody else reaped it
		return 255
	}
	return exitCode(p.cmd.ProcessState)
}

// Kill ends the whole family at once. It does not wait: Done does.
func (p *Attached) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.group.kill()
	}
}

// Signal sends a signal to its group, or to it alone if that is shared. On Windows, and
// after its end, it does nothing.
func (p *Attached) Signal(s os.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.group.pass(s)
	}
}
