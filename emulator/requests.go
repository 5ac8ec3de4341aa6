package emulator

import (
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// logTail is how much of what an invocation printed is kept: X-Amz-Log-Result has
// the last 4 KB (API model).
const logTail = 4 << 10

// requests are the invocations that were asked for from outside and that the
// machine has not forgotten. The conductor owns them.
type requests struct {
	last    platform.RequestID
	open    map[platform.RequestID]*openRequest
	running map[platform.InvocationID]*openRequest
}

func newRequests() requests {
	return requests{open: map[platform.RequestID]*openRequest{}, running: map[platform.InvocationID]*openRequest{}}
}

// openRequest is an invocation that was asked for from outside.
type openRequest struct {
	id       string // a UUID
	payload  []byte
	context  string
	answered chan<- answer // takes one without waiting; nil if nobody does
	isEvent  bool

	invocation platform.InvocationID // the last that began
	response   []byte                // of that, nil if none came
	log        []byte
	logged     uint64 // the invocation that log is of
}

// add takes a request, which the machine is to be told of next.
func (r *requests) add(seed uint64, request *openRequest) platform.RequestID {
	r.last++
	request.id = outsideID(seed, r.last)
	r.open[r.last] = request
	return r.last
}

// outsideID is the id of a request: above the numbers of invocations, and below those
// of mappings.
func outsideID(seed uint64, id platform.RequestID) string {
	return requestID(seed, platform.InvocationID(1<<62|uint64(id)))
}

// begin takes note of an attempt.
func (r *requests) begin(a *platform.Action) *openRequest {
	request := r.open[a.Request]
	request.invocation, request.response = a.Invocation, nil
	r.running[a.Invocation] = request
	return request
}

// responded keeps the response of a message that has one.
func (r *requests) responded(m message) {
	if m.payload == nil {
		return
	}
	if request := r.running[m.input.Invocation]; request != nil {
		request.response = m.payload
	}
}

// printed keeps the end of what a handler prints for somebody who waits.
func (r *requests) printed(e *journal.Entry) {
	if e.Kind != journal.Output || len(r.running) == 0 {
		return
	}
	request := r.running[platform.InvocationID(e.Invocation)]
	if request != nil {
		request.print(e.Text)
	}
}

// printedLine keeps what the platform prints, as printed does: on AWS the tail of a
// log has both.
func (r *requests) printedLine(line loggedLine) {
	request := r.open[platform.RequestID(line.request)]
	if request == nil {
		return
	}
	if request.logged != line.invocation {
		request.logged, request.log = line.invocation, nil
	}
	request.print(line.text)
}

func (r *openRequest) print(line string) {
	if r.isEvent {
		return
	}
	r.log = append(append(r.log, line...), '\n')
	if n := len(r.log); n > 4*logTail {
		r.log = append([]byte(nil), r.log[n-logTail:]...)
	}
}

func (r *requests) forget(a *platform.Action) {
	if a.Request != 0 {
		delete(r.open, a.Request)
		return
	}
	delete(r.running, a.Invocation)
}

// requestCall makes the invocation that an Invoke asks for which came from
// outside.
func (e *Emulator) requestCall(a *platform.Action) function.Call {
	open := e.conductor.requests.begin(a)
	id, invocation, environment := a.Function, a.Invocation, a.Environment
	request := function.Request{
		ID: open.id, Invocation: uint64(invocation), Payload: open.payload, Deadline: e.conductor.wall(a.Deadline),
		ARN: functionARN(e.parts().functions[a.Function].config.Name), ClientContext: open.context,
	}
	return function.Call{
		Invocation: invocation, Crash: a.Crash, Printed: true,
		Prepare: func() function.Request { return request },
		Finish: func(r function.Response) {
			e.checkStorage(id, r.Storage)
			in := platform.Input{
				Kind: platform.Responded, Invocation: invocation, Environment: environment, Outcome: r.Outcome,
				Took: took(r), CPU: int64(r.CPU), Memory: e.usedMemory(r.Memory), Ended: r.Ended, TooLarge: r.ErrorType == errorTooLarge,
			}
			if r.Outcome != journal.Succeeded {
				in.Reason = reason(r)
			}
			e.conductor.queue <- message{input: &in, payload: r.Payload}
		},
	}
}

// tellUndelivered says how many events are lost with a run that did not end in
// order; of the others the machine has said it.
func (e *Emulator) tellUndelivered() {
	select {
	case <-e.conductor.quiet:
		return
	default:
	}
	e.conductor.queue <- message{call: func() {
		if n := e.conductor.machine.Events(); n > 0 {
			e.conductor.log.Append(undelivered(e.conductor.now(), n))
		}
	}}
}

func undelivered(at int64, n int) journal.Entry {
	events := "1 event of the asynchronous queues was"
	if n != 1 {
		events = showCount(n) + " events of the asynchronous queues were"
	}
	return journal.Entry{Kind: journal.Warning, At: at, Text: events + " not delivered: the run ended before"}
}
