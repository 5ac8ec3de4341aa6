package platform

import (
	"math"
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

func TestFaultValidate(t *testing.T) {
	for _, c := range []struct {
		want string
		f    Fault
	}{
		{"", Fault{Kind: FaultCrash, Function: -1}},
		{"", Fault{Kind: FaultCrash, Function: 1, Nth: 3, Times: 1, After: true, Probability: 1_000_000, From: 1, Until: 2}},
		{"", Fault{Kind: FaultThrottle, Function: 0}},
		{"", Fault{Kind: FaultThrottle, Function: 0, Delay: 1}},
		{"", Fault{Kind: FaultSlow, Delay: math.MaxInt64}},
		{"", Fault{Kind: FaultRebalance}},
		{"", Fault{Kind: FaultBrokerDown, Function: -1, Delay: 5e9, Times: 7}},
		{"there is no kind of fault 0", Fault{}},
		{"there is no kind of fault 7", Fault{Kind: 7}},
		{"crash: function 2 is not one of the 2 there are, and not -1 for all of them", Fault{Kind: FaultCrash, Function: 2}},
		{"crash: function -2 is not one of the 2 there are, and not -1 for all of them", Fault{Kind: FaultCrash, Function: -2}},
		{"rebalance: probability of 1000001 millionths is over 1,000,000", Fault{Kind: FaultRebalance, Probability: 1_000_001}},
		{"throttle: there is only one candidate 2, it cannot fire 2 times", Fault{Kind: FaultThrottle, Nth: 2, Times: 2}},
		{"crash: it cannot begin at -1 s, before the run", Fault{Kind: FaultCrash, From: -1e9}},
		{"crash: it ends at 1 s, which is not after its beginning at 1 s", Fault{Kind: FaultCrash, From: 1e9, Until: 1e9}},
		{"crash: it ends at -1 ns, which is not after its beginning at 0 ms", Fault{Kind: FaultCrash, Until: -1}},
		{"throttle: a delay of -1 ns is negative", Fault{Kind: FaultThrottle, Delay: -1}},
		{"slow: it needs a delay", Fault{Kind: FaultSlow}},
		{"broker down: it needs a delay", Fault{Kind: FaultBrokerDown}},
		{"crash: it has no delay", Fault{Kind: FaultCrash, Delay: 1}},
		{"rebalance: it has no delay", Fault{Kind: FaultRebalance, Delay: 1}},
		{"slow: only a crash can be after the handler", Fault{Kind: FaultSlow, Delay: 1, After: true}},
		{"slow: it cannot begin at -1 s, before the run\nslow: it needs a delay", Fault{Kind: FaultSlow, From: -1e9}},
	} {
		got := ""
		if err := c.f.Validate(2); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v:\n got %q\nwant %q", c.f, got, c.want)
		}
	}
}

// invoke runs n invocations of function 0, one after the other, each answered in
// the moment in which it starts, and returns for each how long it took in the
// model, and whether it was to crash.
func invoke(t *testing.T, cfg Config, n int) (took []int64, crashed []bool, m *Machine) {
	cfg.Mappings[0].BatchSize, cfg.Mappings[0].Retries = 1, 0
	w := newWorld(t, cfg)
	began := map[uint64]int64{}
	w.observe = func(e *journal.Entry) {
		switch {
		case e.Mapping != cfg.Mappings[0].Name:
		case e.Kind == journal.InvocationStarted:
			began[e.Invocation] = e.At
		case e.Kind == journal.InvocationEnded:
			took = append(took, e.At-began[e.Invocation])
			crashed = append(crashed, e.Outcome == journal.Exited)
		}
	}
	w.assign(0, 0)
	w.log(0, 0).end = int64(n)
	w.settle()
	if len(took) != n {
		t.Fatalf("got %d invocations, want %d", len(took), n)
	}
	return took, crashed, w.m
}

// TestDurationIsDrawn: the n-th invocation of a function takes what is drawn for
// the n-th.
func TestDurationIsDrawn(t *testing.T) {
	cfg := testConfig()
	cfg.Functions = append(cfg.Functions, cfg.Functions[0])
	cfg.Mappings[0].Function = 1
	table := &profile.Quantiles{P: []int32{0, 1_000_000}, Value: []int64{1e6, 2e9}}
	cfg.Functions[1].Duration = table
	took, _, _ := invoke(t, cfg, 100)
	for n, got := range took {
		if want := table.At(draw(cfg.Seed, drawDuration, 1, uint64(n))); got != want {
			t.Errorf("invocation %d: took %d, want %d", n, got, want)
		}
	}
}

// TestEndlessDuration: what takes as long as there is time ends by its timeout,
// and nothing overflows.
func TestEndlessDuration(t *testing.T) {
	cfg := testConfig()
	cfg.Functions[0].Duration = profile.Constant(math.MaxInt64)
	cfg.Faults = []Fault{{Kind: FaultSlow, Function: -1, Delay: math.MaxInt64, Nth: 2}}
	took, _, _ := invoke(t, cfg, 3)
	if want := cfg.Functions[0].Timeout; slices.Min(took) != want || slices.Max(took) != want {
		t.Errorf("took %v, want %d each", took, want)
	}
}

// TestFaultProbability: the share of the candidates is the probability, another
// seed or another fault gives other draws, and faults do not shift each other's.
func TestFaultProbability(t *testing.T) {
	const n = 5000
	crash := Fault{Kind: FaultCrash, Function: -1, Probability: 250_000}
	slow := Fault{Kind: FaultSlow, Function: -1, Probability: 250_000, Delay: 1}
	run := func(seed uint64, faults ...Fault) (took []int64, crashed []bool) {
		cfg := testConfig()
		cfg.Functions[0].Init, cfg.Functions[0].Placement = nil, nil
		cfg.Seed, cfg.Faults = seed, faults
		var m *Machine
		took, crashed, m = invoke(t, cfg, n)
		fired := uint64(0)
		for _, c := range crashed {
			if c {
				fired++
			}
		}
		if got := m.FaultFired(0); got != fired {
			t.Errorf("%d invocations crashed, the fault has fired %d times", fired, got)
		}
		return took, crashed
	}
	_, first := run(1, crash)
	share := 0
	for _, c := range first {
		if c {
			share++
		}
	}
	if share < n/4-153 || share > n/4+153 { // five standard deviations
		t.Errorf("%d of %d crashed, want a quarter", share, n)
	}
	if _, again := run(1, crash, slow); !slices.Equal(first, again) {
		t.Error("another fault shifts the draws of the first")
	}
	if _, other := run(2, crash); slices.Equal(first, other) {
		t.Error("another seed gives the same draws")
	}
	crash.After = true // at the modelled end
	took, both := run(1, crash, slow)
	together := 0
	for i := range both {
		if both[i] && took[i] == 1 {
			together++
		}
	}
	if together < n/16-86 || together > n/16+86 {
		t.Errorf("both faults fired at %d of %d invocations, want a sixteenth", together, n)
	}
}

// TestHeldResponseIsCopied: what an input points to is valid during Step only.
func TestHeldResponseIsCopied(t *testing.T) {
	cfg := testConfig()
	cfg.Functions[0].Duration = profile.Constant(1e9)
	w := newWorld(t, cfg) // it scribbles over each input after its Step
	w.outcome = func(a Action) Input {
		if a.Attempt > 1 {
			return Input{Outcome: journal.Succeeded}
		}
		first, rest := a.Spans[0], a.Spans[0]
		first.Last, first.Records = first.First+2, 3
		rest.First, rest.Records = first.Last+1, rest.Records-3
		return Input{Outcome: journal.PartlyFailed, Failed: []Span{first}, Done: []Span{rest}}
	}
	retried := []Span{}
	w.observe = func(e *journal.Entry) {
		if e.Kind == journal.RetryScheduled {
			retried = append(retried, Span{Partition: e.Partition, First: e.First, Last: e.Last, Records: e.Records})
		}
	}
	w.assign(0, 1)
	w.log(0, 1).end = 20
	w.settle()
	w.checkAllEnded()
	want := []Span{{Partition: 1, First: 0, Last: 2, Records: 3}, {Partition: 1, First: 10, Last: 12, Records: 3}}
	if !slices.Equal(retried, want) {
		t.Errorf("tried again: %v, want %v", retried, want)
	}
}

func TestFaultFired(t *testing.T) {
	cfg := testConfig()
	cfg.Faults = []Fault{{Kind: FaultSlow, Function: -1, Delay: 1e6, Times: 3}, {Kind: FaultCrash, Function: -1, Nth: 100}}
	_, _, m := invoke(t, cfg, 10)
	if got := m.Faults(); got != 2 {
		t.Errorf("got %d faults, want 2", got)
	}
	m.Step(m.now, &Input{Kind: FaultRemoved, FaultID: 0})
	for id, want := range map[FaultID]uint64{0: 3, 1: 0, 2: 0, -1: 0} {
		if got := m.FaultFired(id); got != want {
			t.Errorf("fault %d has fired %d times, want %d", id, got, want)
		}
	}
	m.Step(m.now, &Input{Kind: FaultAdded, Fault: &Fault{}})
	m.Step(m.now, &Input{Kind: FaultAdded})
	if got := m.Faults(); got != 2 {
		t.Errorf("got %d faults after two that are not valid, want 2", got)
	}
}

// TestFaultsAllocateNothingWhenWarm: neither responses that are held back nor
// faults that can fire cost an allocation per invocation.
func TestFaultsAllocateNothingWhenWarm(t *testing.T) {
	cfg := benchConfig(1)
	for i := range cfg.Functions {
		cfg.Functions[i].Duration = profile.Constant(5e6)
	}
	cfg.Faults = []Fault{
		{Kind: FaultSlow, Function: -1, Delay: 1e6},
		{Kind: FaultSlow, Function: 1, Delay: 1e6, Probability: 500_000},
		{Kind: FaultThrottle, Function: 0, Delay: 1e6, Probability: 500_000},
		{Kind: FaultCrash, Function: -1, From: math.MaxInt64 - 1},
	}
	d := newDriver(cfg)
	d.run(10_000)
	if got := testing.AllocsPerRun(100, func() { d.run(100) }); got != 0 {
		t.Errorf("got %v allocations per 100 invocations, want 0", got)
	}
	if d.m.FaultFired(0) < 10_000 || d.m.FaultFired(1) == 0 || d.m.FaultFired(2) == 0 {
		t.Errorf("faults fired %d, %d, %d times", d.m.FaultFired(0), d.m.FaultFired(1), d.m.FaultFired(2))
	}
}
