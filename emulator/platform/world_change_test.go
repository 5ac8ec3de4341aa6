package platform

import (
	"pgregory.net/rapid"
)

// above is how many invocations may be open above a limit, because they were when
// it was lowered. None may come on top.
type above struct {
	functions []int32
	account   int32
}

func (a *above) function(i int) int32 {
	if i < len(a.functions) {
		return a.functions[i]
	}
	return 0
}

// sink lowers what is allowed to what is open.
func (a *above) sink(busy []int32) {
	for i := range a.functions {
		a.functions[i] = min(a.functions[i], busy[i])
	}
	a.account = min(a.account, sum(busy))
}

// busy is how many invocations of each function are open, with those that wait for
// an init, which nobody but the machine knows of.
func (w *world) busy() []int32 {
	busy := make([]int32, len(w.m.functions))
	for i := range busy {
		busy[i] = w.m.functions[i].busy
	}
	return busy
}

// changeRules turns knobs of a function and its mapping.
func (w *world) changeRules(rt *rapid.T) {
	id := int(w.drawFunction(rt))
	if id >= len(w.cfg.Mappings) || w.isGone[FunctionID(id)] || w.isRemoved[MappingID(id)] {
		return
	}
	f, mp := w.cfg.Functions[id], w.cfg.Mappings[id]
	f.IdleMin = rapid.Int64Range(0, 300).Draw(rt, "idle") * 1e9
	f.IdleMax = f.IdleMin
	w.cfg.Functions[id] = f
	w.step(Input{Kind: RulesChanged, Change: &Change{Function: FunctionID(id), FunctionRules: &f}})

	mp.BatchSize = rapid.Int32Range(1, 40).Draw(rt, "batch")
	mp.Window = rapid.Int64Range(0, 2).Draw(rt, "window") * 1e9
	mp.RetryBackoff.Initial = rapid.Int64Range(0, 2).Draw(rt, "backoff") * 1e9
	mp.OnReload = drawOnReload(rt)
	w.cfg.Mappings[id].OnReload = mp.OnReload
	if mp.Retries >= 0 {
		mp.Retries = rapid.Int32Range(0, 3).Draw(rt, "retries")
	}
	// Batches that were formed before stay as large as they are.
	w.cfg.Mappings[id].BatchSize = max(mp.BatchSize, w.cfg.Mappings[id].BatchSize)
	w.step(Input{Kind: RulesChanged, Change: &Change{Mapping: MappingID(id), MappingRules: &mp}})
}

// changeReserved gives a function reserved concurrency, takes it away, or changes
// it. The account keeps one for the others.
func (w *world) changeReserved(rt *rapid.T) {
	id := w.drawFunction(rt)
	f := &w.cfg.Functions[id]
	if f.Provisioned > 0 || f.Debugged || w.isGone[id] { // it is Fixed, or not looked at
		return
	}
	next := rapid.Int32Range(-1, 4).Draw(rt, "reserved")
	if next == 0 { // switched off: its records would wait for ever
		next = 1
	}
	if w.unreserved()+w.m.functions[id].setAside()-max(next, 0) < 1 {
		return
	}
	w.above = above{functions: w.busy()}
	f.Reserved = next
	w.rates.requests[id] = nil // they counted against another rate
	w.above.account = sum(w.above.functions)
	rules := *f
	w.step(Input{Kind: RulesChanged, Change: &Change{Function: id, FunctionRules: &rules}})
}
