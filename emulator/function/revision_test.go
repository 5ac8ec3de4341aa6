package function_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// bench is a launcher and a pool of it, which count what they have.
type bench struct {
	*function.Pool
	t      *testing.T
	inputs chan platform.Input

	mu        sync.Mutex // guards all below
	addresses []*address
	lines     []string
	launched  []function.Spec
	living    int
	folders   int
	instances []*stub
	fail      error
	hang      bool
	waiting   int // runtimes that wait for code
	waited    int // how many did so far
}

type stub struct {
	b    *bench
	spec function.Spec
	done chan struct{}
	once sync.Once
}

func (w *stub) Invoke(context.Context, function.Request) function.Response {
	w.spec.Output("stdout", "invoked")
	return function.Response{Outcome: journal.Succeeded}
}

func (w *stub) Stop() {
	w.once.Do(func() { w.b.add(&w.b.living, -1) })
}
func (w *stub) Done() <-chan struct{} { return w.done }
func (w *stub) Reason() string        { return "gone" }
func (w *stub) PID() int              { return 0 }

func newBench(t *testing.T) *bench {
	b := &bench{t: t, inputs: make(chan platform.Input, 16)}
	open := func(environment uint32) (function.Address, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		a := &address{assigned: []uint32{environment}}
		b.addresses = append(b.addresses, a)
		return a, nil
	}
	b.Pool = function.NewPool([]function.Template{{Name: "f", Launcher: b, Open: open}},
		func(in platform.Input) { b.inputs <- in },
		func(e journal.Entry) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.lines = append(b.lines, fmt.Sprintf("%d r%d %s", e.Environment, e.Revision, e.Text))
		})
	t.Cleanup(b.Close)
	return b
}

func (b *bench) add(n *int, by int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*n += by
}

func (b *bench) Launch(ctx context.Context, spec function.Spec) (function.Instance, error) {
	spec.Disk.Use(func() (string, func(), error) {
		b.add(&b.folders, 1)
		return "disk", func() { b.add(&b.folders, -1) }, nil
	})
	spec.Output("stdout", "init")
	b.mu.Lock()
	hang, fail := b.hang, b.fail
	b.mu.Unlock()
	if hang {
		<-ctx.Done()
		return nil, &function.InitFailure{Type: "T", Message: context.Cause(ctx).Error()}
	}
	if fail != nil {
		return nil, fail
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.launched = append(b.launched, spec)
	b.living++
	w := &stub{b: b, spec: spec, done: make(chan struct{})}
	b.instances = append(b.instances, w)
	return w, nil
}

func (b *bench) set(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

func (b *bench) next() platform.Input {
	b.t.Helper()
	select {
	case in := <-b.inputs:
		return in
	case <-time.After(10 * time.Second):
		b.t.Fatal("no input within 10 s")
		return platform.Input{}
	}
}

// ready launches an environment, which must become ready.
func (b *bench) ready(id platform.EnvironmentID, revision int32) platform.Input {
	b.t.Helper()
	b.Pool.Launch(0, id, 1, revision)
	in := b.next()
	if in.Kind != platform.Ready || in.Environment != id {
		b.t.Fatalf("got %+v, want environment %d to be ready", in, id)
	}
	return in
}

func (b *bench) try(revision int32) time.Duration {
	b.t.Helper()
	took, err := b.Try(b.t.Context(), 0, revision)
	if err != nil {
		b.t.Fatal(err)
	}
	return took
}

func (b *bench) wantLaunches(want int) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.launched) != want {
		b.t.Errorf("got %d launches, want %d", len(b.launched), want)
	}
}

func (b *bench) wantLines(want ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.lines, want) {
		b.t.Errorf("got lines %q, want %q", b.lines, want)
	}
}

// wantLiving waits until so much is there, and no more.
func (b *bench) wantLiving(instances int) {
	b.t.Helper()
	var text string
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		b.mu.Lock()
		open := 0
		for _, a := range b.addresses {
			a.mu.Lock()
			open += 1 - a.close
			a.mu.Unlock()
		}
		ok := b.living+b.waiting == instances && b.folders == instances && open == instances
		text = fmt.Sprintf("%d instances, %d waiting, %d folders, %d addresses", b.living, b.waiting, b.folders, open)
		b.mu.Unlock()
		if ok {
			return
		}
		time.Sleep(time.Millisecond) // why: what ends does so in goroutines of its own
	}
	b.t.Errorf("got %s, want %d of each", text, instances)
}

func TestATrialBecomesTheFirstEnvironmentOfItsRevision(t *testing.T) {
	b := newBench(t)
	b.ready(1, 1)
	b.Deploy(0, 2, b)
	took := b.try(2)
	b.wantLaunches(2)
	b.wantLines("1 r0 init") // those of the trial wait for their environment
	in := b.ready(2, 2)
	if in.Took != int64(took) || took <= 0 {
		t.Errorf("got an init of %d ns, want that of the trial, %d ns", in.Took, took)
	}
	b.wantLaunches(2)
	b.wantLines("1 r0 init", "2 r0 init")
	b.ready(3, 2)
	b.wantLaunches(3)
	if a := b.addresses[1].assigned; !slices.Equal(a, []uint32{0, 2}) {
		t.Errorf("got an address opened for and assigned to %v, want 0 and then 2", a)
	}
	if s := b.launched[1]; s.Environment != 0 || s.Revision != 2 || s.Initialization != "" {
		t.Errorf("got a trial with %+v, want no environment and revision 2", s)
	}
	b.instances[1].spec.Output("stdout", "later")
	b.wantLines("1 r0 init", "2 r0 init", "3 r0 init", "2 r0 later")
	b.Stop(2)
	b.wantLiving(2)
	b.Close()
	b.wantLiving(0)
}

func TestASpareIsForNewEnvironmentsOnDemandOnly(t *testing.T) {
	b := newBench(t)
	b.ready(1, 1)
	b.Kill(1, nil)
	b.Deploy(0, 2, b)
	b.try(2)
	b.wantLaunches(2)
	b.Pool.Launch(0, 1, 2, 2) // it has its own temporary files
	b.next()
	b.wantLaunches(3)
	b.LaunchProvisioned(0, 2, 1, 2)
	b.next()
	b.wantLaunches(4)
	if s := b.launched[3]; s.Initialization != function.ProvisionedConcurrency {
		t.Errorf("got %+v, want it to be provisioned", s)
	}
	b.ready(3, 1)
	b.wantLaunches(5)
	b.ready(4, 2)
	b.wantLaunches(5)
}

func TestAFailedTrialLeavesItsWordsOnly(t *testing.T) {
	b := newBench(t)
	b.Deploy(0, 2, b)
	b.set(func() { b.fail = &function.InitFailure{Type: "Runtime.UserCodeSyntaxError", Message: "line 3"} })
	_, err := b.Try(t.Context(), 0, 2)
	if f, ok := errors.AsType[*function.InitFailure](err); !ok || f.Message != "line 3" {
		t.Errorf("got %v, want the init failure", err)
	}
	b.wantLines("0 r2 init")
	b.wantLiving(0)
	b.set(func() { b.fail = nil })
	b.ready(1, 2)
	b.wantLaunches(1)
}

func TestATrialEndsWithItsContext(t *testing.T) {
	b := newBench(t)
	b.Deploy(0, 2, b)
	b.set(func() { b.hang = true })
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, function.ErrTimeout)
	defer cancel()
	if _, err := b.Try(ctx, 0, 2); err == nil || !strings.Contains(err.Error(), function.ErrTimeout.Error()) {
		t.Errorf("got %v, want the cause of the context", err)
	}
	b.wantLiving(0)
}

func TestASpareThatDiesIsForgotten(t *testing.T) {
	b := newBench(t)
	b.Deploy(0, 2, b)
	b.try(2)
	close(b.instances[0].done)
	b.wantLiving(0)
	b.wantLines("0 r2 init")
	b.ready(1, 2)
	b.wantLaunches(2)
}

func TestRetireEndsWhatNobodyWanted(t *testing.T) {
	b := newBench(t)
	for revision := int32(2); revision <= 4; revision++ {
		b.Deploy(0, revision, b)
		b.try(revision)
	}
	b.ready(1, 2)
	b.Retire(0, 4)
	b.wantLiving(2) // environment 1, and the spare of revision 4
	for _, revision := range []int32{1, 3, 5} {
		b.Pool.Launch(0, 9, 1, revision)
		if in := b.next(); in.Kind != platform.InitError || !strings.Contains(in.Reason, fmt.Sprintf("revision %d", revision)) {
			t.Errorf("got %+v, want that there is no revision %d", in, revision)
		}
		if _, err := b.Try(t.Context(), 0, revision); err == nil {
			t.Errorf("revision %d was tried", revision)
		}
	}
	b.Deploy(0, 3, b) // too late
	if _, err := b.Try(t.Context(), 0, 3); err == nil {
		t.Error("revision 3 was tried")
	}
	b.ready(2, 4)
	b.wantLiving(2)
}

// TestWithdrawEndsARevisionThatStartedInVain: the others stay as they are, also those
// before it.
func TestWithdrawEndsARevisionThatStartedInVain(t *testing.T) {
	b := newBench(t)
	for revision := int32(2); revision <= 3; revision++ {
		b.Deploy(0, revision, b)
		b.try(revision)
	}
	b.Withdraw(0, 3)
	b.Withdraw(0, 3)
	b.wantLiving(1) // the spare of revision 2
	if _, err := b.Try(t.Context(), 0, 3); err == nil {
		t.Error("revision 3 was tried again")
	}
	b.ready(1, 2)
	b.ready(2, 1)
	b.wantLiving(2)
	b.Deploy(0, 3, b)
	b.try(3)
	b.wantLiving(3)
}

func TestRetireAndCloseCancelTrials(t *testing.T) {
	for name, end := range map[string]func(*bench){
		"retire": func(b *bench) { b.Retire(0, 3) },
		"close":  func(b *bench) { b.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.Deploy(0, 2, b)
				b.hang = true
				failed := make(chan error, 1)
				go func() {
					_, err := b.Try(context.Background(), 0, 2)
					failed <- err
				}()
				synctest.Wait()
				end(b)
				b.wantLiving(0)
				if err := <-failed; err == nil {
					t.Error("the trial succeeded")
				}
			})
		})
	}
}

// TestTrialsWhileAllElseHappens is for the race detector, and for what is left.
func TestTrialsWhileAllElseHappens(t *testing.T) {
	b := newBench(t)
	go func() {
		for in := range b.inputs {
			b.Stop(in.Environment)
		}
	}()
	var all sync.WaitGroup
	for revision := int32(2); revision < 40; revision++ {
		b.Deploy(0, revision, waiter{b})
		all.Go(func() { b.Try(t.Context(), 0, revision) })
		all.Go(func() { b.Pool.Launch(0, platform.EnvironmentID(revision), 1, revision) })
		all.Go(func() { b.Retire(0, revision-3) })
		if revision%4 == 0 {
			all.Wait()
		}
	}
	all.Wait()
	b.Retire(0, math.MaxInt32)
	b.Close()
	close(b.inputs)
	b.wantLiving(0)
}

func TestTrialsInVirtualTime(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 2), Timeout: time.Minute}
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, o)
		p.Deploy(0, 2, o)
		begun := time.Now()
		took, err := p.Try(t.Context(), 0, 2)
		if err != nil || took <= 0 || time.Since(begun) != 0 {
			t.Fatalf("got %v, %v after %v, want what the init really took, in no virtual time", took, err, time.Since(begun))
		}
		p.Launch(0, 1, 1, 2)
		if in := p.next(); in.Kind != platform.Ready || in.Took != int64(took) {
			t.Errorf("got %+v, want it to be ready after %v", in, took)
		}
		p.Close()
	})
	p := newPool(t, nil)
	p.Deploy(0, 2, function.InProcess{Handler: func(ctx context.Context, _ any) (any, error) {
		e, _ := function.EnvironmentFrom(ctx)
		return e.ID, nil
	}})
	if _, err := p.Try(t.Context(), 0, 2); err != nil {
		t.Fatal(err)
	}
	p.Launch(0, 1, 1, 2)
	p.next()
	if r := <-p.invoke(nil); r.Result != uint32(1) {
		t.Errorf("got %+v, want the number of the environment", r)
	}
}
