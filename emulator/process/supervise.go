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

	// Restart has the program stopped, if it runs, and started again at once, also one
	// that had done its work; the wait after a death begins anew. What came of it is
	// sent to what was received, which must have room for it. With a Restart that is not
	// nil, Supervise goes on after an end with exit status 0.
	Restart <-chan chan<- Restarted

	first time.Duration // tests shorten restartFirst
}

// Restarted is what came of a restart: how long the program took to end, and to be
// started, or why it could not be.
type Restarted struct {
	Stop, Start time.Duration
	Err         error
}

// exitedWell is the status of a program that did what it had to.
const exitedWell = "exit status 0"

// Supervise runs a program until ctx ends, and starts it again when it dies.
// One that ends with exit status 0 has done its work and is not started again.
// Nothing of the program is left when Supervise returns. It returns nil, or the
// error of the very first start.
func Supervise(ctx context.Context, spec SuperviseSpec) error {
	wait := backoff{first: spec.first}
	var order restart
	for starts := 0; ctx.Err() == nil; starts++ {
		begun := time.Now()
		p, err := Start(spec.Spec)
		if err != nil && starts == 0 {
			return err
		}
		order.started(time.Since(begun), err)
		order = restart{}
		var status string
		if err != nil {
			status = err.Error()
		} else {
			status, order = spec.run(ctx, p)
		}
		if ctx.Err() != nil || status == exitedWell && spec.Restart == nil {
			spec.exited(status, 0)
			return nil
		}
		var delay time.Duration // 0: at once if that was asked for, else when it is
		if order.answer == nil && status != exitedWell {
			delay = wait.next(time.Since(begun))
		}
		spec.exited(status, delay)
		if order.answer == nil {
			order = spec.rest(ctx, delay)
		}
		if order.answer != nil {
			wait = backoff{first: spec.first}
		}
	}
	return nil
}

// restart is a restart that was asked for.
type restart struct {
	answer chan<- Restarted // nil if none was
	stop   time.Duration
}

// started answers whoever asked for the start.
func (r *restart) started(took time.Duration, err error) {
	if r.answer != nil {
		r.answer <- Restarted{Stop: r.stop, Start: took, Err: err}
	}
}

// run waits for the end of p, or ends it when ctx ends or a restart is asked for, and
// returns its status.
func (spec *SuperviseSpec) run(ctx context.Context, p *Process) (status string, order restart) {
	if spec.Started != nil {
		spec.Started(p.PID())
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Stop(spec.Grace)
	case order.answer = <-spec.Restart:
		begun := time.Now()
		p.Stop(spec.Grace)
		order.stop = time.Since(begun)
	}
	return p.Status(), order
}

// rest waits for d, or without end if it is 0, for a restart, or for the end of ctx.
func (spec *SuperviseSpec) rest(ctx context.Context, d time.Duration) (order restart) {
	var over <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case order.answer = <-spec.Restart:
	case <-ctx.Done():
	}
	return order
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
