package platform

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A function's code has revisions. An environment has the one that its processes were
// started with, for as long as it lives. When there is a new one,
//   - idle environments of older ones are stopped, also those that were reset and have no
//     processes;
//   - one whose init ran before the first invocation is ended, for nothing has begun on
//     it: a batch that waited for it gets one of the new revision, in the same place, with
//     the cold start of any. That is no attempt, no throttle, and no new environment to
//     the rate of those;
//   - an invocation that has begun ends on the revision it began with, an init inside it
//     included, and within the timeout that it has. Its environment is stopped then: it is
//     never idle, and never started again;
//   - provisioned environments are replaced in the same way, each on its own and at once.
//
// None of this is a rule of a cloud. There a new version is allocated beside the old one,
// in minutes; here somebody has saved a file, and waits.

// reloaded takes a new revision of a function's code. One that is not newer is ignored.
func (m *Machine) reloaded(in *Input) {
	if in.Function < 0 || int(in.Function) >= len(m.functions) {
		return
	}
	f := m.functions[in.Function]
	if in.Revision <= f.revision {
		return
	}
	f.revision = in.Revision
	for _, e := range slices.Clone(f.live) { // those that are stopped leave it
		m.renew(e)
	}
	m.resumeHeld(f)
	m.replayLast(f)
}

// renew ends an environment of an older revision unless an invocation has begun on it,
// and starts one of the new revision for the batch that waits for it.
func (m *Machine) renew(e *environment) {
	b := e.batch
	if b != nil && b.state != batchLaunching {
		return
	}
	if e.state == environmentStarting {
		// Its init may hang, and its limit is not watched any more.
		m.act(Action{Kind: Kill, Function: e.function.id, Environment: e.id})
	}
	m.stopRetired(e)
	if b != nil {
		m.launchAgain(b)
	}
}

// launchAgain starts another environment for a batch whose environment was stopped before
// anything began on it: in its room, before all that waits for some.
func (m *Machine) launchAgain(b *batch) {
	next := &environment{function: m.functions[b.function], batch: b}
	next.timer.environment = next
	b.environment = next
	m.start(next)
}

// isOld says that there is a newer revision than that of an environment.
func (e *environment) isOld() bool { return e.revision < e.function.revision }

func (m *Machine) stopRetired(e *environment) {
	if e.isOld() {
		m.stop(e, fmt.Sprintf("revision %d", e.function.revision))
		return
	}
	m.stop(e, Recycled)
}

// journalled is a revision as entries have it: 0 for the first.
func journalled(revision int32) int32 {
	if revision <= 1 {
		return 0
	}
	return revision
}

// invocationEntry is wholeEntry about the last invocation of a batch.
func (m *Machine) invocationEntry(kind journal.Kind, b *batch) *journal.Entry {
	e := m.wholeEntry(kind, b)
	e.Revision = journalled(b.revision)
	return e
}
