package emulator_test

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// documents is a configuration of one function whose handler is f.
func documents(name string, f func(ctx context.Context, in emulator.Invocation) ([]byte, error)) emulator.Config {
	return emulator.Config{Functions: []emulator.Function{{Name: name, Handle: f, ColdStart: &emulator.ColdStart{Off: true}}}}
}

func TestInvokeInRealTime(t *testing.T) {
	e := start(t, documents("echo", func(_ context.Context, in emulator.Invocation) ([]byte, error) {
		return []byte(`{"got":` + string(in.Payload) + `,"context":` + in.ClientContext + `}`), nil
	}))
	e.run()
	got, err := e.Invoke(t.Context(), emulator.InvokeRequest{Function: "echo",
		ClientContext: base64.StdEncoding.EncodeToString([]byte(`{"custom":1}`))})
	if want := `{"got":null,"context":{"custom":1}}`; err != nil || string(got.Payload) != want {
		t.Errorf("got %s, %v, want %s", got.Payload, err, want)
	}
	got, err = e.Invoke(t.Context(), emulator.InvokeRequest{Function: "echo", Type: "DryRun"})
	if err != nil || got.Payload != nil || got.RequestID == "" {
		t.Errorf("dry run: got %+v, %v", got, err)
	}
}

// TestInvokeGivesUpTheWait: the invocation goes on, and what is asked for after the
// end of a run has an answer, too.
func TestInvokeGivesUpTheWait(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	e := start(t, documents("slow", func(context.Context, emulator.Invocation) ([]byte, error) {
		close(entered)
		<-leave
		return []byte("1"), nil
	}))
	e.run()
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	go func() {
		<-entered
		cancel(gone)
	}()
	if _, err := e.Invoke(ctx, emulator.InvokeRequest{Function: "slow"}); !errors.Is(err, gone) {
		t.Errorf("got %v, want %v", err, gone)
	}
	close(leave)
	if err := e.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := e.Journal().Counts().Entries[journal.InvocationEnded]; n != 1 {
		t.Errorf("%d invocations ended, want 1", n)
	}
	e.end()
	late, cancelLate := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancelLate()
	_, err := e.Invoke(late, emulator.InvokeRequest{Function: "slow"})
	if err == nil || !strings.Contains(err.Error(), "the run has ended") {
		t.Errorf("after the end: got %v", err)
	}
}

// TestInvokeOfAProcess: the end of what it printed comes with the response, and its
// death is told as AWS tells it.
func TestInvokeOfAProcess(t *testing.T) {
	for _, c := range []struct{ mode, want, fails string }{
		{"print megabytes", `null`, ""},
		{"exit", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7"}`, "Unhandled"},
		{"exit at start", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: INIT Error: Runtime exited with error: exit status 3"}`, "Unhandled"},
		{"fail", `{"errorMessage":"cannot digest ","errorType":"errorString"}`, "Unhandled"},
	} {
		cfg := handlerConfig(t, c.mode)
		cfg.Functions[0].Events = nil
		e := start(t, cfg)
		e.run()
		got, err := e.Invoke(t.Context(), emulator.InvokeRequest{Function: cfg.Functions[0].Name, Payload: []byte(`{}`)})
		text := strings.ReplaceAll(string(got.Payload), got.RequestID, "ID")
		if c.mode == "exit at start" { // an init has an id of its own
			text = regexp.MustCompile(`RequestId: [^ ]+`).ReplaceAllString(text, "RequestId: INIT")
		}
		if err != nil || got.FunctionError != c.fails || text != c.want {
			t.Errorf("%s: got %s, %q, %v, want %s", c.mode, text, got.FunctionError, err, c.want)
		}
		line := strings.Repeat("x", 1023) + "\n"
		printed, lines, found := strings.Cut(string(got.Log), "END RequestId: "+got.RequestID+"\nREPORT RequestId: "+got.RequestID+"\tDuration: ")
		whole := strings.HasSuffix(printed, strings.Repeat(line, 3)) && found && strings.HasSuffix(lines, "\n") && len(got.Log) == 4<<10
		if c.mode == "print megabytes" && runtime.GOOS != "windows" && !whole {
			t.Errorf("got a log of %d bytes, want 4096, the last lines, END and REPORT", len(got.Log))
		}
		e.end()
	}
}

// TestQueuedEventsAreToldOfAtTheEnd: the end of a run does not wait for a retry in a
// minute, and says what is lost.
func TestQueuedEventsAreToldOfAtTheEnd(t *testing.T) {
	e := start(t, documents("fails", func(context.Context, emulator.Invocation) ([]byte, error) { return nil, errors.New("no") }))
	e.run()
	for range 3 {
		if _, err := e.Invoke(t.Context(), emulator.InvokeRequest{Function: "fails", Type: "Event"}); err != nil {
			t.Fatal(err)
		}
	}
	for e.Journal().Counts().Entries[journal.RetryScheduled] < 3 {
		if err := e.Rest(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	reader := e.Journal().Draw()
	e.end()
	buf, told := make([]journal.Entry, 1000), false
	n, _ := reader.Poll(buf)
	for i := range buf[:n] {
		told = told || buf[i].Sentence() == "warning: fails: 3 events of the asynchronous queue were not delivered: the run ends"
	}
	if !told {
		t.Errorf("nothing tells of the events: %v", buf[:n])
	}
}
