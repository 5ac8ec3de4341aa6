package emulatortest

import (
	"context"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Reload replaces the handler of a function, as when its code was saved: invocations
// that run end with the old one, all others begin with the new one, cold. handler is as
// for Function; it must get what the old one gets, records or documents.
func (w *World) Reload(name string, handler any) {
	w.t.Helper()
	set, err := adapt(handler)
	if err != nil {
		w.t.Fatalf("reload function %q: %v", name, err)
	}
	e := w.started()
	defer w.pulse.busy()()
	err = e.Deploy(context.Background(), name, func(f *emulator.Function) {
		f.InProcess, f.Handle = nil, nil
		set(f)
	})
	if err != nil {
		w.t.Fatalf("reload function %q: %v", name, err)
	}
	w.rest()
}
