package order

import (
	"runtime"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestLanesOfKeysAreNoDisorderOfKeys: two lanes of a partition, whose batches are runs
// of records that lie between those of the other one.
func TestLanesOfKeysAreNoDisorderOfKeys(t *testing.T) {
	s := &script{}
	s.assign(0, 0)
	s.arrive(0, 0, 7, 8, 7, 8, 7, 8)
	a := s.form(0, 0, 0, "size")
	s.more(a, 0, 2, 2, "size")
	s.more(a, 0, 4, 4, "size")
	b := s.form(0, 1, 1, "size")
	s.more(b, 0, 3, 3, "size")
	s.more(b, 0, 5, 5, "size")
	i, k := s.start(a, 1, journal.Cold), s.start(b, 1, journal.Warm)
	s.finish(b, k, journal.Succeeded)
	s.finish(a, i, journal.Succeeded)
	for _, o := range []int64{1, 3, 5} {
		s.end(b, k, 0, o, o, journal.Succeeded)
	}
	for _, o := range []int64{0, 2, 4} {
		s.end(a, i, 0, o, o, journal.Succeeded)
	}
	s.commit(0, 5)
	if r := s.checked(Options{}); len(r.Groups) != 0 || r.Ended != 6 {
		t.Errorf("by key: got %v, %d ended", counted(r), r.Ended)
	}
	r := s.checked(Options{Domain: ByPartition})
	if r.Count(LateCompletion) != 3 || r.Count(ConcurrentKey) != 3 || r.Count(Overtaken) != 5 || r.Count(Skipped) != 2 {
		t.Errorf("by partition: got %v, want 3 late and concurrent, 5 begun too early, 2 skipping", counted(r))
	}
}

// TestMemoryIsBounded: a batch that never ends, and a million records that pass it.
func TestMemoryIsBounded(t *testing.T) {
	c := New(Options{Domain: ByKey})
	stuck := &script{}
	stuck.assign(0, 0)
	stuck.arrive(0, 0, 7)
	stuck.form(0, 0, 0, "size")
	for i := range stuck.entries {
		c.Add(&stuck.entries[i])
	}
	p := newPlayer(100)
	p.turn = 4
	for i := range p.first {
		p.first[i].First++
		p.first[i].Last++
	}
	for range 2_000 {
		p.play(c)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 20_000 {
		p.play(c)
	}
	runtime.ReadMemStats(&after)
	if grown := after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc); grown > 32<<20 {
		t.Errorf("2,000,000 records take %d bytes more", grown)
	}
	r := c.End()
	if r.Evicted != 1 || r.Ended != 2_200_000 || r.Disordered != 0 {
		t.Errorf("got %d evicted, %d ended, %d out of order; want the one that never ends to give way", r.Evicted, r.Ended, r.Disordered)
	}
	for i := range c.mappings[0].partitions {
		if n := len(c.mappings[0].partitions[i].slots); n > mostSlots {
			t.Errorf("partition %d holds %d records", i, n)
		}
	}
}

// TestWitnessesAreBounded, and all violations counted.
func TestWitnessesAreBounded(t *testing.T) {
	s := &script{}
	s.assign(0, 0)
	keys := make([]uint64, 50)
	for i := range keys {
		keys[i] = 7
	}
	s.arrive(0, 0, keys...)
	for o := int64(49); o >= 0; o-- {
		s.handle(s.form(0, o, o, "size"), 1, o, o, journal.Warm)
	}
	r := s.checked(Options{Witnesses: 5})
	for _, g := range r.Groups {
		if len(g.Witnesses) != 5 || g.Count != 49 {
			t.Errorf("%v: got %d witnesses of %d, want 5 of 49", g.Rule, len(g.Witnesses), g.Count)
		}
	}
	if r.Disordered != 50 {
		t.Errorf("got %d records out of order, want 50", r.Disordered)
	}
}
