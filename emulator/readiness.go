package emulator

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Readiness is what a run waits for before it can be used, and what it has not handled.
type Readiness struct {
	// Missing is what is not up yet, a sentence each; empty if the run is ready: the code
	// of every function serves or the function is skipped, every partition of every
	// mapping is assigned, and every process was started.
	Missing []string `json:"missing,omitempty"`
	// Skipped are the functions that this machine cannot run, and why.
	Skipped []string `json:"skipped,omitempty"`
	// Unfinished are the records that are in no terminal state.
	Unfinished []Outstanding `json:"unfinished,omitempty"`
	// Busy says that invocations are open, events queued or commits under way.
	Busy bool `json:"busy,omitempty"`
}

// IsReady says that all is up.
func (r *Readiness) IsReady() bool { return len(r.Missing) == 0 }

// IsIdle says that all is up, and every record handled.
func (r *Readiness) IsIdle() bool {
	return r.IsReady() && !r.Busy && len(r.Unfinished) == 0
}

// Readiness returns how far the run is, or the cause of ctx if that ends before the
// conductor has answered. Before Run nothing is up.
func (e *Emulator) Readiness(ctx context.Context) (Readiness, error) {
	var r Readiness
	select {
	case <-e.serving:
	default:
		r.Missing = append(r.Missing, "the run is being started")
	}
	p := e.parts()
	for _, f := range p.present() {
		name := f.config.Name
		if why := e.skipped(f.id); why != "" {
			r.Skipped = append(r.Skipped, fmt.Sprintf("function %q: %s", name, why))
		} else if !f.launcher.isReady() {
			r.Missing = append(r.Missing, fmt.Sprintf("function %q: %s", name, e.reloader.unserved(f.id)))
		}
	}
	for _, s := range p.processes {
		if s.status().Starts == 0 {
			r.Missing = append(r.Missing, fmt.Sprintf("process %q: not started yet", s.cfg.Name))
		}
	}
	err := e.conductor.do(ctx, func() {
		r.Missing = append(r.Missing, e.unassigned(p)...)
		r.Unfinished = e.outstandingFrom(e.conductor.machine.Position)
		r.Busy = !e.isIdle() && len(r.Unfinished) == 0
	})
	return r, err
}

// unassigned says which mappings, of functions that serve, have partitions that nobody
// reads yet. The conductor calls it.
func (e *Emulator) unassigned(p *parts) (all []string) {
	partitions := map[string]int{}
	for _, t := range e.broker.Topics() {
		partitions[t.Name] = len(t.Partitions)
	}
	for i, m := range p.mappings {
		if m.removed || !p.functions[m.owner].launcher.isReady() || e.skipped(m.owner) != "" {
			continue
		}
		assigned, of := 0, partitions[m.rules.Topic]
		for partition := range of {
			if _, ok := e.conductor.machine.Position(platform.MappingID(i), int32(partition)); ok {
				assigned++
			}
		}
		if assigned < of {
			all = append(all, fmt.Sprintf("mapping %q: %d of %d partitions of %q are assigned", m.mapping, assigned, of, m.rules.Topic))
		}
	}
	return all
}

// unserved says why no revision of a function serves.
func (r *reloader) unserved(id platform.FunctionID) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	switch {
	case f == nil || f.newest == nil:
		return "not begun yet"
	case f.failed != nil && f.newest.ended:
		return "no revision of it serves: " + f.failed.Error
	case f.phase == phaseStarting:
		return "being started"
	}
	return "being built"
}

// readyPoll is how often AwaitReady looks.
const readyPoll = 5 * time.Millisecond

// AwaitReady returns when the run is ready; Run must have been called, or be called
// beside it. If ctx or the run ends before, it returns what was missing last, with the
// cause of ctx, or that the run has ended. A run in which partitions move, as after a client joined a
// mapping's group, is not ready for as long.
func (e *Emulator) AwaitReady(ctx context.Context) (Readiness, error) {
	ticker := time.NewTicker(readyPoll)
	defer ticker.Stop()
	last := Readiness{Missing: []string{"the run is being started"}}
	asking, cancel := context.WithCancel(ctx) // the conductor of a run that has ended answers nobody
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		select {
		case <-e.ended:
			cancel()
		case <-asking.Done():
		}
	})
	for {
		if r, err := e.Readiness(asking); err == nil {
			last = r
			if r.IsReady() {
				return r, nil
			}
		}
		select {
		case <-ticker.C:
		case <-e.ended:
			return last, errEnded
		case <-ctx.Done():
			return last, context.Cause(ctx)
		}
	}
}
