package function

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Outside is a Launcher for virtual time whose environments live outside it:
// every call of the inner launcher and of its instances is made by Run, on
// goroutines that no bubble knows, while the caller waits and the bubble's clock
// stands still. Environments run side by side, as many as Run takes at once.
//
// What a handler does takes no virtual time: Took of a Response is 0, Real is
// what it took. The modelled duration is added by the machine. A handler that is
// killed for its timeout is one that takes until its deadline: Invoke waits for
// it then, in virtual time, to be killed by whoever called.
//
// Contexts do not cross. One that has ended is answered as the inner launcher
// answers it; one that ends while a call is outside is looked at by nobody until
// that call is done, which Timeout and InitTimeout see to.
//
// Output is handed on by the caller's goroutine at the end of each call: first
// what came on stdout, then what came on stderr, each in its order. (Between the
// two there is no order that is the same in every run.) What was printed before
// the response comes with it if the inner instance has a method Flush(), which
// returns when that was handed on. One without is given a millisecond of real
// time after each invocation if it ever printed anything; a line that takes
// longer, or is its first, may come with the next call. What a process printed
// that is gone is always complete.
//
// The death of an idle process is noticed when its next invocation comes: Done
// is never closed. If the handler did not see that invocation, the process is
// started anew for it in no virtual time, as AWS does with a runtime that
// exited, and a line on stderr says so; if it dies idle again, or its init
// fails, the outcome is Exited.
//
// There is no Kafka: the handler gets the address of a Trap, and an init or
// invocation in which it connects there fails with an error that says so. A
// connection that the handler did not wait for may count for its next
// invocation; when there is none, Stop says so on stderr.
type Outside struct {
	// Launcher is the real one.
	Launcher Launcher
	// Run runs f on a goroutine outside the bubble and returns when f has. It
	// is called by several goroutines.
	Run func(f func())
	// Timeout is the function's, here in real time: a handler that takes longer
	// on this machine is killed. Default 3 s.
	Timeout time.Duration
	// InitTimeout limits an init, in real time. Default 10 s.
	InitTimeout time.Duration
}

// Launch implements Launcher.
func (o Outside) Launch(ctx context.Context, spec Spec) (Instance, error) {
	o.Timeout = cmp.Or(o.Timeout, 3*time.Second)
	o.InitTimeout = cmp.Or(o.InitTimeout, 10*time.Second)
	e := &outsider{Outside: o, spec: spec, done: make(chan struct{})}
	end := endOf(ctx)
	var err error
	o.Run(func() { err = e.launch(end) })
	e.lines.hand(spec.Output)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// outsider is an environment that lives outside. Its methods are called inside
// the bubble; those below "outside" only by Run, so that one goroutine at a time
// has all but lines and seen.
type outsider struct {
	Outside
	spec  Spec          // of the bubble: only its plain values are looked at outside
	done  chan struct{} // made in the bubble and never closed
	lines lines
	seen  sight

	trap    *Trap
	told    uint64 // how often the trap was touched, as far as it was told
	inner   Instance
	stopped bool // inner was
	pid     int  // inner's
	init    time.Duration
	reason  string // inner's, when it has ended
}

// Invoke implements Instance.
func (e *outsider) Invoke(ctx context.Context, request Request) Response {
	if e.spec.Tracker != nil {
		e.spec.Tracker.Begin(request.Invocation)
		defer e.spec.Tracker.End()
	}
	end := endOf(ctx)
	left := e.Timeout
	if !request.Deadline.IsZero() {
		left = time.Until(request.Deadline) // in virtual time, which the handler does not know
		request.Deadline = time.Time{}
	}
	var response Response
	e.Run(func() { response = e.invoke(end, request, left) })
	e.lines.hand(e.spec.Output)
	if response.Outcome == journal.TimedOut {
		awaitKill(ctx, left)
	}
	return response
}

// awaitKill waits for the caller to give an invocation up, which has the time left.
// One who does not is answered a moment later.
func awaitKill(ctx context.Context, left time.Duration) {
	timer := time.NewTimer(left + time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Stop implements Instance.
func (e *outsider) Stop() {
	e.Run(e.close)
	e.lines.hand(e.spec.Output)
}

func (e *outsider) Done() <-chan struct{} { return e.done }
func (e *outsider) Reason() string        { return e.reason }
func (e *outsider) PID() int              { return e.pid }

// Init is how long the last init took in real time.
func (e *outsider) Init() time.Duration { return e.init }

// ending is what is known of a context that must not leave its bubble.
type ending struct{ err, cause error }

func endOf(ctx context.Context) ending { return ending{ctx.Err(), context.Cause(ctx)} }

// context returns one that has ended likewise, or else ends after limit.
func (e ending) context(limit time.Duration) (context.Context, context.CancelFunc) {
	switch {
	case e.err == nil:
		return context.WithTimeoutCause(context.Background(), limit, ErrTimeout)
	case errors.Is(e.err, context.DeadlineExceeded):
		return context.WithDeadlineCause(context.Background(), time.Unix(0, 0), e.cause)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(e.cause)
	return ctx, func() {}
}

// flusher is an Instance that can hand on all that its process has printed so
// far; it returns when it did.
type flusher interface{ Flush() }

// quiet is how long the lines of one that cannot are waited for.
const quiet = time.Millisecond

// sight is the Tracker of the inner instance: it knows whether the handler saw
// the invocation.
type sight struct{ atomic.Bool }

func (s *sight) Begin(uint64) { s.Store(true) }
func (s *sight) End()         {}

// From here on: outside.

// launch opens the trap and starts the process. Nothing is left if it fails.
func (e *outsider) launch(end ending) error {
	trap, err := NewTrap()
	if err != nil {
		return &InitFailure{Type: "Sandbox.Failure", Message: "open a port in place of Kafka: " + err.Error()}
	}
	e.trap = trap
	err = e.start(end)
	if e.touched() {
		err = e.trapped(err)
	}
	if err != nil {
		e.close()
	}
	return err
}

// start starts the process.
func (e *outsider) start(end ending) error {
	ctx, cancel := end.context(e.InitTimeout)
	defer cancel()
	begun := time.Now()
	inner, err := e.Launcher.Launch(ctx, Spec{
		Function: e.spec.Function, Environment: e.spec.Environment, Revision: e.spec.Revision, Kafka: e.trap.Addr(), Initialization: e.spec.Initialization,
		Output: e.lines.add, Tracker: &e.seen, Disk: e.spec.Disk,
	})
	if err != nil {
		return err
	}
	e.inner, e.stopped, e.pid, e.init = inner, false, inner.PID(), time.Since(begun)
	return nil
}

// trapped is how an init ends that touched the trap, err being its own end.
func (e *outsider) trapped(err error) error {
	if f, ok := errors.AsType[*InitFailure](err); ok {
		return &InitFailure{Type: f.Type, Message: f.Message, Hint: noKafka(e.spec.Function)}
	}
	return &InitFailure{Type: typeNoKafka, Message: fmt.Sprintf(textNoKafka, e.spec.Function), Hint: hintNoKafka}
}

// touched reports whether the trap was touched since it was last called.
func (e *outsider) touched() bool {
	n := e.trap.Touched()
	touched := n != e.told
	e.told = n
	return touched
}

// invoke runs an invocation whose handler has the time left.
func (e *outsider) invoke(end ending, request Request, left time.Duration) Response {
	response := e.try(end, request, left)
	if response.Outcome == journal.Exited && !e.seen.Load() && end.err == nil {
		response = e.again(end, request, left, response)
	}
	if e.touched() {
		e.deny(&response)
	}
	response.Real, response.Took, response.CPU = response.Took, 0, 0
	return response
}

func (e *outsider) try(end ending, request Request, left time.Duration) Response {
	ctx, cancel := end.context(e.Timeout)
	defer cancel()
	e.seen.Store(false)
	request.Deadline = time.Now().Add(left)
	response := e.inner.Invoke(ctx, request)
	if response.Ended {
		e.halt() // hands on the rest of its output
		e.reason = e.inner.Reason()
		return response
	}
	e.flush()
	return response
}

// flush returns when what was printed before the response is in lines.
func (e *outsider) flush() {
	if f, ok := e.inner.(flusher); ok {
		f.Flush()
	} else if e.lines.seen() {
		<-time.After(quiet)
	}
}

// again starts the process anew, which had died before it saw the invocation,
// and repeats that.
func (e *outsider) again(end ending, request Request, left time.Duration, died Response) Response {
	e.halt()
	if err := e.start(ending{}); err != nil {
		return died
	}
	e.lines.add("stderr", "coldbrook: the process had ended ("+e.reason+") and was started again")
	return e.try(end, request, left)
}

// deny makes the response of a handler that looked for Kafka one that says that
// there is none.
func (e *outsider) deny(response *Response) {
	text := noKafka(e.spec.Function)
	response.Outcome, response.Result = journal.FunctionError, nil
	response.Payload = errorDocument{Message: text, Type: typeNoKafka}.marshal()
	response.ErrorType, response.ErrorMessage = typeNoKafka, text
}

// halt stops the process once.
func (e *outsider) halt() {
	if e.inner != nil && !e.stopped {
		e.stopped = true
		e.inner.Stop()
	}
}

// close ends all there is outside.
func (e *outsider) close() {
	e.halt()
	if e.touched() {
		e.lines.add("stderr", "coldbrook: "+noKafka(e.spec.Function))
	}
	e.trap.Close()
}
