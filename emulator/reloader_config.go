package emulator

import "context"

// reloadConfig reads the configuration again. (Helper turn's.)
func (e *Emulator) reloadConfig(context.Context) {}
