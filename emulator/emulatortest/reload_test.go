package emulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// reloadedTwice is a scenario in which a handler is replaced while an invocation runs,
// and one that fails is mended.
func reloadedTwice(handled *[]string) func(t *testing.T, w *emulatortest.World) {
	return func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		handler := func(version string, fails bool) func(context.Context, []*kgo.Record) error {
			return func(_ context.Context, records []*kgo.Record) error {
				if fails {
					return errors.New(version + " fails")
				}
				for _, r := range records {
					*handled = append(*handled, fmt.Sprintf("%s %s", version, r.Value))
				}
				return nil
			}
		}
		w.Function("work", handler("v1", false), emulatortest.On("in", emulatortest.BatchSize(1), emulatortest.Window(0)),
			emulatortest.Takes(time.Second, 0))
		w.Produce("in", emulatortest.Record("k", "a"), emulatortest.Record("k", "b"))
		w.Advance(500 * time.Millisecond) // a has begun
		w.Reload("work", handler("v2", true))
		w.Advance(3 * time.Second)
		w.Reload("work", handler("v3", false))
		w.Idle()
		w.Expect(t).NoLoss()
	}
}

func TestReloadReplacesTheHandler(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		var handled []string
		reloadedTwice(&handled)(t, w)
		if want := []string{"v1 a", "v3 b"}; !slices.Equal(handled, want) {
			t.Errorf("handled %q, want %q", handled, want)
		}
		reloads := journalled(w, journal.Reloaded)
		if len(reloads) != 2 || reloads[0].Revision != 2 || reloads[1].Revision != 3 {
			t.Errorf("got reloads %+v, want r2 and r3", reloads)
		}
		for _, e := range journalled(w, journal.InvocationStarted) {
			if before := e.At < reloads[0].At; before != (e.Revision == 0) {
				t.Errorf("invocation at %d ran on revision %d", e.At, e.Revision)
			}
		}
	})
}

func TestReloadedRunsAreEqual(t *testing.T) {
	var hashes []string
	for range 3 {
		emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
			var handled []string
			reloadedTwice(&handled)(t, w)
			hashes = append(hashes, w.Hash())
		})
	}
	if hashes[0] != hashes[1] || hashes[0] != hashes[2] {
		t.Errorf("got hashes %q, want one", hashes)
	}
}

func TestReloadInRealTime(t *testing.T) {
	w := emulatortest.Start(t, emulator.Config{Profile: "aws-provisioned"})
	w.Topic("in", 1)
	handled := make(chan string, 2)
	handler := func(version string) func(context.Context, []*kgo.Record) error {
		return func(context.Context, []*kgo.Record) error { handled <- version; return nil }
	}
	w.Function("work", handler("v1"), emulatortest.On("in", emulatortest.Window(0)), emulatortest.Warm())
	w.Produce("in", emulatortest.Record("k", "a"))
	w.Idle()
	w.Reload("work", handler("v2"))
	w.Produce("in", emulatortest.Record("k", "b"))
	w.Idle()
	if first, second := <-handled, <-handled; first != "v1" || second != "v2" {
		t.Errorf("handled by %s and %s, want v1 and v2", first, second)
	}
}

func TestDeployRefusesOtherShapes(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("work", func(context.Context, []*kgo.Record) error { return nil }, emulatortest.On("in"))
		for name, change := range map[string]func(*emulator.Function){
			"wrok": func(*emulator.Function) {},
			"work": func(f *emulator.Function) {
				f.InProcess, f.Handle = nil, func(context.Context, emulator.Invocation) ([]byte, error) { return nil, nil }
			},
		} {
			if err := w.Emulator().Deploy(t.Context(), name, change); err == nil {
				t.Errorf("%s: it was accepted", name)
			}
		}
		if got := w.Emulator().Status().Functions[0].Revision; got != 1 {
			t.Errorf("got revision %d after refusals, want 1", got)
		}
	})
}
