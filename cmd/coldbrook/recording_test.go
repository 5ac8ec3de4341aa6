package main

import (
	"path/filepath"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

func TestPatternOfAJournal(t *testing.T) {
	dir := t.TempDir()
	for file, want := range map[string]string{
		"run.journal":         "/run.journal",
		"logs/a [1]*.j":       `/logs/a [[]1][*].j`,
		"../beside/run.j":     "../beside/run.j",
		"logs/../run.journal": "/run.journal",
	} {
		got := patternOf(dir, filepath.Join(dir, file))
		if got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
		if err := reload.CheckPattern(got); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
