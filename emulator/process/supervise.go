package process

import (
	"context"
	"time"
)

// A program that dies is started again after a wait that doubles from
// restartFirst to restartMost, and begins anew when it lived for restartReset.
const (
	restartFirst = time.Second
	restartMost  = 30 * time.Second
	restartReset = 10 * time.Second
)

// SuperviseSpec says what to keep running.
type SuperviseSpec struct {
	Spec
	// Grace is how long the program may take to end when it is stopped.
	Grace time.Duration
	// Started is called when it runs, Exited when it ended: delay is until it
	// is started again, 0 means that it is not. Nil means nobody asks.
	Started func(pid int)
	Exited  func(status string, delay time.Duration)

	first time.Duration // tests shorten restartFirst
}

// exitedWell is the status of a program that did what it had to.
const exitedWell = "exit status 0"

// Supervise runs a program until ctx ends, and starts it again when it dies.
// One that ends with exit status 0 has done its work and is not started again.
// Nothing of the program is left when Supervise returns. It returns nil, or the
// error of the very first start.
func Supervise(ctx context.Context, spec SuperviseSpec) error {
	wait := backoff{first: spec.first}
	for starts := 0; ; starts++ {
		begun := time.Now()
		p, err := Start(spec.Spec)
		if err != nil && starts == 0 {
			return err
		}
		status := ""
		if err != nil {
			status = err.Error()
		} else {
			status = spec.run(ctx, p)
		}
		if ctx.Err() != nil || status == exitedWell {
			spec.exited(status, 0)
			return nil
		}
		delay := wait.next(time.Since(begun))
		spec.exited(status, delay)
		if !sleep(ctx, delay) {
			return nil
		}
	}
}

// run waits for the end of p, or ends it when ctx ends, and returns its status.
func (spec *SuperviseSpec) run(ctx context.Context, p *Process) string {
	if spec.Started != nil {
		spec.Started(p.PID())
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Stop(spec.Grace)
	}
	return p.Status()
}

func (spec *SuperviseSpec) exited(status string, delay time.Duration) {
	if spec.Exited != nil {
		spec.Exited(status, delay)
	}
}

// backoff is how long to wait before the next start.
type backoff struct{ first, last time.Duration }

func (b *backoff) next(lived time.Duration) time.Duration {
	if b.first == 0 {
		b.first = restartFirst
	}
	if b.last == 0 || lived >= restartReset {
		b.last = b.first
	} else {
		b.last = min(2*b.last, restartMost)
	}
	return b.last
}

// sleep waits for d and reports true, or false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
