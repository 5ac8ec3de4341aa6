package faults

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// A fault of a kind that needs more than can be said here is shown, to be removed.
func TestFaultsOfOtherKindsAreShown(t *testing.T) {
	s := &Screen{}
	s.known.faults = []ui.Fault{{ID: 3, Kind: "deny", Text: "topic orders: denied to every client", Fired: 2}}
	s.addFaults()
	last := s.rows[len(s.rows)-1]
	if last.is != faultRow || last.kind != "deny" || len(last.faultIDs()) != 1 || last.faultIDs()[0] != 3 {
		t.Errorf("got %+v, want the fault 3", last)
	}
	if len(faultKinds) != 5 {
		t.Errorf("there are %d kinds to add, want 5", len(faultKinds))
	}
}
