package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
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

// patience is how long, in real time, what must happen is waited for.
const patience = 20 * time.Second

// spec is an environment's whose lines are kept.
func spec(lines *[]string) function.Spec {
	return function.Spec{Function: "ship", Environment: 1, Kafka: "127.0.0.1:1",
		Output: func(stream, line string) { *lines = append(*lines, stream+": "+line) }}
}

// launch launches an environment that must become ready.
func launch(t *testing.T, o function.Outside, s function.Spec) function.Instance {
	t.Helper()
	i, err := o.Launch(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// invoke runs an invocation with 2 s of virtual time left.
func invoke(t *testing.T, i function.Instance, o order) function.Response {
	t.Helper()
	return i.Invoke(t.Context(), function.Request{ID: "id", Invocation: 7, Payload: payload(o), Deadline: time.Now().Add(2 * time.Second)})
}

// answered is what the helper answered; the invocation must have succeeded.
func answered(t *testing.T, r function.Response) (answer told) {
	t.Helper()
	if r.Outcome != journal.Succeeded {
		t.Fatalf("got %v %s, want success", r.Outcome, r.ErrorMessage)
	}
	if err := json.Unmarshal(r.Payload, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestOutsideTakesNoVirtualTime(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 2), Timeout: time.Minute}
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		a := &address{}
		s := function.Spec{Function: "ship", Tracker: a}
		i := launch(t, o, s)
		defer i.Stop()
		r := invoke(t, i, order{Sleep: 50 * time.Millisecond})
		answer := answered(t, r)
		if took := time.Since(begun); took != 0 || r.Took != 0 || r.Real < 50*time.Millisecond {
			t.Errorf("got %v of virtual time, Took %v and Real %v, want 0, 0 and at least 50ms", took, r.Took, r.Real)
		}
		if answer.Left <= 0 || answer.Left > 2*time.Second {
			t.Errorf("the handler had %v left, want at most 2s", answer.Left)
		}
		if a.begun != 1 || a.ended != 1 {
			t.Errorf("tracker: got %d begun, %d ended, want 1, 1", a.begun, a.ended)
		}
		if i.PID() <= 0 {
			t.Errorf("got process id %d", i.PID())
		}
		// An idle environment does not hold up the clock.
		time.Sleep(time.Hour) // why: virtual
		answered(t, invoke(t, i, order{}))
		if took := time.Since(begun); took != time.Hour {
			t.Errorf("got %v of virtual time, want 1h", took)
		}
	})
}

func TestOutsideEndsAreThoseOfThePool(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 2), Timeout: time.Minute}
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, o)
		begun := time.Now()
		p.Launch(0, 1, 1, 1)
		if in := p.next(); in.Kind != platform.Ready || in.Took <= 0 || time.Since(begun) != 0 {
			t.Fatalf("got %+v, want it to be ready in no virtual time, and what it really took", in)
		}
		time.Sleep(time.Hour) // why: virtual, and not held up by an idle environment
		responses := make(chan function.Response, 1)
		for _, exit := range []bool{false, true} {
			p.Invoke(1, function.Call{Invocation: 1,
				Prepare: func() function.Request { return function.Request{ID: "id", Payload: payload(order{Exit: exit})} },
				Finish:  func(r function.Response) { responses <- r }})
			want := journal.Succeeded
			if exit {
				want = journal.Exited
			}
			if r := <-responses; r.Outcome != want {
				t.Errorf("got %+v, want %v", r, want)
			}
		}
		p.Close()
		if p.Running() != 0 || p.address.close != 1 {
			t.Errorf("got %d environments and %d closed addresses, want 0 and 1", p.Running(), p.address.close)
		}
	})
}

func TestOutsideKillsInRealTime(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", 500*time.Millisecond), Run: outside(t, 1), Timeout: 500 * time.Millisecond}
	hung := function.Outside{Launcher: helper(t, "hang", time.Minute), Run: o.Run, InitTimeout: 100 * time.Millisecond}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		r := invoke(t, i, order{Stdout: []string{"working"}, Sleep: time.Hour})
		if r.Outcome != journal.TimedOut || !r.Ended || r.Took != 0 || !strings.Contains(r.ErrorMessage, "timed out after 0.50 seconds") {
			t.Errorf("got %+v, want what the inner launcher says", r)
		}
		if want := []string{"stdout: working"}; !slices.Equal(lines, want) {
			t.Errorf("got lines %q, want %q", lines, want)
		}
		if i.Reason() == "" {
			t.Error("got no reason of its end")
		}
		i.Stop()
		_, err := hung.Launch(t.Context(), spec(&lines))
		if f, ok := errors.AsType[*function.InitFailure](err); !ok || f.Type != "Sandbox.Timedout" {
			t.Errorf("got error %v, want Sandbox.Timedout", err)
		}
	})
}

func TestOutsideAnswersAContextThatEnded(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 1)}
	synctest.Test(t, func(t *testing.T) {
		timedOut, cancel := context.WithCancelCause(t.Context())
		cancel(function.ErrTimeout)
		late, stop := context.WithTimeout(t.Context(), 0)
		defer stop()
		abandoned, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("rebalance"))
		for _, c := range []struct {
			ctx     context.Context
			init    string
			outcome journal.Outcome
		}{
			{timedOut, "Sandbox.Timedout", journal.TimedOut},
			{late, "Sandbox.Timedout", journal.Abandoned},
			{abandoned, "Runtime.Unknown", journal.Abandoned},
		} {
			var lines []string
			_, err := o.Launch(c.ctx, spec(&lines))
			if f, ok := errors.AsType[*function.InitFailure](err); !ok || f.Type != c.init {
				t.Errorf("launch, %v: got error %v, want %s", context.Cause(c.ctx), err, c.init)
			}
			i := launch(t, o, spec(&lines))
			r := i.Invoke(c.ctx, function.Request{ID: "id", Payload: payload(order{Sleep: time.Hour})})
			if r.Outcome != c.outcome || !r.Ended {
				t.Errorf("invoke, %v: got %+v, want %v", context.Cause(c.ctx), r, c.outcome)
			}
			i.Stop()
		}
	})
}

func TestOutsideStartsAnIdleProcessAnew(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 1)}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		defer i.Stop()
		first := i.PID()
		for range 5 {
			answered(t, invoke(t, i, order{ExitAfter: true})) // it is dead, or will be in a moment
		}
		want := "stderr: coldbrook: the process had ended (Runtime exited with error: exit status 4) and was started again"
		if !slices.Equal(lines, slices.Repeat([]string{want}, 4)) || i.PID() == first {
			t.Errorf("got lines %q, want %q four times", lines, want)
		}
		// One that dies while it works is not given the invocation twice.
		answered(t, invoke(t, i, order{}))
		if r := invoke(t, i, order{Exit: true}); r.Outcome != journal.Exited || !r.Ended || !strings.Contains(r.ErrorMessage, "exit status 3") {
			t.Errorf("got %+v, want an exit", r)
		}
	})
}

func TestOutsideHandsOnWhatWasPrinted(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 1)}
	numbered := func(stream string) (lines []string) {
		for n := range 500 {
			lines = append(lines, fmt.Sprint(stream, ": ", n))
		}
		return lines
	}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		// Of a process that ended nothing is missing.
		invoke(t, i, order{Stdout: numbered("a"), Stderr: numbered("b"), Exit: true})
		var want []string
		for _, line := range numbered("a") {
			want = append(want, "stdout: "+line)
		}
		for _, line := range numbered("b") {
			want = append(want, "stderr: "+line)
		}
		if !slices.Equal(lines, want) {
			t.Errorf("got %d lines, want %d in order: %.200q", len(lines), len(want), lines)
		}
		i.Stop()
	})
}

// TestOutsideLeavesNothing looks for what is left of processes (their
// connections end with them), files and goroutines.
func TestOutsideLeavesNothing(t *testing.T) {
	alive, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 4)}
	exits := function.Outside{Launcher: helper(t, "dial and exit", time.Minute), Run: o.Run}
	round := func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var lines []string
			if _, err := exits.Launch(t.Context(), spec(&lines)); err == nil {
				t.Error("got no error of an init that fails")
			}
			i := launch(t, o, spec(&lines))
			answered(t, invoke(t, i, order{ExitAfter: true})) // two processes, one after the other
			answer := answered(t, invoke(t, i, order{Dial: alive.Addr().String()}))
			i.Stop()
			if _, err := os.Stat(answer.Temp); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("temporary folder %s: got %v, want it to be gone", answer.Temp, err)
			}
		})
		conn, err := alive.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the process is there after Stop: %v", err)
		}
	}
	round(t) // what is made once
	before := runtime.NumGoroutine()
	for range 3 {
		round(t)
	}
	deadline := time.After(patience)
	for runtime.NumGoroutine() > before {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			stacks := make([]byte, 1<<20)
			t.Fatalf("got %d goroutines, want %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// fake is an inner launcher, and an instance, whose parts are functions that
// run outside.
type fake struct {
	launch func(function.Spec)
	invoke func(function.Spec, function.Request) function.Response
	flush  func()
	spec   function.Spec
}

func (f fake) Launch(_ context.Context, s function.Spec) (function.Instance, error) {
	if f.launch != nil {
		f.launch(s)
	}
	f.spec = s
	return f, nil
}

func (f fake) Invoke(_ context.Context, r function.Request) function.Response {
	f.spec.Tracker.Begin(r.Invocation)
	defer f.spec.Tracker.End()
	if f.invoke == nil {
		return function.Response{Outcome: journal.Succeeded}
	}
	return f.invoke(f.spec, r)
}

func (f fake) Flush() {
	if f.flush != nil {
		f.flush()
	}
}

func (fake) Stop()                 {}
func (fake) Done() <-chan struct{} { return nil }
func (fake) Reason() string        { return "" }
func (fake) PID() int              { return 0 }

func TestOutsideEnvironmentsRunSideBySide(t *testing.T) {
	const n = 10
	var all sync.WaitGroup // made outside; each waits there until all have come
	all.Add(n)
	o := function.Outside{Run: outside(t, n), Launcher: fake{invoke: func(function.Spec, function.Request) function.Response {
		all.Done()
		all.Wait()
		return function.Response{Outcome: journal.Succeeded}
	}}}
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var group sync.WaitGroup
		for range n {
			group.Go(func() {
				i := launch(t, o, function.Spec{Function: "ship"})
				invoke(t, i, order{})
				i.Stop()
			})
		}
		group.Wait()
		if took := time.Since(begun); took != 0 {
			t.Errorf("got %v of virtual time, want none", took)
		}
	})
}

func TestOutsideHandsLinesOnInOrder(t *testing.T) {
	late := make(chan struct{}) // made outside
	printed := make(chan struct{})
	var next int
	say := func(s function.Spec, streams ...string) {
		for _, stream := range streams {
			next++
			s.Output(stream, fmt.Sprint(next))
		}
	}
	o := function.Outside{Run: outside(t, 1), Launcher: fake{
		launch: func(s function.Spec) { say(s, "stdout") },
		invoke: func(s function.Spec, _ function.Request) function.Response {
			var other sync.WaitGroup
			other.Go(func() { say(s, "stderr", "stdout", "stderr", "stdout") })
			other.Wait()
			go func() {
				<-late
				say(s, "stdout")
				close(printed)
			}()
			return function.Response{Outcome: journal.Succeeded}
		},
	}}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		check := func(want ...string) {
			t.Helper()
			if !slices.Equal(lines, want) {
				t.Errorf("got lines %q, want %q", lines, want)
			}
			lines = nil
		}
		check("stdout: 1")
		invoke(t, i, order{})
		check("stdout: 3", "stdout: 5", "stderr: 2", "stderr: 4")
		late <- struct{}{}
		<-printed
		check()
		i.Stop()
		check("stdout: 6")
	})
}

func TestOutsideFlushesBeforeItAnswers(t *testing.T) {
	var output func(stream, line string)
	o := function.Outside{Run: outside(t, 1), Launcher: fake{
		launch: func(s function.Spec) { output = s.Output },
		flush:  func() { output("stdout", "flushed") },
	}}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		defer i.Stop()
		invoke(t, i, order{})
		if want := []string{"stdout: flushed"}; !slices.Equal(lines, want) {
			t.Errorf("got lines %q, want %q", lines, want)
		}
	})
}

func TestOutsideDropsWhatNobodyCanKeep(t *testing.T) {
	o := function.Outside{Run: outside(t, 1), Launcher: fake{invoke: func(s function.Spec, _ function.Request) function.Response {
		for range 17 {
			s.Output("stdout", strings.Repeat("x", 1<<20))
		}
		return function.Response{Outcome: journal.Succeeded}
	}}}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		defer i.Stop()
		for range 2 { // the second begins anew
			lines = nil
			invoke(t, i, order{})
			if last := lines[len(lines)-1]; len(lines) != 16 || last != "stderr: coldbrook: 2 more lines were dropped: over 16 MiB in one invocation" {
				t.Errorf("got %d lines and last %.100q, want 15 and the number of those dropped", len(lines), last)
			}
		}
	})
}

// BenchmarkOutside is what the way out and back adds to an invocation.
func BenchmarkOutside(b *testing.B) {
	o := function.Outside{Run: outside(b, 1), Launcher: fake{}}
	i, err := o.Launch(b.Context(), function.Spec{Function: "ship", Output: func(_, _ string) {}})
	if err != nil {
		b.Fatal(err)
	}
	defer i.Stop()
	b.ReportAllocs()
	for b.Loop() {
		i.Invoke(b.Context(), function.Request{Deadline: time.Now().Add(time.Second)})
	}
}
