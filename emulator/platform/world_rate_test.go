package platform

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// rates is what a world knows of rates, provisioned concurrency and of what the
// machine holds. It checks that
//   - in no window of time more environments are started on demand, or requests
//     are begun, than a bucket allows that was full at its beginning;
//   - processes are never more than the machine holds;
//   - provisioned environments run nothing before all are allocated, and do not
//     end by being idle.
//
// That nothing starves the world sees at its end: every record has one.
type rates struct {
	starts      [mostFunctions][]int64 // times, by function: environments on demand
	requests    [mostFunctions][]int64 // counted invocations
	provisioned map[EnvironmentID]bool
}

// drawRates has functions limited by all that there is, or not.
func drawRates(rt *rapid.T, cfg *Config) (provisioned int32) {
	cfg.MaxProcesses = rapid.SampledFrom([]int32{0, 0, 1, 2, 3}).Draw(rt, "max processes")
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		f.Process = rapid.Bool().Draw(rt, "process")
		f.Debugged = rapid.SampledFrom([]bool{false, false, false, true}).Draw(rt, "debugged")
		f.RequestsPerEnvironment = rapid.SampledFrom([]int32{0, 1, 10}).Draw(rt, "requests")
		f.ScalingMost = rapid.SampledFrom([]int32{0, 1, 3}).Draw(rt, "scaling")
		f.ScalingPeriod = rapid.SampledFrom([]int64{1e9, 10e9, 7}).Draw(rt, "scaling period")
		f.Provisioned = rapid.SampledFrom([]int32{0, 0, 1, 3}).Draw(rt, "provisioned")
		if f.Reserved >= 0 {
			f.Provisioned = min(f.Provisioned, f.Reserved)
		} else {
			provisioned += f.Provisioned
		}
		f.ProvisionedMin, f.ProvisionedMax, f.ProvisionedInterval, f.ProvisionedInitLimit = 1e9, 3e9, 1e7, 130e9
		cfg.Mappings[i].RequestsUncounted = rapid.Bool().Draw(rt, "uncounted")
	}
	return provisioned
}

// tooMany says whether the last of the times, with some before it, are more than
// a bucket allows.
func tooMany(times []int64, most, period int64) bool {
	last := times[len(times)-1]
	for i, at := range times {
		if n := int64(len(times) - i); (n-most)*period > (last-at)*most {
			return true
		}
	}
	return false
}

func (w *world) checkLaunch(a Action) {
	f := &w.cfg.Functions[a.Function]
	if w.provisioned == nil {
		w.provisioned = map[EnvironmentID]bool{}
	}
	if w.provisioned[a.Environment] = w.provisioned[a.Environment] || a.Provisioned; !w.isRenewed(a) && !a.Provisioned && a.Launch == 1 && f.ScalingMost > 0 {
		times := append(w.rates.starts[a.Function], w.now)
		w.rates.starts[a.Function] = times
		// What waits for room took its token before.
		if !f.Process && tooMany(times, int64(f.ScalingMost), f.ScalingPeriod) {
			w.t.Fatalf("function %d starts environments faster than %d in %d ns: %v", a.Function, f.ScalingMost, f.ScalingPeriod, times)
		}
	}
	processes := int32(0)
	for _, id := range w.envs {
		if w.cfg.Functions[id].Process {
			processes++
		}
	}
	if most := w.cfg.MaxProcesses; most > 0 && processes > most {
		w.t.Fatalf("%d processes, the machine holds %d", processes, most)
	}
}

func (w *world) checkRates(e *journal.Entry) {
	switch e.Kind {
	case journal.EnvironmentGone:
		if w.provisioned[EnvironmentID(e.Environment)] && e.Reason == "idle" {
			w.t.Fatalf("provisioned environment %d ended by being idle", e.Environment)
		}
	case journal.InvocationStarted:
		id := w.stories[InvocationID(e.Invocation)].function
		f := &w.cfg.Functions[id]
		isProvisioned := w.provisioned[EnvironmentID(e.Environment)]
		isSaid := e.Text != "" && !strings.HasPrefix(e.Text, "replay")
		if isProvisioned != (e.Text == journal.Provisioned) || isSaid != (f.Provisioned > 0) {
			w.t.Fatalf("invocation %d is %q on environment %d, provisioned %v", e.Invocation, e.Text, e.Environment, isProvisioned)
		}
		if isProvisioned && !w.m.functions[id].isAllocated {
			w.t.Fatalf("invocation %d on provisioned concurrency that is not allocated", e.Invocation)
		}
		w.checkRequestRate(id, f, e)
	}
}

// checkRequestRate looks at warm starts, which follow their tokens at once, unless
// they waited for room.
func (w *world) checkRequestRate(id FunctionID, f *Function, e *journal.Entry) {
	if e.Reason != journal.Warm || f.Process || f.RequestsPerEnvironment == 0 {
		return
	}
	if r := w.asked.requests[RequestID(e.Request)]; r != nil && r.isEvent || r == nil && w.mappingNamed(e.Mapping).RequestsUncounted {
		return
	}
	most := int64(f.RequestsPerEnvironment)
	if f.Reserved >= 0 {
		most *= int64(f.Reserved)
	} else {
		most *= int64(w.cfg.AccountConcurrency)
	}
	w.rates.requests[id] = append(w.rates.requests[id], e.At)
	if tooMany(w.rates.requests[id], most, 1e9) {
		w.t.Fatalf("function %d has more than %d requests/s: %v", id, most, w.rates.requests[id])
	}
}

// mayWaitForRoom says whether invocations of a function can wait for this machine.
func (w *world) mayWaitForRoom(id FunctionID) bool {
	return w.cfg.Functions[id].Process && w.cfg.MaxProcesses > 0
}
