package function_test

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// waiter is the launcher of a bench that can start ahead.
type waiter struct{ *bench }

type waiting struct {
	*bench
	spec function.Spec
	done chan struct{}
	once sync.Once
}

func (w waiter) Ahead(_ context.Context, spec function.Spec) (function.Waiting, error) {
	spec.Disk.Use(func() (string, func(), error) {
		w.add(&w.folders, 1)
		return "disk", func() { w.add(&w.folders, -1) }, nil
	})
	w.add(&w.waiting, 1)
	w.add(&w.waited, 1)
	return &waiting{bench: w.bench, spec: spec, done: make(chan struct{})}, nil
}

func (w *waiting) Fits(l function.Launcher) bool { _, ok := l.(waiter); return ok }
func (w *waiting) Done() <-chan struct{}         { return w.done }
func (w *waiting) Stop()                         { w.once.Do(func() { w.add(&w.waiting, -1) }) }

func (w *waiting) Launch(ctx context.Context) (function.Instance, error) {
	w.Stop()
	return w.bench.Launch(ctx, w.spec)
}

func (b *bench) wantWaited(want int) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waited != want {
		b.t.Errorf("got %d runtimes that waited for code, want %d", b.waited, want)
	}
}

// pause lets a runtime start that waits for code.
func pause() {
	time.Sleep(time.Second) // why: virtual time
	synctest.Wait()
}

func TestAheadIsStartedAfterATrialAndTakenByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Deploy(0, 2, waiter{b})
		b.try(2)
		b.wantWaited(0) // not before the new code had its processors
		pause()
		b.wantWaited(1)
		b.wantLiving(2)
		b.ready(1, 2) // counts as no environment, and is not taken by a launch
		b.wantLiving(2)
		b.Deploy(0, 3, waiter{b})
		b.try(3)
		b.wantWaited(1)
		if s := b.launched[1]; s.Revision != 0 {
			t.Errorf("got %+v, want the runtime that waited", s)
		}
		b.ready(2, 3)
		b.wantLines("1 r0 init", "2 r0 init")
		pause()
		b.wantWaited(2)
		b.wantLiving(3)
		b.Close()
		b.wantLiving(0)
	})
}

func TestPrepareStartsAtOnceWhatTheNextTrialTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Prepare(0, 1, waiter{b})
		b.Prepare(0, 1, waiter{b})
		synctest.Wait()
		b.wantWaited(1)
		b.Deploy(0, 2, waiter{b})
		b.try(2)
		b.wantWaited(1)
		b.Prepare(0, 2, waiter{b}) // does not wait for the moment after the trial
		synctest.Wait()
		b.wantWaited(2)
		b.Prepare(0, 2, b) // nothing to start without the code
		b.Retire(0, math.MaxInt32)
		b.Prepare(0, 2, waiter{b}) // is removed
		pause()
		b.wantWaited(2)
		b.Close()
		b.wantLiving(0)
	})
}

func TestWhatWaitsEndsWhereItDoesNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Deploy(0, 2, waiter{b})
		b.try(2)
		pause()
		b.Deploy(0, 3, b)
		b.try(3)
		b.wantLiving(2) // the spares
		b.Retire(0, 9)
		b.wantLiving(0)
	})
}

func TestTrialsInAHurryAndFailedOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Deploy(0, 2, waiter{b})
		b.try(2)
		b.try(2) // at once: nothing waits yet
		b.wantWaited(0)
		b.fail = &function.InitFailure{Type: "T"}
		pause()
		b.wantWaited(1)
		if _, err := b.Try(t.Context(), 0, 2); err == nil {
			t.Error("the trial succeeded")
		}
		b.wantLiving(2)
		pause()
		b.wantWaited(2) // for who mends it
		b.Retire(0, 3)
		b.wantLiving(0)
	})
}

func TestWhatWaitsAndDiesIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		var died *waiting
		b.Deploy(0, 2, spying{waiter{b}, &died})
		b.try(2)
		pause()
		close(died.done)
		synctest.Wait()
		b.wantLiving(1)
		b.try(2)
		b.wantLiving(2)
		b.Close()
		b.wantLiving(0)
	})
}

// spying remembers what waits.
type spying struct {
	waiter
	last **waiting
}

func (s spying) Ahead(ctx context.Context, spec function.Spec) (function.Waiting, error) {
	w, err := s.waiter.Ahead(ctx, spec)
	*s.last = w.(*waiting)
	return w, err
}
