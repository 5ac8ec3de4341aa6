package emulatortest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
)

// failure names the environment variable that makes this binary, when a test runs
// it again, fail in the way it says.
const failure = "TEST_FAILURE"

// fails runs this binary again with a test that fails, and returns what it printed.
func fails(t *testing.T, how string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFailure$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), failure+"="+how)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("%s: the test passed:\n%s", how, out)
	}
	return string(out)
}

// TestFailure is no test of its own: others run it again to see it fail.
func TestFailure(t *testing.T) {
	how := os.Getenv(failure)
	fail, ok := failures[how]
	if !ok {
		t.Skip("nothing is to fail")
	}
	fail(t)
}

var failures = map[string]func(t *testing.T){
	"processes": func(t *testing.T) {
		emulatortest.Run(t, emulatortest.Load(t, "testdata/processes/coldbrook.yaml"),
			func(_ *testing.T, w *emulatortest.World) { w.Idle() })
	},
	"fatal": func(t *testing.T) {
		failing(t, 7, func(t *testing.T, w *emulatortest.World, _ string) {
			w.Produce("flaky", emulatortest.Record("k", "v"))
			w.Advance(time.Minute)
			t.Fatal("as planned")
		})
	},
	"panic": func(t *testing.T) {
		failing(t, 7, func(t *testing.T, w *emulatortest.World, _ string) {
			w.Produce("flaky", emulatortest.Record("k", "v"))
			w.Advance(time.Minute)
			panic("as planned")
		})
	},
	"fatal in the middle of an invocation": func(t *testing.T) {
		failing(t, 7, func(t *testing.T, w *emulatortest.World, _ string) {
			w.Produce("hanging", emulatortest.Record("k", "v"))
			w.Advance(20 * time.Millisecond)
			t.Fatal("as planned")
		})
	},
	"fatal in real time": func(t *testing.T) {
		w := startFailing(t)
		w.Produce("hanging", emulatortest.Record("k", "hang"))
		await(t, func() bool { return len(journalOf(w, isStartOf("hanging"))) > 0 })
		t.Fatal("as planned")
	},
	"panic in real time": func(t *testing.T) {
		w := startFailing(t)
		w.Produce("hanging", emulatortest.Record("k", "hang"))
		await(t, func() bool { return len(journalOf(w, isStartOf("hanging"))) > 0 })
		panic("as planned")
	},
}

// leftovers is what a test may leave behind: everything it starts has a variable
// in its environment, and its temporary folders in a folder of its own.
type leftovers struct {
	mark, temp string
	goroutines int
}

func watchLeftovers(t *testing.T) *leftovers {
	t.Helper()
	l := &leftovers{mark: fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano()), temp: t.TempDir(), goroutines: len(goroutines())}
	t.Setenv("LEFTOVERS", l.mark)
	t.Setenv("TMPDIR", l.temp)
	return l
}

// check fails the test for what is left.
func (l *leftovers) check(t *testing.T) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(patience); ; runtime.Gosched() {
		if left = l.list(); len(left) == 0 || time.Now().After(deadline) {
			break
		}
	}
	for _, what := range left {
		t.Errorf("left behind: %s", what)
	}
}

// list is what there is now; what is just ending may be in it.
func (l *leftovers) list() []string {
	left, _ := filepath.Glob(filepath.Join(l.temp, "coldbrook-*"))
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // on Linux only
	for _, path := range environments {
		environment, err := os.ReadFile(path)
		if err == nil && bytes.Contains(environment, []byte("LEFTOVERS="+l.mark)) && !strings.HasPrefix(path, fmt.Sprintf("/proc/%d/", os.Getpid())) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			left = append(left, fmt.Sprintf("process %s %q", path, command))
		}
	}
	if all := goroutines(); len(all) > l.goroutines {
		left = append(left, fmt.Sprintf("%d goroutines in place of %d:\n%s", len(all), l.goroutines, strings.Join(all, "\n\n")))
	}
	return left
}

// goroutines are the stacks of all but the one that package process starts with
// the first child and keeps.
func goroutines() []string {
	stacks := make([]byte, 1<<20)
	all := strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n")
	return slices.DeleteFunc(all, func(stack string) bool { return strings.Contains(stack, "emulator/process/spawn_") })
}

// patience is how long what must happen is waited for.
const patience = 20 * time.Second

// await waits until something holds.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen within %v", patience)
		}
	}
}
