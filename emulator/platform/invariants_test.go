package platform

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
	"pgregory.net/rapid"
)

// TestInvariants runs random worlds of two functions, each with a mapping: any
// order of arrivals, responses of every kind, failed inits, ended processes,
// rebalances, retention and time. The world checks on every action that
// concurrency, credit and the rate of pollers are not exceeded, that first deliveries are in order
// per partition, that no record ends twice, and that no commit passes a record
// that is not terminal; at the end every record has a terminal state.
//
// Batches are split in two, partial responses are read in both ways, and records
// are too old: still every record ends once, none is tried while one before it in
// its partition has not ended, unless both are tried together, and none is tried
// that is too old.
//
// Partitions are driven in lanes, or not: world_lanes_test.go says what is checked of that.
//
// Environments are reset, live for moments and are started ahead: still each has
// one invocation at a time, none is used when its life is over, and none is
// launched whose processes run.
//
// New revisions come at any moment: revisions says what is checked of that. Batches are
// held for them, and let go at any moment, and the last ones replayed: saves says what is
// checked of that.
//
// Environments are killed and recycled by the user: byHand says what is checked of that.
//
// Durations are modelled and faults fire: modelled says what is checked of that.
// Between these, invocations are asked for from outside: asked says what is checked
// of them.
//
// At the end, those that go on for ever are removed; with the others left, the
// world must come to rest, and again when it is drained.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, drawConfig(rt))
		w.outcome = func(a Action) Input { return drawOutcome(rt, a) }
		w.drawFilters(rt)
		for range rapid.IntRange(0, 6).Draw(rt, "arrivals") {
			w.arrive(rt)
		}
		for range rapid.IntRange(1, 3).Draw(rt, "rounds") {
			rt.Repeat(w.happenings())
		}
		w.outcome = func(Action) Input { return Input{Outcome: journal.Succeeded} }
		w.removeEndlessFaults()
		w.settle() // lets what was revoked be released
		for n := 0; w.assignAll(); n++ {
			w.settle() // a fault may revoke again
			// A function that starts one environment in 10 s and whose pollers are
			// scaled many times a second is throttled, scaled down and behind for ever.
			w.isCalm = n > 50
		}
		w.checkAllEnded()
		w.checkAllAnswered()
		w.checkNothingOld()
		w.checkNothingRecycled()
		w.drain(rt)
	})
}

// drawFilters has each mapping filter one record of every n, all but one, all or
// none.
func (w *world) drawFilters(rt *rapid.T) {
	var every []int64
	for range w.cfg.Mappings {
		every = append(every, rapid.Int64Range(-4, 4).Draw(rt, "filtered"))
	}
	w.filters = func(m MappingID, offset int64) bool {
		switch n := every[int(m)%len(every)]; {
		case n < 0:
			return offset%-n != 0 || n == -1
		case n > 0:
			return offset%(n+1) == 0
		}
		return false
	}
}

// assignAll assigns all partitions that are not, and says whether there were any.
func (w *world) assignAll() (any bool) {
	for m := range w.cfg.Mappings {
		for p := range int32(5) {
			if l := w.log(MappingID(m), p); l != nil && !l.assigned && !w.isRemoved[MappingID(m)] {
				w.assign(MappingID(m), p)
				any = true
			}
		}
	}
	return any
}

// drain ends a world in which everything is assigned.
func (w *world) drain(rt *rapid.T) {
	for range rapid.IntRange(0, 5).Draw(rt, "arrivals") {
		w.arrive(rt)
	}
	for range rapid.IntRange(0, 3).Draw(rt, "requests") {
		w.request(rt)
	}
	for _, l := range w.logs {
		l.revoking = l.assigned
	}
	w.step(Input{Kind: Draining})
	if rapid.Bool().Draw(rt, "reload") {
		w.drawReload(rt)
	}
	if rapid.Bool().Draw(rt, "kill") {
		w.drawKill(rt)
		w.recycle(w.drawFunction(rt))
	}
	w.request(rt) // which is refused
	w.settle()
	w.checkAllAnswered()
	w.checkNothingOld()
	for key, l := range w.logs {
		if l.ended[l.committed] == journal.Filtered { // none of them waits for another commit
			w.t.Fatalf("drained: partition %d: %d is filtered and not committed", key.partition, l.committed)
		}
	}
	if n, open := w.m.AssignedPartitions(), w.m.InFlight(); n != 0 || open != 0 {
		w.t.Fatalf("drained: %d partitions are assigned, %d invocations open", n, open)
	}
}

func drawConfig(rt *rapid.T) Config {
	cfg := testConfig()
	cfg.Functions = append(cfg.Functions, cfg.Functions[0])
	cfg.Mappings = append(cfg.Mappings, cfg.Mappings[0])
	cfg.Mappings[1].Function, cfg.Mappings[1].Name = 1, "h"
	reserved := int32(0)
	for i := range cfg.Functions {
		f, mp := &cfg.Functions[i], &cfg.Mappings[i]
		f.Reserved = rapid.SampledFrom([]int32{-1, -1, 1, 2, 4}).Draw(rt, "reserved")
		reserved += max(f.Reserved, 0)
		mp.BatchSize = rapid.Int32Range(1, 20).Draw(rt, "batch size")
		mp.Window = rapid.SampledFrom([]int64{0, 5e8, 2e9}).Draw(rt, "window")
		mp.Retries = rapid.Int32Range(-1, 3).Draw(rt, "retries")
		mp.OnFailure = rapid.SampledFrom([]string{"", "dead"}).Draw(rt, "on failure")
		// With 90, every record is too large.
		mp.Bisect, mp.BisectCounts = rapid.Bool().Draw(rt, "bisect"), rapid.Bool().Draw(rt, "bisect counts")
		mp.MaxAge = rapid.SampledFrom([]int64{0, 0, 60e9}).Draw(rt, "max age")
		mp.FromLowest, mp.OnReload = rapid.Bool().Draw(rt, "from lowest"), drawOnReload(rt)
		mp.WindowFromInvocation = rapid.Bool().Draw(rt, "on demand")
		mp.PayloadMax = rapid.SampledFrom([]int64{90, 700, 2000, 6291456}).Draw(rt, "payload")
		mp.FilteredWait = rapid.Bool().Draw(rt, "filtered wait")
		drawPollers(rt, mp)
		drawLanes(rt, mp)
		mp.ThrottleBackoff.Initial = rapid.SampledFrom([]int64{0, 1e8}).Draw(rt, "throttle back-off")
	}
	drawAsync(rt, &cfg)
	cfg.AccountConcurrency = drawRates(rt, &cfg) + reserved + rapid.Int32Range(1, 6).Draw(rt, "account")
	drawBilling(rt, &cfg)
	for i := range cfg.Functions {
		// Up to the timeout, with an init of 50 ms and a first call of 700 ms in it:
		// beyond it, nothing would ever succeed in an environment that was reset.
		f := &cfg.Functions[i]
		f.LifeMax = rapid.SampledFrom([]int64{0, 1e9, 20e9}).Draw(rt, "life")
		f.LifeMin = f.LifeMax / 2
		f.Proactive = rapid.SampledFrom([]uint32{0, 500_000, 1_000_000}).Draw(rt, "proactive")
		f.FirstCall = rapid.SampledFrom([]int64{0, 700e6}).Draw(rt, "first call")
		if d := rapid.SampledFrom([]int64{-1, -1, 0, 1e9, 2249e6, 2250e6}).Draw(rt, "duration"); d >= 0 {
			cfg.Functions[i].Duration = profile.Constant(d)
		}
	}
	for range rapid.IntRange(0, 2).Draw(rt, "faults") {
		cfg.Faults = append(cfg.Faults, anyFault(rt, 0))
	}
	cfg.SettleDebugged()
	return cfg
}

// happenings are what can happen in a world at any time.
func (w *world) happenings() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"assign": func(rt *rapid.T) {
			m, p := w.drawPartition(rt)
			if l := w.log(m, p); l == nil || !l.assigned {
				w.assign(m, p)
			}
		},
		"revoke": func(rt *rapid.T) { w.unassign(rt, Revoked) },
		"lose":   func(rt *rapid.T) { w.unassign(rt, Lost) },
		"produce": func(rt *rapid.T) {
			if l := w.log(w.drawPartition(rt)); l != nil {
				l.end += int64(rapid.IntRange(1, 30).Draw(rt, "n"))
			}
		},
		"fetch": func(rt *rapid.T) {
			m, p := w.drawPartition(rt)
			w.fetch(m, p, int64(rapid.IntRange(1, 30).Draw(rt, "n")))
		},
		"arrive":    func(rt *rapid.T) { w.arrive(rt) },
		"hand over": func(rt *rapid.T) { w.handOver(w.drawPartition(rt)) },
		"expire":    func(rt *rapid.T) { w.expire(rt) },
		"happen":    func(rt *rapid.T) { w.happen(rt) },
		"break":     func(rt *rapid.T) { w.breakEnvironment(rt) },
		"respond": func(rt *rapid.T) {
			if ids := w.runningIDs(); len(ids) > 0 {
				w.respond(rapid.SampledFrom(ids).Draw(rt, "which"))
			}
		},
		"respond all": func(*rapid.T) {
			for _, id := range w.runningIDs() {
				w.respond(id)
			}
		},
		"happen all": func(*rapid.T) {
			for n := len(w.pending); n > 0; n-- {
				in := w.pending[0]
				w.pending = w.pending[1:]
				w.deliver(in)
			}
		},
		"request":   func(rt *rapid.T) { w.request(rt) },
		"add fault": func(rt *rapid.T) { w.addFault(anyFault(rt, w.now)) },
		"remove fault": func(rt *rapid.T) {
			if n := w.m.Faults(); n > 0 {
				w.removeFault(FaultID(rapid.IntRange(0, n-1).Draw(rt, "which")))
			}
		},
		"respond late": func(rt *rapid.T) {
			id := InvocationID(rapid.Uint64Range(0, 200).Draw(rt, "which"))
			if _, open := w.running[id]; !open || w.stories[id].answered {
				w.step(Input{Kind: Responded, Invocation: id, Outcome: journal.Succeeded, Outputs: 1})
			}
		},
		"reload":  w.drawReload,
		"kill":    w.drawKill,
		"recycle": func(rt *rapid.T) { w.recycle(w.drawFunction(rt)) },
		"let go": func(rt *rapid.T) {
			w.step(Input{Kind: LetGo, Function: w.drawFunction(rt)})
		},
		"change":  w.changeRules,
		"reserve": w.changeReserved,
		"time":    func(rt *rapid.T) { w.now += int64(rapid.IntRange(0, 4000).Draw(rt, "ms")) * 1e6; w.step(Input{}) },
		"tick":    func(*rapid.T) { w.tick() },
		"deploy": func(rt *rapid.T) {
			w.step(Input{Kind: Deployed, Function: w.drawFunction(rt)})
		},
	}
}

// arrive has records of a partition produced, fetched and handed over.
func (w *world) arrive(rt *rapid.T) {
	m, p := w.drawPartition(rt)
	if l := w.log(m, p); l == nil || !l.assigned {
		w.assign(m, p)
	}
	w.log(m, p).end += int64(rapid.IntRange(1, 30).Draw(rt, "n"))
	w.fetch(m, p, 30)
	w.handOver(m, p)
}

// happen lets one of the things happen that are on their way.
func (w *world) happen(rt *rapid.T) {
	if n := len(w.pending); n > 0 {
		i := rapid.IntRange(0, n-1).Draw(rt, "which")
		in := w.pending[i]
		w.pending = append(w.pending[:i], w.pending[i+1:]...)
		w.deliver(in)
	}
}

func drawPartition(rt *rapid.T) (MappingID, int32) {
	return MappingID(rapid.IntRange(0, 1).Draw(rt, "mapping")), rapid.Int32Range(0, 4).Draw(rt, "p")
}

func (w *world) unassign(rt *rapid.T, kind InputKind) {
	m, p := w.drawPartition(rt)
	l := w.log(m, p)
	if l == nil || !l.assigned {
		return
	}
	l.assigned, l.revoking, l.wire = kind != Lost, kind == Revoked, nil
	w.step(Input{Kind: kind, Mapping: m, Partition: p, Assignment: l.assignment})
}

// expire lets retention remove records, also such as are on their way.
func (w *world) expire(rt *rapid.T) {
	m, p := w.drawPartition(rt)
	l := w.log(m, p)
	if l == nil || l.end == 0 {
		return
	}
	l.start = max(l.start, rapid.Int64Range(0, l.end).Draw(rt, "start"))
	if l.assigned {
		l.handed = max(l.handed, l.start)
		w.step(Input{Kind: LogStarted, Mapping: m, Partition: p, LogStart: l.start})
	}
}

// breakEnvironment ends a process: during its init, idle, or with an invocation.
func (w *world) breakEnvironment(rt *rapid.T) {
	ids := w.environmentIDs()
	if len(ids) == 0 {
		return
	}
	id := rapid.SampledFrom(ids).Draw(rt, "which")
	kind := rapid.SampledFrom([]InputKind{Gone, InitError}).Draw(rt, "how")
	if kind == InitError && !w.isStarting(id) {
		return
	}
	w.forgetEnvironment(id)
	w.step(Input{Kind: kind, Environment: id, Reason: "broken"})
}

func drawOutcome(rt *rapid.T, a Action) Input {
	in := drawAnswer(rt, a)
	in.Ended = rapid.IntRange(0, 3).Draw(rt, "ended") == 0
	drawUsed(rt, &in)
	return in
}

func drawAnswer(rt *rapid.T, a Action) Input {
	if a.Request != 0 && rapid.Bool().Draw(rt, "too large") {
		return Input{Outcome: journal.BadResponse, TooLarge: true}
	}
	switch rapid.IntRange(0, 5).Draw(rt, "outcome") {
	case 0:
		return Input{Outcome: journal.FunctionError, Reason: "no"}
	case 1:
		return Input{Outcome: journal.Exited, Reason: "exit status 1"}
	case 2:
		if a.Request != 0 {
			break
		}
		in := Input{Outcome: journal.PartlyFailed, Outputs: rapid.Int32Range(0, 1).Draw(rt, "outputs")}
		for _, s := range a.Spans {
			splitSpan(rt, &in, s)
		}
		return in
	case 3:
		return Input{Outcome: journal.Succeeded, Outputs: 3}
	}
	return Input{Outcome: journal.Succeeded}
}

// splitSpan lets all, none, the first or the last record of a span fail. Spans
// with holes fail or succeed as a whole.
func splitSpan(rt *rapid.T, in *Input, s Span) {
	first, rest := s, s
	first.Last, first.Records = s.First, 1
	rest.First, rest.Records = s.First+1, s.Records-1
	how := rapid.IntRange(0, 3).Draw(rt, "failed")
	if int64(s.Records) != s.Last-s.First+1 || s.Records == 1 {
		how %= 2
	}
	switch how {
	case 0:
		in.Failed = append(in.Failed, s)
	case 1:
		in.Done = append(in.Done, s)
	case 2:
		in.Failed, in.Done = append(in.Failed, first), append(in.Done, rest)
	case 3:
		in.Done, in.Failed = append(in.Done, first), append(in.Failed, rest)
	}
}
