package report_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/twmb/franz-go/pkg/kgo"
)

// held returns the entries that the log of a world holds.
func held(t *testing.T, w *emulatortest.World) *journal.Held {
	t.Helper()
	w.Idle()
	h := &journal.Held{Of: w.Emulator().Description()}
	buf := make([]journal.Entry, 1<<10)
	for r := w.Emulator().Journal().Draw(); ; {
		n, missed := r.Poll(buf)
		if n == 0 {
			return h
		}
		h.Gone += missed
		h.Entries = append(h.Entries, buf[:n]...)
	}
}

func measure(t *testing.T, w *emulatortest.World, options report.FitOptions) *report.Fit {
	t.Helper()
	f, err := report.MeasureFit(held(t, w), options)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFitArticle(t *testing.T) {
	cfg := emulator.Config{Profile: "aws-provisioned", Journal: emulator.Journal{Records: true}}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		w.Topic("events", 5)
		w.Topic("out", 1)
		w.Function("process", func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
			return []*kgo.Record{{Value: fmt.Append(nil, len(records))}}, nil
		}, emulatortest.On("events", emulatortest.BatchSize(1000), emulatortest.Pollers(1)), emulatortest.To("out"),
			emulatortest.Takes(200*time.Millisecond, 0), emulatortest.Warm())
		for p := range int32(5) {
			records := make([]*kgo.Record, 10_000)
			for i := range records {
				records[i] = emulatortest.Record(fmt.Sprint(i%7), "event")
			}
			w.ProduceTo("events", p, records...)
		}
		f := measure(t, w, report.FitOptions{})
		_ = f
	})
}
