package emulatortest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestTurnedWhileRunning: batches get smaller, retries end, and a limit takes hold,
// without a restart.
func TestTurnedWhileRunning(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		var sizes []int
		w.Function("work", func(_ context.Context, records []*kgo.Record) error {
			sizes = append(sizes, len(records))
			if string(records[0].Value) == "poison" {
				return errors.New("poison")
			}
			return nil
		}, emulatortest.On("in", emulatortest.BatchSize(10)), emulatortest.Warm())
		produce := func(n int) {
			for range n {
				w.Produce("in", emulatortest.Record("k", "v"))
			}
			w.Idle()
		}
		produce(10)
		turn := func(set func(*emulator.Function)) []emulator.Turned {
			t.Helper()
			turned, err := w.Emulator().Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
				c.Functions[0].Events = append([]emulator.Event(nil), c.Functions[0].Events...)
				set(&c.Functions[0])
				return c, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return turned
		}
		turned := turn(func(f *emulator.Function) { f.Events[0].BatchSize = 2 })
		if len(turned) != 1 || turned[0] != (emulator.Turned{Path: "functions.work.events[0].kafka.batchSize", From: "10", To: "2"}) {
			t.Errorf("turned %v", turned)
		}
		sizes = nil
		produce(10)
		for _, n := range sizes {
			if n > 2 {
				t.Errorf("batches of %v records after the batch size was 2", sizes)
				break
			}
		}
		w.Produce("in", emulatortest.Record("k", "poison"))
		w.Advance(time.Hour)
		before := len(journalled(w, journal.RetryScheduled))
		turn(func(f *emulator.Function) { f.Events[0].Retries = new(0) })
		w.Idle()
		if after := len(journalled(w, journal.RetryScheduled)); before < 10 || after > before {
			t.Errorf("%d retries before there were to be none, %d at the end", before, after)
		}
		notes := ""
		for _, e := range journalled(w, journal.Note) {
			notes += e.Text + "\n"
		}
		if !strings.Contains(notes, "functions.work.events[0].kafka.retries: 0 in place of unset from now on") {
			t.Errorf("the journal says %s", notes)
		}
	})
}

// TestWhatCannotBeTurned names each key and the reason, and changes nothing.
func TestWhatCannotBeTurned(t *testing.T) {
	emulatortest.Run(t, emulator.Config{Profile: "aws-provisioned"}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("work", func(context.Context, []*kgo.Record) error { return nil }, emulatortest.On("in"))
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Idle()
		_, err := w.Emulator().Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
			c.Kafka.Retention, c.Functions[0].ProvisionedConcurrency = 512<<20, 2
			c.Functions[0].Events = []emulator.Event{{Topic: "in", StartingPosition: "LATEST", BatchSize: 5}}
			return c, nil
		})
		if err == nil {
			t.Fatal("nothing is refused")
		}
		for _, want := range []string{
			"kafka.retention: cannot be changed while running: the broker is started with it",
			"functions.work.provisionedConcurrency: cannot be changed while running: it is allocated when the function is deployed",
			"functions.work.events[0].kafka.startingPosition: cannot be changed while running: it counts only where the group has no committed offset, and this one has begun",
		} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		turned, err := w.Emulator().Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
			c.Functions[0].Events = []emulator.Event{{Topic: "in", BatchSize: 5}}
			return c, nil
		})
		if err != nil || len(turned) != 1 || turned[0].From != "unset" {
			t.Errorf("after a refusal: turned %v, %v", turned, err)
		}
	})
}
