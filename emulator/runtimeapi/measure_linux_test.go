package runtimeapi

import (
	"fmt"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestCPUOfAnInvocation(t *testing.T) {
	e := launch(t, pythonConfig(t, "app.handler"))
	const burnt = 100 * time.Millisecond
	first := e.invoke(`{"do":"burn","seconds":0.1}`)
	if first.CPU < burnt || first.CPU > burnt+first.Took/2 {
		t.Errorf("got %v of processor time for %v in %v", first.CPU, burnt, first.Took)
	}
	if again := e.invoke(`{}`); again.CPU <= 0 || again.CPU > burnt/2 {
		t.Errorf("an invocation that does nothing: got %v, want next to nothing", again.CPU)
	}
	waits := e.invokeFor(`{"do":"sleep"}`, 200*time.Millisecond)
	if waits.Outcome != journal.TimedOut || waits.CPU > burnt/2 || waits.Memory == 0 {
		t.Errorf("an invocation that waits: got %v, CPU %v, memory %d", waits.Outcome, waits.CPU, waits.Memory)
	}
}

func TestMemoryIsThatOfTheEnvironmentSoFar(t *testing.T) {
	e := launch(t, pythonConfig(t, "app.handler"))
	const low, more = 60 << 20, 200 << 20
	if got := e.invoke(`{}`).Memory; got <= 0 || got > low {
		t.Errorf("at first: got %d MB", got>>20)
	}
	for _, payload := range []string{fmt.Sprintf(`{"do":"eat","bytes":%d}`, more), `{}`} {
		if got := e.invoke(payload).Memory; got < more || got > more+low {
			t.Errorf("%s: got %d MB, want a bit over %d", payload, got>>20, more>>20)
		}
	}
}

// TestMemoryOverTheLimit is of an environment that is caught in the middle of an
// invocation, and of one that is at its end.
func TestMemoryOverTheLimit(t *testing.T) {
	for name, seconds := range map[string]int{"while it runs": 3600, "at its end": 0} {
		t.Run(name, func(t *testing.T) {
			c := pythonConfig(t, "app.handler")
			c.Memory, c.LimitMemory = 128<<20, true
			e := launch(t, c)
			e.succeeds(`{}`)
			got := e.invoke(fmt.Sprintf(`{"do":"eat","bytes":%d,"seconds":%d}`, 200<<20, seconds))
			wantResponse(t, got, journal.Exited, "Runtime.OutOfMemory",
				"RequestId: 00000000-0000-4000-8000-000000000002 Error: Runtime exited with error: signal: killed")
			if got.Memory <= 128<<20 || !got.Ended {
				t.Errorf("got %d MB, ended %v", got.Memory>>20, got.Ended)
			}
			e.closes()
		})
	}
}

func TestMemoryOverTheLimitIsOnlyReported(t *testing.T) {
	c := pythonConfig(t, "app.handler")
	c.Memory = 128 << 20
	e := launch(t, c)
	if got := e.invoke(fmt.Sprintf(`{"do":"eat","bytes":%d,"seconds":0.3}`, 200<<20)); got.Outcome != journal.Succeeded || got.Memory < 200<<20 {
		t.Errorf("got %v with %d MB", got.Outcome, got.Memory>>20)
	}
}
