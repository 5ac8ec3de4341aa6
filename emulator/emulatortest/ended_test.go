package emulatortest_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestPanicEndsTheEnvironmentAtTheModelledEnd: until then the handler runs, and
// what it ended with is its own, not that its process is gone.
func TestPanicEndsTheEnvironmentAtTheModelledEnd(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		calls := 0
		w.Topic("in", 1)
		w.Function("work", func() error {
			if calls++; calls == 1 {
				panic("no stock")
			}
			return nil
		}, emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm(), emulatortest.Takes(2*time.Second, 0))
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("work").Exactly(1)
		ended, gone := journalled(w, journal.InvocationEnded)[0], journalled(w, journal.EnvironmentReset)[0]
		if ended.Outcome != journal.FunctionError || ended.Reason != "string: no stock" || ended.At != int64(2*time.Second) {
			t.Errorf("got %s at %v, want the panic after two seconds", ended.Sentence(), time.Duration(ended.At))
		}
		if gone.Environment != ended.Environment || gone.At != ended.At || gone.Reason != ended.Reason {
			t.Errorf("got %s at %v, want it with the response", gone.Sentence(), time.Duration(gone.At))
		}
		if now := w.Now(); now != 5*time.Second {
			t.Errorf("all is done at %v, want 5s: two invocations and a back-off", now)
		}
	})
}

// TestGoexitInAHandlerIsTold: it does not hang until the timeout.
func TestGoexitInAHandlerIsTold(t *testing.T) {
	for name, handler := range map[string]func(exit func()) any{
		"records": func(exit func()) any {
			return func(context.Context, []*kgo.Record) error { exit(); return nil }
		},
		"documents": func(exit func()) any { return func() error { exit(); return nil } },
	} {
		t.Run(name, func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
				calls := 0
				w.Topic("in", 1)
				w.Function("work", handler(func() {
					if calls++; calls == 1 {
						runtime.Goexit()
					}
				}), emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm(), emulatortest.Timeout(10*time.Minute))
				w.Produce("in", emulatortest.Record("k", "v"))
				w.Idle()
				w.Expect(t).NoLoss().Retries("work").Exactly(1).ColdStarts("work").Exactly(1)
				ended := journalled(w, journal.InvocationEnded)[0]
				if ended.Outcome != journal.Exited || ended.At != 0 || !strings.Contains(ended.Reason, "as t.FailNow does: use t.Error in handlers") {
					t.Errorf("got %s at %v, want an exit at once that says what to do", ended.Sentence(), time.Duration(ended.At))
				}
			})
		})
	}
}
