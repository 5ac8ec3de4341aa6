package platform

import (
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// FaultID is the index of a fault in the order of adding: those of Config.Faults
// first, then those of FaultAdded. It is never reused.
type FaultID int32

// FaultKind is what a fault does.
type FaultKind uint8

// The kinds of faults. A candidate is an occasion on which a fault can fire: for
// FaultThrottle each dispatch of a batch that would otherwise be admitted, for
// the others each invocation that starts, both of Function.
//
// With neither Nth nor Probability, FaultRebalance, and FaultBrokerDown of every
// function, wait for no candidate: they fire once, at From, or at once if that
// has passed.
const (
	_ FaultKind = iota
	// FaultCrash ends the environment of an invocation. An invocation crashes
	// once: of several faults the one that was added first fires.
	FaultCrash
	// FaultThrottle throttles a batch although the limit would let it run. As
	// every throttle it is no attempt.
	FaultThrottle
	// FaultSlow lets an invocation take longer. Several add up.
	FaultSlow
	// FaultRebalance makes the consumer group of each mapping of the function
	// rebalance.
	FaultRebalance
	// FaultBrokerDown makes the broker unreachable.
	FaultBrokerDown
	// FaultDeny denies clients something, from From until Until or its removal. It waits
	// for no candidate.
	FaultDeny
)

var faultNames = [...]string{"", "crash", "throttle", "slow", "rebalance", "broker down", "deny"}

// String returns the kind in words.
func (k FaultKind) String() string {
	if int(k) < len(faultNames) {
		return faultNames[k]
	}
	return fmt.Sprintf("fault of unknown kind %d", uint8(k))
}

// CrashMode is when an environment is to die on purpose.
type CrashMode uint8

// The modes of a crash.
const (
	CrashNone   CrashMode = iota
	CrashBefore           // before the handler sees the invocation
	CrashAfter            // after the handler returned; its response is lost
)

// Fault is something that is done to the platform on purpose. It begins when it
// is added, and ends when it is removed or was fired as often as it may; what it
// has done by then goes on.
type Fault struct {
	Kind FaultKind
	// Function is whose candidates can trigger it, and whose mappings a
	// FaultRebalance disturbs; -1 means every function's.
	Function FunctionID

	// What follows is the trigger: all that is set must hold.

	// Nth is the one candidate that can trigger it, counted from 1 since the
	// fault was added, those outside of From and Until included; 0 means any.
	Nth uint64
	// Probability is that of each candidate to trigger it, in millionths; 0
	// means always. It is drawn for the fault and the number of the candidate.
	Probability uint32
	// From and Until are the world time in which it can fire, From inclusive,
	// Until exclusive; an Until of 0 means that there is no end.
	From, Until int64
	// Times is how often it fires at most; 0 means no limit. Nth implies 1.
	Times uint64

	// What follows is the effect.

	// Delay is how much longer the invocation takes (FaultSlow), how long the
	// batch waits (FaultThrottle; 0 means the back-off of every throttle, or
	// 100 ms if that is 0), or how long the broker is down (FaultBrokerDown).
	Delay int64
	// After is whether a FaultCrash waits for the handler to return.
	After bool
	// Denied says in words what a FaultDeny denies. What it is, its driver knows.
	Denied string
}

// Validate returns all that is wrong with a fault for a platform of so many
// functions, nil if nothing is.
func (f *Fault) Validate(functions int) error {
	if f.Kind == 0 || int(f.Kind) >= len(faultNames) {
		return fmt.Errorf("there is no kind of fault %d", f.Kind)
	}
	var mistakes []error
	wrong := func(format string, args ...any) {
		mistakes = append(mistakes, fmt.Errorf("%v: "+format, append([]any{f.Kind}, args...)...))
	}
	if f.Function < -1 || int(f.Function) >= functions {
		wrong("function %d is not one of the %d there are, and not -1 for all of them", f.Function, functions)
	}
	if f.Probability > 1_000_000 {
		wrong("probability of %d millionths is over 1,000,000", f.Probability)
	}
	if f.Nth > 0 && f.Times > 1 {
		wrong("there is only one candidate %d, it cannot fire %d times", f.Nth, f.Times)
	}
	if f.From < 0 {
		wrong("it cannot begin at %s, before the run", journal.Duration(f.From))
	}
	if f.Until != 0 && f.Until <= f.From {
		wrong("it ends at %s, which is not after its beginning at %s", journal.Duration(f.Until), journal.Duration(f.From))
	}
	if mistake := f.effectMistake(); mistake != "" {
		wrong("%s", mistake)
	}
	return errors.Join(mistakes...)
}

func (f *Fault) effectMistake() string {
	delayed := f.Kind == FaultSlow || f.Kind == FaultBrokerDown
	switch {
	case f.Delay < 0:
		return "a delay of " + journal.Duration(f.Delay) + " is negative"
	case delayed && f.Delay == 0:
		return "it needs a delay"
	case f.Delay != 0 && !delayed && f.Kind != FaultThrottle:
		return "it has no delay"
	case f.After && f.Kind != FaultCrash:
		return "only a crash can be after the handler"
	case f.Kind == FaultDeny && (f.Nth != 0 || f.Probability != 0 || f.Times != 0):
		return "it denies every request while it stands, and has neither probability nor count"
	}
	return ""
}

// isTimed says that it fires at From, whatever else happens.
func (f *Fault) isTimed() bool {
	if f.Kind == FaultDeny {
		return true
	}
	if f.Nth != 0 || f.Probability != 0 {
		return false
	}
	// Whose invocations a FaultBrokerDown waits for is all that its function says.
	return f.Kind == FaultRebalance || f.Kind == FaultBrokerDown && f.Function < 0
}

// words is what the journal says of it.
func (f *Fault) words() string {
	switch f.Kind {
	case FaultCrash:
		if f.After {
			return "crash after the handler"
		}
		return "crash before the handler"
	case FaultThrottle:
		return "throttled"
	case FaultSlow:
		return "slower by " + journal.Duration(f.Delay)
	case FaultBrokerDown:
		return "broker down for " + journal.Duration(f.Delay)
	case FaultDeny:
		return f.Denied
	}
	return f.Kind.String()
}
