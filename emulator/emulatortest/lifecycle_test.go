package emulatortest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestTimeoutResetsTheEnvironment: after a timeout the next invocation is on the
// same environment, and is no cold start, but takes an init longer.
func TestTimeoutResetsTheEnvironment(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		calls := 0
		w.Topic("in", 1)
		w.Function("work", emulatortest.Sink(func(ctx context.Context, _ string) error {
			if calls++; calls == 2 {
				<-ctx.Done()
			}
			return nil
		}), emulatortest.On("in", emulatortest.Window(0)), emulatortest.ColdStart(500*time.Millisecond, 0))
		w.Produce("in", emulatortest.Record("k", "one"))
		w.Idle()
		w.Produce("in", emulatortest.Record("k", "two"))
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("work").Exactly(1).Retries("work").Exactly(1)
		started, ended := journalled(w, journal.InvocationStarted), journalled(w, journal.InvocationEnded)
		if len(started) != 3 || ended[1].Outcome != journal.TimedOut {
			t.Fatalf("got %d invocations, the second one %v, want 3, timed out", len(started), ended[1].Outcome)
		}
		if again := started[2]; again.Reason != journal.Suppressed || again.Environment != 1 {
			t.Errorf("got %s, want a suppressed init in environment 1", again.Sentence())
		}
		if took := time.Duration(ended[2].At - started[2].At); took != 500*time.Millisecond {
			t.Errorf("the invocation with the init took %v, want 500ms", took)
		}
	})
}

// TestInitIsTriedAgainInsideTheInvocation has a child whose init fails once: the
// invocation that waited for it succeeds all the same, with no retry.
func TestInitIsTriedAgainInsideTheInvocation(t *testing.T) {
	needPrograms(t, "python3")
	dir := t.TempDir()
	// The file is in /tmp, so that it must stay for the second init to find it.
	code := `import os, tempfile
mark = os.path.join(tempfile.gettempdir(), "mark")
if not os.path.exists(mark):
    open(mark, "w").close()
    raise RuntimeError("not yet")
def handler(event, context):
    return {}
`
	if err := os.WriteFile(filepath.Join(dir, "work.py"), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := emulator.Config{Functions: []emulator.Function{{Name: "work", Runtime: "python3.13", Code: dir, Handler: "work.handler",
		Events: []emulator.Event{{Topic: "in"}}}}, Topics: []emulator.Topic{{Name: "in", Partitions: 1}}}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		w.Produce("in", emulatortest.Record("k", "one"))
		w.Idle()
		w.Expect(t).NoLoss().ColdStarts("work").Exactly(1).Retries("work").Exactly(0).Invocations("work").Exactly(1)
		resets := journalled(w, journal.EnvironmentReset)
		if len(resets) != 1 || resets[0].Outcome != journal.InitFailed || !strings.HasPrefix(resets[0].Reason, "phase init: ") ||
			!strings.Contains(resets[0].Reason, "not yet") {
			t.Errorf("got %v, want an init that failed in the phase init", resets)
		}
		starting := journalled(w, journal.EnvironmentStarting)
		if len(starting) != 2 || starting[1].Environment != starting[0].Environment || !strings.HasPrefix(starting[1].Reason, "phase invoke: ") {
			t.Errorf("got %v, want a second init of the environment in the phase invoke", starting)
		}
	})
}

// TestEnvironmentsEndAfterHours keeps a function busy for a day, a call a minute:
// nothing is ever idle for long, and still there are cold starts.
func TestEnvironmentsEndAfterHours(t *testing.T) {
	emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
		w.Topic("in", 1)
		w.Function("work", emulatortest.Sink(func(context.Context, string) error { return nil }),
			emulatortest.On("in", emulatortest.Window(0)))
		for range 24 * 60 {
			w.Produce("in", emulatortest.Record("k", "v"))
			w.Advance(time.Minute)
		}
		w.Expect(t).NoLoss().ColdStarts("work").Between(1+24/8, 1+24/2)
		for _, gone := range journalled(w, journal.EnvironmentGone) {
			if gone.Reason != "lifetime" {
				t.Errorf("got %s, want the end of its life", gone.Sentence())
			}
		}
	})
}
