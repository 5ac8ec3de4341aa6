package store

import (
	"maps"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Function is a function of the run.
type Function struct {
	Name, Output string
	// Limit is its reserved concurrency, -1 for none; Timeout how long an invocation may
	// take, in ns, 0 if that is not known. Removed says that it is in the configuration no
	// more.
	Limit   int
	Timeout int64
	Removed bool
	// Starting, Idle and Busy are environments now; Draining those of them that are of an
	// older revision.
	Starting, Idle, Busy, Draining int
	// Queue is how many batches and asynchronous events wait for an environment or for a
	// retry, Held how many wait for another revision.
	Queue, Held int
	// What happened in the whole run. Failures are invocations that did not succeed, the
	// Timeouts among them; DeadLettered and Dropped count records; NoRoom is how often this
	// machine had no room for another environment.
	Invocations, Failures, Timeouts, Throttles, Retries, ColdStarts, DeadLettered, Dropped, NoRoom uint64
	Rate, ThrottleRate, RetryRate, FailureRate, ColdRate                                           Rate // of records, throttles, ...
	LastCold, LastNoRoom                                                                           Minute
	Took                                                                                           Latency
	Billed                                                                                         uint64 // ms
	Revision                                                                                       int32  // that serves, from 1 on
	// Building says that a build runs; Broken is why a newer revision does not serve, ""
	// if none is broken, BrokenRevision which.
	Building       bool
	Broken         string
	BrokenRevision int32
	// Skipped is why it is not run at all, "" if it is: its language is not installed here,
	// or it came while the run went on and could not be built.
	Skipped string
	// ReloadedAt is when Revision began to serve, 0 for the first one; ReloadTook how long
	// that took, in ns, ReloadText which files were changed.
	ReloadedAt, ReloadTook int64
	ReloadText             string
	// Newest is the newest incident of each kind.
	Newest [incidentKinds]Incident

	outputs      []*Output
	environments map[uint32]environment
	failures     [recentFailures]recentFailure
}

// environment is an execution environment.
type environment struct {
	state    environmentState
	revision int32
	init     int64 // how long its init took, in ns
}

type environmentState uint8

const (
	environmentStarting environmentState = iota
	environmentIdle
	environmentBusy
)

func (d *Function) describe(of *journal.DescribedFunction) {
	d.Output, d.Limit, d.Timeout = of.Output, of.Reserved, of.Timeout
	if of.Output != "" {
		d.output(of.Output)
	}
}

func (d *Function) output(topic string) *Output {
	var o *Output
	o, d.outputs = outputTo(d.outputs, topic)
	return o
}

// Outputs are the topics it produces to: those of the description, and those seen.
func (d *Function) Outputs() []*Output { return d.outputs }

// invoked takes what invocations are and do.
func (f *Flow) invoked(e *journal.Entry) {
	d := f.function(e.Function)
	switch e.Kind {
	case journal.InvocationStarted:
		f.started(d, e)
	case journal.InvocationEnded:
		f.finished(d, e)
	case journal.Throttled:
		d.Throttles++
		d.ThrottleRate.Add(e.At, 1)
		d.newest(e, IncidentThrottle)
		f.Throttles++
		f.ThrottleRate.Add(e.At, 1)
	case journal.RetryScheduled:
		d.Retries++
		d.RetryRate.Add(e.At, 1)
		f.Retries++
	}
}

func (f *Flow) started(d *Function, e *journal.Entry) {
	f.Invocations++
	d.Invocations++
	init := d.move(e, environmentBusy).init
	if e.Reason == journal.Cold {
		f.ColdStarts++
		d.ColdStarts++
		d.ColdRate.Add(e.At, 1)
		d.LastCold.Add(e.At, 1)
		d.newest(e, IncidentCold)
		d.Newest[IncidentCold].Took = init
	}
}

func (f *Flow) finished(d *Function, e *journal.Entry) {
	d.Rate.Add(e.At, int64(e.Records))
	d.Took.Add(e.At, max(e.Measured.Took, e.Duration))
	d.Billed += uint64(e.Billed)
	if _, ok := d.environments[e.Environment]; ok { // else it is gone already
		d.move(e, environmentIdle)
	}
	if e.Outcome == journal.Succeeded {
		return
	}
	f.Failures++
	d.Failures++
	d.FailureRate.Add(e.At, 1)
	if e.Outcome == journal.TimedOut {
		f.Timeouts++
		d.Timeouts++
		d.newest(e, IncidentTimeout)
	} else if e.Outcome != journal.Abandoned {
		d.newest(e, IncidentFailure)
	}
}

// lived takes what becomes of an environment.
func (d *Function) lived(e *journal.Entry) {
	switch e.Kind {
	case journal.EnvironmentStarting:
		if e.Invocation == 0 {
			d.move(e, environmentStarting)
		} else { // its invocation began before, if that is not among what is missing
			d.move(e, environmentBusy)
		}
	case journal.EnvironmentReady:
		if e.Invocation != 0 {
			return // its init was part of an invocation
		}
		d.move(e, environmentIdle)
		of := d.environments[e.Environment]
		of.init = max(e.Delay, e.Measured.Took)
		d.environments[e.Environment] = of
	case journal.EnvironmentGone:
		if of, ok := d.environments[e.Environment]; ok {
			d.count(of, -1)
			delete(d.environments, e.Environment)
		}
	case journal.EnvironmentWaiting:
		d.NoRoom++
		d.LastNoRoom.Add(e.At, 1)
		d.newest(e, IncidentNoRoom)
	}
	if d.Skipped != "" {
		d.Skipped = ""
	}
}

// move gives an environment, which may be a new one, another state.
func (d *Function) move(e *journal.Entry, to environmentState) environment {
	if e.Environment == 0 {
		return environment{}
	}
	of, ok := d.environments[e.Environment]
	if ok {
		d.count(of, -1)
	} else {
		of.revision = max(e.Revision, 1)
	}
	of.state = to
	d.environments[e.Environment] = of
	d.count(of, 1)
	return of
}

func (d *Function) count(of environment, n int) {
	switch of.state {
	case environmentStarting:
		d.Starting += n
	case environmentIdle:
		d.Idle += n
	case environmentBusy:
		d.Busy += n
	}
	if of.revision < d.Revision {
		d.Draining += n
	}
}

// skipsBegin is how a Warning begins that says that a function is not run.
var skipsBegin = [...]string{"skipped: ", "not started: "}

// revised takes what becomes of the code of a function.
func (f *Flow) revised(e *journal.Entry) {
	if e.Process != "" {
		f.process(e.Process).add(e)
		return
	}
	if e.Function == "" {
		return
	}
	d := f.function(e.Function)
	switch e.Kind {
	case journal.Warning:
		for _, begin := range skipsBegin {
			if why, ok := strings.CutPrefix(e.Text, begin); ok {
				d.Skipped = why
			}
		}
	case journal.BuildStarted:
		d.Building = true
	case journal.BuildEnded:
		d.Building = false
		d.broke(e)
	case journal.Reloaded:
		d.reloaded(e)
	}
}

// broke notes why a revision does not serve, if that is what an entry says.
func (d *Function) broke(e *journal.Entry) {
	switch e.Outcome {
	case journal.Succeeded, journal.Abandoned, journal.NoOutcome:
	default:
		d.Broken, d.BrokenRevision, d.Skipped = e.Reason, max(e.Revision, 1), "" // why it was not run before is old
	}
}

// reloaded notes which revision serves.
func (d *Function) reloaded(e *journal.Entry) {
	if e.Outcome != journal.Succeeded {
		d.broke(e)
		return
	}
	d.Revision, d.Broken, d.BrokenRevision, d.Skipped = max(e.Revision, 1), "", 0, ""
	d.ReloadedAt, d.ReloadTook, d.ReloadText = e.At, e.Measured.Took, e.Text
	d.Draining = 0
	for _, of := range d.environments {
		if of.revision < d.Revision {
			d.Draining++
		}
	}
}

// Environments is how many there are now.
func (d *Function) Environments() int { return d.Starting + d.Idle + d.Busy }

func (d *Function) clone() *Function {
	c := *d
	c.environments = maps.Clone(d.environments)
	c.outputs = cloned(d.outputs, cloneOutput)
	return &c
}
