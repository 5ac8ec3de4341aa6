package emulatortest

import (
	"path/filepath"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// Start is Run in real time: the emulator is reached over TCP on a free port of
// 127.0.0.1, children and processes of cfg are run, and Advance waits. It is
// stopped at the end of the test. A nil Seed is 1.
func Start(t testing.TB, cfg emulator.Config, options ...RunOption) *World {
	t.Helper()
	s := settings{idleLimit: realIdleLimit}
	for _, option := range options {
		option(&s)
	}
	if cfg.Kafka.Port == nil {
		cfg.Kafka.Port = new(0)
	}
	w := newWorld(t, cfg, nil, s)
	t.Cleanup(w.end)
	return w
}

// Load reads a coldbrook.yaml, which ends the test with every mistake in it. Paths
// in it stay relative to its folder.
func Load(t testing.TB, path string) emulator.Config {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatalf("load %s:\n%s", filepath.ToSlash(path), inLines(err))
	}
	return cfg
}
