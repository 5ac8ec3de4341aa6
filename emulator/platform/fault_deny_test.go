package platform

import (
	"slices"
	"testing"
)

// What is denied is allowed again once: when its time is over, or when it is removed.
func TestDenyBeginsAndEnds(t *testing.T) {
	m := New(Config{})
	step := func(at int64, in Input) []ActionKind {
		var kinds []ActionKind
		actions, _ := m.Step(at, &in)
		for _, a := range actions {
			if a.Kind == Deny || a.Kind == Allow {
				kinds = append(kinds, a.Kind)
			}
		}
		return kinds
	}
	add := func(from, until int64) Input {
		return Input{Kind: FaultAdded, Fault: &Fault{Kind: FaultDeny, Function: -1, From: from, Until: until, Denied: "topic t"}}
	}
	for i, c := range []struct {
		at   int64
		in   Input
		want []ActionKind
	}{
		{0, add(5, 9), nil},
		{5, Input{Kind: Tick}, []ActionKind{Deny}},
		{9, Input{Kind: Tick}, []ActionKind{Allow}},
		{10, add(0, 0), []ActionKind{Deny}},
		{11, Input{Kind: FaultRemoved, FaultID: 1}, []ActionKind{Allow}},
		{12, Input{Kind: FaultRemoved, FaultID: 1}, nil},
		{13, add(20, 0), nil},
		{14, Input{Kind: FaultRemoved, FaultID: 2}, nil},
		{25, Input{Kind: Tick}, nil},
	} {
		if got := step(c.at, c.in); !slices.Equal(got, c.want) {
			t.Errorf("step %d: got %v, want %v", i, got, c.want)
		}
	}
	if standing := m.StandingFaults(); len(standing) != 1 || !standing[0].Over {
		t.Errorf("got %+v, want the first, which is over", standing)
	}
}
