package emulator

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// denyMistake says what is wrong with what a fault denies, or "".
func (f *Fault) denyMistake() string {
	set := 0
	for _, is := range []bool{f.Topic != "", f.Group != "", f.Cluster} {
		if is {
			set++
		}
	}
	switch {
	case f.Kind != Deny && (set > 0 || f.Access != ""):
		return "it has no topic, group or cluster: deny does"
	case f.Kind != Deny:
		return ""
	case set != 1:
		return "it needs one of a topic, a group and the cluster"
	case f.Access != "" && f.Topic == "":
		return "access is of a topic"
	case f.Access != broker.AccessAll && f.Access != broker.AccessRead && f.Access != broker.AccessWrite:
		return fmt.Sprintf("access %q is neither read nor write", f.Access)
	}
	return ""
}

// denyWords is "producing to topic orders is denied to ship".
func (f *Fault) denyWords() string {
	what := "topic " + f.Topic
	switch {
	case f.Group != "":
		what = "consumer group " + f.Group
	case f.Cluster:
		what = "creating topics and idempotent producers"
	case f.Access == broker.AccessRead:
		what = "fetching from " + what
	case f.Access == broker.AccessWrite:
		what = "producing to " + what
	}
	if f.Function != "" {
		return what + ": denied to " + f.Function
	}
	return what + ": denied to every client"
}

// deny and allow begin and end what a fault denies. The conductor calls them.
func (e *Emulator) deny(id platform.FaultID) {
	f := &e.conductor.faults[id]
	e.broker.Deny(int(id), broker.Denial{Function: f.Function, Topic: f.Topic, Access: f.Access, Group: f.Group, Cluster: f.Cluster})
}

func (e *Emulator) allow(id platform.FaultID) { e.broker.Allow(int(id)) }

// countDenied has faults that deny tell how many requests they denied.
func (e *Emulator) countDenied(all []FaultStatus) {
	for i := range all {
		if all[i].Kind == Deny {
			all[i].Fired = e.broker.Denied(int(all[i].ID.platform()))
		}
	}
}
