package platform

import (
	"fmt"
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// mostFunctions is how many functions a world can have, those included that were removed.
const mostFunctions = 8

// comings is what a world knows of functions and mappings that come and go. It checks
// that
//   - a mapping that was removed forms no batch, and gives all of its partitions up when
//     what runs of it has ended;
//   - a function that was removed begins no invocation of a batch from the next step on (what
//     is given up may make room for one before its turn comes), holds nothing, has no event that
//     waits and no environment that does nothing, and none at all in the end;
//   - what is set aside of the account is what those set aside that are there.
//
// Another mapping goes on with the partitions of one that was removed, at what is
// committed, once that has given them up: that no record is lost, whoever handles it,
// and that none ends twice is what the world checks of everything.
type comings struct {
	isGone    map[FunctionID]bool
	goneIn    map[FunctionID]int // the step
	isRemoved map[MappingID]bool
}

func (c *comings) begin() {
	c.isGone, c.goneIn, c.isRemoved = map[FunctionID]bool{}, map[FunctionID]int{}, map[MappingID]bool{}
}

func (w *world) drawFunction(rt *rapid.T) FunctionID {
	return FunctionID(rapid.IntRange(0, len(w.cfg.Functions)-1).Draw(rt, "function"))
}

func (w *world) drawPartition(rt *rapid.T) (MappingID, int32) {
	return MappingID(rapid.IntRange(0, len(w.cfg.Mappings)-1).Draw(rt, "mapping")), rapid.Int32Range(0, 4).Draw(rt, "p")
}

// mayHold says whether batches of a function may be held.
func (w *world) mayHold(id FunctionID) bool {
	return slices.ContainsFunc(w.cfg.Mappings, func(mp Mapping) bool { return mp.Function == id && mp.OnReload != Continue })
}

func sum(all []int32) (n int32) {
	for _, one := range all {
		n += one
	}
	return n
}

// unreserved is what no function has set aside.
func (w *world) unreserved() int32 {
	n := w.cfg.AccountConcurrency
	for i, f := range w.m.functions {
		if !w.isGone[FunctionID(i)] {
			n -= f.setAside()
		}
	}
	return n
}

// there are the functions that were not removed.
func (w *world) there() (ids []FunctionID) {
	for i := range w.cfg.Functions {
		if !w.isGone[FunctionID(i)] {
			ids = append(ids, FunctionID(i))
		}
	}
	return ids
}

// addFunction has a function come, which is like one of the first two.
func (w *world) addFunction(rt *rapid.T) {
	if len(w.cfg.Functions) == mostFunctions {
		return
	}
	f := w.cfg.Functions[rapid.IntRange(0, 1).Draw(rt, "like")]
	room := w.unreserved() - 1
	if f.Reserved > room {
		f.Reserved, f.Provisioned = -1, 0
	}
	if f.Reserved < 0 {
		f.Provisioned = min(f.Provisioned, room)
	}
	w.cfg.Functions = append(w.cfg.Functions, f)
	w.step(Input{Kind: FunctionAdded, Function: FunctionID(len(w.cfg.Functions) - 1), Change: &Change{FunctionRules: &f}})
}

// addMapping has a mapping come for any function, which goes on with the partitions that a
// removed one has given up.
func (w *world) addMapping(rt *rapid.T) {
	there := w.there()
	if len(there) == 0 {
		return
	}
	mp := w.cfg.Mappings[rapid.IntRange(0, 1).Draw(rt, "like")]
	mp.Name, mp.Function = fmt.Sprintf("m%d", len(w.cfg.Mappings)), rapid.SampledFrom(there).Draw(rt, "owner")
	if w.cfg.Functions[mp.Function].Debugged {
		mp.settleDebugged()
	}
	id := MappingID(len(w.cfg.Mappings))
	w.cfg.Mappings = append(w.cfg.Mappings, mp)
	w.step(Input{Kind: MappingAdded, Mapping: id, Change: &Change{MappingRules: &mp}})
	for before := range id {
		if w.isRemoved[before] && w.m.Released(before) && w.succeed(before, id) {
			return
		}
	}
}

// succeed gives the partitions of one mapping to another one, and says whether there were
// any.
func (w *world) succeed(before, after MappingID) (any bool) {
	for p := range int32(8) {
		if l := w.log(before, p); l != nil {
			delete(w.logs, partitionKey{before, p})
			w.logs[partitionKey{after, p}] = l
			any = true
		}
	}
	return any
}

// removeFunction takes a function out with its mappings, also one that was.
func (w *world) removeFunction(rt *rapid.T) {
	id := w.drawFunction(rt)
	if !w.isGone[id] {
		w.isGone[id], w.goneIn[id] = true, w.steps+1
	}
	for i := range w.cfg.Mappings {
		if w.cfg.Mappings[i].Function == id {
			w.noteRemoved(MappingID(i))
		}
	}
	w.step(Input{Kind: FunctionRemoved, Function: id})
}

// removeMapping takes a mapping out, also one that was.
func (w *world) removeMapping(rt *rapid.T) {
	id, _ := w.drawPartition(rt)
	w.noteRemoved(id)
	w.step(Input{Kind: MappingRemoved, Mapping: id})
}

func (w *world) noteRemoved(id MappingID) {
	w.isRemoved[id] = true
	for p := range int32(8) {
		if l := w.log(id, p); l != nil && l.assigned {
			l.revoking, l.wire = true, nil
		}
	}
}

// checkComings checks an entry.
func (w *world) checkComings(e *journal.Entry) {
	switch e.Kind {
	case journal.BatchFormed:
		for i := range w.cfg.Mappings {
			if w.isRemoved[MappingID(i)] && w.cfg.Mappings[i].Name == e.Mapping {
				w.t.Fatalf("mapping %d was removed: %s", i, describeEntry(e))
			}
		}
	case journal.InvocationStarted:
		if id := w.stories[InvocationID(e.Invocation)].function; w.isGone[id] && e.Request == 0 && w.steps > w.goneIn[id] {
			w.t.Fatalf("function %d was removed: %s", id, describeEntry(e))
		}
	}
}

// checkGoneFunctions checks what is left of removed functions after a step.
func (w *world) checkGoneFunctions() {
	if w.m.unreserved.most != w.unreserved() {
		w.t.Fatalf("%d of the account are set aside by nobody, the machine says %d", w.unreserved(), w.m.unreserved.most)
	}
	for id := range w.isGone {
		f := w.m.functions[id]
		if len(f.held) > 0 || len(f.idle) > 0 {
			w.t.Fatalf("function %d was removed, has %d idle environments and holds %d batches", id, len(f.idle), len(f.held))
		}
		for _, e := range f.live {
			if e.batch == nil && e.state != environmentStarting && e.state != environmentCold { // which ends when it has started
				w.t.Fatalf("function %d was removed, and its environment %d is in state %d for nothing", id, e.id, e.state)
			}
		}
		for _, b := range w.m.events {
			if b.function == id && b.state == batchWaiting {
				w.t.Fatalf("function %d was removed, and its event %d waits", id, b.request.id)
			}
		}
	}
}

// checkAllGone checks that nothing is left of what was removed, in a world at rest.
func (w *world) checkAllGone() {
	for id := range w.isRemoved {
		if !w.m.Released(id) {
			w.t.Fatalf("the world is at rest, and mapping %d, which was removed, has partitions", id)
		}
	}
	for range 1000 { // cold starts that nothing waits for
		if !w.isAnyLeft() || !w.tick() {
			break
		}
		w.settle()
	}
	if w.isAnyLeft() {
		w.t.Fatalf("environments of functions that were removed are left: %+v", w.envs)
	}
}

// isAnyLeft says whether a function that was removed has an environment or an invocation.
func (w *world) isAnyLeft() bool {
	for id := range w.isGone {
		if f := w.m.functions[id]; len(f.live) > 0 || f.busy > 0 {
			return true
		}
	}
	return false
}

// goOn has mappings come for all that removed ones have left, and says whether any did.
func (w *world) goOn(rt *rapid.T) bool {
	if len(w.there()) == 0 {
		w.addFunction(rt)
	}
	any := false
	for id := range MappingID(len(w.cfg.Mappings)) {
		if w.isRemoved[id] && w.hasLog(id) {
			w.addMapping(rt)
			any = true
		}
	}
	return any
}

func (w *world) hasLog(id MappingID) bool {
	for p := range int32(8) {
		if w.log(id, p) != nil {
			return true
		}
	}
	return false
}

// TestWorldOfFunctionsThatComeAndGo: they do at any moment, and all that holds in
// TestInvariants holds, too.
func TestWorldOfFunctionsThatComeAndGo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, drawConfig(rt))
		w.outcome = func(a Action) Input { return drawOutcome(rt, a) }
		w.drawFilters(rt)
		all := w.happenings()
		all["add function"] = func(rt *rapid.T) {
			if len(w.cfg.Functions) < mostFunctions-1 { // the last one is for goOn
				w.addFunction(rt)
			}
		}
		all["add mapping"], all["remove function"], all["remove mapping"] = w.addMapping, w.removeFunction, w.removeMapping
		for range rapid.IntRange(1, 3).Draw(rt, "rounds") {
			w.arrive(rt)
			rt.Repeat(all)
		}
		w.outcome = func(Action) Input { return Input{Outcome: journal.Succeeded} }
		w.removeEndlessFaults()
		w.settle()
		for n := 0; w.goOn(rt) || w.assignAll(); n++ {
			w.settle()
			w.isCalm = n > 50 // as in TestInvariants
		}
		w.checkAllEnded()
		w.checkAllAnswered()
		w.checkNothingOld()
		w.checkAllGone()
		w.drain(rt)
	})
}
