package platform

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// revisions is what a world knows of revisions. It checks that
//   - whatever is launched, and whatever invocation begins, has the newest one;
//   - an invocation is handed to an environment of the revision it began on, and ends
//     on that;
//   - a new revision by itself begins and ends no invocation, throttles nothing, and
//     schedules no retry; as many invocations are open after it as before;
//   - an old environment is there for an invocation that has begun, and for nothing else.
//
// That no record is lost, or tried again without a failure by the rules, is what the
// world checks of everything: attempts count the invocations of a batch that have ended,
// which must have ended as they were answered, and no record ends twice.
type revisions struct {
	newest    [mostFunctions]int32    // by function; 0 is 1
	launched  map[EnvironmentID]int32 // the revision of the processes
	reloading int                     // the function to which it happens in this step, from 1 on
	renewed   int                     // environments that this step is to start for batches that wait for older ones
}

func (r *revisions) of(id FunctionID) int32 { return max(r.newest[id], 1) }

// reload gives a function another revision, or one that is not newer.
func (w *world) reload(id FunctionID, revision int32) {
	before := w.busy()
	held := w.mayHold(id)
	w.revisions.newest[id] = max(w.revisions.of(id), revision)
	if !held {
		w.reloading = int(id) + 1
	}
	w.renewed = w.waitingFor(id, revision)
	w.step(Input{Kind: Reloaded, Function: id, Revision: revision})
	if w.reloading = 0; w.renewed != 0 {
		w.t.Fatalf("function %d has revision %d, and %d batches got no environment of it", id, revision, w.renewed)
	}
	if after := w.busy(); !held && !slices.Equal(after, before) {
		w.t.Fatalf("function %d has revision %d: %v invocations were open, %v are", id, revision, before, after)
	}
}

// waitingFor is how many batches wait for an environment that is older than a revision.
func (w *world) waitingFor(id FunctionID, revision int32) (n int) {
	for _, e := range w.m.functions[id].live {
		if e.revision < revision && revision > w.m.functions[id].revision && e.batch != nil && e.batch.state == batchLaunching {
			n++
		}
	}
	return n
}

// isRenewed says whether a launch replaces an environment that was launched for the
// same batch: it has its room under all limits.
func (w *world) isRenewed(a Action) bool {
	if w.renewed == 0 || a.Provisioned {
		return false
	}
	w.renewed--
	return true
}

func (w *world) drawReload(rt *rapid.T) {
	id := w.drawFunction(rt)
	w.reload(id, w.revisions.of(id)+rapid.Int32Range(-1, 2).Draw(rt, "newer by"))
}

// checkLaunched checks the revision that is launched.
func (w *world) checkLaunched(a Action) {
	if w.isGone[a.Function] && w.m.environments[a.Environment].batch == nil {
		w.t.Fatalf("environment %d is launched for nothing: function %d was removed", a.Environment, a.Function)
	}
	if want := w.revisions.of(a.Function); a.Revision != want {
		w.t.Fatalf("environment %d is launched with revision %d, the newest is %d", a.Environment, a.Revision, want)
	}
	if w.launched == nil {
		w.launched = map[EnvironmentID]int32{}
	}
	w.launched[a.Environment] = a.Revision
}

func (w *world) checkRevision(e *journal.Entry) {
	switch e.Kind {
	case journal.InvocationStarted:
		s := w.stories[InvocationID(e.Invocation)]
		if s.revision = e.Revision; e.Revision != journalled(w.revisions.of(s.function)) {
			w.t.Fatalf("invocation %d begins on revision %d, the newest is %d", e.Invocation, e.Revision, w.revisions.of(s.function))
		}
	case journal.InvocationEnded:
		if s := w.stories[InvocationID(e.Invocation)]; s.revision != e.Revision {
			w.t.Fatalf("invocation %d began on revision %d, ends on %d", e.Invocation, s.revision, e.Revision)
		}
	case journal.Throttled, journal.RetryScheduled, journal.RecordsEnded, journal.EventEnded:
	default:
		return
	}
	if w.reloading > 0 {
		w.t.Fatalf("a new revision of function %d: %v", w.reloading-1, describeEntry(e))
	}
}

// checkHandedOver checks that an invocation gets the code that it began with.
func (w *world) checkHandedOver(a *Action) {
	if s := w.stories[a.Invocation]; journalled(w.launched[a.Environment]) != s.revision {
		w.t.Fatalf("invocation %d began on revision %d, and is handed to environment %d of revision %d",
			a.Invocation, s.revision, a.Environment, w.launched[a.Environment])
	}
}

// checkRevisions checks that old environments are there for invocations only.
func checkRevisions(t fataler, m *Machine, f *function) {
	old, oldest := 0, f.revision
	for _, e := range f.live {
		if e.revision < 1 || e.revision > f.revision {
			t.Fatalf("environment %d has revision %d, its function %d", e.id, e.revision, f.revision)
		}
		if e.revision == f.revision {
			continue
		}
		old, oldest = old+1, min(oldest, e.revision)
		if b := e.batch; b == nil || b.state != batchRunning && b.state != batchInitializing || e.isReset || b.revision != e.revision {
			t.Fatalf("environment %d of revision %d, now %d, in state %d, runs no invocation: %+v", e.id, e.revision, f.revision, e.state, b)
		}
	}
	if n, first := m.oldEnvironments(f.id); n != old || first != oldest {
		t.Fatalf("%d old environments from %d on, the machine says %d from %d on", old, oldest, n, first)
	}
	for _, list := range [...][]*environment{m.queued, m.replacing} {
		for _, e := range list {
			if e.function == f && (e.revision != 0 || e.started) {
				t.Fatalf("an environment of revision %d waits for room", e.revision)
			}
		}
	}
}

// checkNothingOld checks that nothing of older revisions is left.
func (w *world) checkNothingOld() {
	for i := range w.cfg.Functions {
		if n, oldest := w.m.oldEnvironments(FunctionID(i)); n != 0 || oldest != w.revisions.of(FunctionID(i)) && !w.isGone[FunctionID(i)] {
			w.t.Fatalf("the world is at rest, and function %d has %d environments older than %d, from %d on",
				i, n, w.revisions.of(FunctionID(i)), oldest)
		}
	}
}

// TestReloadsChangeNoOutcome plays the same arrivals, answers and times in two worlds,
// one with new revisions at any moment: where handlers do the same, every record ends
// as it does without them. A handler fails the same records each time; once in a while
// the first attempt of a batch fails as a whole, or its environment dies.
func TestReloadsChangeNoOutcome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg, filtered := steadyConfig(rt), rapid.Int64Range(0, 4).Draw(rt, "filtered")
		happenings := rapid.SliceOfN(rapid.Custom(drawHappening), 40, 120).Draw(rt, "happenings")
		var worlds [2]*world
		for i := range worlds {
			w := newWorld(rt, cfg)
			w.outcome = w.steadyOutcome
			w.observe = func(e *journal.Entry) {
				if e.Kind == journal.InvocationEnded && e.Outcome == journal.TimedOut {
					rt.Fatalf("the handlers do not do the same: %s", describeEntry(e))
				}
			}
			w.filters = func(_ MappingID, offset int64) bool { return filtered > 0 && offset%(filtered+1) == 0 }
			for _, h := range happenings {
				h.play(w, i == 1)
			}
			w.settle()
			w.checkAllEnded()
			w.checkNothingOld()
			worlds[i] = w
		}
		for key, l := range worlds[0].logs {
			for o := range l.end {
				if want, got := l.ended[o], worlds[1].logs[key].ended[o]; got != want {
					rt.Fatalf("record %d of partition %d of mapping %d ends as %v, with new revisions as %v",
						o, key.partition, key.mapping, want, got)
				}
			}
		}
	})
}

// steadyConfig draws rules under which how a record ends does not depend on when it is
// tried, and with what other records.
func steadyConfig(rt *rapid.T) Config {
	cfg := drawConfig(rt)
	cfg.Faults = nil
	for i := range cfg.Functions {
		cfg.Functions[i].Timeout = 900e9
	}
	for i := range cfg.Mappings {
		mp := &cfg.Mappings[i]
		mp.Retries = rapid.Int32Range(1, 3).Draw(rt, "retries")
		mp.BisectCounts, mp.MaxAge, mp.FromLowest, mp.Async, mp.OnReload = false, 0, false, false, Continue
		mp.ScaleRebalances = false
		if mp.Bisect {
			mp.OnePartition = true // steadyOutcome asks the first record
		}
	}
	cfg.SettleDebugged()
	return cfg
}

// steadyOutcome fails records by their offsets.
func (w *world) steadyOutcome(a Action) Input {
	first := uint64(a.Spans[0].First)<<3 | uint64(a.Spans[0].Partition)
	whole := mix(first) % 8
	switch in := (Input{Outcome: journal.FunctionError, Reason: "no", Ended: whole == 1}); {
	case a.Attempt == 1 && whole < 2:
		return in
	case a.Attempt == 1 && whole == 2:
		return Input{Outcome: journal.Exited, Reason: "exit status 1"}
	}
	in := Input{Outcome: journal.PartlyFailed}
	for _, s := range a.Spans {
		for o := s.First; o <= s.Last; o++ {
			one := Span{Partition: s.Partition, First: o, Last: o, Records: 1}
			switch {
			case w.filters(a.Mapping, o):
			case mix(uint64(o))%7 == 0:
				in.Failed = append(in.Failed, one)
			default:
				in.Done = append(in.Done, one)
			}
		}
	}
	if len(in.Failed) == 0 {
		return Input{Outcome: journal.Succeeded}
	}
	return in
}

// happening is one of the things that happen in both worlds, or a new revision, which
// happens in one.
type happening struct {
	what      string
	mapping   MappingID
	partition int32
	n         int64
}

func drawHappening(rt *rapid.T) happening {
	m, p := drawPartition(rt)
	p %= 2 // few, so that most schedules keep environments busy
	return happening{
		rapid.SampledFrom([]string{"arrive", "arrive", "run", "run", "time", "respond", "respond", "reload"}).Draw(rt, "what"),
		m, p, rapid.Int64Range(1, 30).Draw(rt, "n"),
	}
}

func (h *happening) play(w *world, reloads bool) {
	switch h.what {
	case "arrive":
		if w.log(h.mapping, h.partition) == nil {
			w.assign(h.mapping, h.partition)
		}
		w.log(h.mapping, h.partition).end += h.n
		w.fetch(h.mapping, h.partition, h.n)
		w.handOver(h.mapping, h.partition)
	case "time":
		w.now += h.n * 20e6
		w.step(Input{})
	case "run": // what starts gets ready, and the next invocations begin
		for n := len(w.pending); n > 0; n-- {
			in := w.pending[0]
			w.pending = w.pending[1:]
			w.deliver(in)
		}
		// Not as far as a timeout: it may come in one world only, and is a failure by
		// the rules.
		if at, ok := w.m.NextTimer(); ok && at <= w.now+1e9 {
			w.tick()
		}
	case "respond": // one, or all
		for i, id := range w.runningIDs() {
			if i == 0 || h.n%2 == 0 {
				w.respond(id)
			}
		}
	case "reload":
		if reloads {
			w.reload(FunctionID(h.mapping), w.revisions.of(FunctionID(h.mapping))+1)
		}
	}
}

// oldEnvironments is how many environments of a function have an older revision than its
// current one, each of them for an invocation that has not ended, and the oldest revision
// that is in use: what is before that is launched no more. Without old ones that is the
// current one.
func (m *Machine) oldEnvironments(id FunctionID) (n int, oldest int32) {
	f := m.functions[id]
	oldest = f.revision
	for _, e := range f.live {
		if e.isOld() {
			n++
			oldest = min(oldest, e.revision)
		}
	}
	return n, oldest
}
