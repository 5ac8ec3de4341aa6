package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Status is a run at one moment, as "coldbrook status" shows it.
type Status struct {
	Profile   string           `json:"profile"`
	Seed      uint64           `json:"seed"`
	Uptime    time.Duration    `json:"uptimeNs"` // world time, which stands still while it is paused
	Kafka     string           `json:"kafka"`
	Invoke    string           `json:"invoke"` // host:port
	Functions []FunctionStatus `json:"functions"`
	Mappings  []MappingStatus  `json:"mappings"`
	Processes []ProcessStatus  `json:"processes"`
	// Paused is nil while the world goes on.
	Paused *Paused `json:"paused,omitempty"`
	// Unknown says that Starting, Idle, Busy, Allocated and Paused are not known, and why: the
	// run did not answer in time, because a reader of the journal holds it or the machine is
	// busy. Empty as a rule, and when the run has ended, whose environments are gone.
	Unknown string `json:"unknown,omitempty"`
	// Pending is what the configuration file says and needs a restart, a line each.
	Pending []string `json:"pending,omitempty"`
	// Mistakes is why the configuration file as it is does not count; what it said before
	// does. Empty if it counts.
	Mistakes string `json:"mistakes,omitempty"`
}

// FunctionStatus is a function: its environments by state, and what it did.
type FunctionStatus struct {
	Name string `json:"name"`
	// Skipped says why the function is not run; "" = it is.
	Skipped string `json:"skipped,omitempty"`
	// Debugger is where its debugger listens, host:port; "" if it has none.
	Debugger string `json:"debugger,omitempty"`
	// Debugged says that the end of the run does not wait for what it runs.
	Debugged bool `json:"debugged,omitempty"`
	Starting int  `json:"starting"`
	Idle     int  `json:"idle"`
	Busy     int  `json:"busy"`
	// Provisioned is the provisioned concurrency, and Allocated how much of it can
	// be used.
	Provisioned int `json:"provisioned,omitempty"`
	Allocated   int `json:"allocated,omitempty"`
	ReloadStatus
	journal.FunctionCounts
}

// MappingStatus is an event source mapping and what it has not handled.
type MappingStatus struct {
	Group    string        `json:"group"`
	Topic    string        `json:"topic"`
	Function string        `json:"function"`
	Lag      int64         `json:"lag"`
	Ended    journal.Ended `json:"ended"`
}

// ProcessStatus is a process; PID is 0 while it does not run.
type ProcessStatus struct {
	Name   string `json:"name"`
	PID    int    `json:"pid"`
	Starts int    `json:"starts"`
}

// Status returns the state of the run.
func (e *Emulator) Status() Status {
	s := Status{
		Profile: e.ProfileName(), Seed: e.Seed(), Kafka: e.KafkaAddr(), Invoke: e.InvokeAddr(),
		Uptime: time.Duration(e.conductor.now()).Truncate(time.Millisecond),
	}
	counts := e.log.Counts()
	lag := map[string]int64{}
	for _, o := range e.Outstanding() {
		lag[o.Mapping] += o.Records
	}
	p := e.parts()
	present := p.present()
	s.Mistakes = p.mistakes
	for _, r := range p.pending {
		s.Pending = append(s.Pending, r.String())
	}
	s.Functions = make([]FunctionStatus, len(present))
	for i, f := range present {
		name := f.config.Name
		s.Functions[i] = FunctionStatus{Name: name, Skipped: e.skipped(f.id), Debugger: f.launcher.debuggerAddress(), Debugged: e.cfg.isDebugged(name),
			Provisioned: f.config.ProvisionedConcurrency, FunctionCounts: counts.Functions[name], ReloadStatus: e.reloader.status(f.id)}
	}
	e.askConductor(&s, present)
	s.Mappings = p.mappingStatus(counts)
	for i := range s.Mappings {
		s.Mappings[i].Lag = lag[s.Mappings[i].Group]
	}
	s.Processes = []ProcessStatus{}
	for _, p := range p.processes {
		s.Processes = append(s.Processes, p.status())
	}
	return s
}

// statusWait is how long Status waits for the conductor.
const statusWait = 5 * time.Second

// askConductor adds to a status what only the conductor knows, or says that it did not answer.
func (e *Emulator) askConductor(s *Status, present []*functionPart) {
	asking, cancel := context.WithTimeout(context.Background(), statusWait)
	defer cancel()
	go func() {
		select {
		case <-e.ended: // it answers nobody
			cancel()
		case <-asking.Done():
		}
	}()
	functions := slices.Clone(s.Functions)
	var paused *Paused
	err := e.conductor.do(asking, func() { e.countEnvironments(present, functions); paused = e.conductor.paused() })
	switch {
	case err == nil:
		s.Functions, s.Paused = functions, paused
	case errors.Is(err, context.DeadlineExceeded):
		s.Unknown = fmt.Sprintf("environments, and whether the world is paused, are not known: the run did not answer within %v", statusWait)
	}
}

// mappingStatus is what is known of the mappings but for their lag.
func (p *parts) mappingStatus(counts journal.Counts) []MappingStatus {
	all := []MappingStatus{} // a list in JSON, also where there are none
	for _, m := range p.mappings {
		if !m.removed {
			all = append(all, MappingStatus{Group: m.mapping, Topic: m.topic, Function: m.function, Ended: counts.Ended[m.mapping]})
		}
	}
	return all
}

func (e *Emulator) countEnvironments(of []*functionPart, into []FunctionStatus) {
	for i := range into {
		f, id := &into[i], of[i].id
		f.Allocated = e.conductor.machine.ProvisionedEnvironments(id)
		f.Held = heldBatches(e.conductor.machine, id)
		f.Starting, f.Idle, f.Busy = e.conductor.machine.Environments(id)
	}
}

func (s *supervised) status() ProcessStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ProcessStatus{Name: s.cfg.Name, PID: s.pid, Starts: s.starts}
}
