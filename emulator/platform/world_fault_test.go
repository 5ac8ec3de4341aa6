package platform

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// modelled is what a world knows of modelled durations and of faults. It checks
// that
//   - each invocation ends once, and at its modelled end if it was answered
//     before: not earlier, and not at a later step than the first one then;
//   - a response is lost only to a timeout that comes before its modelled end;
//   - an environment is gone once, and where that is said by an answer, at the end
//     of the invocation;
//   - attempts count the invocations of a batch, and throttles do not;
//   - a fault fires in its time and as often as it may, and where chance has no
//     part in it as often as it must; each firing has its entry and its effect.
type modelled struct {
	before    int64 // the time of the step before
	stories   map[InvocationID]*story
	gone      map[EnvironmentID]bool
	launches  map[EnvironmentID]int32 // how often each was launched
	called    map[EnvironmentID]bool  // since then
	starts    [mostFunctions]uint64   // by function
	attempts  map[uint64]int32        // by batch: the invocations that have ended
	faults    []faultStory
	injected  map[string]int // by reason
	throttles int            // by faults
	crashes   int
	outages   int
}

// story is an invocation.
type story struct {
	function FunctionID
	began    int64  // when its timeout began to count
	step     int    // in which it began
	n        uint64 // of its function, from 0 on, of those that were handed over
	handed   int64  // when the handler got it; -1 if it did not
	first    bool   // it is the first call after an init
	launch   int32  // of the environment
	revision int32  // as in the journal
	slower   int64  // by faults
	extra    int64  // for the share of a processor
	crash    string
	ended    bool
	answered bool
	at       int64 // of the answer
	outcome  journal.Outcome

	environment EnvironmentID
	last        bool // the environment is gone with the answer
	excused     bool // it was a response to an event that was too large
}

// faultStory is what a fault should do.
type faultStory struct {
	Fault
	removed    bool
	candidates uint64
	fires      uint64 // should have; not for throttles
	fired      uint64 // has
}

func (w *modelled) begin(faults []Fault) {
	w.stories, w.attempts, w.injected = map[InvocationID]*story{}, map[uint64]int32{}, map[string]int{}
	w.gone, w.launches, w.called = map[EnvironmentID]bool{}, map[EnvironmentID]int32{}, map[EnvironmentID]bool{}
	for _, f := range faults {
		w.faults = append(w.faults, faultStory{Fault: f})
	}
}

// scribble overwrites what an input points to: it is valid during Step only.
func scribble(in *Input) {
	for _, spans := range [][]Span{in.Failed, in.Done} {
		for i := range spans {
			spans[i] = Span{Partition: 1 << 30, First: -1, Last: 1 << 40, Records: 7}
		}
	}
	for i := range in.Records {
		in.Records[i] = RecordMeta{Offset: -1}
	}
	if in.Fault != nil {
		*in.Fault = Fault{}
	}
}

// deliver gives the machine what was on its way.
func (w *world) deliver(in Input) {
	if in.Kind == Revoked { // by a rebalance
		l := w.log(in.Mapping, in.Partition)
		if l == nil || !l.assigned || l.revoking || l.assignment != in.Assignment {
			return
		}
		l.revoking, l.wire = true, nil
	}
	if in.Kind == HandedOff {
		in.Request = RequestID(len(w.asked.requests) + 1)
		w.asked.requests[in.Request] = &requestStory{function: in.Function, isEvent: true, at: w.now}
	}
	w.step(in)
}

// rebalance revokes every partition of a mapping.
func (w *world) rebalance(m MappingID) {
	if w.isCalm {
		return
	}
	for p := range int32(8) {
		if l := w.log(m, p); l != nil && l.assigned {
			w.pending = append(w.pending, Input{Kind: Revoked, Mapping: m, Partition: p, Assignment: l.assignment})
		}
	}
}

func (w *world) addFault(f Fault) {
	w.faults = append(w.faults, faultStory{Fault: f})
	w.step(Input{Kind: FaultAdded, Fault: &f})
}

func (w *world) removeFault(id FaultID) {
	w.faults[id].removed = true
	w.step(Input{Kind: FaultRemoved, FaultID: id})
}

// removeEndlessFaults removes those that would never let a world come to rest.
func (w *world) removeEndlessFaults() {
	for i := range w.faults {
		if f := &w.faults[i]; f.Times == 0 && f.Nth == 0 && !f.isTimed() {
			w.removeFault(FaultID(i))
		}
	}
}

func (w *world) answered(id InvocationID, in *Input) {
	s := w.stories[id]
	s.answered, s.at, s.outcome, s.last = true, w.now, in.Outcome, in.Ended
	if r := w.asked.requests[w.running[id].Request]; r != nil {
		s.excused = r.isEvent && in.TooLarge
	}
	s.extra = extraOf(&w.cfg.Functions[s.function], in)
}

// end is when an invocation ends that was answered.
func (w *world) end(s *story) int64 {
	if s.outcome == journal.Exited && s.crash != "crash after the handler" {
		return s.at
	}
	f, least := &w.cfg.Functions[s.function], s.handed
	if s.first {
		least = later(least, f.FirstCall)
	}
	if d := f.Duration; d != nil {
		return max(later(later(least, d.At(draw(w.cfg.Seed, drawDuration, uint64(s.function), s.n))), s.slower), s.at)
	}
	return later(max(least, s.at), s.slower+s.extra)
}

func (w *world) checkModelled(e *journal.Entry) {
	switch e.Kind {
	case journal.InvocationStarted:
		w.started(e)
	case journal.InvocationEnded:
		w.ended(e)
	case journal.EnvironmentGone:
		w.checkGone(e)
	case journal.EnvironmentReset:
		w.checkReset(e)
	case journal.Throttled:
		if e.Attempt != w.attempts[tried(e)] {
			w.t.Fatalf("batch %d has %d attempts behind it, throttled after %d", tried(e), w.attempts[tried(e)], e.Attempt)
		}
		if e.Reason == "fault: throttled" {
			w.throttles++
		}
	case journal.FaultInjected:
		if isByHand(e) {
			return
		}
		w.injected[strings.Fields(e.Reason)[0]]++
		if e.Invocation == 0 {
			return
		}
		s := w.stories[InvocationID(e.Invocation)]
		switch {
		case strings.HasPrefix(e.Reason, "slower"):
			s.slower += e.Delay
		case strings.HasPrefix(e.Reason, "crash"):
			if s.crash != "" {
				w.t.Fatalf("invocation %d crashes twice: %s, %s", e.Invocation, s.crash, e.Reason)
			}
			s.crash = e.Reason
		}
	}
}

func (w *world) started(e *journal.Entry) {
	w.checkAttempt(e)
	if e.Request == 0 {
		w.checkAges(e)
	}
	w.checkLife(e)
	function := FunctionID(0)
	if e.Request != 0 {
		function = w.asked.requests[RequestID(e.Request)].function
	} else { // all functions have one name, the mappings do not
		function = w.mappingNamed(e.Mapping).Function
	}
	w.stories[InvocationID(e.Invocation)] = &story{function: function, began: e.At, step: w.steps, handed: -1, environment: EnvironmentID(e.Environment)}
}

// handedOver notes that the handler gets an invocation: the occasion for faults.
func (w *world) handedOver(a *Action) {
	s := w.stories[a.Invocation]
	if want := s.began + w.cfg.Functions[a.Function].Timeout; s.handed >= 0 || s.function != a.Function || a.Deadline != want {
		w.t.Fatalf("invocation %d is handed over, until %d, want %d: %+v", a.Invocation, a.Deadline, want, s)
	}
	s.handed, s.n, s.launch = w.now, w.modelled.starts[a.Function], w.launches[a.Environment]
	s.first = !w.called[a.Environment]
	w.called[a.Environment] = true
	w.modelled.starts[a.Function]++
	for i := range w.faults {
		w.faults[i].candidate(a.Function, w.now)
	}
}

// candidate counts an invocation that is handed over.
func (f *faultStory) candidate(function FunctionID, now int64) {
	if f.removed || f.Function >= 0 && f.Function != function {
		return
	}
	f.candidates++
	isTime := now >= f.From && (f.Until == 0 || now < f.Until)
	if isTime && (f.Nth == 0 || f.Nth == f.candidates) && (f.Times == 0 || f.fires < f.Times) {
		f.fires++
	}
}

func (w *world) ended(e *journal.Entry) {
	if e.Outcome == journal.OutputFailed { // it had ended, and what came after it failed
		return
	}
	w.checkAttempt(e)
	w.attempts[tried(e)]++
	id := InvocationID(e.Invocation)
	delete(w.running, id)
	s := w.stories[id]
	if s == nil || s.ended {
		w.t.Fatalf("invocation %d ended, which is not open: %+v", id, s)
	}
	s.ended = true
	if e.Outcome == journal.Abandoned && w.m.draining && w.cfg.Functions[s.function].Debugged {
		return // nobody waits for a debugger
	}
	if e.Outcome == journal.InitFailed || e.Outcome == journal.Abandoned { // the handler never saw it
		if s.handed >= 0 {
			w.t.Fatalf("invocation %d ended as %v, and was handed over: %+v", id, e.Outcome, s)
		}
		return
	}
	w.checkBill(e, s)
	timeout := s.began + w.cfg.Functions[s.function].Timeout
	switch {
	case e.Outcome == journal.TimedOut:
		if e.At < timeout || s.answered && w.end(s) <= timeout {
			w.t.Fatalf("invocation %d timed out at %d instead of %d: %+v", id, e.At, timeout, s)
		}
	case e.Outcome == journal.Exited && (e.Reason == "broken" || e.Reason == exitKilled): // the process ended
	case s.answered && s.excused && e.Outcome == journal.Succeeded:
	case !s.answered || s.outcome != e.Outcome:
		w.t.Fatalf("invocation %d ended as %v: %+v", id, e.Outcome, s)
	case w.end(s) > e.At || w.end(s) <= w.before && e.At != s.at:
		w.t.Fatalf("invocation %d should end at %d, ended at %d, a step was at %d: %+v", id, w.end(s), e.At, w.before, s)
	case s.last && w.runs(s):
		w.t.Fatalf("invocation %d has ended, and the process of its environment %d is not gone with it: %+v", id, s.environment, s)
	}
}

// runs says whether the machine thinks that the process runs which an invocation
// was given to.
func (w *world) runs(s *story) bool {
	e := w.m.environments[s.environment]
	return e != nil && !e.isReset && e.launch == s.launch
}

// checkGone checks that an environment is gone once, and not while an answer is
// held back that it is gone with.
func (w *world) checkGone(e *journal.Entry) {
	id := EnvironmentID(e.Environment)
	if w.gone[id] {
		w.t.Fatalf("environment %d is gone twice: %s", id, e.Reason)
	}
	w.gone[id] = true
	for _, a := range w.running {
		if s := w.stories[a.Invocation]; s.environment == id && s.last && !s.ended {
			w.t.Fatalf("environment %d is gone before its invocation %d has ended: %s", id, a.Invocation, e.Reason)
		}
	}
}

func (w *world) checkAttempt(e *journal.Entry) {
	if want := w.attempts[tried(e)] + 1; e.Attempt != want {
		w.t.Fatalf("batch %d: %v of attempt %d, want %d", e.Batch, e.Kind, e.Attempt, want)
	}
}

// checkFaults checks what faults have done by now.
func (w *world) checkFaults() {
	fired, rebalances := uint64(0), 0
	for i := range w.faults {
		f := &w.faults[i]
		n := w.m.FaultFired(FaultID(i))
		if n != f.fired {
			w.checkFired(f, n)
		}
		f.fired = n
		fired += n
		if f.Probability == 0 && !f.isTimed() && (f.Kind == FaultSlow || f.Kind == FaultRebalance || f.Kind == FaultBrokerDown) && n != f.fires {
			w.t.Fatalf("%v %d has fired %d times, want %d: %+v", f.Kind, i, n, f.fires, f)
		}
		if f.isTimed() && !f.removed && f.From <= w.now && (f.Until == 0 || f.Until > w.now) && n != 1 {
			w.t.Fatalf("%v %d has fired %d times, want once: %+v", f.Kind, i, n, f)
		}
	}
	all := 0
	for _, n := range w.injected {
		all += n
	}
	rebalances = w.injected["rebalance"]
	if uint64(all) != fired || w.injected["crash"] != w.crashes || w.injected["broker"] != w.outages ||
		w.injected["throttled"] != w.throttles || all != w.crashes+w.outages+w.throttles+rebalances+w.injected["slower"] {
		w.t.Fatalf("faults fired %d times: %d crashes, %d outages, %d throttles; injected %v", fired, w.crashes, w.outages, w.throttles, w.injected)
	}
}

func (w *world) checkFired(f *faultStory, n uint64) {
	most := f.Times
	if f.Nth != 0 || f.isTimed() {
		most = 1
	}
	isTime := f.From <= w.now && (f.Until == 0 || w.now < f.Until || f.isTimed())
	if f.removed || !isTime || most != 0 && n > most || n < f.fired {
		w.t.Fatalf("%v fired %d times before, %d now, at %d: %+v", f.Kind, f.fired, n, w.now, f)
	}
}

// anyFault draws a valid fault that begins now or soon.
func anyFault(rt *rapid.T, now int64) Fault {
	f := Fault{
		Kind:        rapid.SampledFrom([]FaultKind{FaultCrash, FaultThrottle, FaultSlow, FaultRebalance, FaultBrokerDown}).Draw(rt, "fault"),
		Function:    FunctionID(rapid.IntRange(-1, 1).Draw(rt, "function")),
		Probability: rapid.SampledFrom([]uint32{0, 0, 300_000, 1_000_000}).Draw(rt, "probability"),
		From:        rapid.SampledFrom([]int64{0, now, now + 1e9, now + 5e9}).Draw(rt, "from"),
	}
	if rapid.Bool().Draw(rt, "ends") {
		f.Until = max(f.From, now) + rapid.SampledFrom([]int64{1, 2e9, 10e9}).Draw(rt, "until")
	}
	if f.Nth = rapid.Uint64Range(0, 3).Draw(rt, "nth"); f.Nth == 0 {
		f.Times = rapid.Uint64Range(0, 3).Draw(rt, "times")
	}
	switch f.Kind {
	case FaultCrash:
		f.After = rapid.Bool().Draw(rt, "after")
	case FaultThrottle:
		f.Delay = rapid.SampledFrom([]int64{0, 0, 3e9}).Draw(rt, "delay")
	case FaultSlow, FaultBrokerDown:
		f.Delay = rapid.SampledFrom([]int64{1, 1e9, 2e9}).Draw(rt, "delay")
	}
	return f
}
