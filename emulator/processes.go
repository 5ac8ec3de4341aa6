package emulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// processGrace is how long a process may take to end after a TERM.
const processGrace = 5 * time.Second

// supervised is a process of the configuration while it is kept running.
type supervised struct {
	cfg   *Process
	kafka *broker.Address
	// commands is where commands of Coldbrook that it runs are let in; nil where kafka does.
	commands *broker.Address
	ctx      context.Context
	cancel   context.CancelFunc
	done     chan struct{} // closed when nothing of it runs any more

	restarts chan chan<- process.Restarted // see process.SuperviseSpec

	mu      sync.Mutex // guards all below
	pid     int
	starts  int
	changed *change // what it is to be started again for; nil if it is not
}

// connectProcesses opens the Kafka address of every process.
func (e *Emulator) connectProcesses(into *parts) error {
	for i := range into.config.Processes {
		s, err := e.connectProcess(&into.config.Processes[i])
		if err != nil {
			return err
		}
		into.processes = append(into.processes, s)
	}
	return nil
}

func (e *Emulator) connectProcess(p *Process) (*supervised, error) {
	address, err := e.broker.Open(broker.Owner{Process: p.Name})
	if err != nil {
		return nil, fmt.Errorf("process %q: %w", p.Name, err)
	}
	s := &supervised{cfg: p, kafka: address, done: make(chan struct{}), restarts: make(chan chan<- process.Restarted)}
	if s.commands, err = e.openTrusted(broker.Owner{Process: p.Name}); err != nil {
		return nil, fmt.Errorf("process %q: %w", p.Name, errors.Join(err, address.Close()))
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// startProcesses starts every process; failed is told of one that cannot be
// started at all.
func (e *Emulator) startProcesses(failed func(error)) {
	for _, s := range e.parts().processes {
		e.startProcess(s, failed)
	}
}

func (e *Emulator) startProcess(s *supervised, failed func(error)) {
	e.work.Go(func() {
		defer close(s.done)
		defer s.close()
		if err := process.Supervise(s.ctx, e.superviseSpec(s, s.kafka.Addr())); err != nil {
			failed(fmt.Errorf("process %q: %w", s.cfg.Name, err))
		}
	})
}

func (e *Emulator) superviseSpec(s *supervised, kafka string) process.SuperviseSpec {
	name := s.cfg.Name
	return process.SuperviseSpec{
		Spec: process.Spec{
			Name: name, Shell: s.cfg.Command, Dir: e.dir(s.cfg.Dir), Env: e.processEnv(s, kafka),
			Label: kafka,
			Output: func(stream, line string) {
				e.conductor.note(journal.Entry{Kind: journal.Output, Process: name, Reason: stream, Text: line})
			},
		},
		Grace: processGrace, Restart: s.restarts,
		Started: func(pid int) {
			s.running(pid)
			e.conductor.note(journal.Entry{Kind: journal.ProcessStarted, Process: name, Measured: journal.Measured{PID: pid}})
		},
		Exited: func(status string, delay time.Duration) {
			s.running(0)
			e.conductor.note(journal.Entry{Kind: journal.ProcessExited, Process: name, Reason: status, Delay: int64(delay)})
		},
	}
}

// processEnv is this program's environment, the addresses, and the user's own
// variables.
func (e *Emulator) processEnv(s *supervised, kafka string) []string {
	p, env := s.cfg, append(os.Environ(), "KAFKA_BOOTSTRAP_SERVERS="+kafka)
	env = append(append(env, e.TrustEnviron()...), s.commandEnviron()...)
	if self, err := os.Executable(); err == nil {
		env = append(env, "COLDBROOK="+self)
	}
	known := e.references()
	known[referenceKafka] = kafka
	for _, key := range slices.Sorted(maps.Keys(p.Env)) {
		env = append(env, key+"="+expand(p.Env[key], known))
	}
	return env
}

func (s *supervised) running(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pid != 0 && s.pid == 0 {
		s.starts++
	}
	s.pid = pid
}

// stopProcesses ends the processes that match and returns when they are gone.
func (e *Emulator) stopProcesses(match func(*Process) bool) {
	processes := e.parts().processes
	for _, s := range processes {
		if match(s.cfg) {
			s.cancel()
		}
	}
	for _, s := range processes {
		if match(s.cfg) {
			<-s.done
		}
	}
}
