package emulator_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestReloadsLeaveNothing: after each reload there is one environment, and one interpreter
// that waits, as after the first. It runs alone: all of this process is counted.
func TestReloadsLeaveNothing(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("it takes long, and reads /proc")
	}
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			reloads := 25
			if l.name == "go" {
				reloads = 8 // each is a build
			}
			e, version := edit(t, l), 0
			producer := e.client()
			handled := func(version string) {
				record := &kgo.Record{Topic: "in", Value: []byte("x")}
				if err := producer.ProduceSync(t.Context(), record).FirstErr(); err != nil {
					t.Fatal(err)
				}
				e.await(t, version, nil)
			}
			handled("v0")
			reload := func() {
				version++
				v := fmt.Sprint("v", version)
				e.save(t, v)
				e.started.await(func(entry *journal.Entry) bool {
					return entry.Kind == journal.Reloaded && int(entry.Revision) == version+1
				})
				handled(v)
			}
			for range 5 { // what is made once is made now
				reload()
			}
			before := awaitUse(nil)
			for range reloads {
				reload()
			}
			if now := awaitUse(&before); now.goroutines > before.goroutines || now.files > before.files || now.children > before.children {
				t.Errorf("got %+v after %d reloads, want no more than %+v", now, reloads, before)
			}
			e.end()
		})
	}
}

// awaitUse is what this process has when it has come to rest, or when it has no more
// than most.
func awaitUse(most *used) used {
	now := use()
	for range 50 {
		time.Sleep(100 * time.Millisecond) // why: what ends, and the interpreter that starts, tell nobody
		before := now
		now = use()
		calm := now.goroutines == before.goroutines && now.files == before.files && now.children == before.children
		isMore := most != nil && (now.goroutines > most.goroutines || now.files > most.files || now.children > most.children)
		if calm && !isMore {
			break
		}
	}
	return now
}
