package platform

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// drawLanes draws whether the partitions of a mapping are driven in lanes.
func drawLanes(rt *rapid.T, mp *Mapping) {
	mp.Order = rapid.SampledFrom([]Order{ByPartition, ByPartition, ByKey, Unordered}).Draw(rt, "order")
	if mp.Order != ByPartition {
		mp.Lanes = rapid.Int32Range(1, 5).Draw(rt, "lanes")
	}
}

// keyOf is the key of a record of a world: one of six, or none, which is 0.
func keyOf(offset int64) uint64 { return mix(uint64(offset)) % 7 }

// batchesHeld is how many batches of a partition the machine may hold.
func batchesHeld(r *Mapping) int32 {
	if r.Order == ByPartition {
		return 2
	}
	return 3 * r.Lanes
}

// checkTogether checks that spans of one partition may be in two invocations at once.
func (w *world) checkTogether(id MappingID, a, b Span) {
	mp := &w.cfg.Mappings[id]
	if mp.Order == ByPartition {
		w.t.Fatalf("partition %d is in two invocations", a.Partition)
	}
	if a.First <= b.Last && b.First <= a.Last {
		w.t.Fatalf("partition %d: %d-%d and %d-%d are in two invocations", a.Partition, a.First, a.Last, b.First, b.Last)
	}
	if mp.Order == Unordered {
		return
	}
	for i := a.First; i <= a.Last; i++ {
		for j := b.First; j <= b.Last; j++ {
			if keyOf(i) == keyOf(j) && keyOf(i) != 0 {
				w.t.Fatalf("partition %d: %d and %d have one key, and are in two invocations", a.Partition, i, j)
			}
		}
	}
}

// checkLane checks a span of a lane: it has no gaps and nothing that is filtered, and
// with ByKey nothing of a key is tried before what is older of it has ended.
func (w *world) checkLane(l *logState, a *Action, s Span) {
	if int64(s.Records) != s.Last-s.First+1 {
		w.t.Fatalf("partition %d: %d records from %d to %d, of a lane", s.Partition, s.Records, s.First, s.Last)
	}
	for i := s.First; i <= s.Last; i++ {
		if w.filters(a.Mapping, i) {
			w.t.Fatalf("partition %d: %d is filtered, and invoked", s.Partition, i)
		}
		if w.cfg.Mappings[a.Mapping].Order != ByKey || keyOf(i) == 0 {
			continue
		}
		for o := l.committed; o < i; o++ {
			if keyOf(o) == keyOf(i) && l.ended[o] == journal.NoOutcome && !has(a.Spans, s.Partition, o) {
				w.t.Fatalf("partition %d: %d is invoked while %d of the same key has not ended", s.Partition, i, o)
			}
		}
	}
}

func has(spans []Span, partition int32, offset int64) bool {
	for _, s := range spans {
		if s.Partition == partition && s.First <= offset && offset <= s.Last {
			return true
		}
	}
	return false
}

// replaysLane says whether a batch of a lane is replayed, whose payloads are kept
// while other lanes go on.
func (w *world) replaysLane(a *Action) bool {
	mp := w.m.mappings[a.Mapping]
	return mp.rules.Order != ByPartition && mp.isReplaying(&mp.partitions[a.Partition])
}

// TestGoesOn: a partition of which a batch is held goes on while another lane has something
// to do that needs no new revision, also if that waits.
func TestGoesOn(t *testing.T) {
	s := &script{t: t, assignments: map[partitionKey]int32{}, cfg: Config{AccountConcurrency: 10}}
	for _, rule := range []string{"function f", "mapping g batch=1 window=0s order=key lanes=2 onReload=retry throttleBackoff=1s"} {
		s.rule(strings.Fields(rule))
	}
	for _, c := range []struct {
		input string
		want  bool
	}{
		{"assign g/0", false},
		{"arrive g/0 0-2 keys=2,1,2", true},
		{"ready 1", true},
		{"ready 2", true},
		{"respond 1 error no", true}, // lane 0 is held, with 2 behind it
		{"respond 2 ok", false},
		{"arrive g/0 3-3 keys=1", true},
		{"respond 3 ok", false},
		{"reload f r2", true},
	} {
		s.input(strings.Fields(c.input))
		if got := s.m.GoesOn(0, 0); got != c.want {
			t.Errorf("%s: goes on %v, want %v", c.input, got, c.want)
		}
	}
	if s.m.GoesOn(0, 7) || s.m.GoesOn(0, -1) {
		t.Error("a partition goes on that is not there")
	}
}

// TestLanesAllocateNothingWhenWarm: neither the lanes nor their spans cost an allocation.
func TestLanesAllocateNothingWhenWarm(t *testing.T) {
	for _, order := range []Order{ByKey, Unordered} {
		d := newDriver(lanedConfig(order))
		d.run(20_000)
		if got := testing.AllocsPerRun(100, func() { d.run(100) }); got != 0 {
			t.Errorf("order %d: got %v allocations per 100 invocations, want 0", order, got)
		}
	}
}

// BenchmarkLanes is BenchmarkMachine with partitions in ten lanes, by key (each record is a
// span of its own) and without order.
func BenchmarkLanes(b *testing.B) {
	for _, c := range []struct {
		name  string
		order Order
	}{{"key", ByKey}, {"none", Unordered}} {
		b.Run(c.name, func(b *testing.B) {
			d := newDriver(lanedConfig(c.order))
			d.run(20_000)
			b.ReportAllocs()
			b.ResetTimer()
			d.run(b.N)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inv/s")
		})
	}
}

func lanedConfig(order Order) Config {
	cfg := benchConfig(10)
	for i := range cfg.Mappings {
		cfg.Mappings[i].Order, cfg.Mappings[i].Lanes = order, 10
	}
	return cfg
}
