package emulatortest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Nobody waits for a cold start once provisioned concurrency is allocated; before,
// and above it, invocations are on demand.
func TestProvisionedConcurrencyHasNoColdStart(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("orders", 3)
		w.Function("accept", emulatortest.Sink(func(context.Context, string) error { return nil }),
			emulatortest.On("orders", emulatortest.BatchSize(1), emulatortest.Window(0)), emulatortest.Takes(time.Second, 0),
			emulatortest.KeepAlive(time.Second), emulatortest.ColdStart(5*time.Second, 0),
			emulatortest.With(func(f *emulator.Function) { f.ProvisionedConcurrency = 2 }))
		w.ProduceTo("orders", 0, emulatortest.Record("a", "too early"))
		w.Idle()
		w.Expect(t).ColdStarts("accept").Exactly(1)
		w.Advance(3 * time.Hour) // it is allocated, and does not end by being idle
		start := w.Now()
		for p := range int32(2) {
			w.ProduceTo("orders", p, emulatortest.Record("a", "order"))
		}
		w.Idle()
		if took := w.Now() - start; took != time.Second {
			t.Errorf("two orders took %v, want the second of their invocations", took)
		}
		w.Expect(t).ColdStarts("accept").Exactly(1)
		for p := range int32(3) {
			w.ProduceTo("orders", p, emulatortest.Record("a", "order"))
		}
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("accept").Exactly(2)
		var kinds []string
		for _, e := range journalOf(w, func(e *journal.Entry) bool { return e.Kind == journal.InvocationStarted }) {
			kinds = append(kinds, e.Reason+" "+e.Text)
		}
		slices.Sort(kinds)
		if want := []string{"cold spillover", "cold spillover", "warm provisioned", "warm provisioned", "warm provisioned", "warm provisioned"}; !slices.Equal(kinds, want) {
			t.Errorf("got %q, want %q", kinds, want)
		}
	})
}

// Of 1,100 invocations that are wanted at once, 1,000 begin at once: as many
// environments as can be started in 10 s. Of those, 100 more can be each second.
func TestScalingRateOfAThousandEnvironments(t *testing.T) {
	const partitions = 550
	cfg := emulator.Config{Profile: "aws-provisioned", AccountConcurrency: 5000}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		var options []emulatortest.Option
		for _, topic := range []string{"bids", "items"} { // a mapping has 1,000 invocations at once at most
			w.Topic(topic, partitions)
			options = append(options, emulatortest.On(topic, emulatortest.Pollers(partitions/5), emulatortest.Window(0),
				emulatortest.ThrottleBackoff(0)))
		}
		w.Function("process", func(context.Context, []*kgo.Record) error { return nil }, append(options,
			emulatortest.Warm(), emulatortest.Takes(time.Minute, 0), emulatortest.Timeout(5*time.Minute))...)
		w.Advance(time.Second)
		for p := range int32(partitions) {
			w.ProduceTo("bids", p, emulatortest.Record("", "event"))
			w.ProduceTo("items", p, emulatortest.Record("", "event"))
		}
		for range 3 {
			want := min(1000+int((w.Now()-time.Second)/(10*time.Millisecond)), 2*partitions) // one more every 10 ms
			got := len(journalOf(w, func(e *journal.Entry) bool { return e.Kind == journal.InvocationStarted }))
			if got != want {
				t.Errorf("at %v %d invocations have begun, want %d", w.Now(), got, want)
			}
			w.Advance(500 * time.Millisecond)
		}
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("process").Exactly(1100)
	})
}
