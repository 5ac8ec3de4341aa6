package emulator

import "github.com/coldbrook-dev/coldbrook/emulator/platform"

// ReloadStatus is the revision of a function, and what is done for the next.
type ReloadStatus struct {
	// Revision is the one that serves; 0 if there is none yet, and its records wait.
	Revision int32 `json:"revision"`
	// Next says what is done for the next revision: "building", "starting", "" = nothing.
	Next string `json:"next,omitempty"`
	// Failed is the attempt that went wrong, until there is a revision that serves.
	Failed *FailedRevision `json:"failed,omitempty"`
	// Held is how many batches wait for the next revision (OnReload).
	Held int `json:"held,omitempty"`
}

func (r *reloader) status(id platform.FunctionID) ReloadStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.functions[id]
	if f == nil { // it was removed meanwhile
		return ReloadStatus{}
	}
	return ReloadStatus{Revision: f.live, Next: f.phase, Failed: f.failed}
}
