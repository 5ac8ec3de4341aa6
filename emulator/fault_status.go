package emulator

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// FaultStatus is a fault that was added and not removed.
type FaultStatus struct {
	ID FaultID `json:"id"`
	Fault
	// Text says in words what it does, and when.
	Text string `json:"text"`
	// Fired is how often it has fired.
	Fired int `json:"fired"`
	// Begins is how long it still does not fire, and Ends how long it may fire still,
	// counted from now on; 0 where it has begun, and where it does not end by itself.
	Begins time.Duration `json:"beginsInNs,omitempty"`
	Ends   time.Duration `json:"endsInNs,omitempty"`
	// Over says that it cannot fire any more: its time has passed, or it has fired as
	// often as it may.
	Over bool `json:"over"`
}

// Faults returns the faults that were added and not removed, in the order in which they
// were; none is an empty list. It returns the cause of ctx, which also ends the wait for
// a run that has ended. It is safe for concurrent use.
func (e *Emulator) Faults(ctx context.Context) ([]FaultStatus, error) {
	var all []FaultStatus
	err := e.conductor.do(ctx, func() { all = e.conductor.standingFaults() })
	e.countDenied(all)
	return all, err
}

// standingFaults is what Faults returns. The conductor calls it.
func (c *conductor) standingFaults() []FaultStatus {
	all, now := []FaultStatus{}, c.now()
	for _, f := range c.machine.StandingFaults() {
		s := FaultStatus{ID: FaultID(f.ID) + 1, Fault: c.faults[f.ID], Fired: int(f.Fired)}
		s.Text = s.Fault.Words()
		s.Over = f.Over || f.Until != 0 && f.Until <= now // the machine has not been asked since
		if !s.Over {
			s.Begins = time.Duration(max(f.From-now, 0))
			s.Ends = time.Duration(max(f.Until-now, 0))
		}
		all = append(all, s)
	}
	return all
}

// noFault is the error for a number that is none of a fault that stands, nil if it is.
// The conductor calls it.
func (c *conductor) noFault(id FaultID) error {
	var known []string
	for _, f := range c.machine.StandingFaults() {
		if f.ID == id.platform() {
			return nil
		}
		known = append(known, strconv.Itoa(int(f.ID)+1))
	}
	switch {
	case id >= 1 && int(id) <= c.machine.Faults():
		return fmt.Errorf("fault %d was removed before", id)
	case len(known) == 0:
		return fmt.Errorf("there is no fault %d, nor any other", id)
	}
	return fmt.Errorf("there is no fault %d; there are %s", id, strings.Join(known, ", "))
}

// FaultKinds are the kinds of faults that there are, in the order of their constants.
func FaultKinds() []FaultKind { return []FaultKind{Crash, Throttle, Slow, Rebalance, BrokerDown, Deny} }

// noKind is the error for a kind of fault that there is not.
func noKind(kind FaultKind) error {
	var known []string
	for _, k := range FaultKinds() {
		known = append(known, string(k))
	}
	return fmt.Errorf("there is no fault %q; %s", kind, choice(string(kind), known))
}

// Words says what the fault does, and when: "invocations of ship crash before the handler:
// each with a probability of 0.05, 3 times at most".
func (f *Fault) Words() string {
	when := slices.DeleteFunc([]string{f.whichWords(), f.timesWords(), f.timeWords()}, func(s string) bool { return s == "" })
	if len(when) == 0 {
		return f.effectWords()
	}
	return f.effectWords() + ": " + strings.Join(when, ", ")
}

func (f *Fault) effectWords() string {
	whose := "every function"
	if f.Function != "" {
		whose = f.Function
	}
	delay := journal.Duration(int64(f.Delay))
	switch {
	case f.Kind == Crash && f.AfterHandler:
		return "invocations of " + whose + " crash after the handler"
	case f.Kind == Crash:
		return "invocations of " + whose + " crash before the handler"
	case f.Kind == Throttle && f.Delay > 0:
		return "invocations of " + whose + " are throttled for " + delay
	case f.Kind == Throttle:
		return "invocations of " + whose + " are throttled"
	case f.Kind == Slow:
		return "invocations of " + whose + " take " + delay + " longer"
	case f.Kind == Deny:
		return f.denyWords()
	case f.Kind == Rebalance:
		return "the consumer groups of " + whose + " rebalance" + f.occasion()
	default:
		return "the broker is down for " + delay + f.occasion()
	}
}

// occasion is when a fault fires that needs no invocation to fire at; "" if it needs none.
func (f *Fault) occasion() string {
	switch {
	case f.Nth == 0 && f.Probability == 0 && (f.Kind == Rebalance || f.Function == ""):
		return " once"
	case f.Function == "":
		return " when an invocation starts"
	}
	return " when an invocation of " + f.Function + " starts"
}

// whichWords says at which candidates it fires; "" if at each.
func (f *Fault) whichWords() string {
	var which []string
	if f.Nth > 0 {
		which = append(which, "only number "+strconv.Itoa(f.Nth)+" from when it was added")
	}
	if f.Probability > 0 {
		which = append(which, "each with a probability of "+strconv.FormatFloat(f.Probability, 'g', -1, 64))
	}
	return strings.Join(which, ", ")
}

func (f *Fault) timesWords() string {
	switch f.Times {
	case 0:
		return ""
	case 1:
		return "once"
	}
	return strconv.Itoa(f.Times) + " times at most"
}

func (f *Fault) timeWords() string {
	var times []string
	if f.After > 0 {
		times = append(times, "not in the first "+journal.Duration(int64(f.After)))
	}
	if f.For > 0 {
		limited := "for " + journal.Duration(int64(f.For))
		if f.After > 0 {
			limited += " then"
		}
		times = append(times, limited)
	}
	return strings.Join(times, ", ")
}
