package world

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// work really takes d. In a bubble it can only be seen from outside.
func work(d time.Duration) {
	time.Sleep(d) // why: it stands for work that takes real time
}

func TestOutsideTakesNoVirtualTime(t *testing.T) {
	o := NewOutside()
	defer o.Close()
	var real atomic.Int64
	synctest.Test(t, func(t *testing.T) {
		// A timer of the bubble that is due before the work is done.
		early := time.AfterFunc(time.Millisecond, func() { t.Error("the clock went on") })
		defer early.Stop()
		before := time.Now()
		o.Run(func() {
			start := time.Now()
			work(20 * time.Millisecond)
			real.Store(int64(time.Since(start)))
		})
		if after := time.Now(); !after.Equal(before) {
			t.Errorf("the clock went on by %v, want it to stand still", after.Sub(before))
		}
	})
	if got := time.Duration(real.Load()); got < 20*time.Millisecond {
		t.Errorf("the work took %v, want 20ms of real time", got)
	}
}

func TestOutsideManyAtOnce(t *testing.T) {
	const many = 100
	o := NewOutside()
	defer o.Close()
	gate := make(chan struct{})
	var inside atomic.Int64
	synctest.Test(t, func(t *testing.T) {
		before := time.Now()
		var all sync.WaitGroup
		for range many {
			all.Go(func() {
				o.Run(func() {
					if inside.Add(1) == many { // all are in at once, or this hangs
						if got := o.Busy(); got != many {
							t.Errorf("got %d busy, want %d", got, many)
						}
						close(gate)
					}
					<-gate
				})
			})
		}
		all.Wait()
		if got := time.Since(before); got != 0 {
			t.Errorf("the clock went on by %v, want it to stand still", got)
		}
	})
	if got := o.Busy(); got != 0 {
		t.Errorf("got %d busy, want 0", got)
	}
	if got := len(o.idle); got != many {
		t.Errorf("got %d workers, want %d", got, many)
	}
}

func TestOutsideUsesWorkersAgain(t *testing.T) {
	o := NewOutside()
	synctest.Test(t, func(t *testing.T) {
		for i := range 1000 {
			o.Run(func() {})
			if got := o.Busy(); got != 0 {
				t.Fatalf("got %d busy after Run, want 0", got)
			}
			if i%100 == 0 {
				time.Sleep(time.Second) // why: the clock goes on between two
			}
		}
	})
	o.Run(func() {}) // from outside
	synctest.Test(t, func(t *testing.T) { o.Run(func() {}) })
	if got := len(o.idle); got != 1 {
		t.Errorf("got %d workers, want 1", got)
	}
	o.Close()
}

func TestOutsideClose(t *testing.T) {
	o := NewOutside()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { o.Run(func() { work(time.Millisecond) }) })
	}
	all.Wait()
	if !strings.Contains(stacks(), "(*Outside).serve(") {
		t.Error("no worker is to be seen, want the idle ones")
	}
	o.Close()
	o.Close()
	if got := stacks(); strings.Contains(got, "(*Outside).serve(") || strings.Contains(got, "(*Outside).spawn(") {
		t.Errorf("goroutines of the pool are left:\n%s", got)
	}
}

// stacks is the stacks of all goroutines.
func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}

func TestOutsidePanic(t *testing.T) {
	o := NewOutside()
	defer o.Close()
	synctest.Test(t, func(t *testing.T) {
		func() {
			defer func() {
				text, _ := recover().(string)
				if !strings.Contains(text, "the handler is broken") || !strings.Contains(text, "brokenHandler") {
					t.Errorf("got a panic with %q, want the value and the stack", text)
				}
			}()
			o.Run(brokenHandler)
			t.Error("Run returned, want a panic")
		}()
	})
	if o.Busy() != 0 || len(o.idle) != 1 {
		t.Errorf("got %d busy and %d idle, want 0 and 1", o.Busy(), len(o.idle))
	}
}

func brokenHandler() { panic("the handler is broken") }

func TestOutsideGoexit(t *testing.T) {
	o := NewOutside()
	defer o.Close()
	synctest.Test(t, func(t *testing.T) {
		returned := false
		going(func() {
			o.Run(runtime.Goexit) // as t.FailNow does
			returned = true
		})()
		if returned {
			t.Error("Run returned, want its goroutine to exit too")
		}
		o.Run(func() {})
	})
	if o.Busy() != 0 || len(o.idle) != 1 {
		t.Errorf("got %d busy and %d idle, want 0 and the one that did not exit", o.Busy(), len(o.idle))
	}
}

func TestOutsideAfterClose(t *testing.T) {
	o := NewOutside()
	o.Close()
	defer func() {
		if recover() == nil {
			t.Error("Run returned, want a panic")
		}
	}()
	o.Run(func() {})
}
