package runtimeapi

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestStorageOfAFolder counts the temporary files alone, also those in folders, and
// gives up on very many.
func TestStorageOfAFolder(t *testing.T) {
	f, err := newFolder("")
	if err != nil {
		t.Fatal(err)
	}
	defer f.remove()
	write := func(path string, n int) {
		if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(f.runtime(), "bootstrap"), 1000)
	if got := f.storage(); got != 0 {
		t.Errorf("empty: got %d bytes", got)
	}
	inner := filepath.Join(f.temp(), "a", "b")
	if err := os.MkdirAll(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(f.temp(), "x"), 300)
	write(filepath.Join(inner, "y"), 5)
	if got := f.storage(); got != 305 {
		t.Errorf("got %d bytes, want 305", got)
	}
	for i := range storageWalk + 10 {
		write(filepath.Join(inner, fmt.Sprint(i)), 1)
	}
	if got := f.storage(); got < storageWalk-10 || got >= storageWalk+10 {
		t.Errorf("got %d bytes of %d files, want that it gave up", got, storageWalk+11)
	}
	f.remove()
	if got := f.storage(); got != 0 {
		t.Errorf("removed: got %d bytes", got)
	}
}
