package process

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Spec says what to run.
type Spec struct {
	// Name is for error messages. Default: Path or Shell.
	Name string
	// Path is the program; without a separator it is looked for in PATH. Args
	// are its arguments, without its name.
	Path string
	Args []string
	// Shell is a command for the system's shell (sh, cmd on Windows), instead
	// of Path and Args.
	Shell string
	// Dir is the working directory. Default: this program's.
	Dir string
	// Env is the whole environment, KEY=VALUE each; of equal keys the last
	// counts. Nil means this program's.
	Env []string
	// Output receives each line that is printed, without its end; stream is
	// "stdout" or "stderr". Lines over MaxLine come in pieces. It may block,
	// which holds up the program, and is called by two goroutines. Nil
	// discards the output.
	Output func(stream, line string)
	// Label is what LabelOf returns for connections of the family. "" is of none.
	Label string
}

// Process is a running program with its family. Its methods are safe for
// concurrent use.
type Process struct {
	cmd    *exec.Cmd
	group  group
	pipes  []*pipe
	done   chan struct{}
	label  string
	status string // written before done is closed

	mu    sync.Mutex // guards what is below, and signals to the group
	ended bool       // the leader was reaped: its group must not be signalled
	meter meter
}

// Start runs a program. It returns when the program is loaded; an error means
// that nothing was started.
func Start(spec Spec) (*Process, error) {
	p := &Process{done: make(chan struct{}), label: spec.Label}
	p.cmd = command(&spec)
	p.cmd.Dir = spec.Dir
	p.cmd.Env = spec.Env
	if p.cmd.Env == nil {
		p.cmd.Env = os.Environ()
	}
	if err := p.start(spec.Output); err != nil {
		return nil, fmt.Errorf("start %q: %w", cmp.Or(spec.Name, spec.Path, spec.Shell), err)
	}
	if p.label != "" {
		labelled.add(p)
	}
	go p.watch()
	return p, nil
}

func (p *Process) start(output func(stream, line string)) error {
	var writers []*os.File
	defer func() {
		for _, w := range writers {
			w.Close()
		}
	}()
	for _, stream := range []string{"stdout", "stderr"} {
		r, w, err := os.Pipe()
		if err != nil {
			p.closePipes()
			return err
		}
		writers = append(writers, w)
		p.pipes = append(p.pipes, newPipe(stream, r, output))
	}
	p.cmd.Stdout, p.cmd.Stderr = writers[0], writers[1]
	if err := p.group.start(p.cmd); err != nil {
		p.closePipes()
		return err
	}
	p.meter.open(&p.group)
	for _, pipe := range p.pipes {
		go pipe.read()
	}
	return nil
}

func (p *Process) closePipes() {
	for _, pipe := range p.pipes {
		pipe.file.Close()
	}
}

// watch ends the process when its leader has ended.
func (p *Process) watch() {
	p.group.wait()
	labelled.remove(p)
	p.mu.Lock()
	p.group.end()
	if err := p.cmd.Wait(); p.cmd.ProcessState != nil {
		p.status = p.cmd.ProcessState.String()
	} else {
		p.status = err.Error() // somebody else reaped it
	}
	p.ended = true
	p.meter.close()
	p.mu.Unlock()
	for _, pipe := range p.pipes {
		pipe.finish()
	}
	p.group.close()
	close(p.done)
}

// PID is the process id of the leader.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended: its whole family is gone and its
// output was handed on.
func (p *Process) Done() <-chan struct{} { return p.done }

// Status says how the leader ended, as "exit status 1" or "signal: killed". It
// may be called after Done is closed.
func (p *Process) Status() string { return p.status }

// Flush returns when all lines that were written before it was called were
// handed on. On Windows it does nothing.
func (p *Process) Flush() {
	for _, pipe := range p.pipes {
		pipe.flush()
	}
}

// Freeze stops the group from running until Thaw. Nothing happens if it ended,
// and on Windows.
func (p *Process) Freeze() { p.locked(p.group.freeze) }

// Thaw lets a frozen group run on.
func (p *Process) Thaw() { p.locked(p.group.thaw) }

// Kill ends the whole family at once. It does not wait: Done does.
func (p *Process) Kill() { p.locked(p.group.kill) }

// Stop asks the group to end (TERM, then CONT in case it is frozen; on Windows
// CTRL_BREAK), kills the family after grace, and returns when Done is closed.
// A grace of 0 kills at once.
func (p *Process) Stop(grace time.Duration) {
	if grace > 0 {
		p.locked(p.group.terminate)
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-p.done:
			return
		case <-timer.C:
		}
	}
	p.Kill()
	<-p.done
}

func (p *Process) locked(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		f()
	}
}
