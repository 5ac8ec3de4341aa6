package emulator

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// FaultKind is what a Fault does.
type FaultKind string

// The kinds of faults.
const (
	// Crash ends the environment of an invocation.
	Crash FaultKind = "crash"
	// Throttle throttles a batch although the limit would let it run.
	Throttle FaultKind = "throttle"
	// Slow lets an invocation take longer.
	Slow FaultKind = "slow"
	// Rebalance makes the consumer groups of a function rebalance.
	Rebalance FaultKind = "rebalance"
	// BrokerDown makes the broker unreachable.
	BrokerDown FaultKind = "broker down"
)

var faultKinds = map[FaultKind]platform.FaultKind{
	Crash: platform.FaultCrash, Throttle: platform.FaultThrottle, Slow: platform.FaultSlow,
	Rebalance: platform.FaultRebalance, BrokerDown: platform.FaultBrokerDown,
}

// Fault is something that is done to the platform on purpose. Of what is set to
// trigger it, all must hold; with nothing set, every candidate does. A candidate
// is an invocation that starts, for Throttle one that would be admitted.
// Rebalance, and BrokerDown without a Function, fire once, when their time has
// come, if they have neither Nth nor Probability.
type Fault struct {
	Kind FaultKind
	// Function is whose invocations trigger it, and whose mappings a Rebalance
	// disturbs. Empty means every function's.
	Function string
	// Nth is the one candidate that triggers it, counted from 1; 0 means any.
	Nth int
	// Probability is that of each candidate to trigger it, 0 to 1; 0 means
	// always.
	Probability float64
	// After is how long from now on it does not fire, For how long after that it
	// may; 0 means for ever.
	After, For time.Duration
	// Times is how often it fires at most; 0 means no limit.
	Times int
	// Delay is how much longer an invocation takes (Slow), how long the broker
	// is down (BrokerDown), or how long a batch waits (Throttle; 0 means as long
	// as for any throttle).
	Delay time.Duration
	// AfterHandler lets the handler return before a Crash: its work is done, and
	// its response lost.
	AfterHandler bool
}

// FaultID names a fault of a run.
type FaultID int32

// AddFault adds a fault, from now on. It returns what is wrong with it, or the
// cause of ctx if the run has ended.
func (e *Emulator) AddFault(ctx context.Context, f Fault) (FaultID, error) {
	fault, err := e.resolveFault(&f)
	if err != nil {
		return 0, err
	}
	var id FaultID
	err = e.conductor.do(ctx, func() {
		now := e.conductor.now()
		fault.From = now + int64(f.After)
		if f.For > 0 {
			fault.Until = fault.From + int64(f.For)
		}
		id = FaultID(e.conductor.machine.Faults())
		e.conductor.step(&platform.Input{Kind: platform.FaultAdded, Fault: &fault})
	})
	return id, err
}

func (e *Emulator) resolveFault(f *Fault) (platform.Fault, error) {
	r := platform.Fault{
		Kind: faultKinds[f.Kind], Function: -1, Nth: uint64(max(f.Nth, 0)), Times: uint64(max(f.Times, 0)),
		Delay: int64(f.Delay), After: f.AfterHandler,
		Probability: uint32(math.Round(max(0, min(f.Probability, 1)) * 1e6)),
	}
	if r.Kind == 0 {
		return r, fmt.Errorf("there is no fault %q", f.Kind)
	}
	if f.Function != "" {
		of := e.parts().named(f.Function)
		if of == nil {
			return r, fmt.Errorf("%s: there is no function %q%s", f.Kind, f.Function, e.meant(f.Function))
		}
		r.Function = of.id
	}
	switch {
	case f.Nth < 0 || f.Times < 0:
		return r, fmt.Errorf("%s: the %d-th of %d times: neither can be negative", f.Kind, f.Nth, f.Times)
	case f.Probability < 0 || f.Probability > 1 || math.IsNaN(f.Probability):
		return r, fmt.Errorf("%s: probability %v is not within 0 and 1", f.Kind, f.Probability)
	case f.Probability > 0 && r.Probability == 0:
		return r, fmt.Errorf("%s: probability %v is under the least of 0.000001", f.Kind, f.Probability)
	case f.After < 0 || f.For < 0:
		return r, fmt.Errorf("%s: after %v, for %v: neither can be negative", f.Kind, f.After, f.For)
	}
	return r, r.Validate(len(e.parts().functions))
}

// meant suggests the function that was probably meant.
func (e *Emulator) meant(name string) string {
	var names []string
	for _, f := range e.parts().present() {
		names = append(names, f.config.Name)
	}
	if near := DidYouMean(name, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// RemoveFault ends a fault; what it has done goes on.
func (e *Emulator) RemoveFault(ctx context.Context, id FaultID) error {
	return e.conductor.do(ctx, func() {
		e.conductor.step(&platform.Input{Kind: platform.FaultRemoved, FaultID: platform.FaultID(id)})
	})
}

// FaultFired says how often a fault has fired.
func (e *Emulator) FaultFired(ctx context.Context, id FaultID) (int, error) {
	fired := 0
	err := e.conductor.do(ctx, func() { fired = int(e.conductor.machine.FaultFired(platform.FaultID(id))) })
	return fired, err
}
