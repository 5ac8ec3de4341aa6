package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// heldOutputMost is how much is held back at most; what is over it is dropped from the front.
const heldOutputMost = 1 << 20

// heldOutput is a writer that keeps what it is given while the terminal is drawn on, and
// writes it when that is over. Its methods are safe for concurrent use.
type heldOutput struct {
	mu   sync.Mutex // guards all below
	to   io.Writer
	held bool
	text bytes.Buffer
	gone int // bytes that were dropped
}

// Write implements io.Writer.
func (h *heldOutput) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.held {
		return h.to.Write(b)
	}
	n := len(b)
	if over := h.text.Len() + n - heldOutputMost; over > 0 {
		old := len(h.text.Next(over))
		b = b[over-old:]
		h.gone += over
	}
	h.text.Write(b)
	return n, nil
}

// hold begins to keep.
func (h *heldOutput) hold() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = true
}

// release writes what was kept, behind a note of what was not, and keeps nothing from now
// on.
func (h *heldOutput) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = false
	if h.gone > 0 {
		fmt.Fprintf(h.to, "note: %d bytes of output were dropped before this: the last %d are kept while the terminal UI is shown\n", h.gone, heldOutputMost)
	}
	h.to.Write(h.text.Bytes()) // where it went is closed, or shows it
	h.text.Reset()
	h.gone = 0
}
