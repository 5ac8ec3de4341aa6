package platform

import "slices"

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
	return slices.ContainsFunc(w.pending, func(in Input) bool { return in.Kind == Ready && in.Environment == id })
}

// forgetEnvironment takes an environment out of the world, with its init or the
// invocation that it runs.
func (w *world) forgetEnvironment(id EnvironmentID) {
	delete(w.envs, id)
	w.pending = slices.DeleteFunc(w.pending, func(in Input) bool { return in.Kind == Ready && in.Environment == id })
	for invocation, a := range w.running {
		if a.Environment == id {
			delete(w.running, invocation)
		}
	}
}
