package emulatortest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

type bid struct {
	Auction string
	Amount  int
}

func TestSixHoursOfRetries(t *testing.T) {
	broken := true
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("bids", 3)
		w.Topic("accepted", 3)
		w.Topic("dead", 1)
		w.Function("validate", func(_ context.Context, e events.KafkaEvent) ([]bid, error) {
			if broken {
				return nil, errors.New("the database is away")
			}
			var out []bid
			for range e.Records {
				out = append(out, bid{"a", 1})
			}
			return out, nil
		}, emulatortest.On("bids"), emulatortest.To("accepted"))
		w.Produce("bids", emulatortest.Record("a", bid{"a", 12}))
		w.Advance(6 * time.Hour)
		w.Expect(t).Delivered("accepted", 0).Retries("validate").AtLeast(300)
		broken = false
		w.Idle()
		w.Expect(t).Delivered("accepted", 1).NoLoss().OrderedByKey().ColdStarts("validate").AtMost(1)
	})
}

func TestFaultThatNeverFiredFailsTheTest(t *testing.T) {
	tb := &recorder{TB: t}
	w := emulatortest.Start(tb, emulator.Config{})
	w.Topic("in", 1)
	w.Function("f", func(context.Context, []*kgo.Record) error { return nil }, emulatortest.On("in"))
	w.Crash("f", emulatortest.Nth(2))
	w.Produce("in", emulatortest.Record("k", "v"))
	w.Idle()
	tb.cleanUp()
	if want := `the fault "crash of function \"f\"" never fired`; !tb.has(want) {
		t.Errorf("errors %q, want one with %q", tb.errors, want)
	}
}
