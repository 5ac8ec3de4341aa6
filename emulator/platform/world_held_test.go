package platform

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// saves is what a world knows of batches that are held or replayed. It checks that
//   - a batch is held where the rules say so, and until it is released: it is not tried,
//     throttled or ended before, and the machine tells of all that are held and no others;
//   - the first invocation of a batch that is released for a revision, or is a replay, is
//     compared with the one before as it ends;
//   - a replay comes with a new revision, has records that are committed, and ends none;
//   - payloads of whatever is invoked are still kept, and no longer than the rules say.
//
// That with a new revision or a release, some time, no record is lost and none ends twice
// is what the world checks of everything.
type saves struct {
	held     map[uint64]int64  // since when, by batch
	roots    map[uint64]uint64 // the batch that a half was split from at first
	heldFor  map[uint64]int64  // by root
	replays  map[uint64]bool
	awaited  map[uint64]bool // batches whose next end is compared
	compares uint64          // the batch whose comparison must follow
	saved    int             // the function that has a new revision in this step, from 1 on
}

func (s *saves) begin() {
	*s = saves{held: map[uint64]int64{}, roots: map[uint64]uint64{}, heldFor: map[uint64]int64{}, replays: map[uint64]bool{}, awaited: map[uint64]bool{}}
}

func (s *saves) root(batch uint64) uint64 {
	if root, ok := s.roots[batch]; ok {
		return root
	}
	return batch
}

// youth is how much younger the records of a batch count because it was held.
func (w *world) youth(batch uint64) int64 { return w.heldFor[w.root(batch)] }

// checkHeld checks an entry.
func (w *world) checkHeld(e *journal.Entry) {
	if w.compares != 0 && (e.Kind != journal.BatchCompared || e.Batch != w.compares) {
		w.t.Fatalf("batch %d has ended an invocation on a new revision, and is not compared but: %s", w.compares, describeEntry(e))
	}
	_, held := w.held[e.Batch]
	switch e.Kind {
	case journal.BatchHeld:
		if mp := w.mappingNamed(e.Mapping); held || mp.onReload() == Continue || e.Outcome == journal.NoOutcome || e.Outcome == journal.OutputFailed {
			w.t.Fatalf("held with onReload %d, before %v: %s", mp.OnReload, held, describeEntry(e))
		}
		w.held[e.Batch] = w.now
	case journal.BatchReleased:
		if !held {
			w.t.Fatalf("released, and was not held: %s", describeEntry(e))
		}
		w.heldFor[w.root(e.Batch)] += w.now - w.held[e.Batch]
		delete(w.held, e.Batch)
		w.awaited[e.Batch] = w.awaited[e.Batch] || strings.HasPrefix(e.Reason, "revision")
	case journal.BatchCompared:
		if w.compares != e.Batch && !w.mayCompare(e.Batch) || e.Revision < 2 || e.Text == "" {
			w.t.Fatalf("compared for no reason: %s", describeEntry(e))
		}
		w.compares = 0
	case journal.BatchFormed:
		w.formedFrom(e)
	case journal.RecordsEnded, journal.RecordsExpired, journal.InvocationStarted, journal.InvocationEnded, journal.Throttled, journal.RetryScheduled:
		w.checkNotHeld(e, held)
	}
}

// checkNotHeld checks that nothing happens to a batch that is held, and that the records
// of a replay do not end.
func (w *world) checkNotHeld(e *journal.Entry, held bool) {
	if e.Batch == 0 || e.Request != 0 {
		return
	}
	isEnd := e.Kind == journal.RecordsEnded || e.Kind == journal.RecordsExpired
	if held || w.replays[e.Batch] && (isEnd || e.Kind == journal.RetryScheduled) {
		w.t.Fatalf("held %v, replay %v: %s", held, w.replays[e.Batch], describeEntry(e))
	}
	if e.Kind == journal.InvocationEnded && w.awaited[e.Batch] {
		delete(w.awaited, e.Batch)
		if w.mappingNamed(e.Mapping).onReload() != Continue {
			w.compares = e.Batch
		}
	}
}

// mayCompare says whether a batch, or what it was split from, was held.
func (w *world) mayCompare(batch uint64) bool {
	_, held := w.heldFor[w.root(batch)]
	return held
}

func (w *world) formedFrom(e *journal.Entry) {
	if from, isHalf := strings.CutPrefix(e.Reason, "bisect of batch "); isHalf {
		w.roots[e.Batch] = w.root(numberIn(from))
		return
	}
	if !strings.HasPrefix(e.Reason, "replay of batch ") {
		return
	}
	w.replays[e.Batch], w.awaited[e.Batch] = true, true
	mp := w.mappingNamed(e.Mapping)
	l := w.logNamed(e.Mapping, e.Partition)
	if mp.onReload() != ReplayLast || w.saved != int(mp.Function)+1 || e.Last >= l.committed && mp.Order == ByPartition {
		w.t.Fatalf("function %d has a new revision, %d is committed: %s", w.saved-1, l.committed, describeEntry(e))
	}
	for o := e.First; o <= e.Last; o++ {
		if !l.ended[o].Terminal() {
			w.t.Fatalf("record %d is replayed that has not ended: %s", o, describeEntry(e))
		}
	}
}

func numberIn(s string) (n uint64) {
	for _, digit := range s {
		n = 10*n + uint64(digit-'0')
	}
	return n
}

func (w *world) logNamed(mapping string, partition int32) *logState {
	for i := range w.cfg.Mappings {
		if w.cfg.Mappings[i].Name == mapping {
			return w.log(MappingID(i), partition)
		}
	}
	return nil
}

// checkKept checks which payloads an action keeps, or needs.
func (w *world) checkKept(a *Action) {
	switch a.Kind {
	case Commit:
		l, mp := w.log(a.Mapping, a.Partition), &w.cfg.Mappings[a.Mapping]
		if a.Keep > a.Offset || a.Keep < l.keep || mp.onReload() != ReplayLast && a.Keep != a.Offset && !w.replaysLane(a) {
			w.t.Fatalf("partition %d with onReload %d: commit of %d keeps payloads from %d on, before from %d", a.Partition, mp.OnReload, a.Offset, a.Keep, l.keep)
		}
		l.keep = a.Keep
	case Invoke:
		for _, s := range a.Spans {
			if l := w.log(a.Mapping, s.Partition); s.First < l.keep {
				w.t.Fatalf("partition %d: %d is invoked, payloads are kept from %d on", s.Partition, s.First, l.keep)
			}
		}
	}
}

// checkSaves checks what there is after a step.
func (w *world) checkSaves() {
	if w.compares != 0 {
		w.t.Fatalf("batch %d has ended an invocation on a new revision, and is not compared", w.compares)
	}
	n := 0
	for i := range w.cfg.Functions {
		for _, b := range w.m.Held(FunctionID(i)) {
			n++
			if since, ok := w.held[b.Batch]; !ok || since != b.Since || (b.Replays != 0) != w.replays[b.Batch] || len(b.Spans) == 0 {
				w.t.Fatalf("the machine holds %+v, the journal since %d, %v", b, since, ok)
			}
		}
	}
	if n != len(w.held) {
		w.t.Fatalf("the machine holds %d batches, the journal %v", n, w.held)
	}
}

// release lets what is held go on, in one of both ways, and says whether anything is.
func (w *world) release() bool {
	any := false
	for i := range w.cfg.Functions {
		id := FunctionID(i)
		if len(w.m.Held(id)) == 0 {
			continue
		}
		if any = true; w.steps%2 == 0 {
			w.step(Input{Kind: LetGo, Function: id})
		} else {
			w.reload(id, w.revisions.of(id)+1)
		}
	}
	return any
}

func drawOnReload(rt *rapid.T) OnReload {
	return rapid.SampledFrom([]OnReload{Continue, Retry, ReplayLast}).Draw(rt, "on reload")
}

// checkHolding checks that a batch that is held waits for nothing else, and is known.
func checkHolding(t fataler, m *Machine, b *batch) {
	known := 0
	for _, other := range m.functions[b.function].held {
		if other == b {
			known++
		}
	}
	if known != 1 || b.timer.index != 0 || b.limited || b.rated || b.environment != nil || len(b.spans) == 0 || b.revision < m.functions[b.function].revision {
		t.Fatalf("batch %d is held, %d times: %+v", b.number, known, b)
	}
}

// TestHeldAndReplayedRecordsEndOnce: with a new revision or a release eventually, no record is
// lost and none ends twice, however often batches fail, are held, let go and replayed.
// Rules are few, so that more of that happens than in TestInvariants.
func TestHeldAndReplayedRecordsEndOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg := testConfig()
		cfg.RequestMax, cfg.EventMax = 200, 100
		cfg.Functions[0].Init, cfg.Functions[0].Placement = nil, nil
		cfg.Functions = append(cfg.Functions, cfg.Functions[0])
		cfg.Mappings = append(cfg.Mappings, cfg.Mappings[0])
		cfg.Mappings[1].Name, cfg.Mappings[1].Function = "h", 1
		for i := range cfg.Mappings {
			mp := &cfg.Mappings[i]
			mp.BatchSize, mp.Window, mp.Bisect = rapid.Int32Range(1, 6).Draw(rt, "batch size"), 0, rapid.Bool().Draw(rt, "bisect")
			mp.Retries = rapid.Int32Range(-1, 1).Draw(rt, "retries")
			mp.PollerConcurrency = rapid.Int32Range(1, 3).Draw(rt, "concurrency")
			mp.OnReload = []OnReload{Retry, ReplayLast}[i]
		}
		w := newWorld(rt, cfg)
		w.outcome = func(a Action) Input { return drawAnswer(rt, a) }
		all := w.happenings()
		few := map[string]func(*rapid.T){}
		for _, name := range []string{"arrive", "revoke", "lose", "expire", "respond", "respond all", "happen all", "reload", "let go", "tick", "change"} {
			few[name] = all[name]
		}
		for range 6 {
			w.arrive(rt)
			rt.Repeat(few)
		}
		w.outcome = func(Action) Input { return Input{Outcome: journal.Succeeded} }
		w.settle()
		for w.assignAll() {
			w.settle()
		}
		w.checkAllEnded()
		w.drain(rt)
	})
}
