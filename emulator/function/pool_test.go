package function_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// address is a Kafka address that nobody connects to. It counts.
type address struct {
	mu                  sync.Mutex
	begun, ended, close int
	assigned            []uint32
}

func (a *address) count(n *int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*n++
}

func (a *address) Begin(uint64) { a.count(&a.begun) }
func (a *address) End()         { a.count(&a.ended) }
func (a *address) Addr() string { return "127.0.0.1:1" }
func (a *address) Close() error { a.count(&a.close); return nil }

func (a *address) Assign(environment uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.assigned = append(a.assigned, environment)
}

// failing is a launcher whose environments do not become ready.
type failing struct{ err error }

func (f failing) Launch(context.Context, function.Spec) (function.Instance, error) { return nil, f.err }

type poolTest struct {
	*function.Pool
	t       *testing.T
	address *address
	inputs  chan platform.Input
}

func newPool(t *testing.T, l function.Launcher) *poolTest {
	p := &poolTest{t: t, address: &address{}, inputs: make(chan platform.Input, 16)}
	open := func(uint32) (function.Address, error) { return p.address, nil }
	p.Pool = function.NewPool([]function.Template{{Name: "f", Launcher: l, Open: open}},
		func(in platform.Input) { p.inputs <- in }, func(journal.Entry) {})
	t.Cleanup(p.Close)
	return p
}

// next returns the next input.
func (p *poolTest) next() platform.Input {
	p.t.Helper()
	select {
	case in := <-p.inputs:
		return in
	case <-time.After(10 * time.Second):
		p.t.Fatal("no input within 10 s")
		return platform.Input{}
	}
}

// invoke runs one invocation and returns its response, or nil if it was killed.
func (p *poolTest) invoke(records any) chan function.Response {
	responses := make(chan function.Response, 1)
	p.Invoke(1, function.Call{
		Invocation: 1,
		Prepare: func() function.Request {
			return function.Request{Invocation: 1, Records: records, Deadline: time.Now().Add(time.Minute)}
		},
		Finish: func(r function.Response) { responses <- r },
	})
	return responses
}

func TestEnvironmentRunsInvocationsUntilItIsStopped(t *testing.T) {
	p := newPool(t, function.InProcess{Handler: func(_ context.Context, records any) (any, error) {
		return records.(int) + 1, nil
	}})
	p.Launch(0, 1, 1, 1)
	if in := p.next(); in.Kind != platform.Ready || in.Environment != 1 {
		t.Fatalf("got %+v, want environment 1 to be ready", in)
	}
	for i := range 3 {
		if r := <-p.invoke(i); r.Outcome != journal.Succeeded || r.Result != i+1 {
			t.Errorf("got %+v, want success with %d", r, i+1)
		}
	}
	p.Stop(1)
	p.Close()
	if p.address.begun != 3 || p.address.ended != 3 || p.address.close != 1 {
		t.Errorf("got %d begun, %d ended, %d closed, want 3, 3, 1", p.address.begun, p.address.ended, p.address.close)
	}
	if p.Running() != 0 {
		t.Errorf("got %d environments after Close, want none", p.Running())
	}
}

func TestHandlerErrorsAndPanicsAreFunctionErrors(t *testing.T) {
	p := newPool(t, function.InProcess{Handler: func(_ context.Context, records any) (any, error) {
		if records == "panic" {
			panic("at the disco")
		}
		return nil, errors.New("no")
	}})
	p.Launch(0, 1, 1, 1)
	p.next()
	if r := <-p.invoke("error"); r.Outcome != journal.FunctionError || r.ErrorMessage != "no" || r.ErrorType != "errorString" {
		t.Errorf("got %+v, want the handler's error", r)
	}
	if r := <-p.invoke("panic"); r.Outcome != journal.FunctionError || r.ErrorType != "panic" {
		t.Errorf("got %+v, want a panic", r)
	}
}

func TestKilledEnvironmentAnswersNothing(t *testing.T) {
	entered := make(chan bool)
	p := newPool(t, function.InProcess{Handler: func(ctx context.Context, _ any) (any, error) {
		entered <- true
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}})
	p.Launch(0, 1, 1, 1)
	p.next()
	responses := p.invoke(nil)
	<-entered
	p.Kill(1, function.ErrTimeout)
	p.Close()
	select {
	case r := <-responses:
		t.Errorf("got response %+v of a killed environment", r)
	case in := <-p.inputs:
		t.Errorf("got input %+v of a killed environment", in)
	default:
	}
}

func TestInitFailureIsTold(t *testing.T) {
	p := newPool(t, failing{&function.InitFailure{Type: "Runtime.ExitError", Message: "exit status 3", Hint: "look at stderr"}})
	p.Launch(0, 1, 1, 1)
	in := p.next()
	if in.Kind != platform.InitError || in.Reason != "Runtime.ExitError: exit status 3 (hint: look at stderr)" {
		t.Errorf("got %+v, want the init failure", in)
	}
	p.Close()
	if p.address.close != 1 {
		t.Errorf("address closed %d times, want once", p.address.close)
	}
}

// onDisk is a launcher whose environments have a disk.
type onDisk struct {
	function.InProcess
	events chan string
}

func (l onDisk) Launch(ctx context.Context, spec function.Spec) (function.Instance, error) {
	folder, err := spec.Disk.Use(func() (string, func(), error) {
		l.events <- "made"
		return "disk", func() { l.events <- "removed" }, nil
	})
	if err != nil {
		return nil, err
	}
	l.events <- "launched on " + folder
	return l.InProcess.Launch(ctx, spec)
}

// TestDiskStaysOverLaunches: it is made once, goes with a Stop, also where nothing
// runs any more, and else with the pool.
func TestDiskStaysOverLaunches(t *testing.T) {
	events := make(chan string, 100)
	p := newPool(t, onDisk{InProcess: function.InProcess{Handler: func(context.Context, any) (any, error) { return nil, nil }}, events: events})
	want := func(want ...string) {
		t.Helper()
		for _, w := range want {
			select {
			case got := <-events:
				if got != w {
					t.Fatalf("got %q, want %q", got, w)
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("no %q within 10 s", w)
			}
		}
	}
	for launch := range int32(3) {
		p.Launch(0, 1, launch+1, 1)
		if in := p.next(); in.Kind != platform.Ready || in.Launch != launch+1 {
			t.Fatalf("got %+v, want launch %d to be ready", in, launch+1)
		}
		if r := <-p.invoke(nil); r.Outcome != journal.Succeeded {
			t.Fatalf("got %+v, want success", r)
		}
		p.Kill(1, nil)
	}
	want("made", "launched on disk", "launched on disk", "launched on disk")
	p.Stop(1)
	want("removed")
	p.Launch(0, 1, 1, 1)
	p.next()
	p.Close()
	want("made", "launched on disk", "removed")
	if len(events) != 0 {
		t.Errorf("got %q on top", <-events)
	}
}
