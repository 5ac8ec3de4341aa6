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
			once, reloads := 3, 12
			if l.name == "go" {
				once, reloads = 1, 4 // each is a build
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
			for range once { // what is made once is made now
				reload()
			}
			most := awaitUse(nil)
			for range reloads {
				reload()
			}
			// A connection more or less is no leak: what leaks does at each reload.
			most.goroutines += reloads / 2
			most.files += reloads / 2
			if now := awaitUse(&most); now.isMore(&most) {
				t.Errorf("got %+v after %d reloads, want no more than %+v", now, reloads, most)
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
		if calm && (most == nil || !now.isMore(most)) {
			break
		}
	}
	return now
}

func (u *used) isMore(most *used) bool {
	return u.goroutines > most.goroutines || u.files > most.files || u.children > most.children
}
