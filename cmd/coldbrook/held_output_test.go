package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestHeldOutputComesWhenItIsReleased(t *testing.T) {
	var out bytes.Buffer
	h := &heldOutput{to: &out}
	fmt.Fprintln(h, "before")
	h.hold()
	fmt.Fprintln(h, "meanwhile")
	if out.String() != "before\n" {
		t.Errorf("while it is held: got %q", out.String())
	}
	h.release()
	fmt.Fprintln(h, "after")
	if got, want := out.String(), "before\nmeanwhile\nafter\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is too much is dropped from the front, and that is said.
func TestHeldOutputIsBounded(t *testing.T) {
	for _, size := range []int{100, heldOutputMost/2 + 1, heldOutputMost, heldOutputMost + 7} {
		var out bytes.Buffer
		h := &heldOutput{to: &out}
		h.hold()
		wrote := 0
		for wrote <= 2*heldOutputMost {
			n, err := fmt.Fprint(h, strings.Repeat("x", size-1)+"y")
			if n != size || err != nil {
				t.Fatalf("a write of %d: got %d, %v", size, n, err)
			}
			wrote += n
		}
		h.release()
		note, kept, _ := strings.Cut(out.String(), "\n")
		if want := fmt.Sprintf("note: %d bytes of output were dropped", wrote-heldOutputMost); !strings.HasPrefix(note, want) || len(kept) != heldOutputMost || !strings.HasSuffix(kept, "y") {
			t.Errorf("writes of %d: got %q and %d bytes", size, note, len(kept))
		}
	}
}
