package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptTime is how long a script may take: the slowest take a minute on a loaded machine.
const scriptTime = 6 * time.Minute

// endLate ends all processes of a script that takes longer than scriptTime. Else a script
// that hangs ends the whole test binary, without a word of what it did: a process that
// testscript ends itself may leave another that has its output open, for which it waits.
// It needs /proc; where that is not, a script that hangs is ended by the test's timeout.
func endLate(e *testscript.Env) {
	work := e.WorkDir
	late := time.AfterFunc(scriptTime, func() {
		for _, p := range processesIn(work) {
			p.Signal(syscall.SIGQUIT) // a Go program prints what it was doing
		}
		time.Sleep(time.Second) // why: time to print it
		for _, p := range processesIn(work) {
			p.Kill()
		}
	})
	e.Defer(func() { late.Stop() })
}

// processesIn returns the processes that have a script's environment.
func processesIn(work string) (found []*os.Process) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range files {
		env, err := os.ReadFile(f)
		if err != nil || !bytes.Contains(append([]byte{0}, env...), []byte("\x00WORK="+work+"\x00")) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		if p, err := os.FindProcess(pid); err == nil && pid != os.Getpid() {
			found = append(found, p)
		}
	}
	return found
}
