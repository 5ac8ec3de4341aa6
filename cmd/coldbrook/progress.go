package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
)

// Intervals of progress: on a terminal, where the line is drawn again, and
// elsewhere, where lines add up.
const (
	progressTerminal = time.Second
	progressElse     = 10 * time.Second
)

// showProgress shows a line on w again and again while a command is slow; line makes it, and
// is told how long it is since the one before. The returned function ends it.
func showProgress(w io.Writer, line func(since time.Duration) string) (stop func()) {
	interval, head, tail := progressElse, "", "\n"
	f, ok := w.(*os.File)
	terminal := ok && term.IsTerminal(f.Fd())
	if terminal {
		interval, head, tail = progressTerminal, "\r", "\x1b[K"
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		shown := false
		for {
			select {
			case <-done:
				if terminal && shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			case <-ticker.C:
				fmt.Fprint(w, head, line(interval), tail)
				shown = true
			}
		}
	})
	return func() {
		close(done)
		wg.Wait()
	}
}
