package emulator

// redeploy makes a new revision of a function whose settings were changed. The
// conductor calls it; it does not block.
func (e *Emulator) redeploy(i int, f Function) {}

// rewatch watches the files of the configuration that counts now. The conductor calls
// it; it does not block.
func (e *Emulator) rewatch() {}
