package cases

import (
	"path/filepath"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// runOptions are those of a run in virtual time. It begins when the traffic did that goes in,
// if its fixture says when that was: handlers compare times in values with the timestamps of
// records, and must not find them in the future.
func (p *play) runOptions() []emulatortest.RunOption {
	options := []emulatortest.RunOption{emulatortest.Watchdog(hangs)}
	if at := p.base(); !at.IsZero() {
		options = append(options, emulatortest.Epoch(at))
	}
	return options
}

// Between which times virtual time can begin: bubbles begin in the year 2000, and what is
// centuries away is a mistake, of which nanoseconds would run over.
var (
	earliestBase = time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)
	latestBase   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// base is the time base of the first input, zero if it has none that can be used. What is
// wrong with the file is said when it is produced.
func (p *play) base() time.Time {
	f, err := fixtures.Open(p.inputPath(p.c.Inputs[0]))
	if err != nil {
		return time.Time{}
	}
	defer f.Close()
	if at := f.Header().Base; at.After(earliestBase) && at.Before(latestBase) {
		return at
	}
	return time.Time{}
}

// inputPath is where an input is.
func (p *play) inputPath(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.c.Dir, filepath.FromSlash(name))
}
