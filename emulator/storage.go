package emulator

import (
	"cmp"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// storage checks the size of /tmp (docs: configuration-ephemeral-storage).
func (v *validation) storage(path string, f *Function) {
	if f.EphemeralStorage == 0 {
		return
	}
	p, at := &v.profile.Function, Path(path, "ephemeralStorage")
	within(v, at, f.EphemeralStorage, p.StorageMin, p.StorageMax, showMegabytes)
	if f.EphemeralStorage%(1<<20) != 0 {
		v.add(at, showMegabytes(f.EphemeralStorage), fmt.Sprintf("%s is not in steps of 1MB", showMegabytes(f.EphemeralStorage)), "")
	}
}

// checkStorage says, once for a function, that its temporary files are larger than
// its /tmp. The goroutine of an environment calls it.
func (e *Emulator) checkStorage(id platform.FunctionID, bytes int64) {
	of := e.parts().functions[id]
	f := of.config
	limit := cmp.Or(f.EphemeralStorage, e.cfg.functionProfile(f).Function.StorageDefault)
	if bytes <= limit || of.launcher.toldStorage.Swap(true) {
		return
	}
	e.conductor.note(journal.Entry{Kind: journal.Warning, Function: f.Name, Text: fmt.Sprintf(
		"%s of temporary files are over its ephemeralStorage of %s: on AWS a write fails with \"No space left on device\", here none does",
		journal.Bytes(bytes), showMegabytes(limit))})
}
