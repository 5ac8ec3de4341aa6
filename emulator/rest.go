package emulator

import (
	"context"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// idlePoll is how often Idle looks in real time.
const idlePoll = 2 * time.Millisecond

// Now is how long the run has lasted, in world time.
func (e *Emulator) Now() time.Duration { return time.Duration(e.conductor.now()) }

// Progress grows whenever the run gets on in virtual time: a number that stands
// still, while something is to be done, says that virtual time does.
func (e *Emulator) Progress() uint64 { return e.conductor.progress.Load() }

// Rest returns when everything has happened that happens at this moment of
// virtual time, or with the cause of ctx. In real time it returns when the
// conductor has taken what reached it before.
func (e *Emulator) Rest(ctx context.Context) error {
	if e.conductor.settle == nil {
		return e.conductor.do(ctx, func() {})
	}
	return e.conductor.awaitRest(ctx, nil)
}

// Idle returns when every record of every mapping is in a terminal state, no
// invocation is open, no event queued and no commit under way, or with the cause of ctx. Mappings
// of skipped functions are left out.
func (e *Emulator) Idle(ctx context.Context) error {
	if e.conductor.settle != nil {
		return e.conductor.awaitRest(ctx, e.isIdle)
	}
	ticker := time.NewTicker(idlePoll)
	defer ticker.Stop()
	for {
		idle := false
		if err := e.conductor.do(ctx, func() { idle = e.isIdle() }); err != nil {
			return err
		}
		if idle {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// isIdle is called by the conductor.
func (e *Emulator) isIdle() bool {
	m := e.conductor.machine
	return len(e.conductor.pause.waiting) == 0 && m.InFlight() == 0 && m.OpenRequests() == 0 && !e.isCommitting() && len(e.outstandingFrom(m.Position)) == 0
}

// isCommitting reports whether offsets are still to be committed: what ended is
// delivered again if they cannot be.
func (e *Emulator) isCommitting() bool {
	return slices.ContainsFunc(e.parts().mappings, func(m *mappingPart) bool { return m.source.IsCommitting() })
}

// MappingInfo is an event source mapping of the configuration. Skipped says why
// its function is not run, "" if it is.
type MappingInfo struct{ Group, Topic, Function, Skipped string }

// EventSources returns the event source mappings, those of skipped functions too.
func (e *Emulator) EventSources() []MappingInfo {
	var all []MappingInfo
	p := e.parts()
	for _, m := range p.mappings {
		if !m.removed {
			all = append(all, MappingInfo{Group: m.mapping, Topic: m.topic, Function: m.function, Skipped: e.skipped(p.functions[m.owner].id)})
		}
	}
	return all
}

// positions is where a mapping stands in a partition, if that is assigned.
type positions func(platform.MappingID, int32) (int64, bool)
