package platform

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// launch starts the processes of an environment, which must have none.
func (w *world) launch(a Action) {
	if _, runs := w.envs[a.Environment]; runs || w.gone[a.Environment] {
		w.t.Fatalf("environment %d is launched: its processes run %v, it is gone %v", a.Environment, runs, w.gone[a.Environment])
	}
	if before := w.launches[a.Environment]; a.Launch != before+1 {
		w.t.Fatalf("environment %d: launch %d comes after %d", a.Environment, a.Launch, before)
	}
	w.launches[a.Environment] = a.Launch
	w.called[a.Environment] = false
	w.envs[a.Environment] = a.Function
	w.pending = append(w.pending, Input{Kind: Ready, Environment: a.Environment, Launch: a.Launch, Took: 1000})
}

// checkLife checks that an environment is not used again when its life is over.
func (w *world) checkLife(e *journal.Entry) {
	environment := w.m.environments[EnvironmentID(e.Environment)]
	if environment == nil || e.Reason == journal.Cold {
		return // it was started for the invocation
	}
	if environment.ends != 0 && e.At >= environment.ends {
		w.t.Fatalf("environment %d, whose life was over at %d, begins an invocation at %d", e.Environment, environment.ends, e.At)
	}
}

// checkReset checks that an environment is not reset while its invocation is open.
func (w *world) checkReset(e *journal.Entry) {
	for _, a := range w.running {
		if s := w.stories[a.Invocation]; s.environment == EnvironmentID(e.Environment) && !s.ended {
			w.t.Fatalf("environment %d is reset before its invocation %d has ended: %s", e.Environment, a.Invocation, e.Reason)
		}
	}
}

// checkEnvironments checks what environments say of their processes and batches.
func checkEnvironments(t fataler, m *Machine, f *function) {
	for _, e := range f.live {
		isIdle := slices.Contains(f.idle, e) || slices.Contains(f.ready, e)
		switch {
		case m.environments[e.id] != e:
			t.Fatalf("environment %d is not known", e.id)
		case isIdle != (e.state == environmentIdle):
			t.Fatalf("environment %d stands with the idle ones: %v, state %d", e.id, isIdle, e.state)
		case e.isReset && !isIdle:
			t.Fatalf("environment %d has no processes in state %d", e.id, e.state)
		case isIdle && (e.batch != nil || e.timer.index == 0 && !e.provisioned && !f.rules.Debugged || e.isOver(m.now)):
			t.Fatalf("environment %d is idle at %d: batch %v, timer %d, life ends at %d", e.id, m.now, e.batch != nil, e.timer.index, e.ends)
		case e.state == environmentBusy && e.batch == nil:
			t.Fatalf("environment %d is busy with nothing", e.id)
		case e.batch != nil && e.batch.environment != e:
			t.Fatalf("environment %d has batch %d, which has another", e.id, e.batch.number)
		case e.ends != 0 && (e.ends < f.rules.LifeMin || f.rules.LifeMax == 0):
			t.Fatalf("environment %d lives until %d", e.id, e.ends)
		}
	}
	for i, e := range f.idle {
		if slices.Contains(f.idle[i+1:], e) {
			t.Fatalf("environment %d is idle twice", e.id)
		}
	}
}

// environmentIDs are the environments that live, in order.
func (w *world) environmentIDs() []EnvironmentID {
	ids := make([]EnvironmentID, 0, len(w.envs))
	for id := range w.envs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// isStarting says whether an environment's init has not ended yet.
func (w *world) isStarting(id EnvironmentID) bool {
	return slices.ContainsFunc(w.pending, func(in Input) bool {
		return in.Kind == Ready && in.Environment == id && in.Launch == w.launches[id]
	})
}

// forgetEnvironment takes an environment out of the world, with its init or the
// invocation that it runs.
func (w *world) forgetEnvironment(id EnvironmentID) {
	delete(w.envs, id)
	w.pending = slices.DeleteFunc(w.pending, func(in Input) bool {
		return in.Kind == Ready && in.Environment == id && in.Launch == w.launches[id]
	})
	for invocation, a := range w.running {
		if a.Environment == id {
			delete(w.running, invocation)
		}
	}
}
