package platform

import "testing"

// TestStandingFaults: a fault stands until it is removed, also when it is over; one that
// is refused never does.
func TestStandingFaults(t *testing.T) {
	cfg := testConfig()
	cfg.Faults = []Fault{
		{Kind: FaultSlow, Function: -1, Delay: 1e6, Times: 2}, {Kind: FaultCrash, Function: 5}, {Kind: FaultCrash, Function: -1, Nth: 100},
		{Kind: FaultBrokerDown, Function: -1, Delay: 1}, {Kind: FaultCrash, Function: -1, Nth: 100, Until: 1},
	}
	_, _, m := invoke(t, cfg, 3)
	m.Step(m.now, &Input{Kind: FaultRemoved, FaultID: 2})
	want := []StandingFault{
		{ID: 0, Fault: cfg.Faults[0], Fired: 2, Over: true}, {ID: 3, Fault: cfg.Faults[3], Fired: 1, Over: true},
		{ID: 4, Fault: cfg.Faults[4], Over: true}, {ID: 5, Fault: Fault{Kind: FaultThrottle, Function: -1}},
	}
	m.Step(m.now, &Input{Kind: FaultAdded, Fault: &want[3].Fault})
	got := m.StandingFaults()
	if len(got) != len(want) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}
