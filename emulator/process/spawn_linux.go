package process

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// spawner takes functions to run on the one thread that starts programs. It
// lives as long as this program: the kernel sends the parent-death signal when
// the thread ends, not the program.
var spawner = sync.OnceValue(func() chan<- func() {
	starts := make(chan func())
	go func() {
		runtime.LockOSThread()
		// Without it (before Linux 3.4) orphans are not found; all else works.
		unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
		for start := range starts {
			start()
		}
	}()
	return starts
})

// spawn starts cmd so that it dies with this program.
func spawn(cmd *exec.Cmd) (err error) {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	done := make(chan struct{})
	spawner() <- func() {
		err = cmd.Start()
		close(done)
	}
	<-done
	return err
}

// janitorPeriod is how long ended orphans may stay in the list of processes.
const janitorPeriod = 5 * time.Second

// startJanitor starts reaping orphans of living groups: init did it before this
// program became subreaper. Children of the program around this package (in a
// test, say) are not touched: an ended child is reaped only if its group is
// known, or if it was seen with our mark while it lived.
func startJanitor(r *register) (stop func()) {
	quit := make(chan struct{})
	go func() {
		seen := map[int]uint64{}
		tick := time.NewTicker(janitorPeriod)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				seen = clean(r, seen)
			}
		}
	}()
	return func() { close(quit) }
}

// clean reaps once. It returns the orphans that live and carry our mark.
func clean(r *register, seen map[int]uint64) map[int]uint64 {
	living := map[int]uint64{}
	for _, p := range processes() {
		if p.ppid != os.Getpid() || r.has(p.pid) {
			continue
		}
		known := seen[p.pid] == p.started && p.started != 0
		switch {
		case p.zombie && (known || r.has(p.pgrp)):
			reap(p)
		case !p.zombie && (known || r.has(p.pgrp) || strings.HasPrefix(mark(p.pid), r.prefix())):
			living[p.pid] = p.started
		}
	}
	return living
}
