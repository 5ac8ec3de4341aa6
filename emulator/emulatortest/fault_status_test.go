package emulatortest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
)

// faultsNow returns the faults that stand.
func faultsNow(t *testing.T, w *emulatortest.World) []emulator.FaultStatus {
	t.Helper()
	all, err := w.Emulator().Faults(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestFaultsSayWhatStands: a fault is listed from its adding to its removal, with how
// long it still waits, how long it lasts, how often it fired, and whether it is over.
func TestFaultsSayWhatStands(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass)
		if all := faultsNow(t, w); all == nil || len(all) != 0 {
			t.Fatalf("before any was added: %#v, want an empty list", all)
		}
		e := w.Emulator()
		slow := emulator.Fault{Kind: emulator.Slow, Function: "work", Delay: time.Second, After: 10 * time.Second, For: 20 * time.Second}
		for i, f := range []emulator.Fault{slow, {Kind: emulator.Crash, Nth: 2}, {Kind: emulator.Rebalance, After: 5 * time.Second}} {
			if id, err := e.AddFault(t.Context(), f); err != nil || id != emulator.FaultID(i+1) {
				t.Fatalf("%v is fault %d, %v; want %d", f.Kind, id, err, i+1)
			}
		}
		check := func(when string, i int, want emulator.FaultStatus) {
			t.Helper()
			got := faultsNow(t, w)[i]
			if got.Fired != want.Fired || got.Begins != want.Begins || got.Ends != want.Ends || got.Over != want.Over {
				t.Errorf("%s: %+v, want %+v", when, got, want)
			}
		}
		check("added", 0, emulator.FaultStatus{Begins: 10 * time.Second, Ends: 30 * time.Second})
		check("added", 2, emulator.FaultStatus{Begins: 5 * time.Second})
		if got := faultsNow(t, w)[0]; got.Fault != slow || got.ID != 1 {
			t.Errorf("fault 1 is %+v", got)
		}
		w.Advance(12 * time.Second)
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Advance(2 * time.Second)
		check("14 s later", 0, emulator.FaultStatus{Ends: 16 * time.Second, Fired: 1})
		check("14 s later", 1, emulator.FaultStatus{})
		check("after its time", 2, emulator.FaultStatus{Fired: 1, Over: true})
		w.Produce("in", emulatortest.Record("k", "w"))
		w.Advance(16 * time.Second)                                        // nothing happens at its end
		check("at its end", 0, emulator.FaultStatus{Fired: 3, Over: true}) // the crashed one was tried again
		check("at its end", 1, emulator.FaultStatus{Fired: 1, Over: true})
		if err := e.RemoveFault(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if all := faultsNow(t, w); len(all) != 2 || all[0].ID != 2 || all[1].ID != 3 {
			t.Errorf("after the removal of 1 there are %+v", all)
		}
		for id, want := range map[emulator.FaultID]string{
			0: "there is no fault 0; there are 2, 3", 4: "there is no fault 4; there are 2, 3", 1: "fault 1 was removed before",
		} {
			if err := e.RemoveFault(t.Context(), id); err == nil || err.Error() != want {
				t.Errorf("remove fault %d: %v, want %s", id, err, want)
			}
		}
	})
}

// TestAFaultThatIsRefusedHasNoNumber: times that are beyond any run are no fault.
func TestAFaultThatIsRefusedHasNoNumber(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass)
		w.Advance(time.Second)
		e := w.Emulator()
		forever := time.Duration(1<<63 - 1)
		for want, f := range map[string]emulator.Fault{
			`there is no fault "slw"; did you mean "slow"?`: {Kind: "slw"},
			"crash: it ends at":                             {Kind: emulator.Crash, After: forever, For: forever},
		} {
			if id, err := e.AddFault(t.Context(), f); id != 0 || err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("fault %d, %v; want %s", id, err, want)
			}
		}
		if id, err := e.AddFault(t.Context(), emulator.Fault{Kind: emulator.Crash, For: forever}); id != 1 || err != nil {
			t.Errorf("fault %d, %v: one that ends at the end of time is the first", id, err)
		}
		if all := faultsNow(t, w); len(all) != 1 {
			t.Errorf("%+v", all)
		}
	})
}
