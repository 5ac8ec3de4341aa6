package platform

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// asked is what a world knows of the invocations that were asked for from outside.
// It checks that
//   - the event of a batch is answered as any, whatever became of its partition;
//   - each is answered once: an event and a dry run when they are asked for, the
//     others with how their one invocation ended, or refused at once;
//   - each is forgotten once, after that, and nothing is done for it then;
//   - each event that was accepted ends once, is invoked at most as often as its
//     retries allow, is tried no later than its maximum age, and has records at its
//     end if there is where to send them;
//   - nothing is left of them when the world has come to rest.
type asked struct {
	requests map[RequestID]*requestStory
}

// requestStory is a request.
type requestStory struct {
	function          FunctionID
	isEvent, isDry    bool
	at                int64
	answers           int
	accepted, refused bool
	forgotten         bool
	queued, ended     bool
	delivering        bool
	failures          int32
	last              journal.Outcome // of the last invocation
}

// tried numbers what attempts are counted of: batches, and requests above them.
func tried(e *journal.Entry) uint64 {
	if e.Request != 0 {
		return 1<<63 | e.Request
	}
	return e.Batch
}

// drawAsync draws the rules for requests.
func drawAsync(rt *rapid.T, cfg *Config) {
	cfg.RequestMax, cfg.EventMax = 200, 100
	for i := range cfg.Functions {
		a := &cfg.Functions[i].Async
		a.Retries = rapid.Int32Range(0, 2).Draw(rt, "event retries")
		a.MaxAge = rapid.SampledFrom([]int64{60e9, 100e9, 6 * 3600e9}).Draw(rt, "event age")
		a.OnSuccess, a.OnFailure = rapid.Bool().Draw(rt, "on success"), rapid.Bool().Draw(rt, "event on failure")
		a.DeadLetter = rapid.Bool().Draw(rt, "dead letter")
		mp := &cfg.Mappings[i]
		mp.Async = rapid.IntRange(0, 3).Draw(rt, "async") == 0
		mp.OnePartition = mp.Async || rapid.IntRange(0, 3).Draw(rt, "one partition") == 0
		if mp.OnePartition {
			mp.Order, mp.Lanes = ByPartition, 0
		}
	}
}

// request asks for an invocation.
func (w *world) request(rt *rapid.T) {
	in := Input{
		Kind: Requested, Request: RequestID(len(w.asked.requests) + 1), Function: w.drawFunction(rt),
		Async: rapid.Bool().Draw(rt, "event"), DryRun: rapid.IntRange(0, 5).Draw(rt, "dry") == 0,
		Bytes: rapid.SampledFrom([]int64{0, 100, 101, 200, 201}).Draw(rt, "bytes"),
	}
	in.Async = in.Async && !in.DryRun
	r := &requestStory{function: in.Function, isEvent: in.Async, isDry: in.DryRun, at: w.now}
	w.asked.requests[in.Request] = r
	w.step(in)
	tooLarge := in.Bytes > 200 || in.Async && in.Bytes > 100
	switch {
	case tooLarge && !r.refused:
		w.t.Fatalf("request %d of %d bytes was not refused: %+v", in.Request, in.Bytes, r)
	case (r.isEvent || r.isDry) && r.answers != 1:
		w.t.Fatalf("request %d was not answered at once: %+v", in.Request, r)
	}
}

func (w *world) doRequest(a Action) {
	if a.Request == 0 {
		return // Forget of an invocation
	}
	r := w.asked.requests[a.Request]
	if r == nil || r.forgotten {
		w.t.Fatalf("%+v for a request that is not known any more: %+v", a, r)
	}
	switch a.Kind {
	case Respond:
		r.answers++
		r.refused, r.accepted = a.Refused != NotRefused, a.Refused == NotRefused
		waited := r.accepted && !r.isEvent && !r.isDry
		if r.answers > 1 || waited != (a.Invocation != 0) || waited && a.Outcome != r.last {
			w.t.Fatalf("request %d is answered by %+v: %+v", a.Request, a, r)
		}
	case Deliver:
		rules := &w.cfg.Functions[r.function].Async
		if has := a.Condition == "Success" && rules.OnSuccess || a.Condition != "Success" && (rules.OnFailure || rules.DeadLetter); !has {
			w.t.Fatalf("%s of request %d has nowhere to go", a.Condition, a.Request)
		}
		if (a.Condition == "Success") != (a.Outcome == journal.Succeeded) || a.Outcome != r.last || (a.Invocation == 0) != (a.Attempt == 0) {
			w.t.Fatalf("request %d, last ended as %v, is delivered as %+v", a.Request, r.last, a)
		}
		r.delivering = true
		w.pending = append(w.pending, Input{Kind: Delivered, Request: a.Request})
	case Forget:
		r.forgotten = true
		if r.answers != 1 || r.queued != r.ended {
			w.t.Fatalf("request %d is forgotten: %+v", a.Request, r)
		}
	}
}

// checkRequestEntry follows a request in the journal. Entries come before actions.
func (w *world) checkRequestEntry(e *journal.Entry) {
	if e.Request == 0 {
		return
	}
	r, rules := w.asked.requests[RequestID(e.Request)], &Async{}
	if r != nil {
		rules = &w.cfg.Functions[r.function].Async
	}
	switch e.Kind {
	case journal.EventQueued:
		r.queued = true
	case journal.InvocationStarted:
		if r.ended || !r.isEvent && r.failures > 0 {
			w.t.Fatalf("request %d is invoked: %+v", e.Request, r)
		}
	case journal.InvocationEnded:
		r.last = e.Outcome
		if e.Outcome != journal.Succeeded {
			r.failures++
		}
		if r.failures > rules.Retries+1 {
			w.t.Fatalf("request %d has failed %d times, with %d retries", e.Request, r.failures, rules.Retries)
		}
	case journal.Throttled, journal.RetryScheduled:
		if isLate := r.isEvent && rules.MaxAge > 0 && e.At+e.Delay > r.at+rules.MaxAge; isLate || !r.isEvent && e.Delay != 0 {
			w.t.Fatalf("request %d of %d waits until %d: %+v", e.Request, r.at, e.At+e.Delay, r)
		}
	case journal.EventEnded:
		if r.ended || !r.queued || e.Outcome == journal.DeadLettered && !r.delivering {
			w.t.Fatalf("request %d ends as %v: %+v", e.Request, e.Outcome, r)
		}
		r.ended = true
	}
}

// checkRequests checks that the machine counts what is open.
func (w *world) checkRequests() {
	open := 0
	for _, r := range w.asked.requests {
		if !r.forgotten {
			open++
		}
	}
	if n := w.m.OpenRequests(); n != open {
		w.t.Fatalf("%d requests are open, the machine says %d", open, n)
	}
	for i, b := range w.m.events {
		waits := b.state == batchWaiting
		if b.request.place != i || waits && b.timer.index == 0 && !b.limited && !b.rated || (b.state == batchDelivering) != (w.m.deliveries[b.request.id] == b) {
			w.t.Fatalf("request %d waits for nothing: %+v", b.request.id, b)
		}
	}
}

// checkAllAnswered checks that nothing is left of any request.
func (w *world) checkAllAnswered() {
	for id, r := range w.asked.requests {
		if r.answers != 1 || !r.forgotten {
			w.t.Fatalf("the world is at rest, and request %d is not done: %+v", id, r)
		}
	}
}
