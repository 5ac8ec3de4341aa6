package emulatortest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestLogsOfThePlatform: with logs: platform its lines are in the journal, around
// what the invocations do; who invokes a function gets them in any case.
func TestLogsOfThePlatform(t *testing.T) {
	for _, logs := range []string{"handler", "platform"} {
		emulatortest.Run(t, emulator.Config{Seed: new(uint64(1)), Logs: logs}, func(t *testing.T, w *emulatortest.World) {
			w.Topic("in", 1)
			w.Function("work", func(context.Context, sale) error { return nil }, emulatortest.ColdStart(80*time.Millisecond, 0),
				emulatortest.Takes(133*time.Millisecond, 0))
			w.Function("book", emulatortest.Sink(book), emulatortest.On("in"))
			got, err := w.Invoke("work", lamp)
			if err != nil {
				t.Fatal(err)
			}
			id := got.RequestID
			tail := "START RequestId: " + id + " Version: $LATEST\nEND RequestId: " + id + "\nREPORT RequestId: " + id +
				"\tDuration: 133.00 ms\tBilled Duration: 213 ms\tMemory Size: 128 MB\tInit Duration: 80.00 ms\t\n"
			if string(got.Log) != tail {
				t.Errorf("got the tail\n%s\nwant\n%s", got.Log, tail)
			}
			w.Produce("in", emulatortest.Record("k", lamp))
			w.Idle()
			var lines []string
			for _, e := range journalled(w, journal.Output) {
				if e.Reason == "platform" {
					word, _, _ := strings.Cut(e.Text, " ")
					lines = append(lines, e.Function+" "+word)
				}
			}
			want := ""
			if logs == "platform" {
				want = "work INIT_START, work START, work END, work REPORT, book INIT_START, book START, book END, book REPORT"
			}
			if got := strings.Join(lines, ", "); got != want {
				t.Errorf("logs %s: got %s, want %s", logs, got, want)
			}
		})
	}
}
