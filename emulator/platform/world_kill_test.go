package platform

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// byHand is what a world knows of environments that are killed and recycled by the user. It
// checks that
//   - one that is killed is gone in the same step and once, with the invocation that runs
//     on it, which exits; no other invocation ends by that;
//   - a batch that waits for its init gets another environment;
//   - to recycle a function begins and ends no invocation, throttles nothing and schedules
//     no retry;
//   - what was recycled begins no other invocation, and is gone after the one it has;
//   - each is journalled once.
type byHand struct {
	killing  EnvironmentID // in this step
	ends     InvocationID  // which ends by that; 0 if none does
	told     int           // entries that say so
	retiring map[EnvironmentID]bool
}

// isByHand says whether an entry is about what the user broke, and not about a fault.
func isByHand(e *journal.Entry) bool {
	return strings.HasSuffix(e.Reason, Killed) || strings.HasSuffix(e.Reason, Recycled)
}

// kill kills an environment, or one that is not there.
func (w *world) kill(id EnvironmentID) {
	e := w.m.environments[id]
	w.killing, w.ends, w.told = id, 0, 0
	runs := false
	if e != nil && e.batch != nil {
		if runs = e.batch.state != batchLaunching; runs {
			w.ends = e.batch.invocation
		} else {
			w.renewed = 1
		}
	}
	w.step(Input{Kind: EnvironmentKilled, Environment: id})
	wasThere := e != nil
	switch {
	case w.renewed != 0:
		w.t.Fatalf("environment %d is killed, and the batch that waited for it got no other", id)
	case w.ends != 0:
		w.t.Fatalf("environment %d is killed, and invocation %d on it has not ended", id, w.ends)
	case wasThere && (w.m.environments[id] != nil || !w.gone[id] || w.told != 1):
		w.t.Fatalf("environment %d is killed, gone %v, told %d times", id, w.gone[id], w.told)
	case !wasThere && w.told != 0:
		w.t.Fatalf("environment %d was not there, and is killed", id)
	}
	w.killing = 0
}

// recycle recycles the environments of a function.
func (w *world) recycle(id FunctionID) {
	if w.retiring == nil {
		w.retiring = map[EnvironmentID]bool{}
	}
	n, all := w.m.Recyclable(id), []EnvironmentID(nil)
	for _, e := range w.m.functions[id].live {
		if e.isUsed() {
			all = append(all, e.id)
			w.retiring[e.id] = e.batch != nil
		}
	}
	before := w.busy()
	w.told, w.reloading = 0, int(id)+1
	w.step(Input{Kind: FunctionRecycled, Function: id})
	w.reloading = 0
	if after := w.busy(); !slices.Equal(after, before) || len(all) != n || w.told != min(n, 1) {
		w.t.Fatalf("function %d is recycled: %v invocations were open, %v are; %v of %d, told %d times", id, before, after, all, n, w.told)
	}
	for _, environment := range all {
		if w.gone[environment] == w.retiring[environment] {
			w.t.Fatalf("environment %d is recycled: it runs %v, is gone %v", environment, w.retiring[environment], w.gone[environment])
		}
	}
	if again := w.m.Recyclable(id); again != 0 {
		w.t.Fatalf("function %d is recycled, and %d environments still are to be", id, again)
	}
}

// checkByHand checks what is said of it.
func (w *world) checkByHand(e *journal.Entry) {
	switch id := EnvironmentID(e.Environment); e.Kind {
	case journal.FaultInjected:
		if isByHand(e) {
			w.told++
		}
	case journal.InvocationEnded:
		isKilled := strings.HasSuffix(e.Reason, "("+Killed+")")
		if isKilled != (w.ends != 0 && w.ends == InvocationID(e.Invocation)) || isKilled && (e.Outcome != journal.Exited || id != w.killing) {
			w.t.Fatalf("%s, while environment %d with invocation %d is killed", describeEntry(e), w.killing, w.ends)
		}
		if isKilled {
			w.ends = 0
		}
	case journal.InvocationStarted:
		if _, recycled := w.retiring[id]; recycled {
			w.t.Fatalf("environment %d was recycled, and begins invocation %d", id, e.Invocation)
		}
	case journal.EnvironmentGone:
		if (e.Reason == Killed) != (w.killing == id) {
			w.t.Fatalf("environment %d is gone: %s, while %d is killed", id, e.Reason, w.killing)
		}
	}
}

// checkNothingRecycled checks that nothing is left of what was recycled.
func (w *world) checkNothingRecycled() {
	for id := range w.retiring {
		if !w.gone[id] {
			w.t.Fatalf("the world is at rest, and environment %d, which was recycled, is not gone", id)
		}
	}
}

// drawKill kills an environment that lives, once in a while one that does not.
func (w *world) drawKill(rt *rapid.T) {
	if ids := w.m.LiveEnvironments(); len(ids) > 0 && rapid.IntRange(0, 9).Draw(rt, "there") > 0 {
		w.kill(rapid.SampledFrom(ids).Draw(rt, "which"))
		return
	}
	w.kill(EnvironmentID(rapid.Uint32Range(0, 50).Draw(rt, "number")))
}

// TestLiveEnvironments: those that are started and not gone, in order.
func TestLiveEnvironments(t *testing.T) {
	cfg := testConfig()
	cfg.Functions = append(cfg.Functions, cfg.Functions[0])
	m := New(cfg)
	for request, f := range []FunctionID{1, 0, 1} {
		m.Step(0, &Input{Kind: Requested, Request: RequestID(request + 1), Function: f})
	}
	m.Step(0, &Input{Kind: EnvironmentKilled, Environment: 2})
	if got, want := m.LiveEnvironments(), []EnvironmentID{1, 3, 4}; !slices.Equal(got, want) || m.LastEnvironment() != 4 {
		t.Errorf("got %v up to %d, want %v", got, m.LastEnvironment(), want)
	}
	if got := m.Recyclable(-1) + m.Recyclable(2) + m.Recyclable(1); got != 0 {
		t.Errorf("%d can be recycled of what is started for requests, and of what is no function", got)
	}
}
