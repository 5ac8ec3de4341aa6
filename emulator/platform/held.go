package platform

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// With OnReload a batch whose invocation has failed is held: it waits for the next
// revision of the function's code, and for no timer. It keeps its place at the poller
// and its partitions, which can leave it as any batch that waits; it uses up no retry,
// is not split, and the time does not count for its maximum age. Records behind it grow
// older as behind every batch that is tried again.
//
// On a new revision it is dispatched first, whole, and in the step of Reloaded: only what
// waited for a limit before keeps its turn. What failed on an older revision than the
// newest goes on at once.
//
// A batch that was let go is where it would be without OnReload, and is not held again
// unless it fails on a later revision.

// reloading is what a batch has to do with revisions of the code.
type reloading struct {
	released  int32  // the one on which it was let go: what fails on that is not held
	compares  bool   // how it ends on a later revision is compared with former
	former    ending // how its last invocation ended
	heldSince int64
	heldFor   int64  // before
	replays   uint64 // the batch of which it is a replay; 0 if it is none
}

// onReload is OnReload, where it applies.
func (r *Mapping) onReload() OnReload {
	if r.StopOnError || r.Async {
		return Continue
	}
	return r.OnReload
}

// holds says whether a batch whose attempt ended so is held. What could not be
// published is no fault of the code.
func (m *Machine) holds(b *batch, outcome journal.Outcome) bool {
	if m.mappings[b.mapping].rules.onReload() == Continue || b.revision <= b.released {
		return false
	}
	switch outcome {
	case journal.FunctionError, journal.TimedOut, journal.Exited, journal.InitFailed, journal.BadResponse, journal.PartlyFailed:
		return true
	}
	return false
}

// keep holds a batch that has failed until there is another revision than that on
// which it has.
func (m *Machine) keep(b *batch, outcome journal.Outcome, reason string) {
	m.forget(b)
	b.state, b.waited = batchWaiting, true
	if m.leaveRevoked(b); len(b.spans) == 0 {
		m.finish(b, outcome, "")
		return
	}
	m.warnOfBlocked(b)
	f := m.functions[b.function]
	b.state, b.heldSince, b.compares = batchHeld, m.now, true
	b.former = ending{revision: b.revision, outcome: outcome, reason: reason}
	f.held = append(f.held, b)
	e := m.wholeEntry(journal.BatchHeld, b)
	e.Outcome, e.Reason = outcome, reason
	if b.revision < f.revision {
		m.resume(b)
	}
}

// unkeep ends the hold of a batch, if it is held.
func (m *Machine) unkeep(b *batch, why string) {
	if b.state != batchHeld {
		return
	}
	f := m.functions[b.function]
	f.held = slices.DeleteFunc(f.held, func(other *batch) bool { return other == b })
	b.state = batchWaiting
	b.heldFor += m.now - b.heldSince
	e := m.wholeEntry(journal.BatchReleased, b)
	e.Outcome, e.Reason = b.former.outcome, why
}

// leftReason is why a batch is not held any more that has nothing left.
func (m *Machine) leftReason() string {
	if m.draining {
		return "the run ends"
	}
	return "nothing is left of it here"
}

// resumeHeld tries the batches that are held for a new revision, in the order in which
// they have failed.
func (m *Machine) resumeHeld(f *function) {
	for len(f.held) > 0 {
		m.resume(f.held[0])
	}
}

func (m *Machine) resume(b *batch) {
	m.unkeep(b, fmt.Sprintf("revision %d", m.functions[b.function].revision))
	m.dispatch(b)
}

// letGo lets the batches of a function go on that are held.
func (m *Machine) letGo(in *Input) {
	if in.Function < 0 || int(in.Function) >= len(m.functions) {
		return
	}
	f := m.functions[in.Function]
	for len(f.held) > 0 {
		m.goOn(f.held[0], "it was let go")
	}
}

// goOn lets a held batch go on as if it had failed just now and were not held. A replay
// ends: its records have ended before.
func (m *Machine) goOn(b *batch, why string) {
	m.unkeep(b, why)
	b.released = b.revision
	if b.replays == 0 {
		m.expireWaiting(b)
	}
	if len(b.spans) == 0 {
		m.finish(b, journal.Expired, "")
		return
	}
	m.retry(b, b.former.outcome, b.former.reason)
}

// turnOnReload goes on with a mapping whose OnReload has changed.
func (m *Machine) turnOnReload(mp *mapping, before OnReload) {
	now := mp.rules.onReload()
	if now == Continue {
		for _, b := range slices.Clone(m.functions[mp.rules.Function].held) {
			if b.mapping == mp.id {
				m.goOn(b, "onReload is continue now")
			}
		}
	}
	if before == ReplayLast && now != ReplayLast {
		m.forgetLast(mp)
	}
}

// HeldBatch is a batch that waits for a new revision.
type HeldBatch struct {
	Mapping MappingID
	Batch   uint64
	// Replays is the number of the batch of which it is a replay, 0 if it is none.
	Replays uint64
	// Revision is the one on which it failed, at world time Since; Outcome and Reason
	// are how.
	Revision int32
	Since    int64
	Outcome  journal.Outcome
	Reason   string
	// Spans are its records.
	Spans []Span
}

// Held returns the batches of a function that are held, in the order in which they
// have failed.
func (m *Machine) Held(id FunctionID) []HeldBatch {
	held := make([]HeldBatch, 0, len(m.functions[id].held))
	for _, b := range m.functions[id].held {
		held = append(held, HeldBatch{
			Mapping: b.mapping, Batch: b.number, Replays: b.replays, Revision: b.former.revision, Since: b.heldSince,
			Outcome: b.former.outcome, Reason: b.former.reason, Spans: slices.Clone(b.spans),
		})
	}
	return held
}
