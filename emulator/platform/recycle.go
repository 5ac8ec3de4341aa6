package platform

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Recycled is why an environment ends that somebody wants to be fresh.
const Recycled = "recycled by the user"

// recycled has every environment of a function begin no other invocation, as a new
// revision has (revision.go), without one: what is idle ends now, what runs after its
// invocation, and provisioned ones are replaced at once. So the next invocation is cold.
// What is being started for a batch, or as provisioned concurrency, is fresh already.
//
// A cloud does that when a function is deployed; that it can be asked for is ours.
func (m *Machine) recycled(in *Input) {
	n := m.Recyclable(in.Function)
	if n == 0 {
		return
	}
	f := m.functions[in.Function]
	entry := m.entry(journal.FaultInjected)
	entry.Function, entry.Reason = f.rules.Name, "1 environment "+Recycled
	if n > 1 {
		entry.Reason = fmt.Sprintf("%d environments %s", n, Recycled)
	}
	for _, e := range slices.Clone(f.live) { // those that are stopped leave it
		if e.isUsed() {
			e.isRecycled = true
			m.renew(e)
		}
	}
}

// Recyclable is how many environments of a function Recycled would end, now or after their
// invocations; 0 if there is no such function.
func (m *Machine) Recyclable(id FunctionID) (n int) {
	if id < 0 || int(id) >= len(m.functions) {
		return 0
	}
	for _, e := range m.functions[id].live {
		if e.isUsed() {
			n++
		}
	}
	return n
}

// isUsed says whether the next invocation on an environment is not the one that it is
// being started for, unless it may not have one anyway.
func (e *environment) isUsed() bool {
	switch {
	case e.isRetired():
		return false
	case e.batch != nil:
		return e.batch.state != batchLaunching
	case e.provisioned:
		return e.state == environmentAllocated || e.state == environmentIdle
	}
	return true
}

// isRetired says whether an environment may not begin another invocation, because there is
// a newer revision, or somebody wants a fresh one.
func (e *environment) isRetired() bool { return e.isRecycled || e.isOld() }
