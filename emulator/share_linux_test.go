package emulator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// pythonConfig is a function with a handler in Python.
func pythonConfig(t *testing.T, handler string) emulator.Config {
	t.Helper()
	version, err := exec.Command("python3", "-c", "import sys; print('python%d.%d' % sys.version_info[:2])").Output()
	if err != nil {
		t.Skip("python3 is not installed")
	}
	cfg := oneFunction(nil)
	cfg.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(cfg.Dir, "app.py"), []byte("import time\ndef handler(event, context):\n"+handler), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &cfg.Functions[0]
	f.InProcess, f.Code, f.Handler, f.Runtime = nil, ".", "app.handler", strings.TrimSpace(string(version))
	f.Output, f.Timeout = "", 10*time.Second
	return cfg
}

// endOfFirst runs a function and returns how its first invocation ended.
func endOfFirst(t *testing.T, cfg emulator.Config) journal.Entry {
	t.Helper()
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Value: []byte("x")})
	var first journal.Entry
	s.await(func(e *journal.Entry) bool {
		first = *e
		return e.Kind == journal.InvocationEnded
	})
	return first
}

const burn = "  end = time.process_time() + 0.1\n  while time.process_time() < end: pass\n"

func TestAnInvocationTakesWhatItsShareOfAProcessorWouldHaveCost(t *testing.T) {
	cfg := pythonConfig(t, burn)
	cfg.Functions[0].Memory = 512 << 20
	e := endOfFirst(t, cfg)
	// 100 ms and more are 345 ms and more with 512 of 1,769 MB.
	stretched := time.Duration(e.Measured.CPU) * 1769 / 512
	if e.Measured.CPU < 100e6 || e.Projected < 240e6 || time.Duration(e.Duration) < stretched || e.Billed < 345 {
		t.Errorf("got %+v", e)
	}
	if e.Measured.Memory < 1<<20 {
		t.Errorf("it had %d bytes", e.Measured.Memory)
	}
}

func TestAnInvocationThatWouldHaveTakenTooLongTimesOut(t *testing.T) {
	cfg := pythonConfig(t, burn)
	cfg.Functions[0].Timeout = time.Second
	if e := endOfFirst(t, cfg); e.Outcome != journal.TimedOut || e.Projected <= 0 || e.Measured.Took != 1e9 {
		t.Errorf("got %+v", e)
	}
}

// TestAnInvocationIsThrottledToItsShare: the process stands for what it used too much
// of, so that its duration is real, and nothing is added.
func TestAnInvocationIsThrottledToItsShare(t *testing.T) {
	cfg := pythonConfig(t, burn)
	cfg.CPU, cfg.Functions[0].Memory = "enforce", 512<<20
	e := endOfFirst(t, cfg)
	// What is used last, within 2 ms, is not waited for.
	least := (time.Duration(e.Measured.CPU) - 10*time.Millisecond) * 1769 / 512
	if e.Outcome != journal.Succeeded || e.Measured.CPU < 100e6 || e.Projected != 0 || time.Duration(e.Measured.Took) < least {
		t.Errorf("got %+v, want at least %v", e, least)
	}
}

// TestWhatIsThrottledTimesOut: a process that stands is killed as any other.
func TestWhatIsThrottledTimesOut(t *testing.T) {
	cfg := pythonConfig(t, burn)
	cfg.Functions[0].CPU, cfg.Functions[0].Timeout = "enforce", time.Second
	if e := endOfFirst(t, cfg); e.Outcome != journal.TimedOut || e.Projected != 0 {
		t.Errorf("got %+v", e)
	}
}

func TestNothingIsAddedWhereItIsOff(t *testing.T) {
	cfg := pythonConfig(t, burn)
	cfg.CPU = "off"
	if e := endOfFirst(t, cfg); e.Outcome != journal.Succeeded || e.Projected != 0 || e.Measured.CPU < 100e6 {
		t.Errorf("got %+v", e)
	}
}

func TestMemoryLimit(t *testing.T) {
	for mode, want := range map[string]journal.Outcome{"": journal.Exited, "report": journal.Succeeded, "off": journal.Succeeded} {
		cfg := pythonConfig(t, "  x = bytearray(200 << 20)\n")
		cfg.CPU, cfg.MemoryLimit = "off", mode
		e := endOfFirst(t, cfg)
		if e.Outcome != want || (e.Measured.Memory > 128<<20) != (mode != "off") {
			t.Errorf("memoryLimit %q: got %+v", mode, e)
		}
		if want == journal.Exited && !(strings.HasPrefix(e.Reason, "Runtime.OutOfMemory: RequestId: ") && strings.HasSuffix(e.Reason, "signal: killed")) {
			t.Errorf("got %q", e.Reason)
		}
	}
}

func TestValidateShares(t *testing.T) {
	cfg := emulator.Config{CPU: "forced", MemoryLimit: "kill", Functions: []emulator.Function{{Name: "f", CPU: "on"}}}
	err := cfg.Validate()
	for _, want := range []string{`cpu: "forced" is not one of project, enforce, off`, `memoryLimit: "kill" is not one of enforce, report, off`,
		`functions.f.cpu: "on" is not one of project, enforce, off`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want in it %q", err, want)
		}
	}
}
