package emulatortest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	ordering "github.com/coldbrook-dev/coldbrook/emulator/order"
)

// TestCheckerTellsTheOrdersApart: one stream and one handler, driven per partition, per
// key, and freely.
func TestCheckerTellsTheOrdersApart(t *testing.T) {
	for mode, broken := range map[string][2]bool{"partition": {false, false}, "key": {false, true}, "none": {true, true}} {
		emulatortest.Run(t, emulator.Config{Journal: eachRecord}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("in", 2)
			w.Function("work", emulatortest.Sink(func(context.Context, string) error { return nil }),
				emulatortest.Takes(50*time.Millisecond, 900*time.Millisecond), emulatortest.On("in", emulatortest.BatchSize(5), func(e *emulator.Event) {
					if e.Order = mode; mode != "partition" {
						e.Lanes = 10
					}
				}))
			w.Crash("work", emulatortest.Chance(0.05))
			for i := range 400 {
				w.Produce("in", emulatortest.Record(fmt.Sprint(i%17), "x"))
			}
			w.Idle()
			for i, domain := range []ordering.Domain{ordering.ByKey, ordering.ByPartition} {
				r := ordered(t, w, domain)
				if r.Disordered > 0 != broken[i] || r.Loss+r.Duplicates > 0 {
					t.Errorf("%s, by %s: got %d records out of order, %d lost, %d duplicates", mode, domain, r.Disordered, r.Loss, r.Duplicates)
				}
				if i == 0 {
					agrees(t, w, r)
				}
				for _, g := range r.Groups {
					for _, v := range g.Witnesses {
						if v.Cause == ordering.UnknownCause || !strings.Contains(v.Fix, "order: ") {
							t.Errorf("%s: got cause %v, fix %q of %v", mode, v.Cause, v.Fix, g.Rule)
						}
					}
				}
			}
		})
	}
}
