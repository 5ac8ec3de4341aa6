package emulator

import (
	"cmp"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// onReload says what becomes of the batches of a function when its code was saved.
func (c *Config) onReload(f *Function) platform.OnReload {
	switch cmp.Or(f.OnReload, c.OnReload) {
	case "retry":
		return platform.Retry
	case "replay-last":
		return platform.ReplayLast
	}
	return platform.Continue
}
