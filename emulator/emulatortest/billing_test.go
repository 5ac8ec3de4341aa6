package emulatortest

import (
	"context"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// TestBillOfARun is of one cold start of 80 ms, billed with the first of three
// invocations of 133 ms, on both price lists.
func TestBillOfARun(t *testing.T) {
	for profile, want := range map[string]int64{"aws": 3*133 + 80, "aws-2018": 3 * 200} {
		Run(t, emulator.Config{Profile: profile}, func(t *testing.T, w *World) {
			w.Topic("orders", 1)
			w.Function("accept", Sink(func(context.Context, string) error { return nil }),
				On("orders", BatchSize(1)), ColdStart(80*time.Millisecond, 0), Takes(133*time.Millisecond, 0))
			w.Produce("orders", numbered(3)...)
			w.Idle()
			w.settled()
			if got := w.Emulator().Journal().Counts().Functions["accept"]; got.Billed != want || got.Invocations != 3 || got.Projected != 0 {
				t.Errorf("%s: billed %d ms for %d invocations, %d projected, want %d ms for 3", profile, got.Billed, got.Invocations, got.Projected, want)
			}
		})
	}
}
