//go:build synctests

package emulatortest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
)

// TestBrokerDownWhileTheGroupOfAUserConsumes: their client commits by itself, and
// without the tag holds mutexes over that.
func TestBrokerDownWhileTheGroupOfAUserConsumes(t *testing.T) {
	for _, outage := range []time.Duration{3 * time.Second, 2 * time.Minute} {
		t.Run(outage.String(), func(t *testing.T) {
			emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
				w.Topic("in-0", 3)
				got := ownGroup(t, w)
				w.BrokerDown(outage, emulatortest.After(5*time.Second))
				for i := range 20 {
					w.Produce("in-0", emulatortest.Record(fmt.Sprint("key-", i), "v"))
					w.Advance(time.Second)
				}
				w.Advance(10 * time.Minute)
				if n := got(); n < 20 {
					t.Errorf("the group got %d records, want 20", n)
				}
			})
		})
	}
}
