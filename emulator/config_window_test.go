package emulator

import (
	"testing"
	"time"
)

// TestFileThatIsSavedBeforeItIsWatched: between its reading and its first watch, too.
func TestFileThatIsSavedBeforeItIsWatched(t *testing.T) {
	r := &fileRun{t: t, got: make(chan string, 1)}
	r.start(Reload{Watch: true, Read: func() (Config, error) {
		c := r.config()
		c.Functions[0].Timeout = 9 * time.Second
		return c, nil
	}})
	for begun := time.Now(); r.last().Kind == 0; time.Sleep(5 * time.Millisecond) { // why: the entry tells nobody
		if time.Since(begun) > 30*time.Second {
			t.Fatal("nothing was reloaded")
		}
	}
	r.expect("functions.ship.timeout: 9s in place of unset")
}
