package emulatortest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Fault is a fault of a test. One that never fired fails the test at its end:
// what it was to show was not shown.
type Fault struct {
	fault    emulator.Fault
	mistakes []string
	mayMiss  bool
	stopped  bool
	id       emulator.FaultID
	emulator *emulator.Emulator // nil until it is added, and after the end
	fired    int                // when it was asked last
}

// When says when a fault fires. Of several, all must hold. Without any, it fires
// at every invocation.
//
// Rebalance and BrokerDown wait for invocations only with Nth or Chance. Without
// those they fire once: now, or when After says.
type When func(*Fault)

// Nth fires at the n-th invocation from now on, counted from 1, and only there.
func Nth(n int) When {
	return func(f *Fault) {
		f.fault.Nth = n
		f.refuse(n < 1, "Nth(%d): invocations are counted from 1", n)
	}
}

// Once fires at the first invocation only.
func Once() When { return Times(1) }

// Times fires n times at most.
func Times(n int) When {
	return func(f *Fault) {
		f.fault.Times = n
		f.refuse(n < 1, "Times(%d): it would never fire", n)
	}
}

// Chance fires at each invocation with the probability p, above 0 and up to 1,
// drawn from the seed. It may be that it does not fire at all; that does not
// fail the test.
func Chance(p float64) When {
	return func(f *Fault) {
		f.fault.Probability, f.mayMiss = p, true
		f.refuse(!(p > 0 && p <= 1), "Chance(%v): a probability is above 0 and at most 1", p) // so NaN is none
	}
}

// After does not fire until d has passed.
func After(d time.Duration) When {
	return func(f *Fault) {
		f.fault.After = d
		f.refuse(d < 0, "After(%v): that has passed", d)
	}
}

// For fires only within d, from now or from After on.
func For(d time.Duration) When {
	return func(f *Fault) {
		f.fault.For = d
		f.refuse(d <= 0, "For(%v): it would never fire", d)
	}
}

// AfterHandler lets the handler do its work before a Crash; only the response is
// lost, so that the work is done again.
func AfterHandler() When { return func(f *Fault) { f.fault.AfterHandler = true } }

// Crash ends the environment of an invocation of the function, before the handler
// sees it or, with AfterHandler, after. An empty function means every one, here
// and below.
func (w *World) Crash(function string, when ...When) *Fault {
	w.t.Helper()
	return w.addFault(emulator.Fault{Kind: emulator.Crash, Function: function}, when)
}

// Throttle throttles invocations of the function although its concurrency would
// let them run.
func (w *World) Throttle(function string, when ...When) *Fault {
	w.t.Helper()
	return w.addFault(emulator.Fault{Kind: emulator.Throttle, Function: function}, when)
}

// Slow lets invocations of the function take d longer.
func (w *World) Slow(function string, d time.Duration, when ...When) *Fault {
	w.t.Helper()
	return w.addFault(emulator.Fault{Kind: emulator.Slow, Function: function, Delay: d}, when)
}

// Rebalance takes the partitions of the function's event sources away and gives
// them back, as when another member joins the group and leaves.
func (w *World) Rebalance(function string, when ...When) *Fault {
	w.t.Helper()
	return w.addFault(emulator.Fault{Kind: emulator.Rebalance, Function: function}, when)
}

// BrokerDown makes the broker unreachable for d.
func (w *World) BrokerDown(d time.Duration, when ...When) *Fault {
	w.t.Helper()
	return w.addFault(emulator.Fault{Kind: emulator.BrokerDown, Delay: d}, when)
}

func (f *Fault) refuse(wrong bool, format string, args ...any) {
	if wrong {
		f.mistakes = append(f.mistakes, fmt.Sprintf(format, args...))
	}
}

func (w *World) addFault(f emulator.Fault, when []When) *Fault {
	w.t.Helper()
	fault := &Fault{fault: f}
	for _, set := range when {
		set(fault)
	}
	if len(fault.mistakes) > 0 {
		w.t.Fatalf("fault: %s: %s", fault, strings.Join(fault.mistakes, "; "))
	}
	w.faults = append(w.faults, fault)
	if w.emulator != nil { // else it is added when the emulator starts
		fault.add(w.t, w.emulator)
		w.rest()
	}
	return fault
}

func (f *Fault) add(t testing.TB, e *emulator.Emulator) {
	t.Helper()
	if f.stopped {
		return
	}
	id, err := e.AddFault(context.Background(), f.fault)
	if err != nil {
		f.mayMiss = true // that is said once
		t.Fatalf("fault: %v", err)
	}
	f.id, f.emulator = id, e
}

// Fired says how often it has fired so far.
func (f *Fault) Fired() int {
	if f.emulator == nil { // it has not begun, or has ended
		return f.fired
	}
	if n, err := f.emulator.FaultFired(context.Background(), f.id); err == nil {
		f.fired = n
	}
	return f.fired
}

// Stop ends the fault; what it has done goes on.
func (f *Fault) Stop() {
	f.stopped = true
	if f.emulator != nil {
		_ = f.emulator.RemoveFault(context.Background(), f.id) // fails only when the run is over
	}
}

// String says which fault it is.
func (f *Fault) String() string {
	s := string(f.fault.Kind)
	if f.fault.Function != "" {
		s += fmt.Sprintf(" of function %q", f.fault.Function)
	}
	return s
}

// checkFaults fails the test for every fault that has not fired.
func (w *World) checkFaults() {
	w.t.Helper()
	for _, f := range w.faults {
		if f.Fired() == 0 && !f.mayMiss {
			w.t.Errorf("the fault %q never fired: what it was to show was not shown", f)
		}
	}
}
