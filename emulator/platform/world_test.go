package platform

import (
	"fmt"
	"sort"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// world is everything around a machine, as far as its rules can tell: a log,
// environments and a producer. It checks the invariants on every action.
type world struct {
	t   fataler
	m   *Machine
	cfg Config
	now int64

	pending []Input // what will happen, in any order
	logs    map[partitionKey]*logState
	running map[InvocationID]Action
	begun   map[InvocationID]int // the step in which each began
	steps   int
	envs    map[EnvironmentID]FunctionID // those whose processes run
	last    []journal.Entry
	outcome func(Action) Input // how an invocation ends
	observe func(*journal.Entry)
	isCalm  bool                                 // its groups do not rebalance any more
	filters func(m MappingID, offset int64) bool // which records are filtered
	modelled
	above
	rates
	reads
	asked
	bills
	revisions
	saves
	comings
	byHand
}

type partitionKey struct {
	mapping   MappingID
	partition int32
}

type logState struct {
	assignment  int32
	assigned    bool
	released    bool
	revoking    bool
	end         int64        // next offset to be produced
	handed      int64        // next offset to be fetched
	wire        []RecordMeta // fetched, and not handed over yet
	start       int64        // retention removed all below
	records     int32        // credit
	bytes       int64
	ended       map[int64]journal.Outcome
	since       int   // the step in which it was assigned; what began before is a zombie
	firstSeen   int64 // highest offset delivered for the first time
	committed   int64
	keep        int64 // payloads from there on are kept
	recordBytes int32
}

func newWorld(t fataler, cfg Config) *world {
	w := &world{
		t: t, cfg: cfg, m: New(cfg),
		logs: map[partitionKey]*logState{}, running: map[InvocationID]Action{}, begun: map[InvocationID]int{}, envs: map[EnvironmentID]FunctionID{},
	}
	w.outcome = func(a Action) Input { return Input{Outcome: journal.Succeeded} }
	w.filters = func(MappingID, int64) bool { return false }
	w.modelled.begin(cfg.Faults)
	w.saves.begin()
	w.comings.begin()
	w.asked.requests = map[RequestID]*requestStory{}
	return w
}

func (w *world) step(in Input) {
	w.steps++
	w.saved = 0
	if in.Kind == Reloaded {
		w.saved = int(in.Function) + 1
	}
	actions, entries := w.m.Step(w.now, &in)
	scribble(&in)
	w.last = append(w.last[:0], entries...)
	for i := range entries {
		w.checkEntry(&entries[i])
		w.checkModelled(&entries[i])
		w.checkRates(&entries[i])
		w.checkReads(&entries[i])
		w.checkRequestEntry(&entries[i])
		w.checkRevision(&entries[i])
		w.checkHeld(&entries[i])
		w.checkComings(&entries[i])
		w.checkByHand(&entries[i])
		if w.observe != nil {
			w.observe(&entries[i])
		}
	}
	for _, a := range actions {
		w.do(a)
		w.checkKept(&a)
	}
	w.checkConcurrency()
	w.checkCredit()
	w.checkFaults()
	w.before = w.now
	checkConsistent(w.t, w.m)
	w.checkSaves()
	w.checkGoneFunctions()
	w.checkRequests()
}

func (w *world) log(m MappingID, p int32) *logState { return w.logs[partitionKey{m, p}] }

func (w *world) do(a Action) {
	switch a.Kind {
	case Want:
		if l := w.log(a.Mapping, a.Partition); l.assignment == a.Assignment {
			l.records += a.Records
			l.bytes += a.Bytes
		}
	case Launch:
		w.launch(a)
		w.checkLaunch(a)
		w.checkLaunched(a)
	case Invoke:
		w.invoke(a)
	case Respond, Deliver, Forget:
		w.doRequest(a)
	case Stop, Kill:
		delete(w.envs, a.Environment)
		for id, r := range w.running {
			if r.Environment == a.Environment {
				delete(w.running, id)
			}
		}
	case HandOff:
		w.pending = append(w.pending, Input{Kind: HandedOff, Invocation: a.Invocation, Function: a.Function, Bytes: 100})
	case Publish:
		w.pending = append(w.pending, Input{Kind: Published, Invocation: a.Invocation})
	case PublishFailure:
		w.pending = append(w.pending, Input{Kind: FailurePublished, Invocation: a.Invocation})
	case Rebalance:
		w.rebalance(a.Mapping)
	case BrokerDown:
		w.outages++
	case Commit:
		w.commit(a)
	case Release:
		l := w.log(a.Mapping, a.Partition)
		if !l.assigned || l.released {
			w.t.Fatalf("release of partition %d, which is not assigned", a.Partition)
		}
		l.released, l.assigned = true, false
	}
}

func (w *world) invoke(a Action) {
	if _, ok := w.envs[a.Environment]; !ok {
		w.t.Fatalf("invocation %d on environment %d, which does not live", a.Invocation, a.Environment)
	}
	for _, other := range w.running {
		if other.Environment == a.Environment {
			w.t.Fatalf("environment %d has two invocations", a.Environment)
		}
		for _, s := range a.Spans {
			for _, o := range other.Spans {
				l := w.log(a.Mapping, s.Partition)
				if other.Mapping == a.Mapping && o.Partition == s.Partition && w.begun[other.Invocation] > l.since {
					w.checkTogether(a.Mapping, s, o)
				}
			}
		}
	}
	w.begun[a.Invocation] = w.steps
	if a.Crash != CrashNone {
		w.crashes++
	}
	w.handedOver(&a)
	w.checkHandedOver(&a)
	if a.Request != 0 {
		w.running[a.Invocation] = a
		return
	}
	var records int32
	for _, s := range a.Spans {
		l := w.log(a.Mapping, s.Partition)
		if isNew := w.stories[a.Invocation].step == w.steps; !l.assigned || l.revoking && isNew {
			w.t.Fatalf("invocation of partition %d, assigned %v, revoking %v", s.Partition, l.assigned, l.revoking)
		}
		records += s.Records
		if w.cfg.Mappings[a.Mapping].Order != ByPartition {
			w.checkLane(l, &a, s)
			continue
		}
		w.checkOrder(l, a.Spans, s)
		if s.First > l.firstSeen {
			if s.First != l.firstSeen+1 && l.ended[s.First-1] == 0 {
				w.t.Fatalf("partition %d: first delivery of %d before that of %d", s.Partition, s.First, s.First-1)
			}
			l.firstSeen = s.Last
		}
	}
	if most := w.cfg.Mappings[a.Mapping].BatchSize; records > most {
		w.t.Fatalf("batch of %d records, limit %d", records, most)
	}
	a.Spans = append([]Span(nil), a.Spans...)
	w.running[a.Invocation] = a
}

// checkOrder checks that all before a span is terminal, or in the invocation with
// it: no record overtakes another of its partition, whatever was split or sent
// away between them.
func (w *world) checkOrder(l *logState, spans []Span, s Span) {
	for o := l.committed; o < s.First; o++ {
		if l.ended[o] != journal.NoOutcome {
			continue
		}
		found := false
		for _, other := range spans {
			found = found || other.Partition == s.Partition && other.First <= o && o <= other.Last
		}
		if !found {
			w.t.Fatalf("partition %d: %d is invoked while %d before it has not ended", s.Partition, s.First, o)
		}
	}
}

func (w *world) commit(a Action) {
	l := w.log(a.Mapping, a.Partition)
	if a.Assignment != l.assignment || !l.assigned {
		w.t.Fatalf("commit for assignment %d, current is %d, assigned %v", a.Assignment, l.assignment, l.assigned)
	}
	if a.Offset < l.committed {
		w.t.Fatalf("commit goes back from %d to %d", l.committed, a.Offset)
	}
	for o := l.committed; o < a.Offset; o++ {
		if l.ended[o] == 0 {
			w.t.Fatalf("partition %d: commit of %d passes %d, which is not terminal", a.Partition, a.Offset, o)
		}
	}
	l.committed = a.Offset
}

func (w *world) checkEntry(e *journal.Entry) {
	if e.Kind != journal.RecordsEnded && e.Kind != journal.RecordsExpired && e.Kind != journal.RecordsFiltered {
		return
	}
	for i := range w.cfg.Mappings {
		if w.cfg.Mappings[i].Name != e.Mapping {
			continue
		}
		l := w.log(MappingID(i), e.Partition)
		n := int32(0)
		w.checkEndedByAge(e, l, &w.cfg.Mappings[i])
		for o := e.First; o <= e.Last; o++ {
			isFiltered := w.filters(MappingID(i), o) && (e.Kind != journal.RecordsExpired || e.Batch != 0)
			switch {
			case isFiltered != (e.Kind == journal.RecordsFiltered):
				if l.ended[o] != journal.Filtered && l.ended[o] != journal.Expired {
					w.t.Fatalf("record %d/%d, filtered %v, ended as %v", e.Partition, o, isFiltered, e.Outcome)
				}
			case l.ended[o] == journal.Expired: // a hole in the range
			case l.ended[o] == journal.NoOutcome:
				l.ended[o] = e.Outcome
				n++
			default:
				w.t.Fatalf("record %d/%d ended twice: %v, then %v", e.Partition, o, l.ended[o], e.Outcome)
			}
		}
		if n != e.Records {
			w.t.Fatalf("%v of %d/%d-%d says %d records, %d ended", e.Kind, e.Partition, e.First, e.Last, e.Records, n)
		}
	}
}

func (w *world) checkConcurrency() {
	open := make([]int32, len(w.cfg.Functions))
	unreserved := int32(0)
	for _, a := range w.running {
		open[a.Function]++
		f := &w.cfg.Functions[a.Function]
		if f.Debugged && open[a.Function] > 1 {
			w.t.Fatalf("function %d is debugged, and has more than one invocation", a.Function)
		}
		if f.Reserved < 0 && !f.Debugged {
			unreserved++
		}
	}
	for i, n := range open {
		if r := w.cfg.Functions[i].Reserved; r >= 0 && n > max(r, w.above.function(i)) {
			w.t.Fatalf("function %d has %d invocations, reserved %d", i, n, r)
		}
	}
	if unreserved > max(w.cfg.AccountConcurrency, w.above.account) {
		w.t.Fatalf("%d invocations without reserved concurrency, the account has %d", unreserved, w.cfg.AccountConcurrency)
	}
	w.above.sink(w.busy())
}

// fetch takes up to n records of a partition from the log, by the machine's
// credit.
func (w *world) fetch(m MappingID, p int32, n int64) {
	l := w.log(m, p)
	if l == nil || !l.assigned {
		return
	}
	for n > 0 && l.handed < l.end && l.records > 0 && l.bytes > 0 {
		l.wire = append(l.wire, RecordMeta{
			Offset: l.handed, Timestamp: stampOf(l.handed), Size: l.recordBytes, Bytes: readBytes, Filtered: w.filters(m, l.handed),
			KeyHash: keyOf(l.handed),
		})
		l.handed++
		l.records--
		l.bytes -= int64(l.recordBytes)
		n--
	}
}

// handOver gives the machine what was fetched of a partition.
func (w *world) handOver(m MappingID, p int32) {
	l := w.log(m, p)
	if l == nil || len(l.wire) == 0 {
		return
	}
	records := l.wire
	l.wire = nil
	w.step(Input{Kind: Arrived, Mapping: m, Partition: p, Assignment: l.assignment, Records: records, LogStart: l.start})
}

func (w *world) assign(m MappingID, p int32) {
	key := partitionKey{m, p}
	l := w.logs[key]
	if l == nil {
		l = &logState{ended: map[int64]journal.Outcome{}, recordBytes: 100, firstSeen: -1}
		w.logs[key] = l
	}
	l.assignment++
	l.assigned, l.released, l.revoking = true, false, false
	l.records, l.bytes, l.handed, l.wire = 0, 0, max(l.committed, l.start), nil
	// What a former assignment delivered and did not commit is delivered again.
	for o := range l.ended {
		if o >= l.committed {
			delete(l.ended, o)
		}
	}
	l.firstSeen, l.since, l.keep = l.committed-1, w.steps, l.committed
	w.step(Input{Kind: Assigned, Mapping: m, Partition: p, Assignment: l.assignment, Offset: l.committed})
	if l.start > l.committed {
		w.step(Input{Kind: LogStarted, Mapping: m, Partition: p, LogStart: l.start})
	}
}

// tick moves time to the next timer.
func (w *world) tick() bool {
	at, ok := w.m.NextTimer()
	if !ok {
		return false
	}
	w.now = max(w.now, at)
	w.step(Input{})
	return true
}

// respond answers a running invocation. Whether it has ended by that, the
// machine says.
func (w *world) respond(id InvocationID) {
	a, ok := w.running[id]
	if !ok {
		return
	}
	in := w.outcome(a)
	if a.Crash != CrashNone {
		in = Input{Outcome: journal.Exited, Reason: "crashed"}
	}
	in.Kind, in.Invocation = Responded, id
	if in.Outcome == journal.Exited || in.Ended {
		delete(w.envs, a.Environment)
		// It need not come any more, and changes nothing if it does.
		w.pending = append(w.pending, Input{Kind: Gone, Environment: a.Environment, Launch: w.launches[a.Environment], Reason: "as said"})
	}
	w.answered(id, &in)
	w.step(in)
}

// runningIDs are the invocations that wait for a response.
func (w *world) runningIDs() []InvocationID {
	ids := make([]InvocationID, 0, len(w.running))
	for id := range w.running {
		if !w.stories[id].answered {
			ids = append(ids, id)
		}
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}

// settle runs until nothing is left to happen.
func (w *world) settle() {
	for range 400_000 { // pollers are scaled every 0.1 s, and events are tried for 6 hours
		progress := false
		for len(w.pending) > 0 {
			in := w.pending[0]
			w.pending = w.pending[1:]
			w.deliver(in)
			progress = true
		}
		for _, id := range w.runningIDs() {
			w.respond(id)
			progress = true
		}
		for m := range w.cfg.Mappings {
			for p := int32(0); p < 8; p++ {
				if l := w.log(MappingID(m), p); l != nil && l.assigned {
					w.fetch(MappingID(m), p, 1000)
					progress = progress || len(l.wire) > 0
					w.handOver(MappingID(m), p)
				}
			}
		}
		if !progress && !w.release() && (w.quiet() || !w.tick()) {
			return
		}
	}
	w.t.Fatalf("the machine does not come to rest: %s %+v", w.describe(), w.running)
}

// quiet says whether only idle lifetimes are left to wait for.
func (w *world) quiet() bool {
	for key, l := range w.logs {
		if l.assigned && !l.revoking && w.position(key) < l.end {
			return false
		}
	}
	return w.m.InFlight() == 0 && w.m.OpenRequests() == 0
}

func testConfig() Config {
	return Config{
		Seed: 1, AccountConcurrency: 1000,
		Functions: []Function{{
			Name: "f", Timeout: 3e9, Reserved: -1, Init: profile.Constant(50e6), Placement: profile.Constant(200e6),
			IdleMin: 300e9, IdleMax: 420e9, InitLimit: 10e9, Async: awsAsync(),
		}},
		Mappings: []Mapping{{
			Name: "g", Topic: "t", Function: 0, BatchSize: 10, Window: 500e6, PayloadMax: 6291456,
			PayloadBase: 100, PayloadPartition: 20, Pollers: 1, PollerConcurrency: 5, Retries: -1,
			RetryBackoff: profile.Backoff{Initial: 1e9, Max: 30e9}, ThrottleBackoff: profile.Backoff{Initial: 1e8, Max: 5e9},
		}},
	}
}

// position is what is committed of a partition, or would be with the next commit.
func (w *world) position(key partitionKey) int64 {
	l := w.logs[key]
	if at, assigned := w.m.Position(key.mapping, key.partition); assigned && w.cfg.Mappings[key.mapping].FilteredWait {
		return at
	}
	return l.committed
}

func (w *world) checkAllEnded() {
	for key, l := range w.logs {
		if at := w.position(key); at != l.end {
			w.t.Fatalf("partition %d: committed %d of %d", key.partition, at, l.end)
		}
		for o := int64(0); o < l.end; o++ {
			if !l.ended[o].Terminal() {
				w.t.Fatalf("partition %d: record %d ended as %v", key.partition, o, l.ended[o])
			}
		}
	}
}

// describe is the last step's entries, for messages.
func (w *world) describe() string { return fmt.Sprintf("%+v", w.last) }
