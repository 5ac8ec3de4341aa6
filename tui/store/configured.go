package store

import (
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// configured takes what was changed while the run went on: by hand, or in the
// configuration file.
func (f *Flow) configured(e *journal.Entry) {
	if e.Kind == journal.ConfigReloaded {
		f.ConfigBroken, f.configBrokenAt = "", 0
		if e.Outcome != journal.Succeeded {
			f.ConfigBroken, f.configBrokenAt = e.Reason, e.At
			return
		}
	}
	for line := range strings.Lines(e.Text) {
		path, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if rest, isFunction := strings.CutPrefix(path, "functions."); ok && isFunction {
			name, key, _ := strings.Cut(rest, ".")
			if d := f.Function(name); d != nil {
				d.configure(key, value)
			}
		}
	}
}

// configure takes the new value of a key, as the journal says it: "10 in place of 100".
func (d *Function) configure(key, value string) {
	word, _, _ := strings.Cut(value, " ")
	switch key {
	case "":
		d.Removed = word == "removed"
	case "reservedConcurrency":
		if n, err := strconv.Atoi(word); err == nil && n >= 0 {
			d.Limit = n
		} else if word == "unset" {
			d.Limit = -1
		}
	case "timeout":
		took, err := time.ParseDuration(word)
		if err != nil {
			took = 0 // not known
		}
		d.Timeout = int64(took)
	}
}
