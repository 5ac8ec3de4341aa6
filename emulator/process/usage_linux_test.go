package process

import (
	"os/exec"
	"testing"
	"time"
)

// startShell starts a shell that runs a script and then waits for a line that
// never comes. It returns when the script has printed a line.
func startShell(t testing.TB, script string) *Process {
	t.Helper()
	printed := make(chan string, 16)
	p, err := Start(Spec{Path: "/bin/sh", Args: []string{"-c", script + "; echo done; sleep 100"},
		Output: func(_, line string) { printed <- line }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(0) })
	select {
	case <-printed:
	case <-p.Done():
		t.Fatalf("the shell ended: %s", p.Status())
	}
	return p
}

const loop = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"

// TestCPUOfTheWholeFamily is of the same work done by the leader, by a child that
// was waited for, and by one that lives.
func TestCPUOfTheWholeFamily(t *testing.T) {
	for name, script := range map[string]string{
		"leader": loop,
		"reaped": "(" + loop + "; true) & wait",
		"living": "(" + loop + "; echo done; sleep 100) & sleep 100",
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			p := startShell(t, script)
			used, ok := p.CPU()
			wall := time.Since(begun)
			if !ok || used < 20*time.Millisecond || used > 2*wall {
				t.Errorf("got %v, %v after %v of counting to 200,000", used, ok, wall)
			}
		})
	}
}

func TestCPUStandsWhileFrozen(t *testing.T) {
	p := startShell(t, "(while :; do :; done) & true")
	p.Freeze()
	var last time.Duration
	for range 100 { // the signal is on its way
		used, _ := p.CPU()
		if used == last {
			return
		}
		last = used
		<-time.After(10 * time.Millisecond)
	}
	t.Errorf("a frozen family goes on using the processor, now %v", last)
}

func TestPeakMemory(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	for name, code := range map[string]string{
		"leader, freed again": "x = bytearray(100 << 20); del x; print('done', flush=True); time.sleep(100)",
		"living child": "c = subprocess.Popen([sys.executable, '-c', " +
			"'import time; x = bytearray(100 << 20); print(1, flush=True); time.sleep(100)'], stdout=subprocess.PIPE); " +
			"c.stdout.readline(); print('done', flush=True); time.sleep(100)",
		"pages that are shared count once": "x = bytearray(100 << 20)\n" +
			"for i in range(3):\n  if os.fork() == 0: time.sleep(100)\n" +
			"print('done', flush=True); time.sleep(100)",
	} {
		t.Run(name, func(t *testing.T) {
			out := newTranscript()
			p := start(t, Spec{Path: python, Args: []string{"-c", "import os, subprocess, sys, time\n" + code}, Output: out.add})
			out.await(t, "stdout: done")
			if got, ok := p.SurveyMemory(); !ok || got < 100<<20 || got > 200<<20 {
				t.Errorf("got %d MB, %v, want a bit over 100 MB", got>>20, ok)
			}
		})
	}
}

func TestNothingIsMeasuredOfAProcessThatHasEnded(t *testing.T) {
	p, err := Start(Spec{Shell: "true"})
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if used, ok := p.CPU(); ok {
		t.Errorf("CPU of an ended process: %v", used)
	}
	if bytes, ok := p.PeakMemory(); ok {
		t.Errorf("memory of an ended process: %d", bytes)
	}
}

// BenchmarkUsage is what an invocation costs more: the time before, and time and
// memory after it.
func BenchmarkUsage(b *testing.B) {
	for name, script := range map[string]string{"leader": "exec sleep 100", "with child": "sleep 100 & echo done; wait"} {
		b.Run(name, func(b *testing.B) {
			p, err := Start(Spec{Path: "/bin/sh", Args: []string{"-c", script}})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { p.Stop(0) })
			for b.Loop() {
				p.CPU()
				p.CPU()
				p.PeakMemory()
			}
		})
	}
}
