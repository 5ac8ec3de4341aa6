package emulatortest

import (
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// TestPlantedHangInRun waits for a channel that was made outside Run, if the
// environment says so: it is run by TestRunHasAWatchdog.
func TestPlantedHangInRun(t *testing.T) {
	if os.Getenv(planted) != "run" {
		t.Skip("nothing is planted")
	}
	outside := make(chan int)
	Run(t, emulator.Config{}, func(t *testing.T, w *World) {
		w.Topic("in", 1)
		w.Advance(time.Second)
		plantedChannel(outside)
	}, Watchdog(300*time.Millisecond))
}

func TestRunHasAWatchdog(t *testing.T) {
	output, failed, _ := again(t, "TestPlantedHangInRun", "run")
	if !failed {
		t.Error("the test passed")
	}
	for _, want := range []string{`stood still for \d{3}ms`, `plantedChannel at watchdog_test\.go:\d+`, "made outside Run"} {
		if !regexp.MustCompile(want).MatchString(output) {
			t.Errorf("the report does not say %q:\n%s", want, output)
		}
	}
}
