package function

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// environment is one execution environment from a launch to the end of what runs
// in it; run owns it.
type environment struct {
	pool     *Pool
	template *Template
	id       platform.EnvironmentID
	ctx      context.Context // ends when it is killed
	cancel   context.CancelCauseFunc
	calls    chan Call
	stop     chan struct{} // closed to end it in order
	gone     chan struct{} // closed when nothing runs any more
	launch   int32         // how often the environment was launched with this
	before   *environment  // what was launched before; nil at first
	home     *home

	revision int32
	launcher Launcher // of the revision
	unknown  error    // why there is no launcher
	spare    *spare   // what was launched ahead for it; nil if nothing was

	initialization string // as in Spec

	killed     atomic.Bool
	owes       atomic.Int32  // how many answers are to come: Ready, and that of a call
	invocation atomic.Uint64 // the one its output belongs to; 0 during init
}

// run is the life of an environment, until it is launched again.
func (e *environment) run() {
	defer close(e.gone)
	defer e.cancel(nil)
	defer e.pool.ended(e)
	e.awaitBefore()
	address, err := e.open()
	if err != nil {
		e.deliver(platform.Input{Kind: platform.InitError, Reason: err.Error()})
		return
	}
	defer address.Close()
	begun := time.Now()
	instance, took := e.adopt()
	if instance == nil {
		if instance, err = e.launcher.Launch(e.ctx, e.spec(address)); err != nil {
			e.deliver(platform.Input{Kind: platform.InitError, Took: since(begun), Reason: initReason(err)})
			return
		}
		took = initTook(instance, begun)
	}
	e.deliver(platform.Input{Kind: platform.Ready, Took: took})
	e.owes.Add(-1)
	e.serve(instance)
}

// open opens its Kafka address, or takes that of the spare.
func (e *environment) open() (Address, error) {
	if e.spare != nil {
		e.spare.address.Assign(uint32(e.id))
		return e.spare.address, nil
	}
	if e.unknown != nil {
		return nil, e.unknown
	}
	address, err := e.template.Open(uint32(e.id))
	if err != nil {
		return nil, fmt.Errorf("open a Kafka address: %w", err)
	}
	return address, nil
}

func (e *environment) spec(address Address) Spec {
	return Spec{
		Function: e.template.Name, Environment: uint32(e.id), Revision: e.revision, Kafka: address.Addr(), Tracker: address,
		Output: e.line, Initialization: e.initialization, Disk: e.home.disk,
	}
}

// adopt returns what was launched ahead for it, and how long its init took; nil if
// nothing was, or nothing is left of it.
func (e *environment) adopt() (Instance, int64) {
	s := e.spare
	if s == nil {
		return nil, 0
	}
	e.spare = nil
	s.output.to(e.line)
	if !s.alive() {
		s.instance.Stop()
		return nil, 0
	}
	if i, ok := s.instance.(assignable); ok {
		i.Assign(uint32(e.id))
	}
	return s.instance, s.took
}

func initReason(err error) string {
	if f, ok := errors.AsType[*InitFailure](err); ok && f.Hint != "" {
		return f.Error() + " (hint: " + f.Hint + ")"
	}
	return err.Error()
}

// serve runs invocations until the environment ends. An instance that ended by
// itself is still stopped: that is what collects what it left behind.
func (e *environment) serve(instance Instance) {
	defer instance.Stop()
	for {
		select {
		case call := <-e.calls:
			if e.call(instance, call) {
				return
			}
		case <-e.stop:
			return
		case <-e.ctx.Done():
			return
		case <-instance.Done():
			if e.late(instance) {
				return
			}
			e.deliver(platform.Input{Kind: platform.Gone, Reason: instance.Reason()})
			return
		}
	}
}

// late runs the call that was handed over while the instance ended, so that it
// is answered.
func (e *environment) late(instance Instance) bool {
	select {
	case call := <-e.calls:
		return e.call(instance, call)
	default:
		return false
	}
}

// reasonGoexit is why an environment is gone whose handler ended its goroutine.
const reasonGoexit = "the handler called runtime.Goexit, as t.FailNow does: use t.Error in handlers"

// call runs one invocation and reports whether the environment is gone after it.
func (e *environment) call(instance Instance, call Call) (gone bool) {
	returned := false
	defer func() {
		if !returned { // this goroutine ends, and nobody else would answer
			e.deliver(platform.Input{Kind: platform.Gone, Reason: reasonGoexit})
		}
	}()
	response := e.invoke(instance, call)
	returned = true
	if e.killed.Load() || e.ctx.Err() != nil {
		return true
	}
	call.Finish(response)
	e.owes.Add(-1)
	return response.Ended // which the response says by itself
}

// crashed is the response of an environment that died on purpose, in AWS's words.
var crashed = Response{
	Outcome: journal.Exited, ErrorType: "Runtime.ExitError",
	ErrorMessage: "Runtime exited with error: signal: killed (a fault)", Ended: true,
}

func (e *environment) invoke(instance Instance, call Call) Response {
	if call.Crash == platform.CrashBefore {
		return crashed
	}
	response := instance.Invoke(e.ctx, call.Prepare())
	if f, ok := instance.(flusher); ok && call.Printed {
		f.Flush()
	}
	if call.Crash == platform.CrashAfter {
		took := response.Took
		response = crashed
		response.Took = took
	}
	return response
}

// deliver hands an input about the environment on, unless that was killed: then
// the machine does not wait for it.
func (e *environment) deliver(in platform.Input) {
	in.Environment, in.Launch = e.id, e.launch
	if !e.killed.Load() {
		e.pool.deliver(in)
	}
}

func (e *environment) line(stream, line string) {
	e.pool.output(journal.Entry{
		Kind: journal.Output, Function: e.template.Name, Environment: uint32(e.id),
		Invocation: e.invocation.Load(), Reason: stream, Text: line,
	})
}
