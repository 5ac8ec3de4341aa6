package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// Incident is something that happened to a function. What does not apply is zero.
type Incident struct {
	At          int64 // world time in ns
	Topic       string
	Partition   int32
	Offset      int64 // of the first record
	Environment uint32
	Invocation  uint64
	Attempt     int32
	Took        int64  // ns: how long it ran, how long an init took, how long until the next try
	Reason      string // "" if nothing has happened
}

// IncidentKind is a kind of incidents that a function keeps the newest of.
type IncidentKind int

// The kinds of incidents.
const (
	IncidentFailure    IncidentKind = iota // an invocation ended with an error
	IncidentTimeout                        // an invocation ran into its timeout
	IncidentThrottle                       // a limit was reached
	IncidentDeadLetter                     // records went to the on-failure topic
	IncidentDrop                           // records were given up and kept nowhere
	IncidentHold                           // a batch waits for another revision
	IncidentCold                           // an invocation waited for an init
	IncidentNoRoom                         // this machine had no room for an environment

	incidentKinds = 8
)

func incidentOf(e *journal.Entry) Incident {
	i := Incident{At: e.At, Topic: e.Topic, Partition: e.Partition, Offset: e.First, Environment: e.Environment,
		Invocation: e.Invocation, Attempt: e.Attempt, Took: max(e.Measured.Took, e.Duration), Reason: e.Reason}
	if i.Took == 0 {
		i.Took = e.Delay
	}
	if i.Reason == "" {
		i.Reason = e.Outcome.String()
	}
	return i
}

// recentFailures is how many invocations are remembered for what becomes of their records.
const recentFailures = 8

// recentFailure is why an invocation failed.
type recentFailure struct {
	invocation uint64
	reason     string
}

// newest keeps an incident in place of the one before. Of records that were given up it is
// the reason of the handler.
func (d *Function) newest(e *journal.Entry, t IncidentKind) {
	i := incidentOf(e)
	switch t {
	case IncidentFailure, IncidentTimeout:
		d.failures[d.Failures%recentFailures] = recentFailure{e.Invocation, i.Reason}
	case IncidentDeadLetter, IncidentDrop:
		for _, f := range d.failures {
			if f.invocation == e.Invocation && f.invocation != 0 {
				i.Reason = f.reason
			}
		}
	}
	d.Newest[t] = i
}
