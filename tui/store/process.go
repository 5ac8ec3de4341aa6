package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Process is a process of the run, which produces or reads at the broker as it likes.
type Process struct {
	Name string
	// Source says that it only feeds.
	Source  bool
	Running bool
	PID     int
	// Starts and Exits count the run; Failed those exits after which it is started again.
	Starts, Exits, Failed uint64
	LastExits             Minute
	// ExitedAt is when it last ended, Reason how, Again how long it then took until it was
	// started again, in ns, 0 for never.
	ExitedAt int64
	Reason   string
	Again    int64
	// Outputs are the topics it produced to, Inputs those it read.
	Outputs, Inputs []*Output
}

// Restarts is how often it was started after the first time.
func (p *Process) Restarts() uint64 { return max(p.Starts, 1) - 1 }

func (p *Process) add(e *journal.Entry) {
	switch e.Kind {
	case journal.ProcessStarted:
		p.Running, p.PID = true, e.Measured.PID
		p.Starts++
	case journal.ProcessExited:
		p.Running, p.PID = false, 0
		p.Exits++
		p.ExitedAt, p.Reason, p.Again = e.At, e.Reason, e.Delay
		if e.Delay > 0 {
			p.Failed++
			p.LastExits.Add(e.At, 1)
		}
	case journal.RecordsFetched:
		p.Inputs = addTo(p.Inputs, e)
	}
}

func (p *Process) clone() *Process {
	c := *p
	c.Outputs, c.Inputs = cloned(p.Outputs, cloneOutput), cloned(p.Inputs, cloneOutput)
	return &c
}
