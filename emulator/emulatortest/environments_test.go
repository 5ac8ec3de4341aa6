package emulatortest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// produceOne produces a record and lets a second pass.
func produceOne(w *emulatortest.World, value string) {
	w.Produce("in", emulatortest.Record("k", value))
	w.Advance(time.Second)
}

// brokenByHand is a scenario in which the environment of an invocation that takes 10 s is
// killed, and the one that comes after it recycled.
func brokenByHand(t *testing.T, w *emulatortest.World) {
	declareWork(w, pass, emulatortest.Takes(10*time.Second, 0), emulatortest.Timeout(time.Minute))
	produceOne(w, "a")
	e := w.Emulator()
	if err := e.KillEnvironment(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	w.Idle()
	produceOne(w, "b") // which environment 2 runs, and ends
	if n, err := e.RecycleEnvironments(t.Context(), "work"); n != 1 || err != nil {
		t.Fatalf("recycled %d, %v, want 1", n, err)
	}
	w.Idle()
	produceOne(w, "c")
	w.Idle()
	w.Expect(t).NoLoss()
}

func TestEnvironmentsAreKilledAndRecycled(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		brokenByHand(t, w)
		var told []string
		for _, e := range journalled(w, journal.FaultInjected) {
			told = append(told, e.Sentence())
		}
		want := "work: fault injected: environment 1 killed by the user (invocation 1, batch 1)\n" +
			"work: fault injected: 1 environment recycled by the user"
		if got := strings.Join(told, "\n"); got != want {
			t.Errorf("told:\n%s\nwant:\n%s", got, want)
		}
		ended := journalled(w, journal.InvocationEnded)
		if first := ended[0]; first.Outcome != journal.Exited || first.Environment != 1 || !strings.Contains(first.Reason, "killed by the user") {
			t.Errorf("the first invocation ended: %s", first.Sentence())
		}
		environments := []uint32{}
		for _, e := range journalled(w, journal.InvocationStarted) {
			environments = append(environments, e.Environment)
		}
		if len(environments) != 4 || environments[1] != 2 || environments[2] != 2 || environments[3] != 3 {
			t.Errorf("invocations began on %v, want a retry on 2, b on 2 and c on 3", environments)
		}
		gone := journalled(w, journal.EnvironmentGone)
		if len(gone) < 2 || gone[0].Reason != "killed by the user" || gone[1].Reason != "recycled by the user" {
			t.Errorf("environments are gone: %+v", gone)
		}
	})
}

// TestBrokenByHandIsReproducible: it is the same input at the same time, so the same run.
func TestBrokenByHandIsReproducible(t *testing.T) {
	hashes := map[string]bool{}
	for range 3 {
		emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
			brokenByHand(t, w)
			hashes[w.Hash()] = true
		})
	}
	if len(hashes) != 1 {
		t.Errorf("the same run has %d hashes: %v", len(hashes), hashes)
	}
}

// TestAKilledHandlerIsTold: the context of a handler that runs ends, and not with a timeout.
func TestAKilledHandlerIsTold(t *testing.T) {
	cause := make(chan error, 1)
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		times := 0
		declareWork(w, func(ctx context.Context, _ []*kgo.Record) error {
			if times++; times == 1 {
				<-ctx.Done()
				cause <- context.Cause(ctx)
			}
			return nil
		}, emulatortest.Timeout(time.Minute))
		produceOne(w, "a")
		if err := w.Emulator().KillEnvironment(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		w.Idle()
	})
	if err := <-cause; err == nil || err.Error() != "killed by the user" {
		t.Errorf("the context ended with %v", err)
	}
}

func TestWhatIsNotThereIsNotBroken(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		declareWork(w, pass)
		e := w.Emulator()
		check := func(err error, want string) {
			t.Helper()
			if err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		check(e.KillEnvironment(t.Context(), 1), "there is no environment 1; there are none now")
		produceOne(w, "a")
		w.Idle()
		check(e.KillEnvironment(t.Context(), 9), "there is no environment 9; there are 1")
		check(e.KillEnvironment(t.Context(), 0), "there is no environment 0; there are 1")
		if err := e.KillEnvironment(t.Context(), 1); err != nil {
			t.Error(err)
		}
		check(e.KillEnvironment(t.Context(), 1), "environment 1 is gone; there are none now")
		_, err := e.RecycleEnvironments(t.Context(), "wrk")
		check(err, `there is no function "wrk"; did you mean "work"?`)
		if n, err := e.RecycleEnvironments(t.Context(), "work"); n != 0 || err != nil {
			t.Errorf("recycled %d, %v, want none", n, err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		check(e.KillEnvironment(ended, 1), context.Canceled.Error())
	})
}
