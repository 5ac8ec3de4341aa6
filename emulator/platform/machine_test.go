package platform

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// TestTimeoutText holds the text AWS shows to users.
func TestTimeoutText(t *testing.T) {
	for _, tt := range []struct {
		timeout time.Duration
		want    string
	}{
		{3 * time.Second, "Sandbox.Timedout: Task timed out after 3.00 seconds"},
		{1500 * time.Millisecond, "Sandbox.Timedout: Task timed out after 1.50 seconds"},
		{15 * time.Minute, "Sandbox.Timedout: Task timed out after 900.00 seconds"},
	} {
		cfg := testConfig()
		cfg.Functions[0].Timeout = int64(tt.timeout)
		w := newWorld(t, cfg)
		w.assign(0, 0)
		w.log(0, 0).end = 10
		w.fetch(0, 0, 10)
		w.handOver(0, 0)
		w.step(w.pending[0]) // Ready
		for len(w.running) == 0 {
			w.tick() // the modelled cold start
		}
		w.tick()
		e := w.last[0]
		if e.Kind != journal.InvocationEnded || e.Outcome != journal.TimedOut || e.Reason != tt.want {
			t.Errorf("timeout %v: got %v, %v, %q, want %q", tt.timeout, e.Kind, e.Outcome, e.Reason, tt.want)
		}
		if e.Measured.Took != int64(tt.timeout) {
			t.Errorf("timeout %v: it took %v", tt.timeout, time.Duration(e.Measured.Took))
		}
	}
}

// TestOversizedRecordsInARow: each is a batch that ends in the moment it is
// formed. Their number must not become the depth of the stack.
func TestOversizedRecordsInARow(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(1 << 20))
	const n = 50_000
	cfg := testConfig()
	cfg.Mappings[0].PayloadMax, cfg.Mappings[0].Window = 150, 0
	m := New(cfg)
	m.Step(0, &Input{Kind: Assigned, Assignment: 1})
	records := make([]RecordMeta, n)
	for i := range records {
		records[i] = RecordMeta{Offset: int64(i), Size: 100}
	}
	_, entries := m.Step(1, &Input{Kind: Arrived, Assignment: 1, Records: records})
	dropped := 0
	for i := range entries {
		if entries[i].Outcome == journal.Dropped {
			dropped += int(entries[i].Records)
		}
	}
	if dropped != n {
		t.Errorf("got %d records dropped, want %d", dropped, n)
	}
	if at, assigned := m.Position(0, 0); at != n || !assigned {
		t.Errorf("got position %d, %v, want %d, true", at, assigned, n)
	}
}

// TestDrawsAreIndependent: leaving out everything that happens to one function
// does not change the cold starts and lifetimes of another.
func TestDrawsAreIndependent(t *testing.T) {
	cfg := testConfig()
	cfg.Functions[0].Init = profile.ColdStart("nodejs24.x", "x86_64")
	cfg.Functions[0].Placement = profile.Lognormal(200*time.Millisecond, 500*time.Millisecond)
	cfg.Functions = append(cfg.Functions, cfg.Functions[0])
	cfg.Functions[0].Name = "other"
	cfg.Mappings = append(cfg.Mappings, cfg.Mappings[0])
	cfg.Mappings[0].Name, cfg.Mappings[1].Function = "other", 1

	together, alone := drawsOf(t, cfg, true), drawsOf(t, cfg, false)
	if !reflect.DeepEqual(together, alone) {
		t.Errorf("with another function:\n%v\nwithout:\n%v", together, alone)
	}
	if len(alone) != 20 || alone[0] == alone[2] {
		t.Errorf("got %d draws, want 20 that differ: %v", len(alone), alone)
	}
	cfg.Seed++
	if reflect.DeepEqual(drawsOf(t, cfg, false), alone) {
		t.Error("another seed gave the same draws")
	}
}

func TestDrawsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for seed := range uint64(3) {
		for p := drawPlacement; p <= drawProvision; p++ {
			for entity := range uint64(10) {
				for n := range uint64(100) {
					name := fmt.Sprintf("draw(%d, %d, %d, %d)", seed, p, entity, n)
					u := draw(seed, p, entity, n)
					if other := seen[u]; other != "" {
						t.Errorf("%s and %s are both %d", name, other, u)
					}
					seen[u] = name
				}
			}
		}
	}
}

// drawsOf lets the second function, and if both the first one too, run ten
// invocations with so much time between them that each is a cold start. It
// returns the cold starts and lifetimes of the second.
func drawsOf(t *testing.T, cfg Config, both bool) []string {
	w := newWorld(t, cfg)
	var draws []string
	w.observe = func(e *journal.Entry) {
		switch {
		case e.Function != "f":
		case e.Kind == journal.EnvironmentStarting:
			draws = append(draws, fmt.Sprintf("cold start %v", time.Duration(e.Delay)))
		case e.Kind == journal.EnvironmentGone:
			draws = append(draws, fmt.Sprintf("gone at %v", time.Duration(e.At)))
		}
	}
	mappings := []MappingID{1}
	if both {
		mappings = []MappingID{0, 1}
	}
	for _, m := range mappings {
		w.assign(m, 0)
	}
	for i := range int64(10) {
		w.now = i * 1e12
		for _, m := range mappings {
			w.log(m, 0).end += 10
			w.fetch(m, 0, 10)
			w.handOver(m, 0)
		}
		w.settle()
		for w.tick() { // until the environments are gone
		}
	}
	return draws
}

func TestPositionAndCounts(t *testing.T) {
	w := newWorld(t, testConfig())
	position := func(wantAt int64, wantAssigned bool) {
		t.Helper()
		if at, ok := w.m.Position(0, 1); at != wantAt || ok != wantAssigned {
			t.Errorf("got position %d, assigned %v, want %d, %v", at, ok, wantAt, wantAssigned)
		}
	}
	counts := func(partitions, open, starting, idle, busy int) {
		t.Helper()
		s, i, b := w.m.Environments(0)
		got := [...]int{w.m.AssignedPartitions(), w.m.InFlight(), s, i, b}
		if want := [...]int{partitions, open, starting, idle, busy}; got != want {
			t.Errorf("partitions, open invocations, environments starting, idle, busy: got %v, want %v", got, want)
		}
	}
	position(0, false)
	w.assign(0, 1)
	position(0, true)
	counts(1, 0, 0, 0, 0)
	w.log(0, 1).end = 15
	w.fetch(0, 1, 15)
	w.handOver(0, 1) // ten are a batch
	position(0, true)
	counts(1, 1, 1, 0, 0)
	w.step(w.pending[0])
	w.tick()
	counts(1, 1, 0, 0, 1)
	w.respond(w.runningIDs()[0])
	position(10, true)
	counts(1, 0, 0, 1, 0)
	w.step(Input{Kind: Draining})
	position(0, false)
	counts(0, 0, 0, 1, 0)
	for _, p := range []int32{-1, 7} {
		if _, ok := w.m.Position(0, p); ok {
			t.Errorf("partition %d is assigned", p)
		}
	}
}
