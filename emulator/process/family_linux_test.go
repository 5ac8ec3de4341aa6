package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSettledMarkOfAProcessThatExecutes asks for the mark of one that becomes another program
// again and again: while it does, it has no environment to be seen.
func TestSettledMarkOfAProcessThatExecutes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "again")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec \"$0\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path)
	cmd.Env = append(os.Environ(), markVariable+"=me")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	unseen := 0
	for range 2_000 {
		if mark(cmd.Process.Pid) == "" {
			unseen++
		}
		if got := settledMark(cmd.Process.Pid); got != markVariable+"=me" {
			t.Fatalf("got %q", got)
		}
	}
	t.Logf("%d times of 2,000 the system showed no mark", unseen)
}
