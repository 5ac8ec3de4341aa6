package emulator

import (
	"context"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Status is a run at one moment, as "coldbrook status" shows it.
type Status struct {
	Profile   string           `json:"profile"`
	Seed      uint64           `json:"seed"`
	Uptime    time.Duration    `json:"uptimeNs"`
	Kafka     string           `json:"kafka"`
	Functions []FunctionStatus `json:"functions"`
	Mappings  []MappingStatus  `json:"mappings"`
	Processes []ProcessStatus  `json:"processes"`
}

// FunctionStatus is a function: its environments by state, and what it did.
type FunctionStatus struct {
	Name string `json:"name"`
	// Skipped says why the function is not run; "" = it is.
	Skipped  string `json:"skipped,omitempty"`
	Starting int    `json:"starting"`
	Idle     int    `json:"idle"`
	Busy     int    `json:"busy"`
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

// Outstanding is the records of a partition that are in no terminal state.
type Outstanding struct {
	Mapping   string `json:"mapping"`
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	// First is the first of their offsets, Records how many there are.
	First   int64 `json:"first"`
	Records int64 `json:"records"`
}

// String returns it in words.
func (o Outstanding) String() string {
	return fmt.Sprintf("%s: %d of %s/%d, from offset %d on", o.Mapping, o.Records, o.Topic, o.Partition, o.First)
}

// Outstanding returns what no mapping has brought to a terminal state: what is
// above the committed offsets. Mappings of skipped functions are left out.
func (e *Emulator) Outstanding() []Outstanding {
	var out []Outstanding
	ends := map[string][]int64{}
	starts := map[string][]int64{}
	for _, t := range e.broker.Topics() {
		for _, p := range t.Partitions {
			ends[t.Name] = append(ends[t.Name], p.End)
			starts[t.Name] = append(starts[t.Name], p.Start)
		}
	}
	for i := range e.resolved.Mappings {
		m := &e.resolved.Mappings[i]
		if e.skipped(m.Function) != "" {
			continue
		}
		committed := e.broker.Committed(m.Name, m.Topic)
		for p, end := range ends[m.Topic] {
			first := starts[m.Topic][p]
			if at, ok := committed[int32(p)]; ok {
				first = max(first, at)
			}
			if first < end {
				out = append(out, Outstanding{Mapping: m.Name, Topic: m.Topic, Partition: int32(p), First: first, Records: end - first})
			}
		}
	}
	return out
}

// Status returns the state of the run.
func (e *Emulator) Status() Status {
	s := Status{
		Profile: e.ProfileName(), Seed: e.Seed(), Kafka: e.KafkaAddr(),
		Uptime: time.Duration(e.conductor.now()).Truncate(time.Millisecond),
	}
	counts := e.log.Counts()
	lag := map[string]int64{}
	for _, o := range e.Outstanding() {
		lag[o.Mapping] += o.Records
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.Functions = make([]FunctionStatus, len(e.cfg.Functions))
	for i := range e.cfg.Functions {
		name := e.cfg.Functions[i].Name
		s.Functions[i] = FunctionStatus{Name: name, Skipped: e.skipped(platform.FunctionID(i)), FunctionCounts: counts.Functions[name]}
	}
	functions := make([]FunctionStatus, len(s.Functions))
	copy(functions, s.Functions)
	// When the conductor does not answer, because the run has ended or a reader
	// of the journal holds it, the environments are left at 0.
	if e.conductor.do(ctx, func() { e.countEnvironments(functions) }) == nil {
		s.Functions = functions
	}
	for i := range e.resolved.Mappings {
		m := &e.resolved.Mappings[i]
		s.Mappings = append(s.Mappings, MappingStatus{
			Group: m.Name, Topic: m.Topic, Function: e.cfg.Functions[m.Function].Name, Lag: lag[m.Name], Ended: counts.Ended[m.Name],
		})
	}
	for _, p := range e.processes {
		s.Processes = append(s.Processes, p.status())
	}
	return s
}

func (e *Emulator) countEnvironments(into []FunctionStatus) {
	for i := range into {
		f := &into[i]
		f.Starting, f.Idle, f.Busy = e.conductor.machine.Environments(platform.FunctionID(i))
	}
}

func (s *supervised) status() ProcessStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ProcessStatus{Name: s.cfg.Name, PID: s.pid, Starts: s.starts}
}

// drainPoll is how often Drain looks.
const drainPoll = 50 * time.Millisecond

// Drain ends the processes that only feed, then waits until the run is idle:
// every record of every mapping is in a terminal state, no invocation is open,
// and nothing was produced for the time idle. It returns the cause of ctx if
// that ends first.
func (e *Emulator) Drain(ctx context.Context, idle time.Duration) error {
	e.stopProcesses(func(p *Process) bool { return p.Source })
	ticker := time.NewTicker(drainPoll)
	defer ticker.Stop()
	var produced uint64
	quietSince := time.Now()
	for {
		total := uint64(0)
		for _, n := range e.log.Counts().Produced {
			total += n
		}
		if total != produced || e.busy(ctx) {
			produced, quietSince = total, time.Now()
		}
		if time.Since(quietSince) >= idle {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (e *Emulator) busy(ctx context.Context) bool {
	open := 0
	if err := e.conductor.do(ctx, func() { open = e.conductor.machine.InFlight() }); err != nil {
		return true
	}
	return open > 0 || len(e.Outstanding()) > 0
}
