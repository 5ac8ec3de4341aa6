//go:build unix

package process

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// TestFlushHandsOnWhatWasWritten races the reader for every line.
func TestFlushHandsOnWhatWasWritten(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var lines []string
	p := newPipe("stdout", r, func(_, line string) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, line)
	})
	go p.read()
	for n := range 2000 {
		fmt.Fprintf(w, "%d\n", n)
		p.flush()
		mu.Lock()
		if len(lines) != n+1 || lines[n] != fmt.Sprint(n) {
			t.Fatalf("got %d lines after %d and a flush", len(lines), n+1)
		}
		mu.Unlock()
	}
	fmt.Fprint(w, "no end of line")
	p.flush()
	w.Close()
	<-p.done
	p.flush() // of a pipe that is closed
	if got := lines[len(lines)-1]; len(lines) != 2001 || got != "no end of line" {
		t.Errorf("got %d lines and %q at the end, want the rest of the pipe", len(lines), got)
	}
}

// TestFinishHandsOnWhatWasWritten though the reader gets no processor for so long that the
// time for the rest is over when it begins to read that.
func TestFinishHandsOnWhatWasWritten(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() // a stranger holds the pipe
	var lines []string
	p := newPipe("stdout", r, func(_, line string) { lines = append(lines, line) })
	p.silence = -1
	fmt.Fprint(w, "a\nno end of line")
	p.finished.Store(true)
	p.read()
	if got := fmt.Sprintf("%q", lines); got != `["a" "no end of line"]` {
		t.Errorf("got %s, want both lines", got)
	}
}
