package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// sortLag sorts partitions: that with most left first.
func sortLag(lag []lagging) {
	slices.SortFunc(lag, func(a, b lagging) int {
		return cmp.Or(cmp.Compare(b.records, a.records), compareSpots(a.spot, b.spot))
	})
}

// progress shows on stderr how far the recording is: once a second on a terminal, where the
// line is drawn again, every 10 s elsewhere. The returned function ends it.
func (t *take) progress() (stop func()) {
	f, ok := t.stderr.(*os.File)
	terminal := ok && term.IsTerminal(f.Fd())
	interval := progressElse
	if terminal {
		interval = progressTerminal
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		before, shown := int64(0), false
		for {
			select {
			case <-done:
				if terminal && shown {
					fmt.Fprint(t.stderr, "\r\x1b[K")
				}
				return
			case <-ticker.C:
				var line string
				line, before = t.progressLine(before, interval)
				if shown = true; terminal {
					line = redrawn(line, f)
				} else {
					line += "\n"
				}
				fmt.Fprint(t.stderr, line)
			}
		}
	})
	return func() {
		close(done)
		wg.Wait()
	}
}

// redrawn is a line as it replaces the one before on a terminal: it must not be broken.
// It is ASCII, as names of topics are.
func redrawn(line string, terminal *os.File) string {
	width, _, err := term.GetSize(terminal.Fd())
	if err == nil && width > 1 && len(line) >= width {
		line = line[:width-1]
	}
	return "\r" + line + "\x1b[K"
}

// progressLine says how far the recording is; before is how many records there were an
// interval ago.
func (t *take) progressLine(before int64, interval time.Duration) (line string, records int64) {
	t.mu.Lock()
	done, lag := t.shown, t.lag
	t.mu.Unlock()
	line = fmt.Sprintf("recorded %s records (%s), %s/s", report.Count(uint64(done.records)), journal.Bytes(done.bytes),
		report.Count(uint64(float64(done.records-before)/interval.Seconds())))
	if len(lag) == 0 {
		return line, done.records
	}
	var total int64
	var parts []string
	for i, l := range lag {
		total += l.records
		if i < lagShown {
			parts = append(parts, l.String()+" "+report.Count(uint64(l.records)))
		}
	}
	if len(lag) > lagShown {
		parts = append(parts, "...")
	}
	return line + fmt.Sprintf(", lag %s: %s", report.Count(uint64(total)), strings.Join(parts, ", ")), done.records
}

// lagShown is of how many partitions the progress shows the lag.
const lagShown = 4
