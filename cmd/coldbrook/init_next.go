package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// nextSteps says what to do with a project that was taken over: run it, and see one of its
// functions do something.
func nextSteps(cfg *emulator.Config) string {
	next := "coldbrook dev"
	if cfg.Dir != "." {
		next += " " + shellWord(filepath.ToSlash(cfg.Dir))
	}
	return fmt.Sprintf("now: %s\n%s%s", next, firstEvent(cfg), longWindows(cfg))
}

// firstEvent is the command that gives a function something to do, from another terminal.
func firstEvent(cfg *emulator.Config) string {
	where := ""
	if cfg.Dir != "." {
		where = " --instance " + shellWord(filepath.ToSlash(cfg.Dir))
	}
	for i := range cfg.Functions {
		if len(cfg.Functions[i].Events) > 0 {
			return fmt.Sprintf("then, elsewhere: echo '{\"id\": 1}' | coldbrook produce %s%s\n", shellWord(cfg.Functions[i].Events[0].Topic), where)
		}
	}
	if len(cfg.Functions) == 0 {
		return ""
	}
	return fmt.Sprintf("then, elsewhere: coldbrook invoke %s%s -d '{\"id\": 1}'\n", shellWord(cfg.Functions[0].Name), where)
}

// patience is how long somebody who tries a project out waits for a record to be handled
// before it looks as if nothing worked.
const patience = 10 * time.Second

// longWindows names the triggers whose batches wait for longer than that. Templates of
// production, and samples, have windows of up to five minutes.
func longWindows(cfg *emulator.Config) string {
	var b strings.Builder
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		for j, e := range f.Events {
			if e.BatchWindow == nil || *e.BatchWindow <= patience {
				continue
			}
			key := f.Name
			if len(f.Events) > 1 {
				key = fmt.Sprintf("functions.%s.events[%d].kafka", f.Name, j)
			}
			fmt.Fprintf(&b, "note: %s waits up to %v for a batch of %s to fill; while it runs, coldbrook set %s shortens that\n",
				f.Name, strings.Replace(e.BatchWindow.String(), "m0s", "m", 1), e.Topic, shellWord(key+".batchWindow=1s"))
		}
	}
	return b.String()
}
