package emulator

import (
	"context"
	"errors"
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
	// Deny answers clients as a Kafka whose ACLs do not allow it.
	Deny FaultKind = "deny"
)

var faultKinds = map[FaultKind]platform.FaultKind{
	Crash: platform.FaultCrash, Throttle: platform.FaultThrottle, Slow: platform.FaultSlow,
	Rebalance: platform.FaultRebalance, BrokerDown: platform.FaultBrokerDown,
	Deny: platform.FaultDeny,
}

// Fault is something that is done to the platform on purpose. Of what is set to
// trigger it, all must hold; with nothing set, every candidate does. A candidate
// is an invocation that starts, for Throttle one that would be admitted.
// Rebalance, and BrokerDown without a Function, fire once, when their time has
// come, if they have neither Nth nor Probability.
//
// As JSON, times are nanoseconds.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// Function is whose invocations trigger it, and whose mappings a Rebalance
	// disturbs. Empty means every function's.
	Function string `json:"function,omitempty"`
	// Nth is the one candidate that triggers it, counted from 1; 0 means any.
	Nth int `json:"nth,omitempty"`
	// Probability is that of each candidate to trigger it, 0 to 1; 0 means
	// always.
	Probability float64 `json:"probability,omitempty"`
	// After is how long from now on it does not fire, For how long after that it
	// may; 0 means for ever.
	After time.Duration `json:"afterNs,omitempty"`
	For   time.Duration `json:"forNs,omitempty"`
	// Times is how often it fires at most; 0 means no limit.
	Times int `json:"times,omitempty"`
	// Delay is how much longer an invocation takes (Slow), how long the broker
	// is down (BrokerDown), or how long a batch waits (Throttle; 0 means as long
	// as for any throttle).
	Delay time.Duration `json:"delayNs,omitempty"`
	// AfterHandler lets the handler return before a Crash: its work is done, and
	// its response lost.
	AfterHandler bool `json:"afterHandler,omitempty"`
	// Topic, Group and Cluster are what a Deny denies, one of them: producing to and fetching
	// from a topic (TOPIC_AUTHORIZATION_FAILED), being a member of a consumer group
	// (GROUP_AUTHORIZATION_FAILED), or what needs the whole cluster: topics that are created,
	// and idempotent producers (CLUSTER_AUTHORIZATION_FAILED). Access leaves one of a topic's
	// two allowed: "write" denies producing only, "read" fetching only. With a Function it is
	// denied to its environments, else to every client; event sources and outputs go on.
	Topic   string `json:"topic,omitempty"`
	Access  string `json:"access,omitempty"`
	Group   string `json:"group,omitempty"`
	Cluster bool   `json:"cluster,omitempty"`
}

// FaultID names a fault of a run: they are counted from 1 on, and no number is used
// again. 0 is none.
type FaultID int32

// platform is the same fault to the machine, which counts from 0 on.
func (id FaultID) platform() platform.FaultID { return platform.FaultID(id) - 1 }

// AddFault adds a fault, from now on. It returns what is wrong with it, or the
// cause of ctx if the run has ended.
func (e *Emulator) AddFault(ctx context.Context, f Fault) (FaultID, error) {
	fault, err := e.resolveFault(&f)
	if err != nil {
		return 0, err
	}
	var id FaultID
	var refused error
	err = e.conductor.do(ctx, func() {
		c := e.conductor
		fault.From = sooner(c.now(), f.After)
		if f.For > 0 {
			fault.Until = sooner(fault.From, f.For)
		}
		if refused = fault.Validate(len(e.parts().functions)); refused != nil {
			return
		}
		c.faults = append(c.faults, f) // before the step, which may begin it
		c.step(&platform.Input{Kind: platform.FaultAdded, Fault: &fault})
		id = FaultID(c.machine.Faults())
	})
	return id, errors.Join(err, refused)
}

// sooner is at and d later, or the end of time where that is sooner.
func sooner(at int64, d time.Duration) int64 {
	if int64(d) > math.MaxInt64-at {
		return math.MaxInt64
	}
	return at + int64(d)
}

func (e *Emulator) resolveFault(f *Fault) (platform.Fault, error) {
	r := platform.Fault{
		Kind: faultKinds[f.Kind], Function: -1, Nth: uint64(max(f.Nth, 0)), Times: uint64(max(f.Times, 0)),
		Delay: int64(f.Delay), After: f.AfterHandler,
		Probability: uint32(math.Round(max(0, min(f.Probability, 1)) * 1e6)),
	}
	if r.Kind == 0 {
		return r, noKind(f.Kind)
	}
	if mistake := f.denyMistake(); mistake != "" {
		return r, fmt.Errorf("%s: %s", f.Kind, mistake)
	}
	if f.Kind == Deny {
		r.Denied = f.denyWords()
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

// RemoveFault ends a fault; what it has done goes on. It returns an error if there is no
// such fault any more, and the cause of ctx if that ends first or the run has ended.
func (e *Emulator) RemoveFault(ctx context.Context, id FaultID) error {
	var missing error
	err := e.conductor.do(ctx, func() {
		if missing = e.conductor.noFault(id); missing == nil {
			e.conductor.step(&platform.Input{Kind: platform.FaultRemoved, FaultID: id.platform()})
		}
	})
	return errors.Join(err, missing)
}

// FaultFired says how often a fault has fired; 0 if there was none.
func (e *Emulator) FaultFired(ctx context.Context, id FaultID) (int, error) {
	fired := 0
	err := e.conductor.do(ctx, func() { fired = int(e.conductor.machine.FaultFired(id.platform())) })
	return fired, err
}
